"""A thread with one worker in it: made, reached, stopped and waited for in one way everywhere."""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PyQt6.QtCore import QDeadlineTimer, QObject, QThread, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.ui.runtime.queued import connect_queued


class Worker(QObject):
    """What lives in a host's thread. It is made there too, so its sockets, files and timers belong to it."""

    def start(self) -> None:
        """Open what the work needs; raises where it cannot."""

    def stop(self) -> None:
        """Finish, then release everything that ``start`` opened; also called when ``start`` failed half-way."""


W = TypeVar("W", bound=Worker)


def run_guarded(work: Callable[[], None], on_error: Callable[[Exception], None]) -> None:
    """The outer slot of every worker: nothing escapes into Qt, and the thread goes on serving.

    An error that is not one of ours is a bug: it also goes to the crash hook, which records and signals.
    Cancelling is neither.
    """
    try:
        work()
    except Exception as error:  # noqa: BLE001 - the one place besides the crash hook
        if not isinstance(error, TradingAppError | Cancelled):
            sys.excepthook(type(error), error, error.__traceback__)
        on_error(error)


def guarded_slot(*types: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A ``pyqtSlot`` of a :class:`GuardedWorker` whose errors become its ``failed`` signal."""

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def guarded(self: GuardedWorker, *arguments: Any) -> None:
            run_guarded(lambda: method(self, *arguments), self.failed.emit)

        decorated: Callable[..., None] = pyqtSlot(*types, name=method.__name__)(guarded)
        return decorated

    return decorate


class GuardedWorker(Worker):
    """A worker with slots of its own (timers); their errors are told by signal."""

    failed = pyqtSignal(object)


class _WorkerThread(QThread):
    def __init__(self, begin: Callable[[], None]) -> None:
        super().__init__()
        self._begin = begin

    def run(self) -> None:
        # A Python frame below the event loop keeps thread-local state (names, SQLAlchemy's connections) between
        # slots; with Qt's own run() it would be new in each.
        threading.current_thread().name = self.objectName()  # log lines name the thread
        sys.settrace(threading.gettrace())  # debuggers and coverage see threads of Python only, unless told
        try:
            self._begin()  # in here, not by the signal started(): that one comes before run()
            self.exec()
        finally:
            _forget_python_thread()


def _forget_python_thread() -> None:
    """WORKAROUND(Python 3.11, 3.12): threads that Python did not start stay listed for ever; remove with 3.13."""
    if sys.version_info < (3, 13):
        threading._active.pop(threading.get_ident(), None)  # type: ignore[attr-defined]


class _Inbox(QObject, Generic[W]):
    """Lives in the worker's thread from the beginning, so that nothing posted before the start is lost."""

    posted = pyqtSignal(object)
    started = pyqtSignal()
    start_failed = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, make_worker: Callable[[], W]) -> None:
        super().__init__()
        self._make_worker: Callable[[], W] | None = make_worker
        self._worker: W | None = None
        connect_queued(self.posted, self.run)

    def begin(self) -> None:
        """Called by the thread itself, before anything that was posted."""
        run_guarded(self._begin, self.start_failed.emit)

    def _begin(self) -> None:
        if self._make_worker is None:
            return
        self._worker = self._make_worker()
        self._make_worker = None
        self._worker.start()
        self.started.emit()

    @pyqtSlot(object)
    def run(self, call: Callable[[W], None]) -> None:
        worker = self._worker
        if worker is not None:
            run_guarded(lambda: call(worker), self.failed.emit)

    @pyqtSlot()
    def end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            run_guarded(worker.stop, self.failed.emit)
            worker.deleteLater()  # done by the ending thread itself
        QThread.currentThread().quit()  # type: ignore[union-attr]  # there is one: we run in it


class WorkerHost(QObject, Generic[W]):
    """Owns one thread and one worker; lives in the UI thread, where its signals arrive.

    ``failed`` carries every error of the worker that nobody else was told: of its start (``start_failed`` too), of a
    posted call, of its stop. The thread goes on serving after each.
    """

    started = pyqtSignal()
    start_failed = pyqtSignal(object)
    failed = pyqtSignal(object)
    finished = pyqtSignal()
    _stop_asked = pyqtSignal()

    def __init__(self, name: str, make_worker: Callable[[], W], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._inbox: _Inbox[W] = _Inbox(make_worker)
        self._thread = _WorkerThread(self._inbox.begin)
        self._thread.setObjectName(name)
        self._inbox.moveToThread(self._thread)
        self._was_started = False
        self._stop_requested = False
        self._has_finished = False
        self._inbox.started.connect(self.started)
        self._inbox.start_failed.connect(self.start_failed)
        self._inbox.start_failed.connect(self.failed)
        self._inbox.failed.connect(self.failed)
        self._stop_asked.connect(self._inbox.end)
        self._thread.finished.connect(self._note_finished)

    @property
    def is_running(self) -> bool:
        return self._was_started and not self._has_finished

    def start(self) -> None:
        """Once; the worker is made and started in its thread, ``started`` or ``failed`` tells how it went."""
        self._was_started = True
        self._thread.start()

    def post(self, call: Callable[[W], None]) -> None:
        """Have ``call(worker)`` run in the worker's thread, in the order of posting. From any thread.

        Calls posted before the start wait for it; calls posted after a stop was requested are dropped.
        """
        if not self._stop_requested:
            self._inbox.posted.emit(call)

    def request_stop(self) -> None:
        """What was posted before is finished first. Loops that check ``isInterruptionRequested`` end early."""
        if self._stop_requested:
            return
        self._stop_requested = True
        if not self._was_started:
            self._has_finished = True
            self.finished.emit()
            return
        self._thread.requestInterruption()
        self._stop_asked.emit()

    def wait(self, timeout_ms: int) -> bool:
        """Blocks: for tests and for the very end. True if the thread has ended."""
        if not self._was_started:
            return True
        return self._thread.wait(QDeadlineTimer(timeout_ms))

    @pyqtSlot()
    def _note_finished(self) -> None:
        self._thread.wait()  # the signal comes a moment before the thread is gone
        self._has_finished = True
        self.finished.emit()
