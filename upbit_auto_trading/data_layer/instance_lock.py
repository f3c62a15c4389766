"""One running program per data folder, by a lock of the operating system: a crash releases it by itself."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.durable_files import translated_os_error

#: the locked byte lies far beyond the content, because Windows lets nobody read a locked byte
_LOCKED_BYTE = 0x3FFF_FFFF
_LARGEST_CONTENT = 4096


@dataclass(frozen=True, slots=True)
class LockHolder:
    """What the file says of the run that wrote it."""

    process_id: int
    started_at: str


class InstanceLock:
    """Held from :meth:`acquire` to :meth:`release` or the end of the process, whatever ends it.

    The lock belongs to the file itself, so the same folder by another path, link or spelling is the same lock.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._handle: int | None = None
        self._left_by_crash: LockHolder | None = None

    @property
    def is_held(self) -> bool:
        return self._handle is not None

    @property
    def left_by_crash(self) -> LockHolder | None:
        """Who held the lock before and did not release it: that run crashed."""
        return self._left_by_crash

    def acquire(self) -> None:
        """Raises AnotherInstanceRuns, or a StorageError leaf where the folder cannot be used."""
        if self._handle is not None:
            return
        try:
            handle = os.open(self._path, _OPEN_FLAGS, 0o600)  # Python's handles are not inherited by programs we start
        except OSError as error:
            raise translated_os_error(error, self._path) from error
        try:
            if not _try_lock(handle):
                holder = _read_holder(handle)
                raise AnotherInstanceRuns(str(self._path.parent), holder.process_id if holder else None)
            self._left_by_crash = _read_holder(handle)
            started_at = self._clock.now().isoformat(timespec="seconds")
            _write_holder(handle, LockHolder(os.getpid(), started_at))
        except OSError as error:
            os.close(handle)
            raise translated_os_error(error, self._path) from error
        except AnotherInstanceRuns:
            os.close(handle)
            raise
        self._handle = handle
        _close_in_forked_children(self)

    def release(self) -> None:
        """The file stays, empty: deleting it would let two programs lock two files of one name."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        try:
            os.ftruncate(handle, 0)
            _unlock(handle)
        except OSError as error:
            raise translated_os_error(error, self._path) from error
        finally:
            os.close(handle)

    def _forget_after_fork(self) -> None:
        # Only closed, never unlocked: the lock is shared with the parent, which still holds it.
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


_OPEN_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:  # EACCES: another process holds the byte
            return False
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

    def _close_in_forked_children(lock: InstanceLock) -> None:
        """Windows never forks."""

else:
    import fcntl
    import weakref

    def _try_lock(handle: int) -> bool:
        # flock, not lockf: the latter is lost as soon as anything in this process closes the same file.
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)

    def _close_in_forked_children(lock: InstanceLock) -> None:
        reference = weakref.ref(lock)

        def forget() -> None:
            held = reference()
            if held is not None:
                held._forget_after_fork()

        os.register_at_fork(after_in_child=forget)


def _read_holder(handle: int) -> LockHolder | None:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        fields = json.loads(os.read(handle, _LARGEST_CONTENT))
        return LockHolder(int(fields["process_id"]), str(fields["started_at"]))
    except (ValueError, TypeError, KeyError, RecursionError):  # empty after a clean end, or half-written
        return None


def _write_holder(handle: int, holder: LockHolder) -> None:
    content = json.dumps(asdict(holder)).encode() + b"\n"
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, content)
    os.fsync(handle)
