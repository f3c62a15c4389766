"""The end of the program: every part in the documented order, fifteen seconds in all, the late ones named."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Protocol

from PyQt6.QtCore import QCoreApplication, QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.runtime.worker_host import Worker, WorkerHost, run_guarded

#: for everything together
TIME_LIMIT_SECONDS = 15.0
_LOGGER = logging.getLogger(__name__)
#: threads that did not end: kept, because Qt aborts when the object of a running thread is destroyed
_LATE_HOSTS: list[object] = []


class EndReason(Enum):
    """Why a run ends; the exit status that goes with it is part of the stable contracts."""

    USER = "user"
    COULD_NOT_START = "could-not-start"
    INTERNAL_ERROR = "internal-error"
    START_AGAIN = "start-again"

    @property
    def exit_status(self) -> int:
        return {EndReason.USER: 0, EndReason.COULD_NOT_START: 1, EndReason.INTERNAL_ERROR: 70}.get(self, 75)


@dataclass(frozen=True, slots=True)
class ShutdownOutcome:
    reason: EndReason
    late: tuple[str, ...]
    took_seconds: float

    @property
    def exit_status(self) -> int:
        return self.reason.exit_status


StepDone = Callable[[tuple[str, ...]], None]


class StopStep(Protocol):
    """One part to stop. ``begin`` returns at once and calls back, in the UI thread, with the names of the late."""

    @property
    def name(self) -> str: ...

    @property
    def limit_seconds(self) -> float: ...

    def begin(self, outcome: ShutdownOutcome, seconds: float, on_done: StepDone) -> None: ...


@dataclass(slots=True)
class CallStep:
    """Something quick, done in the UI thread; it runs even when the time is over. It is told how it went so far."""

    name: str
    call: Callable[[ShutdownOutcome], None]
    limit_seconds: float = 0.0

    def begin(self, outcome: ShutdownOutcome, seconds: float, on_done: StepDone) -> None:
        failures: list[Exception] = []
        run_guarded(lambda: self.call(outcome), failures.append)
        for failure in failures:
            _log_failure(self.name, failure)
        on_done(())  # not late, but in the log


def _log_failure(name: str, error: Exception) -> None:
    _LOGGER.error("Stopping %s failed: %s", name, type(error).__name__)


@dataclass(slots=True)
class HostsStep:
    """Threads that stop at the same time."""

    name: str
    hosts: tuple[WorkerHost[Any], ...]
    limit_seconds: float
    before: Callable[[], None] = lambda: None
    _waiting: set[str] = field(default_factory=set)

    def begin(self, outcome: ShutdownOutcome, seconds: float, on_done: StepDone) -> None:
        self.before()
        running = [host for host in self.hosts if host.is_running]
        self._waiting = {host.name for host in running}

        def note(name: str) -> None:
            self._waiting.discard(name)
            if not self._waiting:
                on_done(())

        for host in running:
            host.failed.connect(lambda error, name=host.name: _log_failure(name, error))
            host.finished.connect(lambda name=host.name: note(name))
        for host in self.hosts:
            host.request_stop()
        if not running:
            on_done(())

    def late(self) -> tuple[str, ...]:
        _LATE_HOSTS.extend(host for host in self.hosts if host.is_running)
        return tuple(sorted(self._waiting))


@dataclass(slots=True)
class WaitingStep:
    """A stop that waits (the scheduler's): called in a thread of its own, with the seconds it may take."""

    name: str
    stop: Callable[[float], tuple[str, ...]]
    limit_seconds: float
    _host: WorkerHost[Worker] | None = None
    _late: tuple[str, ...] = ()

    def begin(self, outcome: ShutdownOutcome, seconds: float, on_done: StepDone) -> None:
        host = self._host = WorkerHost(f"stopping {self.name}", Worker)

        def stop(_worker: Worker) -> None:
            self._late = (self.name,)  # unless it comes back
            self._late = self.stop(seconds)

        host.finished.connect(lambda: on_done(self._late))
        host.start()
        host.post(stop)
        host.request_stop()

    def late(self) -> tuple[str, ...]:
        _LATE_HOSTS.append(self._host)
        return (self.name,)


class Shutdown(QObject):
    """Lives in the UI thread, which stays alive until everything has stopped or is late."""

    step_begun = pyqtSignal(str)
    finished = pyqtSignal(object)  # ShutdownOutcome, just before the event loop is left

    def __init__(
        self,
        steps: Iterable[StopStep],
        clock: Clock,
        leave: Callable[[int], None] = QCoreApplication.exit,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._steps = tuple(steps)
        self._clock = clock
        self._leave = leave
        self._time_limit_seconds = time_limit_seconds
        self._index = -1
        self._late: list[str] = []
        self._reason = EndReason.USER
        self._began_at = 0.0
        self.is_running = False
        self.outcome: ShutdownOutcome | None = None
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._give_up_step)

    def run(self, reason: EndReason) -> None:
        """Returns at once. The first reason holds; asking again changes nothing."""
        if self.is_running:
            return
        self.is_running = True
        self._reason = reason
        self._began_at = self._clock.monotonic()
        self._next_step()

    def stay_ended(self) -> None:
        """Whoever ends it from outside wants no other run: one that was to follow does not."""
        if self._reason is EndReason.START_AGAIN:
            self._reason = EndReason.USER
            if self.outcome is not None:
                self.outcome = replace(self.outcome, reason=self._reason)

    def _next_step(self) -> None:
        self._index += 1
        if self._index == len(self._steps):
            self._finish()
            return
        step = self._steps[self._index]
        index = self._index
        left = max(self._time_limit_seconds - self._took(), 0.0)
        seconds = min(step.limit_seconds, left)
        self.step_begun.emit(step.name)
        if step.limit_seconds > 0:
            self._limit.start(round(seconds * 1000))
        step.begin(self._so_far(), seconds, lambda late: self._end_step(index, late))

    def _end_step(self, index: int, late: tuple[str, ...]) -> None:
        if index != self._index:
            return  # given up before: it is named already
        self._limit.stop()
        self._late.extend(late)
        self._next_step()

    @pyqtSlot()
    def _give_up_step(self) -> None:
        step = self._steps[self._index]
        late = step.late() if isinstance(step, HostsStep | WaitingStep) else (step.name,)
        _LOGGER.error("Late at stopping: %s", ", ".join(late))
        self._end_step(self._index, late)

    def _finish(self) -> None:
        outcome = self.outcome = self._so_far()
        self.finished.emit(outcome)
        # Zero delay: whatever was queued up to now is still delivered.
        QTimer.singleShot(0, lambda: self._leave(outcome.exit_status))

    def _so_far(self) -> ShutdownOutcome:
        return ShutdownOutcome(self._reason, tuple(self._late), self._took())

    def _took(self) -> float:
        return self._clock.monotonic() - self._began_at


def documented_order(
    *,
    refuse_new: Callable[[], None],
    stop_scheduler: Callable[[float], tuple[str, ...]],
    engines: tuple[WorkerHost[Any], ...],
    leave_exchanges: Callable[[float], tuple[str, ...]],
    cancel_background: Callable[[], None],
    background: tuple[WorkerHost[Any], ...],
    storage: WorkerHost[Any],
    write_last_end: Callable[[ShutdownOutcome], None],
    release_lock: Callable[[], None],
    stop_logging: Callable[[], None],
) -> tuple[StopStep, ...]:
    """The order of docs/architecture.md. The limits add up to the whole: a stuck part leaves the next its time."""
    return (
        CallStep("requests", lambda _outcome: refuse_new()),
        WaitingStep("scheduler", stop_scheduler, limit_seconds=3.0),
        HostsStep("engine", engines, limit_seconds=2.0),
        WaitingStep("exchanges", leave_exchanges, limit_seconds=4.0),
        HostsStep("operations", background, limit_seconds=2.0, before=cancel_background),
        HostsStep("storage", (storage,), limit_seconds=4.0),
        CallStep("last end", write_last_end),
        CallStep("instance lock", lambda _outcome: release_lock()),
        CallStep("log", lambda _outcome: stop_logging()),
    )


def leave_process(outcome: ShutdownOutcome) -> None:
    """Ends the process at once where a thread is late: tidying up around a running thread would abort in Qt."""
    if outcome.late:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(outcome.exit_status)
    sys.exit(outcome.exit_status)
