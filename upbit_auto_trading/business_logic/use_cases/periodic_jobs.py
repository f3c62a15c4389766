"""All periodic work of now, in one list: what, how often, and how late it may still be done.

Nearly nobody leaves the program on through the night, so "daily" means at the start and every 24 hours after it, not
at an hour at which the machine is off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.scheduler import Every, ScheduledJob
from upbit_auto_trading.business_logic.ports.stores import DailyOperation, Heartbeat
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.operation_count import OperationCount

HEARTBEAT = "operations.heartbeat"
FLUSH_COUNTS = "operations.flush_counts"
AUTOMATIC_BACKUP = "backup.automatic"
PRUNE_BACKUPS = "backup.prune"
PRUNE_LOGS = "logs.prune"
FORGET_OPERATIONS = "operations.forget"
CHECK_JOURNAL = "security.check_journal"
CHECK_KEYS = "keys.check"
SYNC_MARKETS = "markets.sync"
CLEAN_UP_CANDLES = "candles.clean_up"

#: these leave a row in the table of runs only when they fail
QUIET_JOBS = frozenset({HEARTBEAT, FLUSH_COUNTS, SYNC_MARKETS})
OPERATIONS_KEPT = timedelta(days=365)
_DAILY = Every(timedelta(days=1), at_once=True)
_HOURLY = Every(timedelta(hours=1), at_once=True)
_EACH_MINUTE = Every(timedelta(minutes=1), at_once=True)
#: the first is asked for when the engine has begun: before that it would tell of an engine that does not answer
_EACH_MINUTE_OF_THE_ENGINE = Every(timedelta(minutes=1))
#: the first is asked for when the exchange was reached
_EACH_TEN_MINUTES = Every(timedelta(minutes=10))


class Counts(Protocol):
    """What ``utils.operation_counts.OperationCounts`` offers; the core does not import its threads."""

    def take(self) -> tuple[OperationCount, ...]: ...

    def put_back(self, counts: Iterable[OperationCount]) -> None: ...


@dataclass(frozen=True, slots=True)
class BackupRule:
    """The settings of the moment."""

    is_on: bool
    every: timedelta


@dataclass(frozen=True, slots=True)
class PeriodicWork:
    """What the jobs call, in a thread of the scheduler.

    Each may post to another thread and wait; it raises what went wrong there, so that the table of runs tells the
    truth about the work and not about its posting.
    """

    clock: Clock
    heartbeat: Callable[[], Heartbeat]
    record_heartbeat: Callable[[Heartbeat], None]
    counts: Counts
    add_daily: Callable[[tuple[DailyOperation, ...]], None]
    #: how many rows went
    forget_operations_before: Callable[[datetime], int]
    backup_rule: Callable[[], BackupRule]
    #: of any usable backup; None where there is none
    newest_backup_at: Callable[[], datetime | None]
    #: the name of the new file
    make_backup: Callable[[], str]
    prune_backups: Callable[[], tuple[str, ...]]
    prune_logs: Callable[[], int]
    #: in a word how the security journal is; raises where it does not hold
    check_journal: Callable[[], str]
    #: asks each exchange about the keys that lie open; in a word how they are
    check_keys: Callable[[], str]
    #: looks at the list of markets of the connected exchange; in a word what came of it
    sync_markets: Callable[[], str]
    #: what is too old or too much goes; in a word what went
    clean_up_candles: Callable[[], str]


def periodic_jobs(work: PeriodicWork) -> tuple[ScheduledJob, ...]:
    """All jobs, in the order in which they are shown."""
    return (
        ScheduledJob(
            HEARTBEAT,
            Text("동작 확인 기록", "Heartbeat"),
            _EACH_MINUTE_OF_THE_ENGINE,
            lambda: _beat(work),
            timedelta(seconds=30),
        ),
        ScheduledJob(
            FLUSH_COUNTS, Text("작업 통계 저장", "Save operation counts"), _EACH_MINUTE, lambda: flush_counts(work)
        ),
        ScheduledJob(
            AUTOMATIC_BACKUP,
            Text("자동 백업", "Automatic backup"),
            _HOURLY,
            lambda: _back_up_if_due(work),
            # After a night's sleep a backup is wanted at once, however late the planned run was.
            grace=timedelta(days=2),
        ),
        _daily(PRUNE_BACKUPS, Text("오래된 백업 정리", "Clean up backups"), lambda: _deleted(work.prune_backups())),
        _daily(PRUNE_LOGS, Text("오래된 기록 정리", "Clean up logs"), lambda: f"deleted {work.prune_logs()}"),
        _daily(FORGET_OPERATIONS, Text("오래된 통계 정리", "Clean up statistics"), lambda: _forget(work)),
        _daily(CHECK_JOURNAL, Text("보안 기록 검사", "Check security journal"), work.check_journal),
        _daily(CHECK_KEYS, Text("API 키 확인", "Check API keys"), work.check_keys),
        ScheduledJob(
            SYNC_MARKETS,
            Text("종목 목록 확인", "Check list of markets"),
            _EACH_TEN_MINUTES,
            lambda: work.sync_markets(),
            timedelta(minutes=10),
        ),
        _daily(CLEAN_UP_CANDLES, Text("오래된 시세 자료 정리", "Clean up market data"), work.clean_up_candles),
    )


def flush_counts(work: PeriodicWork) -> str:
    """Also called at the end of the program. What cannot be stored now is stored with the next flush."""
    taken = work.counts.take()
    if not taken:
        return ""
    rows = tuple(DailyOperation(row.day, row.operation, row.count, row.failures, row.latency_counts) for row in taken)
    is_kept = False
    try:
        work.add_daily(rows)
        is_kept = True
    finally:
        if not is_kept:
            work.counts.put_back(taken)
    return f"rows {len(rows)}"


def is_backup_due(newest_at: datetime | None, now: datetime, every: timedelta) -> bool:
    """A backup from the future says that the clock was wrong: it proves nothing about today."""
    return newest_at is None or newest_at > now + timedelta(hours=1) or now - newest_at >= every


def _daily(job_id: str, title: Text, run: Callable[[], str]) -> ScheduledJob:
    return ScheduledJob(job_id, title, _DAILY, run, grace=timedelta(days=2))


def _beat(work: PeriodicWork) -> str:
    work.record_heartbeat(work.heartbeat())
    return ""


def _back_up_if_due(work: PeriodicWork) -> str:
    rule = work.backup_rule()
    if not rule.is_on:
        return "switched off"
    if not is_backup_due(work.newest_backup_at(), work.clock.now(), rule.every):
        return "not due"
    return work.make_backup()


def _deleted(names: tuple[str, ...]) -> str:
    return f"deleted {len(names)}"


def _forget(work: PeriodicWork) -> str:
    return f"deleted {work.forget_operations_before(work.clock.now() - OPERATIONS_KEPT)}"
