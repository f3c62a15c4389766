"""What the store does when the disk is full, a bit has flipped, or it is asked from the wrong place."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.disks import file_size_limit, small_disk
from tests.fakes.made_candles import BITCOIN, FIRST, LATER, RIPPLE, all_of, candle_file, made_series, minutes
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, candles_of
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvariantBroken, StorageError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import RetentionPolicy
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.storage.candle_store.store import FOLD_ROWS, SqliteCandleStore

ONE = CandleUnit.MINUTE
_LEFT = 40_960


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return candle_file(tmp_path)


def put(store: SqliteCandleStore, series: CandleSeries) -> None:
    store.write(series, all_of(series), Origin.EXCHANGE, LATER)


@pytest.mark.parametrize(
    "work",
    [
        lambda store: put(store, made_series(40_000, seed=2, first=FIRST + timedelta(days=1))),
        lambda store: store.append(candles_of(made_series(6_000, RIPPLE)), LATER),
        lambda store: store.compact(),
    ],
    ids=["write", "append", "compact"],
)
def test_a_full_disk_leaves_the_store_as_it_was(work: Callable[[SqliteCandleStore], object]) -> None:
    with small_disk(8_000_000) as folder:
        path = candle_file(folder)
        store = open_candle_store(path, fold_rows_at=10**9)
        series = made_series(3_000)
        put(store, series)
        store.compact()
        store.append(candles_of(made_series(3_000, RIPPLE)), LATER)
        facts = [(one.market, one.candles, one.known) for one in store.inventory()]
        with full(path), pytest.raises(StorageError) as caught:
            work(store)
        print(f"as {type(caught.value).__name__}")
        assert store.read(BITCOIN, ONE, minutes(0, 100_000)).series.equals(series)
        assert [(one.market, one.candles, one.known) for one in store.inventory()] == facts
        work(store)
        store.close()


def test_a_full_disk_does_not_keep_the_store_from_opening() -> None:
    with small_disk(8_000_000) as folder:
        path = candle_file(folder)
        with full(path):
            store = open_candle_store(path)
            assert store.inventory() == ()
        put(store, made_series(60_000))
        store.forget(BITCOIN)
        store.compact()
        assert path.stat().st_size < 200_000
        store.close()


@contextmanager
def full(path: Path) -> Iterator[None]:
    """A few pages are left on the disk; where none could be mounted, files can grow by as much."""
    if not path.parent.is_mount():
        with file_size_limit(path.stat().st_size + _LEFT):
            yield
        return
    filler = path.with_name("filler")
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    os.truncate(filler, filler.stat().st_size - _LEFT)
    yield
    filler.unlink()


@pytest.mark.parametrize("column", ["body", "turnover", "edges", "jumps", "candles", "last_opened", "checksum"])
def test_a_flipped_bit_is_damage_and_no_number(path: Path, column: str) -> None:
    store = open_candle_store(path)
    series = made_series(3_000)
    put(store, series)
    with closing(sqlite3.connect(path)) as connection:
        [value] = connection.execute(f"SELECT {column} FROM candle_chunks").fetchone()
        if isinstance(value, bytes):
            half = len(value) // 2
            wrong = value[:half] + bytes([value[half] ^ 4]) + value[half + 1 :] if value else b"12345678"
        else:
            wrong = value ^ 4
        connection.execute(f"UPDATE candle_chunks SET {column} = ?", (wrong,))
        connection.commit()
    with pytest.raises(DatabaseDamaged):
        store.read(BITCOIN, ONE, all_of(series), with_turnover=True)
    store.close()


@pytest.mark.parametrize("kept", [0, 3, 20, 200])
def test_a_cut_chunk_is_damage(path: Path, kept: int) -> None:
    store = open_candle_store(path)
    series = made_series(3_000)
    put(store, series)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE candle_chunks SET body = substr(body, 1, ?)", (kept,))
        connection.commit()
    with pytest.raises(DatabaseDamaged):
        store.read(BITCOIN, ONE, all_of(series))
    store.close()


def test_each_connection_belongs_to_its_thread(path: Path) -> None:
    store = open_candle_store(path)
    put(store, made_series(100))
    found: list[object] = []

    def look() -> None:
        try:
            store.inventory()
        except InvariantBroken as error:
            found.append(error)
        reader = open_candle_reader(path)
        found.append(len(reader.read(BITCOIN, ONE, minutes(0, 100)).series))
        reader.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert [type(one) for one in found] == [InvariantBroken, int]
    assert found[1] == 100
    store.close()


def test_a_reader_sees_one_moment_and_then_the_next(path: Path) -> None:
    store, reader = open_candle_store(path), open_candle_reader(path)
    series = made_series(3_000)
    put(store, series.rows(slice(0, 1_000)))
    assert len(reader.read(BITCOIN, ONE, all_of(series)).series) == 1_000
    put(store, series)
    assert reader.read(BITCOIN, ONE, all_of(series)).series.equals(series)
    reader.close()
    store.close()


def test_a_reader_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        open_candle_reader(tmp_path / "none.sqlite3")
    assert list(tmp_path.iterdir()) == []


def rows_and_chunks(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        [rows] = connection.execute("SELECT count(*) FROM candle_rows").fetchone()
        [chunks] = connection.execute("SELECT count(*) FROM candle_chunks").fetchone()
    return rows, chunks


def test_rows_become_a_chunk_when_there_are_many(path: Path) -> None:
    store = open_candle_store(path)
    series = made_series(2 * FOLD_ROWS + 300)
    for first in range(0, len(series), 100):
        put(store, series.rows(slice(first, first + 100)))
    rows, chunks = rows_and_chunks(path)
    assert rows < FOLD_ROWS
    assert chunks == 1
    assert store.read(BITCOIN, ONE, all_of(series)).series.equals(series)
    store.compact()
    assert rows_and_chunks(path) == (0, 1)
    store.close()


def test_markets_that_began_together_are_not_folded_together(path: Path) -> None:
    store = open_candle_store(path, fold_rows_at=40)
    markets = [Market("upbit", f"KRW-M{number}") for number in range(30)]
    folded = []
    for minute in range(81):
        [one] = candles_of(made_series(1, first=FIRST + timedelta(minutes=minute)))
        before = rows_and_chunks(path)[1]
        store.append([replace(one, market=market) for market in markets], LATER)
        folded.append(rows_and_chunks(path)[1] - before)
    assert sum(folded) == len(markets)
    assert max(folded) <= 3
    store.close()


def test_a_live_candle_is_one_row(path: Path) -> None:
    store = open_candle_store(path)
    put(store, made_series(3_000))
    chunk = store.inventory()[0].stored_bytes
    store.append(candles_of(made_series(1, first=FIRST + timedelta(minutes=3_000))), LATER)
    assert rows_and_chunks(path) == (1, 1)
    assert store.inventory()[0].stored_bytes < chunk + 100
    store.close()


def test_compacting_can_be_cancelled(path: Path) -> None:
    store = open_candle_store(path)
    series = made_series(500)
    store.append(candles_of(series), LATER)
    with pytest.raises(Cancelled):
        store.compact(lambda fraction: fraction < 0.5)
    assert store.read(BITCOIN, ONE, all_of(series)).series.equals(series)
    store.close()


def test_free_pages_go_back_to_the_system(path: Path) -> None:
    store = open_candle_store(path)
    put(store, made_series(60_000))
    store.compact()
    before = path.stat().st_size
    store.forget(BITCOIN)
    store.compact()
    assert path.stat().st_size < before / 5
    report = store.clean_up(RetentionPolicy({}, 0), LATER)
    assert report.bytes_after == path.stat().st_size
    store.close()


def test_a_write_that_fails_half_way_leaves_nothing(path: Path) -> None:
    """It rewrites the first chunk, and finds the second one damaged."""
    store = open_candle_store(path)
    series = made_series(40_000)
    put(store, series)
    facts = store.inventory()
    with closing(sqlite3.connect(path)) as connection:
        last = "(SELECT max(part) FROM candle_chunks)"
        connection.execute(f"UPDATE candle_chunks SET body = zeroblob(100) WHERE part = {last}")
        connection.commit()
    with pytest.raises(DatabaseDamaged):
        put(store, made_series(40_000, seed=2))
    begin = series.rows(slice(0, 5_000))
    assert store.read(BITCOIN, ONE, all_of(begin)).series.equals(begin)
    assert [one.known for one in store.inventory()] == [one.known for one in facts]
    store.close()
