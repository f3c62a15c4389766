"""Writing files so that a power cut leaves the old or the new one, and errors that say what went wrong."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    DriveFailed,
    FolderReadOnly,
    StorageError,
)

# EFBIG: the largest file that the file system (FAT) or a limit allows is reached; the user mends it alike.
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_USE_ON_WINDOWS = {32, 33}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_PRIMARY_RESULT = 0xFF


def translated_os_error(error: OSError, path: Path) -> StorageError:
    if getattr(error, "winerror", None) in _IN_USE_ON_WINDOWS:
        return DatabaseBusy(str(path), str(error))
    if error.errno in _FULL:
        return DiskFull(str(path), str(error))
    if error.errno in _DENIED:
        return FolderReadOnly(str(path), str(error))
    return DriveFailed(str(path), str(error))


def translated_sqlite_error(error: sqlite3.Error, written: Path, read: Path) -> StorageError | None:
    """``None`` for what is not the world's fault, such as a mistake in our SQL."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_RESULT
    detail = f"{getattr(error, 'sqlite_errorname', '')} {error}".strip()
    match code:
        case sqlite3.SQLITE_FULL:
            return DiskFull(str(written), detail)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return FolderReadOnly(str(written), detail)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseBusy(str(read), detail)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DatabaseDamaged(str(read), detail)
        case sqlite3.SQLITE_IOERR:
            return DriveFailed(str(written), detail)
        case _:
            return None


@contextmanager
def file_errors(written: Path, read: Path | None = None) -> Iterator[None]:
    """What the system or SQLite raises inside becomes a leaf of StorageError."""
    try:
        yield
    except OSError as error:
        raise translated_os_error(error, written) from error
    except sqlite3.Error as error:
        leaf = translated_sqlite_error(error, written, read or written)
        if leaf is None:
            raise
        raise leaf from error


def sync_file(path: Path) -> None:
    # Windows flushes only handles that may write.
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Makes a rename inside the folder last. Windows has no such call: NTFS journals its renames."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """The file holds the old or the new content, never a part."""
    temporary = path.with_name(f".{path.name}.new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)
