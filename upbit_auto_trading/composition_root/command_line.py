"""Builds what backup, restore and doctor need: no Qt, no threads, everything opened and closed inside one call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, NotSupported, TradingAppError
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, KeyStatus
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import Credential, SecurityEvent
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary, ProgressCallback
from upbit_auto_trading.business_logic.use_cases.check_keys import ask
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.held_folder import held_folder
from upbit_auto_trading.composition_root.keys import make_vault
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.data_layer.doctor.context import CrashReportFacts, DoctorContext
from upbit_auto_trading.data_layer.doctor.exchange_facts import ExaminedKey
from upbit_auto_trading.data_layer.storage.backup import FolderBackups, free_bytes_of
from upbit_auto_trading.data_layer.storage.restore import BackupRestorer, RestoreReport
from upbit_auto_trading.data_layer.system_clock import SystemClock

_KEY_STORE_BOUND_SECONDS = 5.0
#: what requirements.in asks for, by the names that are imported
_PACKAGES = (
    "PyQt6", "pyqtgraph", "numpy", "sqlalchemy", "alembic", "cryptography", "keyring", "apscheduler", "qtawesome",
    "psutil", "platformdirs", "requests", "jwt", "websockets", "msgspec", "aiohttp", "pyarrow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RestoreOutcome:
    report: RestoreReport
    #: why the security journal could not be told yet; the next start does it
    journal_error: TradingAppError | None


class Workbench:
    """The folder of one command and the work that can be done on it."""

    def __init__(self, paths: AppPaths, clock: Clock, exchange_keys: ExchangeKeys | None = None) -> None:
        self.paths = paths
        self.clock = clock
        self._vault = make_vault(paths, clock)
        self.backups = FolderBackups(paths, clock, self._vault.key_source)
        self._exchange_keys = exchange_keys or ExchangeKeys(paths.resources, clock)

    def back_up(self, with_candles: bool, progress: ProgressCallback) -> BackupSummary:
        from upbit_auto_trading.data_layer.storage.backup_retention import MANUAL

        return self.backups.make(MANUAL, with_candles, progress)

    def restore(self, file: Path, progress: ProgressCallback) -> RestoreOutcome:
        """Raises AnotherInstanceRuns while a program uses the folder."""
        with held_folder(self.paths, self.clock):
            restorer = BackupRestorer(self.paths, self.clock, self.backups, nullcontext)
            report = restorer.restore(file, progress)
            try:
                self._tell_journal()
            except TradingAppError as error:
                return RestoreOutcome(report, error)
        return RestoreOutcome(report, None)

    def examine(
        self, progress: ProgressCallback, *, may_connect: bool, try_practice: Callable[[], float | None] | None = None
    ) -> tuple[HealthFinding, ...]:
        """``try_practice`` where one runs already that can be looked at."""
        from upbit_auto_trading.data_layer.doctor.registry import run_checks

        exchange_keys = self._exchange_keys if may_connect else None
        context = doctor_context(self.paths, self.clock, self.backups, exchange_keys, try_practice)
        return run_checks(context, progress=progress)

    def _tell_journal(self) -> None:
        from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
        from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
        from upbit_auto_trading.data_layer.storage.restore_journal import record_restore
        from upbit_auto_trading.data_layer.storage.security_journal import SqliteSecurityJournal
        from upbit_auto_trading.data_layer.storage.startup import prepare_databases

        prepare_databases(self.paths, self.clock, self.backups.copy_before_migration)
        engine = open_engine(self.paths.settings_database, SETTINGS_FILE)
        try:
            journal = SqliteSecurityJournal(engine, self.clock)
            record_restore(self.paths, lambda details: journal.append(SecurityEvent.BACKUP_RESTORED, details))
        finally:
            close_engine(engine)


def workbench(data_dir: Path | None) -> Workbench:
    return Workbench(find_app_paths(data_dir), SystemClock())


def doctor_context(
    paths: AppPaths,
    clock: Clock,
    backups: FolderBackups,
    exchange_keys: ExchangeKeys | None,
    try_practice: Callable[[], float | None] | None = None,
) -> DoctorContext:
    """For the command and for the window's own check-up. Without ``exchange_keys`` nothing leaves this machine."""
    from upbit_auto_trading.config.virtual_environment import missing_qt_libraries
    from upbit_auto_trading.data_layer.doctor.hangul_fonts import installed_hangul_fonts
    from upbit_auto_trading.data_layer.encrypted_vault.system_key_store import SystemKeyStore
    from upbit_auto_trading.data_layer.owner_only_files import is_owner_only
    from upbit_auto_trading.data_layer.storage.first_look import first_look
    from upbit_auto_trading.ui.display_check import has_display

    return DoctorContext(
        paths=paths,
        clock=clock,
        backups=backups,
        settings=first_look(paths).settings,
        began_at=clock.now(),
        began_monotonic=clock.monotonic(),
        environment_state=_environment_state,
        missing_packages=_missing_packages,
        missing_qt_libraries=missing_qt_libraries,
        has_display=lambda: has_display(os.environ),
        hangul_fonts=installed_hangul_fonts,
        key_source=make_vault(paths, clock).key_source,
        key_store_name=SystemKeyStore(_KEY_STORE_BOUND_SECONDS).check_usable,
        is_owner_only=is_owner_only,
        first_broken_line=_journal_question(paths, clock),
        crash_reports=_crash_report_question(paths, clock),
        free_bytes=free_bytes_of,
        is_process_alive=_is_process_alive,
        try_practice=try_practice or partial(_start_practice_once, paths, clock),
        reach_exchange=None if exchange_keys is None else exchange_keys.reach,
        examine_keys=None if exchange_keys is None else partial(_examined_keys, paths, clock, exchange_keys),
    )


def _start_practice_once(paths: AppPaths, clock: Clock) -> float:
    from upbit_auto_trading.composition_root.practice_trial import start_practice_once

    return start_practice_once(paths, clock)


def stored_settings(data_dir: Path | None) -> Mapping[str, str]:
    """Stored texts by id; empty where there is nothing that can be read."""
    from upbit_auto_trading.data_layer.storage.first_look import first_look

    return first_look(find_app_paths(data_dir)).settings


def _environment_state() -> str:
    from upbit_auto_trading.config import environment_stamp, virtual_environment

    if getattr(sys, "frozen", False):
        return "frozen"
    root = virtual_environment.project_root()
    return virtual_environment.state_of(root, (environment_stamp.PROGRAM,)).value


def _missing_packages() -> tuple[str, ...]:
    from importlib.util import find_spec

    return tuple(name for name in _PACKAGES if find_spec(name) is None)


def _journal_question(paths: AppPaths, clock: Clock) -> Callable[[], int | None]:
    """Reads beside a running program; never writes, not even a first revision."""

    def ask() -> int | None:
        from sqlalchemy import URL, create_engine
        from sqlalchemy.pool import NullPool

        from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
        from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_reading
        from upbit_auto_trading.data_layer.storage.security_journal import SqliteSecurityJournal

        path = paths.settings_database
        engine = create_engine(
            URL.create("sqlite", database=str(path)),
            creator=lambda: connect_for_reading(path, SETTINGS_FILE.busy_timeout_ms),
            poolclass=NullPool,
        )
        try:
            return SqliteSecurityJournal(engine, clock).first_broken_line()
        finally:
            engine.dispose()

    return ask


def _examined_keys(paths: AppPaths, clock: Clock, exchange_keys: ExchangeKeys) -> tuple[ExaminedKey, ...] | None:
    credentials = make_vault(paths, clock).all_without_passphrase()
    if credentials is None:
        return None
    return tuple(ExaminedKey(one.summary, _found_by(exchange_keys, one)) for one in credentials)


def _found_by(exchange_keys: ExchangeKeys, one: Credential) -> KeyStatus | KeyTrouble | None:
    try:
        return ask(exchange_keys, one.summary.exchange, one.access_key, one.secret_key, lambda: False)
    except InvalidParameter:
        return KeyStatus((), None, KeyFault.UNKNOWN_KEY)
    except NotSupported:
        return None


def _crash_report_question(paths: AppPaths, clock: Clock) -> Callable[[], tuple[CrashReportFacts, ...]]:
    def ask() -> tuple[CrashReportFacts, ...]:
        from upbit_auto_trading.data_layer.crash_reports import FileCrashReports, ProgramFacts

        reports = FileCrashReports(paths.crash_reports, clock, ProgramFacts(__version__)).list_reports()
        return tuple(CrashReportFacts(report.file_name, report.is_seen) for report in reports)

    return ask


def _is_process_alive(process_id: int) -> bool:
    import psutil

    return psutil.pid_exists(process_id)
