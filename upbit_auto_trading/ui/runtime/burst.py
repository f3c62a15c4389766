"""Collates bursts: any number of values in, the newest of each key out, at most ten times a second."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.ui.runtime.queued import connect_queued

TEN_PER_SECOND_MS = 100


class Turn:
    """Whether what was sent to another thread was taken there. Each of the two numbers is written by one thread."""

    def __init__(self) -> None:
        self._sent = self._taken = 0

    def send(self) -> None:
        self._sent += 1

    def take(self) -> None:
        self._taken = self._sent

    @property
    def is_free(self) -> bool:
        return self._sent == self._taken


class Burst(QObject):
    """Values are offered from any thread and delivered in the thread the burst lives in.

    The first value goes out at once; those that follow within the interval wait for its end, and only the newest
    of each key is kept. However many are offered, one event is queued. With a ``turn``, whose receiver sends what is
    delivered on to another thread, nothing is delivered before that thread has taken what it was sent last: one that is
    slow gets more at a time and not more to do.
    """

    delivered = pyqtSignal(object)  # dict of key → newest value, in order of first offering
    _woken = pyqtSignal()

    def __init__(
        self, interval_ms: int = TEN_PER_SECOND_MS, parent: QObject | None = None, turn: Turn | None = None
    ) -> None:
        super().__init__(parent)
        self._turn = turn
        self._lock = threading.Lock()
        self._pending: dict[Hashable, object] = {}
        self._is_wake_queued = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(interval_ms)
        self._pause.timeout.connect(self._deliver)
        connect_queued(self._woken, self._wake)

    @property
    def interval_ms(self) -> int:
        return self._pause.interval()

    def offer(self, key: Hashable, value: object) -> None:
        with self._lock:
            self._pending[key] = value
            if self._is_wake_queued:
                return
            self._is_wake_queued = True
        self._woken.emit()

    def take(self, key: Hashable) -> object | None:
        """What waits under a key, taken out before its turn."""
        with self._lock:
            return self._pending.pop(key, None)

    @pyqtSlot()
    def _wake(self) -> None:
        if not self._pause.isActive():
            self._deliver()

    @pyqtSlot()
    def _deliver(self) -> None:
        if self._turn is not None and not self._turn.is_free:
            self._pause.start()  # what waits is looked at again
            return
        with self._lock:
            newest, self._pending = self._pending, {}
            self._is_wake_queued = False
        if newest:
            self._pause.start()
            self.delivered.emit(newest)
