"""Writing files so that a power cut leaves the old or the new one, and what the system's refusals mean."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseBusy,
    DiskFull,
    DriveFailed,
    FolderReadOnly,
    PathUnusable,
    StorageError,
)

# EFBIG: the largest file that the file system (FAT) or a limit allows is reached; the user mends it alike.
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_UNUSABLE = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP}
_IN_USE_ON_WINDOWS = {32, 33}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION


def translated_os_error(error: OSError, path: Path) -> StorageError:
    if getattr(error, "winerror", None) in _IN_USE_ON_WINDOWS:
        return DatabaseBusy(str(path), str(error))
    if error.errno in _FULL:
        return DiskFull(str(path), str(error))
    if error.errno in _DENIED:
        return FolderReadOnly(str(path), str(error))
    if error.errno in _UNUSABLE:
        return PathUnusable(str(path), str(error))
    return DriveFailed(str(path), str(error))


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
