"""Whether the window's thread answers: every beat is counted, and where it hung for long stands in the log.

A timer of that thread beats; how late it comes is how long a click would have waited. A second thread looks whether
it beats at all, and writes down where the window's thread is while it does not: files, functions and lines, no
values. Five beats and five looks a second: too few to be felt, enough that what hangs often is found.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSlot

from upbit_auto_trading.ui.runtime.thread_places import places_of

EVERY_MS: Final = 200
#: nothing in the window's thread may take longer
LATE_MS: Final = 50.0
#: a moment the user sees: worth a line in the log
HUNG_MS: Final = 200.0
#: so long between two lines of the log, however often it hangs
QUIET_SECONDS: Final = 60.0
#: later than this the machine was asleep, or the program held in a debugger
SLEPT_MS: Final = 30_000.0
#: as the monitor lists it; a beat that came too late counts as a failure
OPERATION: Final = "window.answer"
_FRAMES_TOLD: Final = 12

_LOGGER = logging.getLogger(__name__)


class Recorder(Protocol):
    def __call__(self, operation: str, duration_ms: float, *, failed: bool = False) -> None: ...


class EventLoopWatch(QObject):
    """Make it in the window's thread; :meth:`start` once the event loop runs."""

    def __init__(self, monotonic: Callable[[], float], record: Recorder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._record = record
        self._watched = threading.get_ident()
        #: one number, replaced whole: the other thread reads it
        self._due_at = 0.0
        self._told_at: float | None = None
        #: two that look at once would say the same twice
        self._looking = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._due_at = self._monotonic() + EVERY_MS / 1_000
        self._timer.start()
        self._thread = threading.Thread(target=self._look_on, name="window watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._timer.stop()
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @pyqtSlot()
    def _beat(self) -> None:
        now = self._monotonic()
        late_ms = max(0.0, (now - self._due_at) * 1_000)
        self._due_at = now + EVERY_MS / 1_000
        if late_ms < SLEPT_MS:
            self._record(OPERATION, late_ms, failed=late_ms > LATE_MS)

    def _look_on(self) -> None:
        while not self._ended.wait(EVERY_MS / 1_000):
            self.look()

    def look(self) -> None:
        """In the other thread. What it saw is told only if no beat came meanwhile."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        due_at, now = self._due_at, self._monotonic()
        if not HUNG_MS < (now - due_at) * 1_000 < SLEPT_MS:
            return
        if self._told_at is not None and now - self._told_at < QUIET_SECONDS:
            return
        places = places_of(self._watched, _FRAMES_TOLD)
        if due_at == self._due_at:
            self._told_at = now
            _LOGGER.info("the window has not answered for %d ms: %s", round((now - due_at) * 1_000), places)
