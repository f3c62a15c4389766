"""A stop of entries outlives a restore: going back to an older state never lets entries go on. Imports stay light."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from upbit_auto_trading.data_layer.durable_files import sync_file
from upbit_auto_trading.data_layer.storage.file_errors import file_errors
from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_reading, connect_plainly
from upbit_auto_trading.data_layer.storage.stored_time import time_to_text

#: the name of the row in ``engine_state``
ENTRIES_STOPPED_AT = "entries_stopped_at"
_BUSY_TIMEOUT_MS = 2_000


def keep_entries_stopped(present: Path, restored: Path, now: datetime) -> None:
    """Carries the stop of the present settings file into the one that is about to take its place.

    A present file that cannot be read may hold one: it counts as a stop of now. Both raise a StorageError only
    where the restored file cannot be written.
    """
    stopped_at = _stop_in(present, now)
    if stopped_at is None:
        return
    with file_errors(restored), closing(connect_plainly(restored, "rw", _BUSY_TIMEOUT_MS)) as connection:
        if _has_engine_state(connection):
            connection.execute(
                "INSERT INTO engine_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                (ENTRIES_STOPPED_AT, stopped_at),
            )
    with file_errors(restored):
        sync_file(restored)


def _stop_in(present: Path, now: datetime) -> str | None:
    if not present.is_file():
        return None
    try:
        with closing(connect_for_reading(present, _BUSY_TIMEOUT_MS)) as connection:
            if not _has_engine_state(connection):
                return None
            query = "SELECT value FROM engine_state WHERE name = ?"
            row = connection.execute(query, (ENTRIES_STOPPED_AT,)).fetchone()
    except (sqlite3.Error, OSError):
        return time_to_text(now)
    return None if row is None else str(row[0])


def _has_engine_state(connection: sqlite3.Connection) -> bool:
    query = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'engine_state'"
    return bool(connection.execute(query).fetchone()[0])
