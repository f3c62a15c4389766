"""What is done to candles in child processes that tests kill: pages, live candles, folds, compaction, clean-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.made_candles import FIRST, LATER, MINUTE, RIPPLE, made_series, minutes
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, candles_of
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.business_logic.ports.candle_store import CandleStore, RetentionPolicy
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_store

PAGE = 200
PAGES = 20
#: a fold every few pages
FOLD_ROWS = 450
STEPS = 2 * PAGES + 2

Send = Callable[[Any], None]


@cache
def bitcoin() -> CandleSeries:
    return made_series(PAGE * PAGES, missing=0.05)


@cache
def live() -> CandleSeries:
    return made_series(PAGES, RIPPLE)


def do_step(store: CandleStore, number: int) -> None:
    """Counted from 1. Pages come from the newest back to the oldest, as in a download, with live candles between."""
    page, is_live = divmod(number - 1, 2)
    if number == STEPS:
        store.compact()
    elif number == STEPS - 1:
        store.clean_up(RetentionPolicy({CandleUnit.MINUTE: 500 * MINUTE}, 10**12), FIRST + PAGE * PAGES * MINUTE)
    elif is_live:
        # the newest, and a part of it again that the exchange has not told yet
        [candle] = candles_of(live().rows(slice(page, page + 1)))
        store.append([candle, *candles_of(bitcoin().rows(slice(page * 7, page * 7 + 3)))], LATER + timedelta(days=page))
    else:
        first = PAGE * (PAGES - 1 - page)
        span = minutes(first, first + PAGE)
        store.write(bitcoin().between(span.start, span.end), span, Origin.EXCHANGE, LATER)


def work_on_candles(send: Send, path: Path, done: int) -> None:
    store = open_candle_store(path, fold_rows_at=FOLD_ROWS)
    for number in range(done + 1, STEPS + 1):
        send(("begun", number))
        do_step(store, number)
        send(("confirmed", number))
        if number % 10 == 0:
            store.compact()
    store.close()
