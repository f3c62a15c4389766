"""One suite for watch lists: SQLite and memory answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_stores import MemoryWatchListStore
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.watch_list import WatchList, WatchLists
from upbit_auto_trading.business_logic.ports.watch_lists import WatchListStore
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.watch_list_store import SqliteWatchListStore

BTC, ETH, XRP = (Market("upbit", f"KRW-{base}") for base in ("BTC", "ETH", "XRP"))
HOSTILE = "'; DROP TABLE watch_list; -- 한글 \U0001f680"
TWO = WatchLists((WatchList(7, HOSTILE, (XRP, BTC)), WatchList(2, "관심", (BTC, ETH, Market("practice", "KRW-BTC")))))


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WatchListStore]:
    if request.param == "memory":
        yield MemoryWatchListStore()
        return
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    engine = open_engine(path, SETTINGS_FILE)
    yield SqliteWatchListStore(engine)
    close_engine(engine)


def test_at_first_there_is_one_empty_list(store: WatchListStore) -> None:
    assert store.read() == WatchLists()
    assert [one.markets for one in store.read().lists] == [()]


def test_lists_and_markets_come_back_in_their_order(store: WatchListStore) -> None:
    store.write(TWO)
    assert store.read() == TWO


def test_writing_takes_the_place_of_what_was_there(store: WatchListStore) -> None:
    store.write(TWO)
    after = TWO.changed(TWO.lists[1].moved(ETH, 0)).removed(7)
    store.write(after)
    assert store.read() == after
    assert [one.name for one in store.read().lists] == ["관심"]


def test_the_file_outlives_the_program(tmp_path: Path) -> None:
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    for before, after in ((WatchLists(), TWO), (TWO, TWO.renamed(7, "단타"))):
        engine = open_engine(path, SETTINGS_FILE)
        store = SqliteWatchListStore(engine)
        assert store.read() == before
        store.write(after)
        close_engine(engine)


def test_what_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    """The second of two inserts fails: the first is taken back with it, and what was there stays."""
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    engine = open_engine(path, SETTINGS_FILE)
    store = SqliteWatchListStore(engine)
    store.write(TWO)
    twice = replace(TWO.lists[0], markets=(BTC, BTC))
    with pytest.raises((IntegrityError, TradingAppError)):
        store.write(TWO.changed(twice))
    assert store.read() == TWO
    close_engine(engine)
