"""Keeps the table of runs: what a scheduler tells in its threads is written where the store lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from upbit_auto_trading.business_logic.ports.scheduler import RunResult
from upbit_auto_trading.business_logic.ports.stores import RunStore

#: takes work for the thread of the store and returns at once; work is done in the order it was given
PostToStore = Callable[[Callable[[RunStore], None]], None]


class StoredRuns:
    """Implements the port ``RunRecorder``.

    Jobs in ``quiet_jobs`` leave a row only when something is wrong: a heartbeat each minute that is done has a row of
    its own already, and half a million rows a year would bury the others.
    """

    def __init__(self, post: PostToStore, quiet_jobs: frozenset[str] = frozenset()) -> None:
        self._post = post
        self._quiet_jobs = quiet_jobs
        # All three are touched by posted work alone, in the thread of the store.
        self._numbers: dict[int, int] = {}
        self._quiet: dict[int, tuple[str, datetime]] = {}
        self._quiet_started: dict[int, datetime] = {}

    def planned(self, ticket: int, job_id: str, planned_at: datetime) -> None:
        def write(runs: RunStore) -> None:
            if job_id in self._quiet_jobs:
                self._quiet[ticket] = (job_id, planned_at)
            else:
                self._numbers[ticket] = runs.record_planned(job_id, planned_at)

        self._post(write)

    def started(self, ticket: int, started_at: datetime) -> None:
        def write(runs: RunStore) -> None:
            if ticket in self._quiet:
                self._quiet_started[ticket] = started_at
            elif ticket in self._numbers:  # else: its planning could not be written, which was told then
                runs.record_started(self._numbers[ticket], started_at)

        self._post(write)

    def ended(self, ticket: int, ended_at: datetime, result: RunResult, detail: str) -> None:
        def write(runs: RunStore) -> None:
            quiet, started_at = self._quiet.pop(ticket, None), self._quiet_started.pop(ticket, None)
            number = self._numbers.pop(ticket, None)
            if quiet is not None and result is not RunResult.DONE:
                number = runs.record_planned(*quiet)
                if started_at is not None:
                    runs.record_started(number, started_at)
            if number is not None:
                runs.record_ended(number, ended_at, result.value, detail)

        self._post(write)
