"""Candles by pages of at most 200, from the newest back.

The upper bound of a page is exclusive, more than 200 are silently cut to 200, and an interval without trades has no
candle: so a page says nothing about how far back it reaches, and the next one ends where the oldest row began. It is
over when a page is empty or gets no further; a short page is no sign of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import CANDLES_PER_PAGE
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import moment_text

#: the exclusive bound as it is sent (None: now), and how many
ReadPage = Callable[[str | None, int], tuple[Candle, ...]]


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
