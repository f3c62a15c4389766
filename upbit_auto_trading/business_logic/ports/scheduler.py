"""All periodic work goes through this port, so that one table shows what ran and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from upbit_auto_trading.utils.bilingual_text import Text


class RunResult(Enum):
    DONE = "done"
    FAILED = "failed"
    MISSED = "missed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Every:
    """Repeats with a fixed distance; the first run is one distance after the start, or at once."""

    interval: timedelta
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class DailyAt:
    """Once a day at a KST time."""

    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """``run`` is called in a thread of the scheduler, one run of a job at a time.

    It may wait for work that it posted elsewhere; what it returns is kept as the run's detail.
    """

    id: str
    title: Text
    trigger: Every | DailyAt
    run: Callable[[], str]
    #: a run later than this after its planned time is recorded as missed
    grace: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    job_id: str
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    result: RunResult | None
    detail: str = ""


class RunRecorder(Protocol):
    """Where a scheduler tells its runs. Called in the scheduler's threads; must return at once.

    ``ticket`` names a run within this process; the table's own numbers are the store's matter.
    """

    def planned(self, ticket: int, job_id: str, planned_at: datetime) -> None: ...

    def started(self, ticket: int, started_at: datetime) -> None: ...

    def ended(self, ticket: int, ended_at: datetime, result: RunResult, detail: str) -> None:
        """Missed and skipped runs end without having started."""


class Scheduler(Protocol):
    def add(self, job: ScheduledJob) -> None:
        """Replaces a job of the same id."""

    def remove(self, job_id: str) -> None: ...

    def start(self) -> None: ...

    def run_now(self, job_id: str) -> None:
        """As if its time had come."""

    def next_run_at(self, job_id: str) -> datetime | None: ...

    def stop(self, timeout_seconds: float) -> tuple[str, ...]:
        """Takes no new runs, waits for the running ones; returns the ids of those still running."""
