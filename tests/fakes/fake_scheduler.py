"""The port ``Scheduler`` driven by a ``FakeClock``: what is due runs inside ``clock.advance()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.ports.scheduler import (
    DailyAt,
    Every,
    RunRecorder,
    RunResult,
    ScheduledJob,
    ScheduledRun,
)
from upbit_auto_trading.utils.korean_time import KST


class RunList:
    """A recorder that keeps what it was told, as the table of runs would show it."""

    def __init__(self) -> None:
        self._by_ticket: dict[int, ScheduledRun] = {}

    def planned(self, ticket: int, job_id: str, planned_at: datetime) -> None:
        assert ticket not in self._by_ticket, "a ticket is used once"
        self._by_ticket[ticket] = ScheduledRun(job_id, planned_at, None, None, None)

    def started(self, ticket: int, started_at: datetime) -> None:
        run = self._by_ticket[ticket]
        assert run.result is None, "a run starts before it ends"
        self._by_ticket[ticket] = ScheduledRun(run.job_id, run.planned_at, started_at, None, None)

    def ended(self, ticket: int, ended_at: datetime, result: RunResult, detail: str) -> None:
        run = self._by_ticket[ticket]
        assert run.result is None, "a run ends once"
        self._by_ticket[ticket] = ScheduledRun(run.job_id, run.planned_at, run.started_at, ended_at, result, detail)

    def of(self, job_id: str) -> list[ScheduledRun]:
        return [run for run in tuple(self._by_ticket.values()) if run.job_id == job_id]

    def results(self, job_id: str) -> list[RunResult]:
        """Results of the ended runs, in the order of their planning."""
        return [run.result for run in self.of(job_id) if run.result is not None]


@dataclass
class _Entry:
    job: ScheduledJob
    next_at: datetime


class FakeScheduler:
    """Runs jobs in the thread that moves the clock; ``advance`` meets each planned moment on the way."""

    def __init__(self, clock: FakeClock, record: RunRecorder | None = None) -> None:
        self._clock = clock
        self._record: RunRecorder = record or RunList()
        self._jobs: dict[str, ScheduledJob] = {}
        self._entries: dict[str, _Entry] = {}
        self._running: set[str] = set()
        self._is_started = False
        self._next_ticket = 1
        clock.watch(self._run_due)

    def add(self, job: ScheduledJob) -> None:
        self._jobs[job.id] = job
        if self._is_started:
            self._plan_first(job)
            self._run_due()

    def remove(self, job_id: str) -> None:
        self._jobs.pop(job_id, None)
        self._entries.pop(job_id, None)

    def start(self) -> None:
        self._is_started = True
        for job in self._jobs.values():
            self._plan_first(job)
        self._run_due()

    def run_now(self, job_id: str) -> None:
        if self._is_started:
            self._run(self._jobs[job_id], self._clock.now())

    def next_run_at(self, job_id: str) -> datetime | None:
        entry = self._entries.get(job_id)
        return entry.next_at if entry else None

    def stop(self, timeout_seconds: float) -> tuple[str, ...]:
        self._is_started = False
        self._entries.clear()
        return tuple(sorted(self._running))

    def pass_time(self, span: timedelta) -> None:
        """Lets ``span`` pass, stopping at each planned run so that none is late."""
        end = self._clock.now() + span
        while self._clock.now() < end:
            planned = [entry.next_at for entry in self._entries.values() if entry.next_at > self._clock.now()]
            self._clock.advance(min([*planned, end]) - self._clock.now())

    def _plan_first(self, job: ScheduledJob) -> None:
        now = self._clock.now()
        at_once = isinstance(job.trigger, Every) and job.trigger.at_once
        self._entries[job.id] = _Entry(job, now if at_once else _after(job, now))

    def _run_due(self) -> None:
        now = self._clock.now()
        for entry in sorted(self._entries.values(), key=lambda entry: entry.next_at):
            if not self._is_started:
                return
            if entry.next_at - now > _longest_wait(entry.job):
                entry.next_at = _after(entry.job, now)  # the wall clock was set back
            if entry.next_at > now:
                continue
            planned_at = entry.next_at
            while (following := _after(entry.job, planned_at)) <= now:
                planned_at = following
            entry.next_at = following
            self._run(entry.job, planned_at)

    def _run(self, job: ScheduledJob, planned_at: datetime) -> None:
        ticket, self._next_ticket = self._next_ticket, self._next_ticket + 1
        self._record.planned(ticket, job.id, planned_at)
        if self._clock.now() - planned_at > job.grace:
            self._record.ended(ticket, self._clock.now(), RunResult.MISSED, "")
        elif job.id in self._running:
            self._record.ended(ticket, self._clock.now(), RunResult.SKIPPED, "")
        else:
            self._execute(ticket, job.id, job.run)

    def _execute(self, ticket: int, job_id: str, work: Callable[[], str]) -> None:
        self._running.add(job_id)
        self._record.started(ticket, self._clock.now())
        try:
            result, detail = RunResult.DONE, work()
        except Cancelled:
            result, detail = RunResult.SKIPPED, "cancelled"
        except Exception as error:  # noqa: BLE001 - the fake keeps the outer slot of the real one
            result, detail = RunResult.FAILED, type(error).__name__
        finally:
            self._running.discard(job_id)
        self._record.ended(ticket, self._clock.now(), result, detail)


def _after(job: ScheduledJob, moment: datetime) -> datetime:
    if isinstance(job.trigger, DailyAt):
        return _next_daily(job.trigger, moment)
    return moment + job.trigger.interval


def _next_daily(trigger: DailyAt, moment: datetime) -> datetime:
    local = moment.astimezone(KST)
    today = local.replace(hour=trigger.hour, minute=trigger.minute, second=0, microsecond=0)
    planned = today if today > local else today + timedelta(days=1)
    return planned.astimezone(moment.tzinfo)


def _longest_wait(job: ScheduledJob) -> timedelta:
    return job.trigger.interval if isinstance(job.trigger, Every) else timedelta(days=1)
