"""What SQLite and the system report, as leaves of the error tree. Standard library only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    DriveFailed,
    FolderReadOnly,
    InvariantBroken,
    StorageError,
    TradingAppError,
)
from upbit_auto_trading.data_layer.durable_files import translated_os_error

#: by primary result code, the low byte of what SQLite reports
_BY_RESULT_CODE: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_PROTOCOL: DatabaseBusy,
    sqlite3.SQLITE_READONLY: FolderReadOnly,
    sqlite3.SQLITE_PERM: FolderReadOnly,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
    sqlite3.SQLITE_FORMAT: DatabaseDamaged,
}
_SAY_LITTLE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
#: a statement that the file's own schema does not allow: nothing the world could have done
_OURS = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG)

#: more than one step in which a write-ahead log or its index grows
_PROBE_BYTES = 64 * 1024


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises the leaf that an error of SQLite or the system stands for; other errors pass."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        leaf = translate(error, path)
        if leaf is None:
            raise
        raise leaf from error


def translate(error: BaseException, path: Path) -> TradingAppError | None:
    """The leaf for an error, or None for one that is not about the file (an interrupt, a wrong call)."""
    if isinstance(error, OSError):
        return translated_os_error(error, path)
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(error, sqlite3.Error) or code is None:
        return None
    primary, detail = code & 0xFF, f"{getattr(error, 'sqlite_errorname', code)}: {error}"
    if primary in _SAY_LITTLE:
        return _by_trying(path, detail)
    if primary in _OURS:
        return InvariantBroken(f"{path.name}: {detail}")
    leaf = _BY_RESULT_CODE.get(primary)
    return None if leaf is None else leaf(str(path), detail)


def _by_trying(path: Path, detail: str) -> StorageError:
    """SQLite reports a full disk, a quota and a read-only folder as "I/O error" in places: writing tells."""
    if path.is_dir():
        return DatabaseDamaged(str(path), detail)
    probe = path.parent / f".write-test-{os.getpid()}-{uuid4().hex}"
    try:
        probe.write_bytes(b"\0" * _PROBE_BYTES)
    except OSError as error:
        return translated_os_error(error, path)
    finally:
        _remove(probe)
    return DriveFailed(str(path), detail)


def _remove(probe: Path) -> None:
    try:
        probe.unlink(missing_ok=True)
    except OSError:
        # the folder went away under us; what is being reported already says so
        return
