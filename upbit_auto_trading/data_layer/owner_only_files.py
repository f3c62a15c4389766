"""Files that only their owner may read, replaced whole or not at all.

The new content goes to a file of its own beside the old one, is private before its first byte, is on the disk
before it takes the old one's name, and the folder's entry is on the disk before the caller goes on. A kill leaves
the old or the new file, and perhaps a left-over that :func:`leftovers` finds.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

from upbit_auto_trading.data_layer.durable_files import translated_os_error

_LEFTOVER_SUFFIX = ".new"
_CANNOT_SYNC_FOLDER = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
# A virus scanner or an indexer holds a fresh file open for moments on Windows; POSIX never refuses a rename so.
_REPLACE_TRIES = 40 if sys.platform == "win32" else 1
_REPLACE_PAUSE_SECONDS = 0.05


def replace_owner_only(
    path: Path, content: bytes, before_replace: Callable[[], None] | None = None, tag: str = ""
) -> None:
    """Write ``content`` to ``path`` atomically. ``before_replace`` runs when the new file is safe but not yet in place.

    ``tag`` is part of the name of what a kill leaves. Raises a leaf of StorageError; whatever ``before_replace``
    raises goes through, and the old file stays.
    """
    try:
        staged = _write_staged(path, content, tag)
    except OSError as error:
        raise translated_os_error(error, path) from error
    try:
        if before_replace is not None:
            before_replace()
        _replace(staged, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise translated_os_error(error, path) from error
    finally:
        staged.unlink(missing_ok=True)


def read_bounded(path: Path, limit: int) -> bytes:
    """At most ``limit + 1`` bytes, so that the caller can tell "too long" without reading a hostile giant."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise translated_os_error(error, path) from error


def remove(path: Path) -> None:
    """Delete, durably; a file that is not there is fine."""
    try:
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise translated_os_error(error, path) from error


def move_aside(path: Path, target: Path) -> Path:
    """Move, never overwriting: the returned path has a number when ``target`` is taken."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        free = next(candidate for candidate in _numbered(target) if not candidate.exists())
        _replace(path, free)
        _sync_folder(free.parent)
        _sync_folder(path.parent)
    except OSError as error:
        raise translated_os_error(error, path) from error
    return free


def leftovers(path: Path) -> tuple[Path, ...]:
    """What killed writes of this file left behind."""
    return tuple(sorted(path.parent.glob(f".{path.name}.*{_LEFTOVER_SUFFIX}")))


def is_owner_only(path: Path) -> bool:
    """Whether nobody else is let in. Raises OSError when the file cannot be asked."""
    if sys.platform == "win32":
        from upbit_auto_trading.data_layer.windows_access import is_private

        return is_private(path)
    facts = path.stat()
    return not facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO) and facts.st_uid == os.geteuid()


def _numbered(target: Path) -> list[Path]:
    return [target, *(target.with_name(f"{target.stem}-{number}{target.suffix}") for number in range(2, 1_000))]


def _write_staged(path: Path, content: bytes, tag: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{secrets.token_hex(4)}{tag}{_LEFTOVER_SUFFIX}")
    descriptor = _create_private(staged)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            _sync_file(file.fileno())
    except OSError:
        staged.unlink(missing_ok=True)
        raise
    return staged


def _create_private(path: Path) -> int:
    if sys.platform == "win32":
        from upbit_auto_trading.data_layer.windows_access import create_private

        return create_private(path)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _sync_file(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        try:
            # fsync on macOS stops at the drive's cache; this one empties it.
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
        except OSError as error:
            if error.errno not in _CANNOT_SYNC_FOLDER:  # network drives do not know it
                raise
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # NTFS journals its folders, and a folder cannot be opened for syncing
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC_FOLDER:
            raise
    finally:
        os.close(descriptor)


def _replace(source: Path, target: Path) -> None:
    for _attempt in range(_REPLACE_TRIES - 1):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            time.sleep(_REPLACE_PAUSE_SECONDS)
    os.replace(source, target)
