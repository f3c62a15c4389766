"""A file that is whole for SQLite can still hold what we never wrote, and a migration can be wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fakes.fake_clock import FakeClock
from tests.fakes.growing_history import growing_kinds, make_older_file, whole_state
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, DriveFailed, InvariantBroken
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS, DailyOperation
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine, writing
from upbit_auto_trading.data_layer.storage.engine_state_store import SqliteEngineStateStore
from upbit_auto_trading.data_layer.storage.error_translation import translate
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.key_facts_store import SqliteKeyFactsStore
from upbit_auto_trading.data_layer.storage.making_files import create_file, migrate_file
from upbit_auto_trading.data_layer.storage.operations_store import SqliteOperationsStore


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    engine = open_engine(path, SETTINGS_FILE)
    yield engine
    close_engine(engine)


def change(engine: Engine, statement: str) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-21T00:00:00"])
def test_a_stop_of_entries_that_cannot_be_read_is_not_no_stop(engine: Engine, text: str) -> None:
    store = SqliteEngineStateStore(engine)
    store.record_entries_stopped(datetime(2026, 11, 21, tzinfo=UTC))
    change(engine, f"UPDATE engine_state SET value = '{text}' WHERE name = 'entries_stopped_at'")
    with pytest.raises(DatabaseDamaged):
        store.entries_stopped_at()


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", "[" + "0.5, " * len(LATENCY_BOUNDS_MS) + "1]", "not json"])
def test_counters_that_cannot_be_read_are_not_guessed(engine: Engine, text: str) -> None:
    store = SqliteOperationsStore(engine)
    counts = (1,) * (len(LATENCY_BOUNDS_MS) + 1)
    one = DailyOperation("2026-11-21", "save", 15, 0, counts)
    store.add_daily((one,))
    change(engine, f"UPDATE daily_operations SET latency_counts = '{text}'")
    with pytest.raises(DatabaseDamaged):
        store.daily("2026-11-21")
    with pytest.raises(DatabaseDamaged):
        store.add_daily((one,))


@pytest.mark.parametrize(
    "change_row",
    [
        "rights = 'not json'",
        "rights = '[]'",
        "rights = '" + "[" * 100_000 + "'",
        """rights = '{"fly": "yes"}'""",
        """rights = '{"make-orders": "perhaps"}'""",
        "fault = 'tired'",
        "trouble = 'deep'",
        "warned = 12",
        "expires_at = 'tomorrow'",
    ],
)
def test_facts_of_a_key_that_cannot_be_read_are_not_guessed(engine: Engine, change_row: str) -> None:
    store = SqliteKeyFactsStore(engine)
    store.write(KeyFacts("key-1"))
    change(engine, f"UPDATE key_facts SET {change_row}")
    with pytest.raises(DatabaseDamaged):
        store.read_all()


def test_a_migration_that_ends_elsewhere_than_at_the_head_is_undone(tmp_path: Path) -> None:
    older, newer = growing_kinds(tmp_path / "history")
    path = tmp_path / "growing.sqlite3"
    make_older_file(path, older, rows=10)
    before = whole_state(path)
    with pytest.raises(InvariantBroken, match="growing_0002, not growing_0003"):
        migrate_file(path, replace(newer, revisions=(*newer.revisions, "growing_0003")))
    assert whole_state(path) == before


def test_a_migration_that_leaves_children_without_parents_is_undone(tmp_path: Path) -> None:
    older, newer = growing_kinds(tmp_path / "history")
    path = tmp_path / "growing.sqlite3"
    make_older_file(path, older, rows=10)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM accounts WHERE number = 3")
    with pytest.raises(InvariantBroken, match="without their parent"):
        migrate_file(path, newer)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("growing_0001",)


def test_what_is_not_about_the_file_is_not_translated(tmp_path: Path) -> None:
    path = tmp_path / "settings.sqlite3"
    assert translate(KeyError("x"), path) is None
    assert translate(sqlite3.ProgrammingError("Cannot operate on a closed database."), path) is None
    with closing(sqlite3.connect(path)) as connection:
        connection.set_progress_handler(lambda: 1, 1)
        with pytest.raises(sqlite3.OperationalError) as interrupted:
            connection.execute("SELECT 1 FROM sqlite_master")
    assert translate(interrupted.value, path) is None


@pytest.mark.claims("error:DriveFailed")
def test_a_folder_that_went_away_is_a_failing_drive(tmp_path: Path) -> None:
    path = tmp_path / "unplugged" / "settings.sqlite3"
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(path)
    leaf = translate(caught.value, path)
    assert isinstance(leaf, DriveFailed)
    assert leaf.path == str(path)
