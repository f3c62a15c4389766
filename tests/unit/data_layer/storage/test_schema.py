"""Migrations lead exactly to schema/, and the tables guard themselves."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine
from sqlalchemy.exc import StatementError

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading import __version__
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine, reading
from upbit_auto_trading.data_layer.storage.file_kinds import FILE_KINDS, SETTINGS_FILE, FileKind
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.migrations.runner import history_of
from upbit_auto_trading.data_layer.storage.schema import market_data_tables, settings_tables, strategies_tables

METADATA = {
    "settings": settings_tables.metadata,
    "strategies": strategies_tables.metadata,
    "market_data": market_data_tables.metadata,
}
EACH_KIND = pytest.mark.parametrize("kind", FILE_KINDS, ids=lambda kind: kind.name)


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    return path


@EACH_KIND
def test_alembic_finds_no_difference_between_migrations_and_schema(kind: FileKind, tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    create_file(path, kind, FakeClock())
    engine = open_engine(path, kind)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, METADATA[kind.name])
    close_engine(engine)
    assert differences == []


@EACH_KIND
def test_tables_triggers_and_indexes_are_the_same_word_for_word(kind: FileKind, tmp_path: Path) -> None:
    migrated, declared = tmp_path / "migrated.sqlite3", tmp_path / "declared.sqlite3"
    create_file(migrated, kind, FakeClock())
    create_all(declared, METADATA[kind.name])
    found = statements_of(migrated)
    assert found.pop("alembic_version")
    assert found == statements_of(declared)


@EACH_KIND
def test_the_known_revisions_are_those_of_alembic(kind: FileKind) -> None:
    history = history_of(kind.migrations)
    assert history.get_heads() == [kind.head]
    assert tuple(script.revision for script in history.walk_revisions())[::-1] == kind.revisions


@EACH_KIND
def test_a_file_says_what_it_is(kind: FileKind, tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    create_file(path, kind, FakeClock())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (kind.application_id,)
        assert dict(connection.execute("SELECT name, value FROM file_facts")) == {
            "kind": kind.name,
            "created_at": "2026-11-20T00:00:00.000000Z",
            "created_with": __version__,
        }


def test_each_kind_has_its_own_application_id() -> None:
    assert len({kind.application_id for kind in FILE_KINDS}) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE security_journal SET event = 'x'",
        "DELETE FROM security_journal",
        "DELETE FROM security_journal WHERE number = 1",
        "INSERT OR REPLACE INTO security_journal VALUES (1, 't', 'other', '{}', 'p', 'h')",
        "REPLACE INTO security_journal VALUES (1, 't', 'other', '{}', 'p', 'h')",
        "INSERT INTO security_journal VALUES (1, 't', 'other', '{}', 'p', 'h')"
        " ON CONFLICT (number) DO UPDATE SET event = 'x'",
    ],
)
def test_the_security_journal_only_grows(settings_file: Path, statement: str) -> None:
    with closing(sqlite3.connect(settings_file, isolation_level=None)) as connection:
        connection.execute("INSERT INTO security_journal VALUES (1, 't', 'first', '{}', 'p', 'h')")
        before = connection.execute("SELECT * FROM security_journal").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        assert connection.execute("SELECT * FROM security_journal").fetchall() == before
        connection.execute("INSERT INTO security_journal VALUES (2, 't', 'second', '{}', 'h', 'i')")
        assert connection.execute("SELECT count(*) FROM security_journal").fetchone() == (2,)


def test_a_wrong_type_does_not_get_in(settings_file: Path) -> None:
    with (
        closing(sqlite3.connect(settings_file)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value in INTEGER column"),
    ):
        connection.execute("INSERT INTO heartbeats VALUES ('2026', 'yes', 1, 1, 1)")


def test_a_naive_time_does_not_get_in() -> None:
    engine = create_engine("sqlite://")
    settings_tables.metadata.create_all(engine)
    statement = settings_tables.heartbeats.insert().values(
        beat_at=datetime(2026, 1, 1), engine_alive=True, streams_fresh=0, streams_stale=0, positions_watched=0
    )
    with engine.connect() as connection, pytest.raises(StatementError, match="time zone"):
        connection.execute(statement)
    engine.dispose()


def create_all(path: Path, metadata: MetaData) -> None:
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()


def statements_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows}
