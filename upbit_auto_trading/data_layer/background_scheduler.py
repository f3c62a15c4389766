"""The port ``Scheduler`` by APScheduler 3, which decides when; this module decides what a run is.

Each run has a thread of its own, so that a job may wait for the work it posted without holding up the others. It is
a daemon: a job that never comes back cannot keep the process from ending (APScheduler's own pool could).

A wall clock that jumps: after a sleep the overdue runs of a job become one, which is made if it is within the job's
grace and recorded as missed if not; after the clock was set back, jobs are planned anew, or the next run would wait
until the old time comes again. APScheduler plans by the wall clock but waits by one that stands still while a laptop
sleeps, so it is woken every few seconds to look.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.ports.scheduler import DailyAt, RunRecorder, RunResult, ScheduledJob
from upbit_auto_trading.config.log_redaction import error_code
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.utils.korean_time import KST

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler as ApScheduler

_logger = logging.getLogger(__name__)
PULSE_SECONDS = 20.0
#: a wall clock that moves this much more or less than the monotonic one has jumped
JUMP_SECONDS = 30.0


def load_library() -> None:
    """APScheduler takes its time: loaded by a thread that may wait before one that may not starts the scheduler."""
    import apscheduler.executors.base
    import apscheduler.schedulers.background
    import apscheduler.triggers.cron
    import apscheduler.triggers.interval  # noqa: F401


class BackgroundScheduler:
    """Made and stopped in one thread; jobs run in threads of their own, each at most once at a time."""

    def __init__(self, clock: Clock, record: RunRecorder, *, pulse_seconds: float = PULSE_SECONDS) -> None:
        self._clock = clock
        self._record = record
        self._pulse_seconds = pulse_seconds
        self._jobs: dict[str, ScheduledJob] = {}
        #: the ticket of each running job
        self._running: dict[str, int] = {}
        self._ended = threading.Condition()
        self._next_ticket = 1
        self._is_stopped = False
        self._scheduler: ApScheduler | None = None
        self._seen_at = (clock.now(), clock.monotonic())

    def add(self, job: ScheduledJob) -> None:
        self._jobs[job.id] = job
        if self._scheduler is not None:
            self._plan(self._scheduler, job)
            self._launch_if_at_once(job)

    def remove(self, job_id: str) -> None:
        self._jobs.pop(job_id, None)
        if self._scheduler is not None and self._scheduler.get_job(job_id) is not None:
            self._scheduler.remove_job(job_id)

    def start(self) -> None:
        if self._scheduler is not None or self._is_stopped:
            return
        scheduler = _make_scheduler(self._due, self._look_at_clocks, self._pulse_seconds)
        for job in self._jobs.values():
            self._plan(scheduler, job)
        self._seen_at = (self._clock.now(), self._clock.monotonic())
        self._scheduler = scheduler
        scheduler.start()
        for job in self._jobs.values():
            self._launch_if_at_once(job)

    def run_now(self, job_id: str) -> None:
        if self._scheduler is not None:
            self._launch(self._jobs[job_id], self._clock.now())

    def next_run_at(self, job_id: str) -> datetime | None:
        planned = self._scheduler.get_job(job_id) if self._scheduler is not None else None
        next_at: datetime | None = planned.next_run_time if planned is not None else None
        return next_at.astimezone(UTC) if next_at is not None else None

    def stop(self, timeout_seconds: float) -> tuple[str, ...]:
        scheduler, self._scheduler = self._scheduler, None
        with self._ended:
            self._is_stopped = True
        if scheduler is not None:
            scheduler.shutdown(wait=False)
        with self._ended:
            self._ended.wait_for(lambda: not self._running, timeout_seconds)
            late = tuple(sorted(self._running))
            # Whoever is still running may not record any more: storage closes next. The table shows the run as
            # interrupted at the next start, which is what it was.
            self._running.clear()
        return late

    def _plan(self, scheduler: ApScheduler, job: ScheduledJob) -> None:
        scheduler.add_job(
            _nothing,
            _trigger_of(job),
            id=job.id,
            replace_existing=True,
            # Late runs come to us too, so that they are recorded as missed rather than dropped.
            misfire_grace_time=None,
        )

    def _launch_if_at_once(self, job: ScheduledJob) -> None:
        if not isinstance(job.trigger, DailyAt) and job.trigger.at_once:
            self._launch(job, self._clock.now())

    def _due(self, job_id: str, planned_at: datetime) -> None:
        """In APScheduler's thread."""
        job = self._jobs.get(job_id)
        if job is not None:
            self._launch(job, planned_at.astimezone(UTC))

    def _launch(self, job: ScheduledJob, planned_at: datetime) -> None:
        now = self._clock.now()
        # Recorded under the lock: after stop() has answered, nobody records any more.
        with self._ended:
            if self._is_stopped:
                return
            ticket, self._next_ticket = self._next_ticket, self._next_ticket + 1
            self._record.planned(ticket, job.id, planned_at)
            if now - planned_at > job.grace:
                log_event(_logger, logging.INFO, "scheduled run missed", job=job.id, planned_at=planned_at)
                self._record.ended(ticket, now, RunResult.MISSED, "")
            elif job.id in self._running:
                log_event(_logger, logging.INFO, "scheduled run skipped: the last one is not done", job=job.id)
                self._record.ended(ticket, now, RunResult.SKIPPED, "")
            else:
                self._running[job.id] = ticket
                self._record.started(ticket, now)
                threading.Thread(target=self._run, args=(job, ticket), name=f"job {job.id}", daemon=True).start()

    def _run(self, job: ScheduledJob, ticket: int) -> None:
        """Whatever a job raises ends that run and nothing else.

        Our own errors are told by the table and the log. Any other is a bug: it goes on to the crash hook of the
        thread, which logs and reports it.
        """
        result, detail = RunResult.FAILED, ""
        try:
            result, detail = RunResult.DONE, job.run()
        except Cancelled:
            result, detail = RunResult.SKIPPED, "cancelled"
        except TradingAppError as error:
            detail = error_code(error)
            _logger.error("scheduled job %s failed", job.id, exc_info=error)
        except BaseException as error:
            detail = error_code(error)
            raise
        finally:
            with self._ended:
                if self._running.get(job.id) == ticket:  # else: stopped meanwhile
                    self._record.ended(ticket, self._clock.now(), result, detail)
                    del self._running[job.id]
                self._ended.notify_all()

    def _look_at_clocks(self) -> None:
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        wall_before, monotonic_before = self._seen_at
        self._seen_at = (wall, monotonic)
        jump = (wall - wall_before).total_seconds() - (monotonic - monotonic_before)
        if abs(jump) < JUMP_SECONDS:
            return
        log_event(_logger, logging.INFO, "the wall clock jumped", late_ms=timedelta(seconds=jump))
        scheduler = self._scheduler
        if jump < 0 and scheduler is not None:
            for job in tuple(self._jobs.values()):
                scheduler.reschedule_job(job.id, trigger=_trigger_of(job))


def _nothing() -> None:
    """APScheduler wants a callable; what runs is decided by the executor."""


def _trigger_of(job: ScheduledJob) -> Any:
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    if isinstance(job.trigger, DailyAt):
        return CronTrigger(hour=job.trigger.hour, minute=job.trigger.minute, timezone=KST)
    return IntervalTrigger(seconds=job.trigger.interval.total_seconds(), timezone=KST)


def _make_scheduler(
    due: Callable[[str, datetime], None], look_at_clocks: Callable[[], None], pulse_seconds: float
) -> ApScheduler:
    # Imported late: nothing is scheduled before the first paint.
    from apscheduler.executors.base import BaseExecutor
    from apscheduler.schedulers.background import BackgroundScheduler as ApScheduler

    class DueExecutor(BaseExecutor):
        """Hands on what is due, with the time it was planned for, and counts no instances: we do."""

        def submit_job(self, job: Any, run_times: list[datetime]) -> None:
            due(job.id, run_times[-1])  # overdue runs become one

        def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
            self.submit_job(job, run_times)

    class PulsedScheduler(ApScheduler):
        """WORKAROUND(APScheduler 3.11): it would wait for hours, by a clock that a sleeping laptop stops."""

        def _process_jobs(self) -> float:
            look_at_clocks()
            wait_seconds = super()._process_jobs()
            return pulse_seconds if wait_seconds is None else min(wait_seconds, pulse_seconds)

    return PulsedScheduler(timezone=KST, executors={"default": DueExecutor()})
