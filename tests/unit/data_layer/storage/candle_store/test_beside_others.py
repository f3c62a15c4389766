"""The store beside those who read, and what goes with another world."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.made_candles import BITCOIN, LATER, RIPPLE, all_of, candle_file, made_series
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store

ONE = CandleUnit.MINUTE
PAGE = 200


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return candle_file(tmp_path)


def is_one_moment(found: StoredRange, truth: CandleSeries) -> bool:
    """What is known is whole, and nothing is there that is not known: pages come with their coverage."""
    inside = np.zeros(len(truth), dtype=np.bool_)
    for span in found.known:
        inside[np.isin(truth.opened, truth.between(span.start, span.end).opened)] = True
    return found.series.equals(truth.rows(inside))


def test_a_thread_that_reads_always_sees_whole_pages(path: Path) -> None:
    truth = made_series(40 * PAGE, missing=0.1)
    whole = all_of(truth)
    is_done = threading.Event()
    store = open_candle_store(path, fold_rows_at=500)
    seen: list[int] = []
    wrong: list[StoredRange] = []

    def read() -> None:
        with closing(open_candle_reader(path)) as reader:
            while not is_done.is_set() or not seen:
                found = reader.read(BITCOIN, ONE, whole)
                seen.append(len(found.series))
                if not is_one_moment(found, truth):
                    wrong.append(found)

    thread = threading.Thread(target=read)
    thread.start()
    for page in reversed(range(0, len(truth), PAGE)):
        part = truth.rows(slice(page, page + PAGE))
        store.write(part, all_of(part), Origin.EXCHANGE, LATER)
    store.compact()
    is_done.set()
    thread.join()
    print(f"{len(seen)} readings, {len(set(seen))} different")
    assert wrong == []
    assert seen == sorted(seen)
    store.close()


def test_what_was_wanted_of_a_world_goes_with_it(path: Path) -> None:
    store = open_candle_store(path)
    for exchange in ("upbit", "other"):
        store.identify(exchange, "first")
    with closing(sqlite3.connect(path)) as connection:
        for exchange in ("upbit", "other"):
            connection.execute("INSERT INTO kept_series VALUES (?, 'KRW-BTC', '1m', 't')", (exchange,))
            connection.execute(
                "INSERT INTO downloads (exchange, code, unit, starts_at, ends_at, asked_at, state, detail)"
                " VALUES (?, 'KRW-BTC', '1m', 't', 't', 't', 'waiting', '')",
                (exchange,),
            )
        connection.commit()
        for market in (BITCOIN, RIPPLE):
            series = made_series(3_000, market)
            store.write(series, all_of(series), Origin.EXCHANGE, LATER)
        assert store.identify("upbit", "second")
        for table in ("kept_series", "downloads"):
            assert connection.execute(f"SELECT exchange FROM {table}").fetchall() == [("other",)]
        for table in ("candle_series", "candle_chunks", "candle_rows", "candle_coverage"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    store.close()
