"""Copies a SQLite file while others use it, and says whether a file is whole and of which revision."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.data_layer.durable_files import sync_file
from upbit_auto_trading.data_layer.storage.file_errors import file_errors
from upbit_auto_trading.data_layer.storage.plain_connection import file_uri

_PAGES_PER_STEP = 512
_BUSY_SECONDS = 5.0
SIDE_FILES = ("-wal", "-shm", "-journal")


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that never writes, beside a program that does.

    Unlike ``plain_connection.connect_for_reading`` it takes part in SQLite's locking even where the log is empty:
    a checkpoint of the running program in the middle of a copy must not tear it.
    """
    connection = _connect(path, "mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        log = path.with_name(path.name + "-wal")
        if not path.is_file() or (log.exists() and log.stat().st_size):
            raise
        # A WAL file in a folder where SQLite may not make its shared memory: nobody can be writing.
        return _connect(path, "mode=ro&immutable=1")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file_uri(path, options), uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    # A file may come from anywhere: its views and triggers must not call functions with side effects.
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def copy_database(source: Path, target: Path, on_progress: Callable[[float], None]) -> None:
    """A copy of one moment, although others may write meanwhile. ``on_progress`` may raise to stop."""

    def step(_status: int, remaining: int, total: int) -> None:
        on_progress(1.0 if total == 0 else (total - remaining) / total)

    with file_errors(target, read=source), closing(open_read_only(source)) as origin:
        # One read transaction for the whole copy: otherwise each foreign write starts it anew.
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            origin.backup(copy, pages=_PAGES_PER_STEP, progress=step)
            # One file without companions is what gets packed.
            copy.execute("PRAGMA journal_mode = DELETE")
        sync_file(target)


def check_database(path: Path) -> str:
    """Reads every page; returns the revision ("" before the first). Raises DatabaseDamaged."""
    with file_errors(path), closing(open_read_only(path)) as connection:
        problem = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if problem != "ok":
            raise DatabaseDamaged(str(path), problem)
        return read_revision(connection)


def read_revision(connection: sqlite3.Connection) -> str:
    """What Alembic wrote, read without it."""
    table = connection.execute("SELECT 1 FROM sqlite_schema WHERE type='table' AND name='alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if table else None
    return str(row[0]) if row else ""
