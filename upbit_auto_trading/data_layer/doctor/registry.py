"""The one list of checks, in the order in which they are reported. New parts of the program add theirs here."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.ports.maintenance import ProgressCallback
from upbit_auto_trading.data_layer.doctor import (
    backups,
    clock,
    connection,
    crash_reports,
    data_folder,
    databases,
    disk_space,
    display,
    fonts,
    instance_lock,
    key,
    key_file,
    last_end,
    logs,
    practice,
    python_environment,
    scheduled_runs,
    security_journal,
    settings_values,
    unfinished_restore,
)
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.storage.work_progress import WorkProgress

ALL_CHECKS: tuple[Check, ...] = (
    python_environment.CHECK,
    display.CHECK,
    fonts.CHECK,
    clock.CHECK,
    data_folder.CHECK,
    disk_space.CHECK,
    instance_lock.CHECK,
    last_end.CHECK,
    unfinished_restore.CHECK,
    databases.CHECK,
    settings_values.CHECK,
    key_file.CHECK,
    practice.CHECK,
    connection.CHECK,
    key.CHECK,
    security_journal.CHECK,
    scheduled_runs.CHECK,
    backups.CHECK,
    logs.CHECK,
    crash_reports.CHECK,
)


def run_checks(
    context: DoctorContext, checks: tuple[Check, ...] = ALL_CHECKS, progress: ProgressCallback | None = None
) -> tuple[HealthFinding, ...]:
    """Every finding; ``progress`` may cancel between two checks."""
    advance = WorkProgress(progress).part(0.0, 1.0)
    findings: list[HealthFinding] = []
    for index, check in enumerate(checks):
        findings += check.run(context)
        advance((index + 1) / len(checks))
    return tuple(findings)
