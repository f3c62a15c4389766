"""Work of one kind, one piece after the other: two that compute at the same time take the interpreter from the window
twice as often, and each gets half of it."""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Callable
from itertools import count

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.ui.runtime.background_lane import BackgroundLane
from upbit_auto_trading.ui.runtime.queued import connect_queued

Job = Callable[[], None]


class TurnLane(QObject):
    """Lives in the UI thread; its jobs run in the threads of another lane, whose own go in between.

    The highest rank first; of one rank the first that came.
    """

    _left = pyqtSignal()

    def __init__(self, lane: BackgroundLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._numbers = count()
        #: threads take from it, the UI thread adds and drops
        self._waiting: list[tuple[int, int, Job]] = []
        self._lock = threading.Lock()
        #: a thread works on it, or will
        self._is_in_lane = False
        connect_queued(self._left, self._come_again)

    def add(self, job: Job, rank: int = 0) -> bool:
        """False where too much waits before the threads."""
        with self._lock:
            insort(self._waiting, (-rank, next(self._numbers), job))
            is_new, self._is_in_lane = not self._is_in_lane, True
        if is_new and not self._lane.add(self._run):
            self._is_in_lane = False
            self.drop(job)
            return False
        return True

    def drop(self, job: Job) -> bool:
        """True if the job was still waiting and will not run."""
        with self._lock:
            found = next((entry for entry in self._waiting if entry[2] is job), None)
            if found is not None:
                self._waiting.remove(found)
        return found is not None

    def _run(self) -> None:
        """In a thread of the other lane."""
        while (job := self._next()) is not None:
            job()
            if self._lane.is_waited_for:
                self._left.emit()
                return

    def _next(self) -> Job | None:
        with self._lock:
            self._is_in_lane = bool(self._waiting)
            return self._waiting.pop(0)[2] if self._waiting else None

    @pyqtSlot()
    def _come_again(self) -> None:
        """Behind those that it let go first; it had its place already."""
        self._lane.add(self._run, however_many=True)
