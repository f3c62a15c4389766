"""Makes the databases ready: created, checked, or migrated after a backup. Runs at every start."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.file_inspection import inspect_file
from upbit_auto_trading.data_layer.storage.file_kinds import FileKind, files_of
from upbit_auto_trading.data_layer.storage.set_aside import companions_of, set_aside


class StartupStage(Enum):
    CHECKING = "checking"
    CREATING = "creating"
    BACKING_UP = "backing-up"
    MIGRATING = "migrating"
    READY = "ready"


class FileOutcome(Enum):
    OPENED = "opened"
    CREATED = "created"
    MIGRATED = "migrated"


#: told which file (``FileKind.name``) is where
StartupProgress = Callable[[str, StartupStage], None]
#: copies a file that is about to be migrated; returns where the copy lies
BackupBeforeMigration = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class FileReport:
    kind_name: str
    path: Path
    outcome: FileOutcome
    #: set after a migration
    from_revision: str | None = None
    backup: Path | None = None


@dataclass(frozen=True, slots=True)
class StartupReport:
    files: tuple[FileReport, ...]

    def of(self, kind_name: str) -> FileReport:
        return next(report for report in self.files if report.kind_name == kind_name)


def no_progress(_kind_name: str, _stage: StartupStage) -> None:
    """For callers that show none."""


def prepare_databases(
    paths: AppPaths,
    clock: Clock,
    backup_before_migration: BackupBeforeMigration,
    progress: StartupProgress = no_progress,
) -> StartupReport:
    """All three files, ready for engines. Can be called again after a leaf of StorageError was dealt with.

    NewerSchema and DatabaseDamaged name the file in ``path``; for the latter the caller may
    :func:`set_aside` it, restore a backup if there is one, and call again: a missing file is made.
    """
    with translated(paths.data):
        paths.create_folders()
    return StartupReport(
        tuple(prepare_file(path, kind, clock, backup_before_migration, progress) for kind, path in files_of(paths))
    )


def prepare_file(
    path: Path,
    kind: FileKind,
    clock: Clock,
    backup_before_migration: BackupBeforeMigration,
    progress: StartupProgress = no_progress,
) -> FileReport:
    """One file; see :func:`prepare_databases`."""
    progress(kind.name, StartupStage.CHECKING)
    if not os.path.lexists(path):
        progress(kind.name, StartupStage.CREATING)
        _create(path, kind, clock)
        report = FileReport(kind.name, path, FileOutcome.CREATED)
    else:
        revision = inspect_file(path, kind)
        if revision == kind.head:
            report = FileReport(kind.name, path, FileOutcome.OPENED)
        else:
            progress(kind.name, StartupStage.BACKING_UP)
            backup = backup_before_migration(path)
            progress(kind.name, StartupStage.MIGRATING)
            _migrate(path, kind)
            report = FileReport(kind.name, path, FileOutcome.MIGRATED, revision, backup)
    progress(kind.name, StartupStage.READY)
    return report


def _create(path: Path, kind: FileKind, clock: Clock) -> None:
    if any(os.path.lexists(companion) for companion in companions_of(path)):
        # a log without its database: SQLite would replay it into the new one
        set_aside(path, clock)
    from upbit_auto_trading.data_layer.storage.making_files import create_file  # Alembic: only when needed

    create_file(path, kind, clock)


def _migrate(path: Path, kind: FileKind) -> None:
    from upbit_auto_trading.data_layer.storage.making_files import migrate_file  # Alembic: only when needed

    migrate_file(path, kind)
