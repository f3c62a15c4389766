"""The one way in which windows have long work done: submit, watch, cancel, and get the answer in the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, TypeVar

from PyQt6.QtCore import QObject, QThread, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy, InvariantBroken, TooBusy
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.background_lane import (
    BACKGROUND_THREADS,
    ORDER_THREADS,
    READ_THREADS,
    BackgroundLane,
)
from upbit_auto_trading.ui.runtime.burst import Burst
from upbit_auto_trading.ui.runtime.job import Answer, Job, Lane, call_back
from upbit_auto_trading.ui.runtime.operation import (
    Cancelled,
    Operation,
    OperationContext,
    OperationHandle,
    Progress,
    ProgressNote,
    RunningOperation,
    StorageOperation,
)
from upbit_auto_trading.ui.runtime.queued import connect_queued
from upbit_auto_trading.ui.runtime.remaining_time import RemainingTime
from upbit_auto_trading.ui.runtime.storage_worker import StorageWorker, StoresFactory
from upbit_auto_trading.ui.runtime.turn_lane import TurnLane
from upbit_auto_trading.ui.runtime.worker_host import WorkerHost, run_guarded

T = TypeVar("T")
#: ``with measure("storage.settings"): …``
Measure = Callable[[str], AbstractContextManager[object]]
#: from here on an operation shows in the status bar
LONG_AFTER_SECONDS = 10.0
_WATCH_INTERVAL_MS = 1_000


def uncounted(_name: str) -> AbstractContextManager[object]:
    """For tests and tools that count nothing."""
    return nullcontext()


class Operations(QObject):
    """Lives in the UI thread. ``changed(topic, initiator)`` follows each success: views refresh, and the window that
    asked knows its own echo by the initiator."""

    changed = pyqtSignal(str, object)
    #: tuple[RunningOperation, ...]: those that run longer than ten seconds; once a second while there are any
    long_running_changed = pyqtSignal(object)
    storage_started = pyqtSignal()
    storage_failed = pyqtSignal(object)  # why the files could not be opened
    _answered = pyqtSignal(object)
    _asked = pyqtSignal(object, object)

    def __init__(
        self,
        open_stores: StoresFactory,
        clock: Clock,
        parent: QObject | None = None,
        measure: Measure = uncounted,
    ) -> None:
        """``measure(name)`` surrounds each piece of work in its thread, to count it and its time."""
        super().__init__(parent)
        self._measure = measure
        self._clock = clock
        self._jobs: dict[int, Job] = {}
        self._last_number = 0
        self._is_refusing = False
        self._told_long_running = False
        self.storage = WorkerHost("storage", lambda: StorageWorker(open_stores), self)
        self.background = BackgroundLane([f"operations-{number + 1}" for number in range(BACKGROUND_THREADS)], self)
        self._computing = TurnLane(self.background, self)
        #: it may never end
        self._computing_own = TurnLane(self.background, self)
        self.orders = BackgroundLane(ORDER_THREADS, self)
        self.views = BackgroundLane(READ_THREADS, self)
        self._notes = Burst(parent=self)
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_INTERVAL_MS)
        self._watch.timeout.connect(self._look_at_long_running)
        self._notes.delivered.connect(self._take_notes)
        connect_queued(self._answered, self._take_answer)
        connect_queued(self._asked, self._take_question)
        self.storage.started.connect(self.storage_started)
        self.storage.start_failed.connect(self.storage_failed)

    @property
    def hosts(self) -> tuple[WorkerHost[Any], ...]:
        """Every thread of ours, in the order of stopping."""
        return (*self.lane_hosts, self.storage)

    @property
    def lane_hosts(self) -> tuple[WorkerHost[Any], ...]:
        """Those that end before storage does."""
        return (*self.orders.hosts, *self.background.hosts, *self.views.hosts)

    def start(self) -> None:
        self.storage.start()
        self.background.start()
        self.orders.start()
        self.views.start()

    def submit_to_storage(
        self,
        operation: StorageOperation[T],
        *,
        initiator: QObject | None = None,
        on_success: Callable[[T], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> OperationHandle:
        """Queue work for the storage thread. Exactly one of the three answers comes, never before this returns."""
        answers = (on_success, on_failure, on_cancelled, on_progress)
        job = self._accept(operation.title, operation.topic, initiator, answers)
        if not self._refuse(job):
            run = self._answering(job, "storage", operation.work)
            self.storage.post(lambda worker: run(lambda work: work(worker.stores(), job.context)))
        return job.handle

    def run_in_background(
        self,
        operation: Operation[T],
        *,
        initiator: QObject | None = None,
        on_success: Callable[[T], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> OperationHandle:
        """Queue work for the two background threads; answers as :meth:`submit_to_storage`."""
        answers = (on_success, on_failure, on_cancelled, on_progress)
        return self._run_in("background", self.background, self.background.add, operation, initiator, answers)

    def compute_in_turn(
        self,
        operation: Operation[T],
        *,
        newness: int,
        is_own: bool = False,
        initiator: QObject | None = None,
        on_success: Callable[[T], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> OperationHandle:
        """Queue a computation for the background threads, one of the program at a time and the newest asker's first.

        What the user wrote (``is_own``) waits for its own only. Answers as :meth:`submit_to_storage`.
        """
        lane = self._computing_own if is_own else self._computing
        add = partial(lane.add, rank=newness)
        return self._run_in("background", lane, add, operation, initiator, (on_success, on_failure, None, None))

    def send_order(
        self,
        operation: Operation[T],
        *,
        initiator: QObject | None = None,
        on_success: Callable[[T], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
    ) -> OperationHandle:
        """Queue an order or a cancel for the one thread that does nothing else: one bounded call of the port, no reads.

        Answers as :meth:`submit_to_storage`.
        """
        answers = (on_success, on_failure, on_cancelled, None)
        return self._run_in("orders", self.orders, self.orders.add, operation, initiator, answers)

    def read_exchange(
        self,
        operation: Operation[T],
        *,
        initiator: QObject | None = None,
        on_success: Callable[[T], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
    ) -> OperationHandle:
        """Queue a bounded read of an exchange for a window, in threads of its own: it may wait for its time-out.

        Answers as :meth:`submit_to_storage`.
        """
        answers = (on_success, on_failure, on_cancelled, None)
        return self._run_in("views", self.views, self.views.add, operation, initiator, answers)

    def _run_in(
        self,
        name: str,
        lane: Lane,
        add: Callable[[Callable[[], None]], bool],
        operation: Operation[T],
        initiator: QObject | None,
        answers: tuple[Any, Any, Any, Any],
    ) -> OperationHandle:
        job = self._accept(operation.title, operation.topic, initiator, answers)
        if not self._refuse(job):
            run = self._answering(job, name, operation.work)
            job.lane, job.waiting_run = lane, lambda: run(lambda work: work(job.context))
            if not add(job.waiting_run):
                self._answered.emit(Answer(job.handle.number, error=TooBusy()))
        return job.handle

    def ask_storage(self, work: Callable[[Stores], T], timeout_seconds: float) -> T:
        """For threads that may wait (the scheduler's), never the UI's: have work done in the storage thread."""
        if QThread.currentThread() is self.thread():
            raise InvariantBroken("the UI thread must not wait for storage")
        if self._is_refusing:
            raise Cancelled
        future: Future[T] = Future()

        def answer(worker: StorageWorker) -> None:
            def measured() -> None:
                with self._measure("storage.periodic"):
                    result = work(worker.stores())
                future.set_result(result)

            run_guarded(measured, future.set_exception)

        self.storage.post(answer)
        return _result_of(future, timeout_seconds, "storage")

    def ask_background(self, operation: Operation[T], timeout_seconds: float) -> T:
        """As :meth:`ask_storage`, for the background threads; shows in the status bar like any other."""
        if QThread.currentThread() is self.thread():
            raise InvariantBroken("the UI thread must not wait for background work")
        future: Future[T] = Future()
        self._asked.emit(operation, future)
        return _result_of(future, timeout_seconds, "operations")

    def refuse_new(self) -> None:
        """The first step of stopping: what is submitted from now on is answered as cancelled."""
        self._is_refusing = True

    def cancel_background(self) -> None:
        """At stopping: waiting background work is dropped, running work ends at its next check."""
        for job in list(self._jobs.values()):
            if job.waiting_run is not None:
                job.handle.cancel()

    def long_running(self) -> tuple[RunningOperation, ...]:
        """Those of :meth:`running` that the status bar shows."""
        return tuple(running for running in self.running() if running.running_seconds > LONG_AFTER_SECONDS)

    def running(self) -> tuple[RunningOperation, ...]:
        """Everything accepted and not yet answered, oldest first."""
        now = self._clock.monotonic()
        return tuple(
            RunningOperation(job.handle, job.handle.title, job.handle.progress, now - job.submitted_at)
            for job in self._jobs.values()
        )

    def _accept(
        self,
        title: Any,
        topic: str,
        initiator: QObject | None,
        answers: tuple[Any, Any, Any, Any],
    ) -> Job:
        self._last_number += 1
        number = self._last_number
        context = OperationContext(number, self._notes)
        handle = OperationHandle(number, title, context, lambda: self._drop_if_waiting(number))
        on_success, on_failure, on_cancelled, on_progress = answers
        job = Job(
            handle=handle,
            context=context,
            topic=topic,
            initiator=initiator,
            on_success=on_success,
            on_failure=on_failure,
            on_cancelled=on_cancelled,
            on_progress=on_progress,
            remaining=RemainingTime(self._clock),
            submitted_at=self._clock.monotonic(),
        )
        self._jobs[number] = job
        if not self._watch.isActive():
            self._watch.start()
        return job

    def _refuse(self, job: Job) -> bool:
        if self._is_refusing:
            self._answered.emit(Answer(job.handle.number, is_cancelled=True))
        return self._is_refusing

    def _answering(self, job: Job, lane: str, work: Any) -> Callable[[Callable[[Any], Any]], None]:
        """Wraps work so that, in its thread, every way it can end becomes one answer."""
        number, context = job.handle.number, job.context
        counted_as = f"{lane}.{job.topic}" if job.topic else lane

        def run(call: Callable[[Any], Any]) -> None:
            def guarded() -> None:
                with self._measure(counted_as):
                    try:
                        context.check_cancelled()
                        answer = Answer(number, result=call(work))
                    except Cancelled:
                        answer = Answer(number, is_cancelled=True)
                self._answered.emit(answer)

            run_guarded(guarded, lambda error: self._answered.emit(Answer(number, error=error)))

        return run

    def _drop_if_waiting(self, number: int) -> None:
        job = self._jobs.get(number)
        if job is None or job.lane is None or job.waiting_run is None:
            return
        if job.lane.drop(job.waiting_run):
            self._answered.emit(Answer(number, is_cancelled=True))

    @pyqtSlot(object)
    def _take_notes(self, notes: dict[int, ProgressNote]) -> None:
        for number, note in notes.items():
            job = self._jobs.get(number)
            if job is not None:
                self._tell_progress(job, note)

    def _tell_progress(self, job: Job, note: ProgressNote) -> None:
        remaining = None
        if note.fraction is not None:
            job.remaining.update(note.fraction)
            remaining = job.remaining.seconds()
        job.handle.progress = Progress(note.fraction, note.note, remaining)
        if job.on_progress is not None and job.is_wanted:
            job.on_progress(job.handle.progress)

    @pyqtSlot(object)
    def _take_answer(self, answer: Answer) -> None:
        job = self._jobs[answer.number]
        last_note = self._notes.take(answer.number)
        if isinstance(last_note, ProgressNote):
            self._tell_progress(job, last_note)
        del self._jobs[answer.number]
        job.handle.is_finished = True
        self._look_at_long_running()
        if not self._jobs:
            self._watch.stop()
        try:
            if job.is_wanted:
                call_back(job, answer)
        finally:
            if job.topic and answer.error is None and not answer.is_cancelled:
                self.changed.emit(job.topic, job.initiator if job.is_wanted else None)

    @pyqtSlot(object, object)
    def _take_question(self, operation: Operation[Any], future: Future[Any]) -> None:
        self.run_in_background(
            operation,
            on_success=future.set_result,
            on_failure=future.set_exception,
            on_cancelled=lambda: future.set_exception(Cancelled()),
        )

    @pyqtSlot()
    def _look_at_long_running(self) -> None:
        long_running = self.long_running()
        if long_running or self._told_long_running:
            self._told_long_running = bool(long_running)
            self.long_running_changed.emit(long_running)


def _result_of(future: Future[T], timeout_seconds: float, thread: str) -> T:
    try:
        return future.result(timeout_seconds)
    except TimeoutError as error:
        raise DatabaseBusy(thread, f"no answer within {timeout_seconds:g} s") from error
