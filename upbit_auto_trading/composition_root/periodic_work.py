"""The scheduler with all periodic jobs, bound to the threads in which their work belongs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.ports.scheduler import ScheduledJob
from upbit_auto_trading.business_logic.ports.stores import Heartbeat, RunStore, Stores
from upbit_auto_trading.business_logic.use_cases.periodic_jobs import (
    HEARTBEAT,
    QUIET_JOBS,
    BackupRule,
    PeriodicWork,
    flush_counts,
    periodic_jobs,
)
from upbit_auto_trading.business_logic.use_cases.record_runs import StoredRuns
from upbit_auto_trading.config.log_files import MEGABYTE
from upbit_auto_trading.config.settings import AUTOMATIC_BACKUP, BACKUP_HOURS, BACKUP_SIZE_LIMIT, BACKUPS_KEPT
from upbit_auto_trading.data_layer.background_scheduler import BackgroundScheduler
from upbit_auto_trading.data_layer.storage.backup_retention import AUTOMATIC
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.ports.candle_store import CleanUpReport, RetentionPolicy
    from upbit_auto_trading.composition_root.key_checks import KeyChecks
    from upbit_auto_trading.composition_root.opened import Opened
    from upbit_auto_trading.ui.runtime.engine_link import EngineLink
    from upbit_auto_trading.ui.runtime.operations import Operations
    from upbit_auto_trading.ui.settings_state import SettingsState
    from upbit_auto_trading.utils.operation_counts import OperationCounts

T = TypeVar("T")
_BACKING_UP = Text("자동 백업", "Automatic backup")
#: how long a job waits for the storage thread, and for a backup of many candles
_STORAGE_LIMIT_SECONDS = 60.0
_BACKUP_LIMIT_SECONDS = 3_600.0
_CLEAN_UP_LIMIT_SECONDS = 3_600.0
#: the engine polls twenty times a second; this long without one means that it is stuck
_ALIVE_WITHIN_SECONDS = 5.0


class Periodic:
    def __init__(
        self,
        opened: Opened,
        operations: Operations,
        settings: SettingsState,
        engine: EngineLink,
        counts: OperationCounts,
        keys: KeyChecks,
        sync_markets: Callable[[], str],
    ) -> None:
        self._opened = opened
        self._operations = operations
        self._settings = settings
        self._engine = engine
        self._keys = keys
        self._work = PeriodicWork(
            clock=opened.clock,
            heartbeat=self._heartbeat,
            record_heartbeat=lambda beat: self._ask(lambda stores: stores.operations.record_heartbeat(beat)),
            counts=counts,
            add_daily=lambda rows: self._ask(lambda stores: stores.operations.add_daily(rows)),
            forget_operations_before=lambda moment: self._ask(partial(_forget_before, moment)),
            backup_rule=self._backup_rule,
            newest_backup_at=self._newest_backup_at,
            make_backup=self._make_backup,
            prune_backups=self._prune_backups,
            prune_logs=opened.log.prune,
            check_journal=lambda: self._ask(_journal_verdict),
            check_keys=keys.check_all,
            sync_markets=sync_markets,
            clean_up_candles=self._clean_up_candles,
        )
        self.jobs: tuple[ScheduledJob, ...] = periodic_jobs(self._work)
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """When the files are open."""
        self._scheduler = BackgroundScheduler(self._opened.clock, StoredRuns(self._post, QUIET_JOBS))
        for job in self.jobs:
            self._scheduler.add(job)
        self._scheduler.start()

    def stop(self, timeout_seconds: float) -> tuple[str, ...]:
        """Called outside the UI thread: what was counted since the last minute is kept too."""
        self._keys.stop()
        if self._scheduler is None:
            return ()
        return self._scheduler.stop(timeout_seconds)

    def keep_counts(self, stores: Stores) -> None:
        """The last flush, in the storage thread, before it closes."""
        from dataclasses import replace

        flush_counts(replace(self._work, add_daily=stores.operations.add_daily))

    def beat_first(self) -> None:
        """When the engine has polled once. One that never does is told of by the beat of the first full minute."""
        self.run_now(HEARTBEAT)

    def run_now(self, job_id: str) -> None:
        if self._scheduler is not None:
            self._scheduler.run_now(job_id)

    def next_run_at(self, job_id: str) -> datetime | None:
        return None if self._scheduler is None else self._scheduler.next_run_at(job_id)

    # what the jobs do, in the scheduler's threads

    def _heartbeat(self) -> Heartbeat:
        pulse = self._engine.pulse()
        age = self._engine.last_poll_age_seconds()
        return Heartbeat(
            beat_at=self._opened.clock.now(),
            engine_alive=age is not None and age < _ALIVE_WITHIN_SECONDS,
            streams_fresh=0 if pulse is None else pulse.streams_fresh,
            streams_stale=0 if pulse is None else pulse.streams_stale,
            positions_watched=0,
        )

    def _backup_rule(self) -> BackupRule:
        """Read from another thread: single values that are replaced whole."""
        hours = self._settings.whole_number(BACKUP_HOURS)
        return BackupRule(self._settings.is_on(AUTOMATIC_BACKUP), timedelta(hours=hours))

    def _newest_backup_at(self) -> datetime | None:
        newest = self._ask(lambda stores: stores.backups.newest())
        return newest[0].made_at if newest else None

    def _make_backup(self) -> str:
        backups = self._ask(lambda stores: stores.backups)
        operation = Operation(
            _BACKING_UP, lambda context: backups.make(AUTOMATIC, progress=context.keep_going), "backups"
        )
        return self._operations.ask_background(operation, _BACKUP_LIMIT_SECONDS).file_name

    def _prune_backups(self) -> tuple[str, ...]:
        keep = self._settings.whole_number(BACKUPS_KEPT)
        most = self._settings.whole_number(BACKUP_SIZE_LIMIT) * MEGABYTE
        backups = self._ask(lambda stores: stores.backups)
        return backups.prune(keep, most)

    def _clean_up_candles(self) -> str:
        """In the storage thread, the only one that writes candles."""
        from upbit_auto_trading.composition_root.candle_upkeep import in_a_word, policy_of

        policy, now = policy_of(self._settings.value), self._opened.clock.now()
        clean_up = partial(_clean_up, policy, now)
        return in_a_word(self._operations.ask_storage(clean_up, _CLEAN_UP_LIMIT_SECONDS))

    def _ask(self, work: Callable[[Stores], T]) -> T:
        return self._operations.ask_storage(work, _STORAGE_LIMIT_SECONDS)

    def _post(self, work: Callable[[RunStore], None]) -> None:
        self._operations.storage.post(lambda worker: work(worker.stores().runs))


def _forget_before(moment: datetime, stores: Stores) -> int:
    return stores.operations.forget_before(moment) + stores.runs.forget_before(moment)


def _clean_up(policy: RetentionPolicy, now: datetime, stores: Stores) -> CleanUpReport:
    return stores.candles.clean_up(policy, now)


def _journal_verdict(stores: Stores) -> str:
    broken = stores.journal.first_broken_line()
    if broken is not None:
        raise InvariantBroken(f"the security journal does not hold from line {broken} on")
    return "whole"
