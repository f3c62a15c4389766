"""The periodic jobs on a fake scheduler: what runs when, and what it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_scheduler import FakeScheduler, RunList
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.business_logic.ports.scheduler import RunResult
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS, DailyOperation, Heartbeat
from upbit_auto_trading.business_logic.use_cases import periodic_jobs as jobs
from upbit_auto_trading.business_logic.use_cases.periodic_jobs import BackupRule, PeriodicWork, is_backup_due
from upbit_auto_trading.utils.operation_counts import OperationCounts

DAY = timedelta(hours=24)


@dataclass
class World:
    """Everything the jobs reach, counted."""

    clock: FakeClock = field(default_factory=FakeClock)
    beats: list[Heartbeat] = field(default_factory=list)
    daily: list[DailyOperation] = field(default_factory=list)
    forgotten_before: list[datetime] = field(default_factory=list)
    rule: BackupRule = field(default_factory=lambda: BackupRule(True, DAY))
    backups: list[datetime] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    journal_problem: str = ""
    key_checks: list[datetime] = field(default_factory=list)
    market_looks: list[datetime] = field(default_factory=list)
    clean_ups: list[datetime] = field(default_factory=list)
    disk_is_full: bool = False

    def __post_init__(self) -> None:
        self.counts = OperationCounts(self.clock.now, self.clock.monotonic, LATENCY_BOUNDS_MS)
        self.runs = RunList()
        self.scheduler = FakeScheduler(self.clock, self.runs)
        for job in jobs.periodic_jobs(self.work()):
            self.scheduler.add(job)

    def work(self) -> PeriodicWork:
        return PeriodicWork(
            clock=self.clock,
            heartbeat=lambda: Heartbeat(self.clock.now(), True, 3, 0, 0),
            record_heartbeat=self.beats.append,
            counts=self.counts,
            add_daily=self.add_daily,
            forget_operations_before=self.forget,
            backup_rule=lambda: self.rule,
            newest_backup_at=lambda: max(self.backups, default=None),
            make_backup=self.make_backup,
            prune_backups=self.prune_backups,
            prune_logs=self.prune_logs,
            check_journal=lambda: self.journal_problem,
            check_keys=self.check_keys,
            sync_markets=self.sync_markets,
            clean_up_candles=self.clean_up_candles,
        )

    def check_keys(self) -> str:
        self.key_checks.append(self.clock.now())
        return "good 1"

    def sync_markets(self) -> str:
        self.market_looks.append(self.clock.now())
        return "markets 5, changes 0"

    def clean_up_candles(self) -> str:
        self.clean_ups.append(self.clock.now())
        return "nothing to do"

    def forget(self, moment: datetime) -> int:
        self.forgotten_before.append(moment)
        return 7

    def prune_backups(self) -> tuple[str, ...]:
        self.pruned.append("backups")
        return ("old.zip", "older.zip")

    def prune_logs(self) -> int:
        self.pruned.append("logs")
        return 3

    def add_daily(self, rows: tuple[DailyOperation, ...]) -> None:
        if self.disk_is_full:
            raise DiskFull("settings.sqlite3")
        self.daily.extend(rows)

    def make_backup(self) -> str:
        self.backups.append(self.clock.now())
        return "backup.zip"

    def pass_time(self, span: timedelta) -> None:
        self.scheduler.pass_time(span)


@pytest.fixture
def world() -> World:
    return World()


def test_every_job_has_a_name_in_both_languages_and_runs_at_the_start(world: World) -> None:
    """But for the heartbeat: at that moment the engine has not begun, which would be told as its silence."""
    declared = jobs.periodic_jobs(world.work())
    assert len({job.id for job in declared}) == len(declared) == 10
    assert all(job.title.ko and job.title.en for job in declared)
    world.scheduler.start()
    at_start = {job.id: [RunResult.DONE] for job in declared} | {jobs.HEARTBEAT: [], jobs.SYNC_MARKETS: []}
    assert {job.id: world.runs.results(job.id) for job in declared} == at_start


@pytest.mark.claims("job:operations.heartbeat")
def test_a_heartbeat_each_minute(world: World) -> None:
    world.scheduler.start()
    world.pass_time(timedelta(minutes=10))
    assert [beat.beat_at for beat in world.beats] == [
        world.clock.now() - timedelta(minutes=minute) for minute in range(9, -1, -1)
    ]


@pytest.mark.claims("job:operations.flush_counts")
def test_counts_are_saved_each_minute_and_none_is_lost_to_a_full_disk(world: World) -> None:
    world.counts.record("read", 3)
    world.scheduler.start()
    assert [(row.operation, row.count) for row in world.daily] == [("read", 1)]
    world.disk_is_full = True
    world.counts.record("read", 3, failed=True)
    world.pass_time(timedelta(minutes=2))
    assert world.runs.results(jobs.FLUSH_COUNTS)[-1] is RunResult.FAILED
    world.disk_is_full = False
    world.pass_time(timedelta(minutes=1))
    assert [(row.count, row.failures) for row in world.daily] == [(1, 0), (1, 1)]
    world.pass_time(timedelta(minutes=1))
    assert len(world.daily) == 2


def test_a_backup_is_made_at_once_and_then_once_a_day(world: World) -> None:
    world.scheduler.start()
    world.pass_time(timedelta(hours=72))
    start = world.backups[0]
    assert world.backups == [start, start + DAY, start + 2 * DAY, start + 3 * DAY]
    details = {run.detail for run in world.runs.of(jobs.AUTOMATIC_BACKUP)}
    assert details == {"backup.zip", "not due"}


def test_no_backup_while_it_is_switched_off_and_one_within_the_hour_after(world: World) -> None:
    world.rule = BackupRule(False, DAY)
    world.scheduler.start()
    world.pass_time(timedelta(hours=30))
    assert world.backups == []
    world.rule = BackupRule(True, DAY)
    world.pass_time(timedelta(hours=1))
    assert len(world.backups) == 1


def test_a_backup_is_made_after_a_night_asleep(world: World) -> None:
    world.scheduler.start()
    world.pass_time(timedelta(hours=20))
    world.clock.jump(timedelta(hours=9, minutes=40))
    assert len(world.backups) == 2
    assert RunResult.MISSED not in world.runs.results(jobs.AUTOMATIC_BACKUP)


@pytest.mark.parametrize(
    ("age", "due"),
    [
        (None, True),
        (timedelta(hours=23, minutes=59), False),
        (timedelta(hours=24), True),
        (timedelta(minutes=-30), False),
        (timedelta(hours=-2), True),
    ],
)
def test_when_a_backup_is_due(age: timedelta | None, due: bool) -> None:
    now = FakeClock().now()
    assert is_backup_due(now - age if age is not None else None, now, DAY) is due


@pytest.mark.claims("job:operations.forget", "job:security.check_journal")
def test_cleaning_and_checking_once_a_day(world: World) -> None:
    world.scheduler.start()
    world.pass_time(timedelta(hours=49))
    assert world.pruned == ["backups", "logs"] * 3
    assert world.forgotten_before[-1] == world.clock.now() - timedelta(hours=1) - timedelta(days=365)
    assert [run.detail for run in world.runs.of(jobs.PRUNE_BACKUPS)] == ["deleted 2"] * 3
    assert [run.detail for run in world.runs.of(jobs.PRUNE_LOGS)] == ["deleted 3"] * 3
    assert [run.detail for run in world.runs.of(jobs.FORGET_OPERATIONS)] == ["deleted 7"] * 3
    world.journal_problem = "line 5 was removed"
    world.pass_time(DAY)
    assert [run.detail for run in world.runs.of(jobs.CHECK_JOURNAL)] == ["", "", "", "line 5 was removed"]


@pytest.mark.claims("job:keys.check")
def test_keys_are_checked_at_the_start_and_each_day(world: World) -> None:
    world.scheduler.start()
    world.pass_time(timedelta(days=2))
    first = world.key_checks[0]
    assert world.key_checks == [first, first + DAY, first + 2 * DAY]
    assert [run.detail for run in world.runs.of(jobs.CHECK_KEYS)] == ["good 1"] * 3


@pytest.mark.claims("job:markets.sync")
def test_the_list_of_markets_is_looked_at_every_ten_minutes(world: World) -> None:
    world.scheduler.start()
    start = world.clock.now()
    world.pass_time(timedelta(minutes=35))
    assert world.market_looks == [start + timedelta(minutes=minute) for minute in (10, 20, 30)]


def test_market_data_is_cleaned_up_once_a_day(world: World) -> None:
    world.scheduler.start()
    world.pass_time(timedelta(days=2))
    first = world.clean_ups[0]
    assert world.clean_ups == [first, first + DAY, first + 2 * DAY]
    assert [run.detail for run in world.runs.of(jobs.CLEAN_UP_CANDLES)] == ["nothing to do"] * 3
