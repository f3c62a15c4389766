"""A thread that asks by REST for what streams could not tell. REST waits for the network, so never in the loop.

Jobs have a key: one that waits already is not added again. A job that fails for the moment is tried again after a
pause; one that fails for good says so to its owner.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    InvariantBroken,
    RateLimited,
    TradingAppError,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.transport.backoff import Backoff

STOP_SECONDS = 3.0


@dataclass(slots=True)
class Job:
    """``work`` runs in the lane. ``failed`` is told there too, where trying again would not help."""

    key: tuple[object, ...]
    work: Callable[[], None]
    failed: Callable[[TradingAppError], None]
    #: lower ones first
    urgency: int = 5
    #: False: any failure is told, and it is asked again when its owner thinks so
    retries: bool = True
    failures: int = 0
    due_at: float = 0.0
    number: int = field(default=0)


class RestLane:
    def __init__(self, name: str, clock: Clock, backoff: Backoff) -> None:
        self.name = name
        self._clock = clock
        self._backoff = backoff
        self._condition = threading.Condition()
        self._jobs: dict[tuple[object, ...], Job] = {}
        self._number = 0
        self._thread: threading.Thread | None = None
        self._is_running = False

    def start(self) -> None:
        with self._condition:
            if not self._is_running:
                self._is_running = True
                self._begin_thread()

    def stop(self, timeout_seconds: float = STOP_SECONDS) -> bool:
        """What waits is dropped; what is being asked is waited for. False: it is late (and a daemon)."""
        with self._condition:
            self._is_running = False
            self._jobs.clear()
            thread = self._thread
            self._condition.notify_all()
        if thread is None:
            return True
        thread.join(timeout_seconds)
        return not thread.is_alive()

    def ask(self, job: Job, after_seconds: float = 0.0) -> None:
        with self._condition:
            if not self._is_running or job.key in self._jobs:
                return
            self._number += 1
            job.number = self._number
            job.due_at = self._clock.monotonic() + after_seconds
            self._jobs[job.key] = job
            self._condition.notify_all()

    def drop(self, wanted: Callable[[tuple[object, ...]], bool]) -> None:
        """Waiting jobs whose key is no longer wanted."""
        with self._condition:
            for key in [key for key in self._jobs if not wanted(key)]:
                del self._jobs[key]

    def _begin_thread(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while (job := self._next()) is not None:
                self._do(job)
        finally:
            # a bug in a job ends this thread, where the crash hook sees it, and not the work of the others
            with self._condition:
                if self._is_running and self._thread is threading.current_thread():
                    self._begin_thread()

    def _do(self, job: Job) -> None:
        problem: TradingAppError | None = InvariantBroken("a reading by REST ended by a bug")
        try:
            job.work()
            problem = None
        except (RateLimited, ExchangeUnavailable) as error:
            problem = error
            if job.retries:
                problem = None
                self._again(job, self._pause_after(error, job.failures + 1))
        except TradingAppError as error:
            problem = error
        finally:
            # also where a bug passes by: whoever waits for the answer must not wait for ever
            if problem is not None:
                job.failed(problem)

    def _pause_after(self, error: RateLimited | ExchangeUnavailable, failures: int) -> float:
        pause = self._backoff.pause(failures)
        if isinstance(error, RateLimited):
            return max(pause, (error.until - self._clock.now()).total_seconds())
        return pause

    def _again(self, job: Job, after_seconds: float) -> None:
        job.failures += 1
        self.ask(job, after_seconds)

    def _next(self) -> Job | None:
        """The most urgent of those that are due, the oldest first; None at the end."""
        with self._condition:
            while self._is_running:
                now = self._clock.monotonic()
                due = [job for job in self._jobs.values() if job.due_at <= now]
                if due:
                    job = min(due, key=lambda one: (one.urgency, one.number))
                    del self._jobs[job.key]
                    return job
                soonest = min((job.due_at for job in self._jobs.values()), default=None)
                self._condition.wait(None if soonest is None else max(soonest - now, 0.001))
            return None
