"""Connections of the standard library: the rules under which every file is opened.

Start-up checks, the first look and the maker of engines share them; none of this imports SQLAlchemy.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from upbit_auto_trading.data_layer.storage.file_kinds import FileKind

#: a write-ahead log that a long read made large is cut back to this at the next checkpoint
_LOG_SIZE_LIMIT = 16 * 1024 * 1024


def connect_for_writing(path: Path, kind: FileKind) -> sqlite3.Connection:
    """Opens a file of ours that exists, under all rules of its kind."""
    connection = connect_plainly(path, "rw", kind.busy_timeout_ms)
    try:
        apply_rules(connection, kind)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def connect_plainly(path: Path, mode: str, busy_timeout_ms: int) -> sqlite3.Connection:
    """``mode`` is ro or rw: a missing file is an error, never an empty file that looks like a loss.

    Transactions begin and end by statements of ours alone (``isolation_level=None``): pysqlite would
    otherwise commit silently before DDL, and a migration could be cut in half.
    """
    return _connect(path, f"mode={mode}", busy_timeout_ms)


def connect_for_reading(path: Path, busy_timeout_ms: int) -> sqlite3.Connection:
    """Opens a file that this connection cannot change; it leaves no trace beside a closed file.

    A file that no program has open is read as immutable, because SQLite would otherwise create -wal and
    -shm even for a reader. For a short look only: a program that starts meanwhile would not be noticed.
    """
    return _connect(path, "mode=ro&immutable=1" if _is_at_rest(path) else "mode=ro", busy_timeout_ms)


def _is_at_rest(path: Path) -> bool:
    """While a connection is open, and after a crash, -shm lies there; the last one to close takes it away."""
    log, shared_memory, journal = (Path(f"{path}{ending}") for ending in ("-wal", "-shm", "-journal"))
    if shared_memory.exists() or journal.exists():
        return False
    return not log.exists() or log.stat().st_size == 0


def _connect(path: Path, query: str, busy_timeout_ms: int) -> sqlite3.Connection:
    connection = sqlite3.connect(file_uri(path, query), uri=True, isolation_level=None, timeout=busy_timeout_ms / 1000)
    # whoever made the file, its schema may call no function with side effects
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def file_uri(path: Path, query: str) -> str:
    """Three slashes for ``C:/…``, four for a network share: SQLite refuses any host in the authority."""
    location = path.absolute().as_posix()
    if not location.startswith("/"):
        location = "/" + location
    return f"file://{quote(os.fsencode(location), safe='/:')}?{query}"


def apply_rules(connection: sqlite3.Connection, kind: FileKind) -> None:
    """For files known to be ours: the first statement may rewrite the header."""
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA foreign_keys=ON")
    # on a file system that cannot share memory SQLite answers with the mode it keeps; that one is whole too
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA journal_size_limit={_LOG_SIZE_LIMIT}")
    connection.execute(f"PRAGMA synchronous={kind.synchronous.value}")
    # macOS answers fsync before the drive has written; elsewhere this is ignored
    connection.execute("PRAGMA fullfsync=ON")
