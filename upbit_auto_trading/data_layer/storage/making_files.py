"""Creates and migrates databases. Imports Alembic, so it is imported only by a start that has such work."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, Engine

from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.durable_files import sync_file, sync_folder
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine, writing
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.file_kinds import FileKind
from upbit_auto_trading.data_layer.storage.migrations.runner import migrate
from upbit_auto_trading.data_layer.storage.set_aside import companions_of
from upbit_auto_trading.data_layer.storage.stored_time import time_to_text


def create_file(path: Path, kind: FileKind, clock: Clock) -> None:
    """Made under another name and renamed when whole: a kill leaves no file, or a finished one."""
    fresh = path.with_name(f".{path.name}.new")
    with translated(path):
        _remove(fresh)
        try:
            fresh.touch()
            engine = open_engine(fresh, kind)
            try:
                _fill(engine, kind, clock)
            finally:
                close_engine(engine)
            sync_file(fresh)
            os.replace(fresh, path)
        finally:
            _remove(fresh)
        sync_folder(path.parent)


def migrate_file(path: Path, kind: FileKind) -> None:
    """One transaction for all steps to the head."""
    engine = open_engine(path, kind)
    try:
        # Rebuilding a table drops the old one, and with foreign keys on its children would go with it.
        # The switch works only outside a transaction; the check below takes its place.
        _switch_foreign_keys_off(engine)
        with writing(engine) as connection:
            migrate(connection, kind.migrations)
            _check_migrated(connection, path, kind)
    finally:
        close_engine(engine)


def _fill(engine: Engine, kind: FileKind, clock: Clock) -> None:
    with writing(engine) as connection:
        migrate(connection, kind.migrations)
        connection.exec_driver_sql(f"PRAGMA application_id={kind.application_id}")
        facts = {"kind": kind.name, "created_at": time_to_text(clock.now()), "created_with": __version__}
        for name, value in facts.items():
            connection.exec_driver_sql("INSERT INTO file_facts (name, value) VALUES (?, ?)", (name, value))


def _switch_foreign_keys_off(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
    finally:
        raw.close()


def _check_migrated(connection: Connection, path: Path, kind: FileKind) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise InvariantBroken(f"{path.name}: the migration left rows without their parent: {orphan}")
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision != kind.head:
        raise InvariantBroken(f"{path.name}: migrated to {revision}, not {kind.head}")


def _remove(fresh: Path) -> None:
    """Left-overs of a creation that was cut short hold nothing of the user's."""
    for leftover in (*companions_of(fresh), fresh):
        leftover.unlink(missing_ok=True)
