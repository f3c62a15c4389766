"""Levels around a price, thin or deep, without crossing."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import numpy as np

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import TickTable
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.candle_columns import UNIT, decimal_of, epoch_ms, units_of
from upbit_auto_trading.business_logic.simulation.market_tick import SyntheticBook
from upbit_auto_trading.business_logic.simulation.path_rows import Grid, mixed

#: a level keeps its quantity for so long, each from a moment of its own on
_LEVEL_MS = 4_000
#: more than any order may cost
_DEEP_FUNDS = Decimal(10) ** 13
#: the mean of the weights below
_MEAN_WEIGHT = 47
#: levels grow with their distance: the 20th is twice as large as the first
_GROWTH_LEVELS = 20
_WORD = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class BookSettings:
    levels: int = 30
    #: distance of best ask and best bid, in ticks; where it is wide, farther levels have gaps as well
    spread_ticks: int = 1
    #: of a usual level near the price, in the quote currency
    level_funds: Decimal = Decimal(20_000_000)
    #: of a deep book: the fraction of the price by which both sides lie away from it
    slippage: Decimal = Decimal(0)


def thin_book(
    market: Market, at: datetime, price: Decimal, taker_side: Side, ticks: TickTable, seed: int, settings: BookSettings
) -> SyntheticBook:
    """As it stands after a trade at ``price``: a buy leaves its price as best ask, a sale as best bid."""
    grid = _grid(ticks)
    near = units_of(price)
    far = _beyond(near, grid, settings.spread_ticks, rises=taker_side is Side.SELL)
    best_ask, best_bid = (near, far) if taker_side is Side.BUY else (far, near)
    salt = (seed ^ _salt(market)) & _WORD
    asks = _levels(_walk(best_ask, grid, settings, rises=True), epoch_ms(at), salt, settings)
    bids = _levels(_walk(best_bid, grid, settings, rises=False), epoch_ms(at), salt, settings)
    return SyntheticBook(market, at, asks, bids)


def deep_book(market: Market, at: datetime, price: Decimal, ticks: TickTable, settings: BookSettings) -> SyntheticBook:
    """Enough for any order, both sides at the price but for the slippage."""
    ask = bid = price
    if settings.slippage:
        ask = ticks.ceil(price * (1 + settings.slippage))
        bid = ticks.floor(price * (1 - settings.slippage)) or price
    quantity = decimal_of(units_of(_DEEP_FUNDS / price))
    return SyntheticBook(market, at, (BookLevel(ask, quantity),), (BookLevel(bid, quantity),))


@lru_cache(maxsize=16)
def _grid(ticks: TickTable) -> tuple[list[int], list[int]]:
    grid = Grid.of(ticks)
    return grid.edges.tolist(), grid.ticks.tolist()


@lru_cache(maxsize=1024)
def _salt(market: Market) -> int:
    return int.from_bytes(str(market).encode()[-8:], "little")


def _next(price: int, grid: tuple[list[int], list[int]], rises: bool) -> int:
    """One tick on; below the edge of a band its finer tick counts. 0 where there is nothing below."""
    edges, ticks = grid
    if rises:
        tick = ticks[bisect_right(edges, price) - 1]
        return price - price % tick + tick
    tick = ticks[bisect_right(edges, price - 1) - 1]
    below = price - 1
    return below - below % tick


def _beyond(price: int, grid: tuple[list[int], list[int]], steps: int, rises: bool) -> int:
    """So many ticks away, or as many as there are."""
    for _ in range(steps):
        price = _next(price, grid, rises)
    return price


def _walk(best: int, grid: tuple[list[int], list[int]], settings: BookSettings, rises: bool) -> list[int]:
    """Prices from the best outwards, twice as many as may be needed."""
    prices = []
    for _ in range(settings.levels * settings.spread_ticks * 2 if settings.spread_ticks > 1 else settings.levels):
        if best <= 0:
            break
        prices.append(best)
        best = _next(best, grid, rises)
    return prices


def _levels(walk: list[int], at_ms: int, salt: int, settings: BookSettings) -> tuple[BookLevel, ...]:
    """What stands at a price depends on the price, and changes every few seconds."""
    if not walk:
        return ()
    prices = np.array(walk, dtype=np.int64)
    own = mixed(prices.astype(np.uint64) ^ np.uint64(salt))
    is_taken = own % np.uint64(settings.spread_ticks) == 0
    is_taken[0] = True
    prices, own = prices[is_taken][: settings.levels], own[is_taken][: settings.levels]
    phase = (own >> np.uint64(40)).astype(np.int64) % _LEVEL_MS
    noise = mixed(own + ((at_ms + phase) // _LEVEL_MS).astype(np.uint64))
    parts = [((noise >> np.uint64(shift)) & np.uint64(0xFF)).astype(np.int64) for shift in (0, 8, 16)]
    weight = 16 + (parts[0] * parts[1] * parts[2] >> 16)
    growth = _GROWTH_LEVELS + np.arange(len(prices))
    funds = int(settings.level_funds * UNIT)
    scale = _MEAN_WEIGHT * _GROWTH_LEVELS
    shares = (weight * growth).tolist()
    return tuple(
        BookLevel(decimal_of(price), decimal_of(max(funds * share * UNIT // (scale * price), 1)))
        for price, share in zip(prices.tolist(), shares, strict=True)
    )
