"""What a replayed or generated market feeds into the virtual exchange: trades, and books of synthetic orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
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
            raise InvalidParameter("print", (self.price, self.quantity), "not-positive")


@dataclass(frozen=True, slots=True)
class SyntheticBook:
    """Everything that others than the users offer. Best level first; best ask and best bid may be equal."""

    market: Market
    at: datetime
    asks: tuple[BookLevel, ...]
    bids: tuple[BookLevel, ...]

    def __post_init__(self) -> None:
        for level in (*self.asks, *self.bids):
            if not (level.price > 0 and level.quantity > 0):
                raise InvalidParameter("level", (level.price, level.quantity), "not-positive")
        rising = all(better.price < worse.price for better, worse in pairwise(self.asks))
        falling = all(better.price > worse.price for better, worse in pairwise(self.bids))
        if not (rising and falling):
            raise InvalidParameter("book", str(self.market), "not-in-order")
        if self.asks and self.bids and self.asks[0].price < self.bids[0].price:
            raise InvalidParameter("book", str(self.market), "crossed")
