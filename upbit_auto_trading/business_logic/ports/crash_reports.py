"""What is told when something of ours fails in a way nobody expected, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class CrashKind(Enum):
    #: an exception that left a slot or the main program
    EXCEPTION = "exception"
    #: an exception that ended a thread of Python's
    THREAD = "thread"
    #: an exception in a finaliser or callback, where nobody could catch it
    UNRAISABLE = "unraisable"
    #: Qt ends the process right after this
    QT_FATAL = "qt-fatal"
    #: written by the interpreter while the process died; found by the next start
    NATIVE = "native"


@dataclass(frozen=True, slots=True, eq=False)
class Crash:
    """What the hook saw, in the thread that failed. Not kept: ``error`` holds frames and their variables."""

    kind: CrashKind
    thread_name: str
    error: BaseException | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class CrashSummary:
    """Crosses threads to whoever tells the user. ``file_name`` is empty where no report could be written."""

    kind: CrashKind
    happened_at: datetime
    thread_name: str
    error_type: str
    file_name: str = ""


#: called in the thread that failed; writes the report and returns at once
CrashWriter = Callable[[Crash], CrashSummary]


@dataclass(frozen=True, slots=True)
class CrashReport:
    """A report that lies there. ``first_line`` says what failed and where."""

    file_name: str
    kind: CrashKind
    written_at: datetime
    first_line: str
    is_seen: bool


class CrashReportStore(Protocol):
    def write(self, crash: Crash) -> CrashSummary:
        """Never raises for the world's sake (disk full, read-only): then the summary names no file."""

    def list_reports(self) -> tuple[CrashReport, ...]:
        """Newest first."""

    def read(self, file_name: str) -> str:
        """The whole report, as it may be shared. Raises InvalidParameter, StorageError."""

    def mark_seen(self, file_name: str) -> None:
        """Raises InvalidParameter, StorageError."""
