"""The next candle in which an order or a level of one market could do anything, found by array search."""

from __future__ import annotations

import numpy as np

from upbit_auto_trading.business_logic.ports.strategy import Bools
from upbit_auto_trading.business_logic.simulation.simulated_book import Book
from upbit_auto_trading.business_logic.simulation.simulated_candles import NEVER
from upbit_auto_trading.business_logic.simulation.waiting_order import Waiting

#: the first stretch that is searched, and how much longer each next one is
FIRST_STRETCH = 64
GROWTH = 4


def next_row(book: Book, row: int) -> int:
    """From ``row`` on; NEVER where there is none. The position has seen every candle before it."""
    found = NEVER
    for one in (*book.buys, *book.sells):
        found = min(found, _order_row(book, one, row))
    if book.position.is_open and book.guards is not None and not book.guards.is_empty and found > row:
        found = min(found, _level_row(book, row, min(found, len(book.candles))))
    return found


def _order_row(book: Book, waiting: Waiting, row: int) -> int:
    """When it is first looked at, when it is touched, or when its patience ends."""
    first = max(row, waiting.first_row)
    if waiting.limit is None or waiting.first_row >= row:
        return first
    end = min(_patience_row(book, waiting, first), len(book.candles))
    columns, limit = book.candles.columns, waiting.limit
    start, stretch = first, FIRST_STRETCH
    while start < end:
        stop = min(start + stretch, end)
        touched: Bools = columns.low[start:stop] <= limit if waiting.is_buy else columns.high[start:stop] >= limit
        place = int(touched.argmax())
        if touched[place]:
            return start + place
        start, stretch = stop, stretch * GROWTH
    return end if end < len(book.candles) else NEVER


def _patience_row(book: Book, waiting: Waiting, row: int) -> int:
    """At whose close it ends."""
    style, found = waiting.order.style, NEVER
    if style.wait_candles is not None:
        found = waiting.first_row + style.wait_candles - 1
    if style.wait_seconds is not None:
        closed = book.candles.columns.closed
        found = min(found, int(np.searchsorted(closed, waiting.since_second + style.wait_seconds)))
    return max(row, found)


def _level_row(book: Book, row: int, end: int) -> int:
    columns, guards, peak = book.candles.columns, book.guards, book.position.peak
    assert guards is not None
    has_finer = book.candles.has_finer
    start, stretch = row, FIRST_STRETCH
    while start < end:
        part = slice(start, min(start + stretch, end))
        high = columns.high[part]
        place = guards.first_touched(columns.low[part], high, columns.close[part], peak, has_finer=has_finer)
        if place >= 0:
            return start + place
        peak = max(peak, float(high.max()))
        start, stretch = part.stop, stretch * GROWTH
    return NEVER
