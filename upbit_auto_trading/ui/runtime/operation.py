"""One piece of long work: what is asked for, what it may say while it runs, and how it is watched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.burst import Burst
from upbit_auto_trading.utils.bilingual_text import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """``fraction`` and ``remaining_seconds`` are ``None`` while unknown."""

    fraction: float | None = None
    note: Text | None = None
    remaining_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ProgressNote:
    """What the work itself said, before the remaining time is added."""

    fraction: float | None
    note: Text | None


class OperationContext:
    """Given to the work, in its thread."""

    def __init__(self, number: int, notes: Burst) -> None:
        self._number = number
        self._notes = notes
        self._cancelled = threading.Event()

    def progress(self, fraction: float | None, note: Text | None = None) -> None:
        """May be called as often as convenient: only the newest is shown, ten times a second."""
        self._notes.offer(self._number, ProgressNote(fraction, note))

    def keep_going(self, fraction: float) -> bool:
        """The port's ``ProgressCallback``: tells the progress, answers False once cancelled."""
        self.progress(fraction)
        return not self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check_cancelled(self) -> None:
        """Leaves the work by raising; answered by ``on_cancelled`` alone."""
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        self._cancelled.set()


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """Work for the background threads: it may take minutes and must not touch the stores.

    ``title`` is what the user reads while it runs; views that show ``topic`` refresh when it has succeeded.
    """

    title: Text
    work: Callable[[OperationContext], T]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class StorageOperation(Generic[T]):
    """Work for the storage thread, which does one after the other."""

    title: Text
    work: Callable[[Stores, OperationContext], T]
    topic: str = ""


class OperationHandle:
    """What the one who submitted keeps; for the UI thread."""

    def __init__(self, number: int, title: Text, context: OperationContext, notice_cancel: Callable[[], None]) -> None:
        self.number = number
        self.title = title
        self.progress = Progress()
        self.is_finished = False
        self._context = context
        self._notice_cancel = notice_cancel

    @property
    def is_cancelled(self) -> bool:
        """Asked for; the work ends at its next check, or succeeds if it was nearly done."""
        return self._context.is_cancelled

    def cancel(self) -> None:
        if not self.is_finished:
            self._context.cancel()
            self._notice_cancel()


@dataclass(frozen=True, slots=True)
class RunningOperation:
    """A line of the status bar."""

    handle: OperationHandle
    title: Text
    progress: Progress
    running_seconds: float
