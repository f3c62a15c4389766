"""One suite for saved screens: SQLite and memory answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_stores import MemoryScreenStore
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvalidParameter, InvalidScreen
from upbit_auto_trading.business_logic.domain.screen import Filter, Match, Operator, Screen, Sort
from upbit_auto_trading.business_logic.ports.screens import SavedScreen, ScreenStore
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import STRATEGIES_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.screen_store import SqliteScreenStore

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
HOSTILE = "'; DROP TABLE screens; -- 한글 \U0001f680 =cmd|' %s {0}"
FILTERS = (Filter("turnover_24h", Operator.AT_LEAST, ("1000000000",)), Filter("rsi", Operator.BELOW, ("30",)))
SCREEN = Screen("큰 거래", FILTERS, Match.ANY, Sort("price", is_descending=False), "BTC")


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ScreenStore]:
    if request.param == "memory":
        yield MemoryScreenStore()
        return
    path = tmp_path / "strategies.sqlite3"
    create_file(path, STRATEGIES_FILE, FakeClock())
    engine = open_engine(path, STRATEGIES_FILE)
    yield SqliteScreenStore(engine)
    close_engine(engine)


def test_screens_come_back_by_name(store: ScreenStore) -> None:
    assert store.all() == ()
    hostile = replace(SCREEN, name=HOSTILE)
    store.save(SCREEN, NOON)
    store.save(hostile, LATER)
    assert store.all() == (SavedScreen(HOSTILE, LATER, hostile), SavedScreen("큰 거래", NOON, SCREEN))
    assert store.read(HOSTILE) == SavedScreen(HOSTILE, LATER, hostile)
    assert store.read("other") is None


def test_saving_again_takes_the_place(store: ScreenStore) -> None:
    store.save(SCREEN, NOON)
    changed = replace(SCREEN, filters=())
    store.save(changed, LATER)
    assert store.all() == (SavedScreen(SCREEN.name, LATER, changed),)


def test_a_name_is_the_same_however_it_was_typed(store: ScreenStore) -> None:
    store.save(replace(SCREEN, name=" \u1100\u1161 "), NOON)
    found = store.read("가")
    assert found is not None
    assert found.name == "가"
    assert store.delete("\u1100\u1161")


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 61])
def test_a_screen_without_a_proper_name_is_not_saved(store: ScreenStore, name: str) -> None:
    with pytest.raises(InvalidScreen):
        store.save(replace(SCREEN, name=name), NOON)
    with pytest.raises(InvalidScreen):
        store.save(replace(SCREEN, quote="won"), NOON)
    store.save(SCREEN, NOON)
    with pytest.raises(InvalidScreen):
        store.rename(SCREEN.name, name, LATER)
    assert [one.name for one in store.all()] == [SCREEN.name]


def test_a_screen_is_renamed_and_nothing_is_written_over(store: ScreenStore) -> None:
    store.save(SCREEN, NOON)
    store.save(replace(SCREEN, name="다른 것"), NOON)
    with pytest.raises(InvalidParameter) as caught:
        store.rename(SCREEN.name, "다른 것", LATER)
    assert caught.value.reason == "name-taken"
    store.rename(SCREEN.name, SCREEN.name, LATER)
    store.rename(SCREEN.name, "새 이름", LATER)
    assert store.all() == (
        SavedScreen("다른 것", NOON, replace(SCREEN, name="다른 것")),
        SavedScreen("새 이름", LATER, replace(SCREEN, name="새 이름")),
    )
    with pytest.raises(InvalidParameter) as missing:
        store.rename(SCREEN.name, "x", LATER)
    assert missing.value.reason == "no-such-screen"


def test_a_screen_is_deleted_once(store: ScreenStore) -> None:
    store.save(SCREEN, NOON)
    assert store.delete(SCREEN.name) is True
    assert store.delete(SCREEN.name) is False
    assert store.all() == ()


def test_a_screen_of_a_newer_version_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "strategies.sqlite3"
    create_file(path, STRATEGIES_FILE, FakeClock())
    engine = open_engine(path, STRATEGIES_FILE)
    store = SqliteScreenStore(engine)
    store.save(SCREEN, NOON)
    document = '{"version": 2, "mood": "good"}'
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE screens SET document = ?", (document,))
    (saved,) = store.all()
    assert (saved.screen, [problem.reason for problem in saved.problems]) == (None, ["newer-version"])
    store.rename(SCREEN.name, "later", LATER)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT name, document FROM screens").all() == [("later", document)]
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE screens SET saved_at = 'once'")
    with pytest.raises(DatabaseDamaged):
        store.all()
    close_engine(engine)
