"""Levels around a price, thin or deep, without crossing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import TickTable
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.market_tick import SyntheticBook


@dataclass(frozen=True, slots=True)
class BookSettings:
    levels: int = 30
    #: distance of best ask and best bid, in ticks
    spread_ticks: int = 1
    #: of a usual level near the price, in the quote currency
    level_funds: Decimal = Decimal(20_000_000)
    #: quote funds, and the fraction by which both sides are moved away from the price, of a deep book
    slippage: Decimal = Decimal(0)


def thin_book(
    market: Market, at: datetime, price: Decimal, taker_side: Side, ticks: TickTable, seed: int, settings: BookSettings
) -> SyntheticBook:
    """As it stands after a trade at ``price``: a buy leaves its price as best ask, a sale as best bid."""
    raise NotImplementedError


def deep_book(market: Market, at: datetime, price: Decimal, ticks: TickTable, settings: BookSettings) -> SyntheticBook:
    """Enough for any order, both sides at the price but for the slippage."""
    raise NotImplementedError
