"""Candles by pages of at most 200, each of which is asked for by its end.

The upper bound of a page is exclusive, more than 200 are silently cut to 200, and an interval without trades has no
candle: so a page says nothing about how far back it reaches, and the next one ends where the oldest row began. It is
over when a page is empty or gets no further; a short page is no sign of it. Forward, the end is chosen so that the page
must reach back to where the last one ended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import CANDLES_PER_PAGE
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import moment_text

#: the exclusive bound as it is sent (None: now), and how many
ReadPage = Callable[[str | None, int], tuple[Candle, ...]]
#: where the calendar decides, the shortest there is: a page's time then never holds more than a page
_SHORTEST = {CandleUnit.MONTH: timedelta(days=28), CandleUnit.YEAR: timedelta(days=365)}


def newest_before(read_page: ReadPage, before: datetime | None, count: int) -> tuple[Candle, ...]:
    """Oldest first. The newest may still be forming."""
    found: dict[datetime, Candle] = {}
    while len(found) < count:
        page = _page_before(read_page, before, count - len(found))
        if not page:
            break
        found.update((candle.opened_at, candle) for candle in page)
        before = min(candle.opened_at for candle in page)
    return tuple(found[opened_at] for opened_at in sorted(found)[-count:]) if found else ()


def oldest_from(read_page: ReadPage, unit: CandleUnit, start: datetime, count: int) -> tuple[Candle, ...]:
    """Oldest first; fewer than ``count`` where there are no more up to now."""
    newest = read_page(None, 1)
    page_time = (unit.length or _SHORTEST[unit]) * CANDLES_PER_PAGE
    found: list[Candle] = []
    pages = 1
    while newest and start <= newest[0].opened_at and len(found) < count:
        end = min(start + page_time * pages, newest[0].opened_at + page_time)
        page = [candle for candle in _page_before(read_page, end, CANDLES_PER_PAGE) if candle.opened_at >= start]
        if len(page) == CANDLES_PER_PAGE and end - start > page_time:
            pages = max(pages // 2, 1)  # there may be older ones that this page has no room for
            continue
        found.extend(sorted(page, key=lambda candle: candle.opened_at))
        start = end
        # years without a trade, before the listing perhaps, are crossed in a few steps
        pages = 1 if page else pages * 2
    return tuple(found[:count])


def all_between(read_page: ReadPage, start: datetime, end: datetime) -> tuple[Candle, ...]:
    """Those that opened in [start, end), oldest first."""
    found: dict[datetime, Candle] = {}
    before = end
    while before > start:
        page = _page_before(read_page, before, CANDLES_PER_PAGE)
        if not page:
            break
        found.update((candle.opened_at, candle) for candle in page if candle.opened_at >= start)
        before = min(candle.opened_at for candle in page)
    return tuple(found[opened_at] for opened_at in sorted(found))


def _page_before(read_page: ReadPage, before: datetime | None, count: int) -> tuple[Candle, ...]:
    """Only rows that are older than the bound: nothing is left of a page that gets no further."""
    page = read_page(None if before is None else moment_text(before), min(count, CANDLES_PER_PAGE))
    return tuple(candle for candle in page if before is None or candle.opened_at < before)
