"""Looks at a database before it is used: ours, of which revision, whole, writable. No Alembic, no SQLAlchemy."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, FolderReadOnly, NewerSchema
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE, FileKind
from upbit_auto_trading.data_layer.storage.plain_connection import apply_rules, connect_plainly

#: about a hundredth of a second of work
_STEPS_BETWEEN_LOOKS = 20_000


def inspect_file(path: Path, kind: FileKind) -> str:
    """The revision of a usable file; raises NewerSchema, DatabaseDamaged or what the world did."""
    with translated(path):
        if path.is_dir():
            raise DatabaseDamaged(str(path), "a folder")
        if path.stat().st_size == 0:
            # files are made whole and then renamed: an empty one lost what it held
            raise DatabaseDamaged(str(path), "empty")
        _refuse_read_only_file(path)
        with closing(connect_plainly(path, "rw", kind.busy_timeout_ms)) as connection:
            refuse_foreign_file(connection, path, kind)
            apply_rules(connection, kind)
            revision = read_known_revision(connection, path, kind)
            if kind.is_checked_at_start:
                _check_integrity(connection, path, "integrity_check")
            _try_to_write(connection)
    return revision


def _refuse_read_only_file(path: Path) -> None:
    """Asked first: SQLite would leave companions with the same rights, in the way after the file was mended.

    Not by opening it: closing a second handle drops the POSIX locks of every connection to the file.
    """
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise FolderReadOnly(str(path), "the file")


def check_market_data(path: Path, should_stop: Callable[[], bool]) -> bool:
    """Looks through the candles while others use them; False when it was stopped before the end.

    For a background thread after an unclean end. SQLite before 3.41 answers a stop only after it has read
    the pages of the table it is at, about a second for a gigabyte.
    """

    def look() -> int:
        return 1 if should_stop() else 0

    with (
        translated(path),
        closing(connect_plainly(path, "ro", MARKET_DATA_FILE.busy_timeout_ms)) as connection,
    ):
        connection.set_progress_handler(look, _STEPS_BETWEEN_LOOKS)
        try:
            _check_integrity(connection, path, "quick_check")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return False
            raise
    return True


def refuse_foreign_file(connection: sqlite3.Connection, path: Path, kind: FileKind) -> None:
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    if found != kind.application_id:
        raise DatabaseDamaged(str(path), f"not-ours: application id {found:#x}")


def read_known_revision(connection: sqlite3.Connection, path: Path, kind: FileKind) -> str:
    """A revision that this program never heard of was written by a newer one."""
    try:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise DatabaseDamaged(str(path), "no revision") from error
    if len(rows) != 1:
        raise DatabaseDamaged(str(path), "no revision")
    revision = str(rows[0][0])
    if revision not in kind.revisions:
        raise NewerSchema(str(path), revision)
    return revision


def _check_integrity(connection: sqlite3.Connection, path: Path, check: str) -> None:
    finding = str(connection.execute(f"PRAGMA {check}(1)").fetchone()[0])
    if finding != "ok":
        raise DatabaseDamaged(str(path), finding)


def _try_to_write(connection: sqlite3.Connection) -> None:
    """SQLite opens a read-only file without a word and fails at the first write: better now.

    BEGIN IMMEDIATE finds out who else is writing, but on such a file it quietly becomes a BEGIN.
    """
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE alembic_version SET version_num = version_num WHERE 0")
    connection.execute("ROLLBACK")
