"""The work around the files of this program, as the screens ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, StorageError, VaultError
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.ports.crash_reports import CrashReportStore
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary, ProgressCallback
from upbit_auto_trading.composition_root.core import ProgramCore
from upbit_auto_trading.config.log_lines import LogLine
from upbit_auto_trading.config.log_reader import read_log_tail
from upbit_auto_trading.ui.app_services import JobPlan, Maintenance
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink, LinkPhase

if TYPE_CHECKING:  # the vault, the doctor and the backups are loaded with the first piece of work
    from upbit_auto_trading.composition_root.command_line import Workbench

_KEY_STORE_BOUND_SECONDS = 5.0


def make_maintenance(core: ProgramCore, reports: CrashReportStore) -> Maintenance:
    """A workbench of its own for each piece of work: the background threads share no object that is not made for it."""
    paths, clock = core.opened.paths, core.opened.clock

    def bench() -> Workbench:
        from upbit_auto_trading.composition_root.command_line import Workbench

        return Workbench(paths, clock)

    def check_health() -> tuple[HealthFinding, ...]:
        # made at every start and after every backup: what is outside is watched by those who use it
        return bench().examine(
            lambda _fraction: True, may_connect=False, try_practice=lambda: _look_at_practice(core.exchange)
        )

    def check_backup(file_name: str, progress: ProgressCallback) -> BackupSummary:
        backups = bench().backups
        backups.verify(paths.backups / file_name, progress)
        return next(summary for summary in backups.newest() if summary.file_name == file_name)

    def prepare_restore(file_name: str) -> None:
        """Carried out when everything of this run is closed; the backup is checked once more then."""
        core.between_runs = lambda: restore_between_runs(bench(), file_name)

    def read_log(limit: int, level: str, words: str) -> tuple[LogLine, ...]:
        return tuple(read_log_tail(paths.logs, limit, level, words))

    def job_plans() -> tuple[JobPlan, ...]:
        return tuple(JobPlan(job.id, job.title, core.periodic.next_run_at(job.id)) for job in core.periodic.jobs)

    return Maintenance(
        check_health=check_health,
        crash_reports=reports,
        read_log=read_log,
        backups=lambda: bench().backups.newest(),
        make_backup=lambda with_candles, progress: bench().back_up(with_candles, progress),
        check_backup=check_backup,
        key_store_is_usable=_key_store_is_usable,
        prepare_restore=prepare_restore,
        run_job_now=core.periodic.run_now,
        job_plans=job_plans,
    )


def newest_to_restore(bench: Workbench) -> BackupSummary | None:
    """What a user would want back: not the copy of a single file that a migration made."""
    try:
        return next((backup for backup in bench.backups.newest() if backup.reason != "before-migration"), None)
    except StorageError:
        return None


def restore_between_runs(bench: Workbench, file_name: str) -> None:
    bench.restore(bench.paths.backups / file_name, lambda _fraction: True)


def _look_at_practice(link: ExchangeLink) -> None:
    """The program has started one already. Raises what kept it from being reached."""
    state = link.state
    if state.phase is LinkPhase.FAILED:
        raise state.error or ExchangeUnavailable("practice", "lost")


def _key_store_is_usable() -> bool:
    from upbit_auto_trading.data_layer.encrypted_vault.system_key_store import SystemKeyStore

    try:
        SystemKeyStore(_KEY_STORE_BOUND_SECONDS).check_usable()
    except VaultError:
        return False
    return True
