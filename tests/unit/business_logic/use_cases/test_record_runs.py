"""The table of runs is written in the store's thread, in order, and quiet jobs leave rows only when they fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.fakes.memory_stores import MemoryRunStore
from upbit_auto_trading.business_logic.ports.scheduler import RunRecorder, RunResult, ScheduledRun
from upbit_auto_trading.business_logic.ports.stores import RunStore
from upbit_auto_trading.business_logic.use_cases.record_runs import StoredRuns

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
LATER = NOON + timedelta(seconds=5)


class Storage:
    """Does posted work when told, as the storage thread does between other things."""

    def __init__(self) -> None:
        self.runs: RunStore = MemoryRunStore()
        self.posted: list[Callable[[RunStore], None]] = []

    def work(self) -> tuple[ScheduledRun, ...]:
        while self.posted:
            self.posted.pop(0)(self.runs)
        return self.runs.newest()


def test_nothing_is_written_by_the_one_who_tells() -> None:
    storage = Storage()
    record: RunRecorder = StoredRuns(storage.posted.append)
    record.planned(1, "backup", NOON)
    assert storage.runs.newest() == ()
    assert storage.work() == (ScheduledRun("backup", NOON, None, None, None),)


def test_runs_beside_each_other_keep_their_own_rows() -> None:
    storage = Storage()
    record = StoredRuns(storage.posted.append)
    record.planned(1, "backup", NOON)
    record.planned(2, "prune", NOON)
    record.started(2, NOON)
    record.started(1, LATER)
    record.ended(1, LATER, RunResult.DONE, "backup.zip")
    record.ended(2, LATER, RunResult.FAILED, "DiskFull")
    assert storage.work() == (
        ScheduledRun("prune", NOON, NOON, LATER, RunResult.FAILED, "DiskFull"),
        ScheduledRun("backup", NOON, LATER, LATER, RunResult.DONE, "backup.zip"),
    )


def test_quiet_jobs_leave_a_row_only_when_something_is_wrong() -> None:
    storage = Storage()
    record = StoredRuns(storage.posted.append, frozenset({"heartbeat"}))
    for ticket, result in enumerate((RunResult.DONE, RunResult.FAILED, RunResult.DONE)):
        record.planned(ticket, "heartbeat", NOON)
        record.started(ticket, NOON)
        record.ended(ticket, LATER, result, "x")
    record.planned(9, "heartbeat", NOON)
    record.ended(9, NOON, RunResult.MISSED, "")
    assert storage.work() == (
        ScheduledRun("heartbeat", NOON, None, NOON, RunResult.MISSED),
        ScheduledRun("heartbeat", NOON, NOON, LATER, RunResult.FAILED, "x"),
    )


def test_a_run_whose_planning_was_not_written_is_passed_over() -> None:
    storage = Storage()
    record = StoredRuns(storage.posted.append)
    record.planned(1, "backup", NOON)
    storage.posted.clear()  # the store answered with an error, told by the storage thread
    record.started(1, NOON)
    record.ended(1, LATER, RunResult.DONE, "")
    assert storage.work() == ()
