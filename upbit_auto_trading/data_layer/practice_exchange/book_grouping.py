"""An order book by coarser steps of price: sheet 3.3, 3.4 and 8.8."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, OrderBook
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld

DEPTH = 30
_ALL_LEVELS = 10_000
#: a level is the tick of the market times one of these
_STEPS = (10, 100, 1_000, 10_000, 100_000)


def supported_levels(world: PracticeWorld, market: Market) -> tuple[Decimal, ...]:
    """Markets of other quotes than KRW know only 0, which is no grouping."""
    if market.quote != "KRW":
        return (Decimal(0),)
    tick = world.tick(market)
    return (Decimal(0), *(tick * step for step in _STEPS))


def grouped(world: PracticeWorld, market: Market, level: Decimal, depth: int = DEPTH) -> OrderBook | None:
    """None where the market does not know this level."""
    if level == 0:
        return world.book(market, depth)
    if level not in supported_levels(world, market):
        return None
    book = world.book(market, _ALL_LEVELS)
    asks = _merged(book.asks, level, ROUND_CEILING)[:depth]
    bids = _merged(book.bids, level, ROUND_FLOOR)[:depth]
    return OrderBook(market, asks, bids, book.changed_at)


def _merged(levels: Iterable[BookLevel], step: Decimal, rounding: str) -> tuple[BookLevel, ...]:
    merged: dict[Decimal, Decimal] = {}
    for level in levels:
        price = (level.price / step).to_integral_value(rounding) * step
        merged[price] = merged.get(price, Decimal(0)) + level.quantity
    return tuple(BookLevel(price, quantity) for price, quantity in merged.items())
