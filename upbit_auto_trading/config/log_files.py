"""The log files of a folder: ``upbit-autotrader-YYYYMMDD[.n].jsonl``, a new one per KST day and per 10 MB.

Old files go by age and by total size; the file in use never does. A disk that is full, or a folder that became
read-only, breaks nothing: the lines are counted, the trouble is told once, and writing is tried again every few
seconds until it works, when one line says how many were lost.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import FileIO
from pathlib import Path
from threading import Lock

from upbit_auto_trading.utils.korean_time import kst_day

MEGABYTE = 1_000_000
RETRY_SECONDS = 5.0
_NAME = re.compile(r"upbit-autotrader-(\d{4})(\d{2})(\d{2})(?:\.(\d{1,6}))?\.jsonl")


@dataclass(frozen=True, slots=True)
class LogLimits:
    days_kept: int = 30
    total_bytes: int = 200 * MEGABYTE
    file_bytes: int = 10 * MEGABYTE

    @property
    def rotate_at(self) -> int:
        """Smaller files where little may be kept, so that the cleaning does not take nearly everything."""
        return min(self.file_bytes, self.total_bytes // 4)


@dataclass(frozen=True, slots=True, order=True)
class LogFile:
    """Ordered from the oldest to the newest."""

    day: date
    number: int
    path: Path

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0  # deleted meanwhile


def log_file_name(day: date, number: int) -> str:
    return f"upbit-autotrader-{day:%Y%m%d}{f'.{number}' if number else ''}.jsonl"


def list_log_files(folder: Path) -> list[LogFile]:
    """From the oldest to the newest; other files in the folder are left alone. Raises OSError."""
    found = []
    for entry in folder.iterdir():
        match = _NAME.fullmatch(entry.name)
        if match is None:
            continue
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue  # looks like ours, but there is no such day
        found.append(LogFile(day, int(match[4] or 0), entry))
    return sorted(found)


class LogFiles:
    """Writes lines. One thread writes; limits and cleaning may come from others."""

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        limits: LogLimits,
        on_trouble: Callable[[OSError], None],
        resumed_line: Callable[[int], str],
    ) -> None:
        self._folder = folder
        self._now = now
        self._monotonic = monotonic
        self._limits = limits
        self._on_trouble = on_trouble
        self._resumed_line = resumed_line
        self._lock = Lock()
        self._file: FileIO | None = None
        self._in_use: LogFile | None = None
        self._written = 0
        self._is_line_torn = False
        self._retry_at: float | None = None
        self._looked_at = float("-inf")
        self._lost_now = 0
        self.lost = 0

    def write(self, line: str) -> None:
        """One line, whole or (in trouble) counted as lost. Never raises OSError."""
        with self._lock:
            trouble = self._write(line)
        if trouble is not None:
            self._on_trouble(trouble)

    def set_limits(self, limits: LogLimits) -> None:
        """In force at once, for the files that lie there already too."""
        with self._lock:
            self._limits = limits
        self.prune()

    def prune(self) -> int:
        """Deletes what is too old or too much; how many files. One that cannot be deleted now is left for later."""
        with self._lock:
            return self._prune()

    def close(self) -> None:
        with self._lock:
            self._close()

    def _write(self, line: str) -> OSError | None:
        """The trouble, where it is new."""
        is_in_trouble = self._retry_at is not None
        if self._retry_at is not None and self._monotonic() < self._retry_at:
            self._lose()
            return None
        try:
            if self._lost_now:
                self._append(self._resumed_line(self._lost_now))
                self._lost_now = 0
            self._append(line)
        except OSError as error:
            self._lose()
            self._close()
            self._retry_at = self._monotonic() + RETRY_SECONDS
            return None if is_in_trouble else error
        self._retry_at = None
        return None

    def _append(self, line: str) -> None:
        data = line.encode("utf-8", errors="backslashreplace") + b"\n"
        file = self._file_for(kst_day(self._now()), len(data))
        if self._is_line_torn:
            data = b"\n" + data
            self._is_line_torn = False
        # A write that fails half-way closes the file; opening it again finds the torn line.
        view = memoryview(data)
        while view:
            written = file.write(view) or 0
            self._written += written
            view = view[written:]

    def _file_for(self, day: date, size: int) -> FileIO:
        if self._file is not None and self._in_use is not None and not self._was_removed():
            if self._in_use.day == day and self._written + size <= self._limits.rotate_at:
                return self._file
            number = self._in_use.number + 1 if self._in_use.day == day else None
        else:
            number = None
        self._close()
        return self._open(day, number, size)

    def _open(self, day: date, number: int | None, size: int) -> FileIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        today = [file for file in list_log_files(self._folder) if file.day == day]
        if number is None:
            newest = today[-1] if today else LogFile(day, 0, self._folder / log_file_name(day, 0))
            number = newest.number + int(newest.size + size > self._limits.rotate_at and newest.size > 0)
        else:
            number = max([number, *(file.number for file in today)])
        path = self._folder / log_file_name(day, number)
        # Unbuffered and appending: each line is with the system when write returns, so a kill loses none.
        self._file = FileIO(path, "a+")
        self._in_use = LogFile(day, number, path)
        self._written = self._file.seek(0, os.SEEK_END)
        self._is_line_torn = self._ends_torn()
        self._prune()
        return self._file

    def _ends_torn(self) -> bool:
        """A crash or a full disk may have left half a line, to which ours must not be glued."""
        if not self._written or self._file is None:
            return False
        self._file.seek(-1, os.SEEK_END)
        return self._file.read(1) != b"\n"

    def _was_removed(self) -> bool:
        """Whether someone deleted the file under us (not possible on Windows). Looked at every few seconds."""
        now = self._monotonic()
        if self._in_use is None or now - self._looked_at < RETRY_SECONDS:
            return False
        self._looked_at = now
        return not self._in_use.path.exists()

    def _prune(self) -> int:
        try:
            files = list_log_files(self._folder)
        except OSError:
            return 0  # nothing to list, nothing to clean
        # The newest is spared too: another command of ours may be writing to it.
        spared = {self._in_use, files[-1] if files else None}
        oldest_kept = kst_day(self._now()) - timedelta(days=self._limits.days_kept - 1)
        # The file in use may grow to its full size without breaking the total.
        room = self._limits.total_bytes - self._limits.rotate_at
        deleted = 0
        for file in reversed(files):
            if file in spared:
                continue
            room -= file.size
            if (file.day < oldest_kept or room < 0) and _delete(file.path):
                deleted += 1
        return deleted

    def _lose(self) -> None:
        self.lost += 1
        self._lost_now += 1

    def _close(self) -> None:
        file, self._file, self._in_use = self._file, None, None
        if file is not None:
            try:
                file.close()
            except OSError:  # a network folder may only say so now; the lines are counted where they are written
                self.lost += 1


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False  # open in another program (Windows), or read-only: the next cleaning tries again
    return True
