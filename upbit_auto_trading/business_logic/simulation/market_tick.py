"""What a replayed or generated market feeds into the virtual exchange: trades, and books of synthetic orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import Side


@dataclass(frozen=True, slots=True)
class Print:
    """A trade of the replayed market."""

    market: Market
    at: datetime
    price: Decimal
    quantity: Decimal
    taker_side: Side

    def __post_init__(self) -> None:
        if not (self.price > 0 and self.quantity > 0):
            raise InvariantBroken(f"{self.market}: printed {self.quantity} at {self.price}")


@dataclass(frozen=True, slots=True)
class SyntheticBook:
    """Everything that others than the users offer. Best level first; best ask and best bid may be equal."""

    market: Market
    at: datetime
    asks: tuple[BookLevel, ...]
    bids: tuple[BookLevel, ...]

    def __post_init__(self) -> None:
        check_levels(self.market, self.asks, Side.SELL)
        check_levels(self.market, self.bids, Side.BUY)
        if self.asks and self.bids and self.asks[0].price < self.bids[0].price:
            raise InvariantBroken(f"{self.market}: a crossed book")


def check_levels(market: Market, levels: tuple[BookLevel, ...], side: Side) -> None:
    """Positive, and best first."""
    for level in levels:
        if not (level.price > 0 and level.quantity > 0):
            raise InvariantBroken(f"{market}: displays {level.quantity} at {level.price}")
    for better, worse in pairwise(levels):
        if (better.price >= worse.price) if side is Side.SELL else (better.price <= worse.price):
            raise InvariantBroken(f"{market}: levels out of order")
