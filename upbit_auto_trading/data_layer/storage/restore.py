"""Puts a backup in the place of the present files, all of them or none.

Order: hold the folder → judge and unpack the backup into a staging folder → back the present state up →
write the plan → swap. Until the plan is written nothing has changed; from then on the swap is finished even
after a kill (see ``restore_journal``).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import (
    BackupUnusable,
    DatabaseDamaged,
    NothingToBackUp,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary, ProgressCallback
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.durable_files import sync_file, sync_folder
from upbit_auto_trading.data_layer.owner_only_files import replace_owner_only
from upbit_auto_trading.data_layer.storage import backup_archive
from upbit_auto_trading.data_layer.storage.backup import FolderBackups, free_bytes_of, require_database
from upbit_auto_trading.data_layer.storage.backup_archive import Manifest, Member
from upbit_auto_trading.data_layer.storage.backup_names import CREDENTIALS, PRACTICE_STATE
from upbit_auto_trading.data_layer.storage.backup_retention import BEFORE_RESTORE
from upbit_auto_trading.data_layer.storage.database_copy import open_read_only
from upbit_auto_trading.data_layer.storage.file_errors import file_errors
from upbit_auto_trading.data_layer.storage.file_kinds import FILE_KINDS, SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.kept_stop import keep_entries_stopped
from upbit_auto_trading.data_layer.storage.restore_journal import (
    RestorePlan,
    carry_out,
    finish_interrupted_restore,
    read_plan,
    set_plan_aside,
    staging_folder,
    write_plan,
)
from upbit_auto_trading.data_layer.storage.work_progress import WorkProgress

_KINDS = {f"data/{kind.name}.sqlite3": kind for kind in FILE_KINDS}
_SETTINGS = f"data/{SETTINGS_FILE.name}.sqlite3"
_SPARE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """``before_restore`` is ``None`` where there was nothing, or nothing sound, to back up first."""

    backup_made_at: datetime
    files: tuple[str, ...]
    before_restore: BackupSummary | None
    #: old files that no backup holds, now in data/damaged/
    set_aside: tuple[str, ...]


class BackupRestorer:
    """``hold_folder`` raises AnotherInstanceRuns while a program runs in that folder."""

    def __init__(
        self,
        paths: AppPaths,
        clock: Clock,
        backups: FolderBackups,
        hold_folder: Callable[[], AbstractContextManager[object]],
        free_bytes: Callable[[Path], int] = free_bytes_of,
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._backups = backups
        self._hold_folder = hold_folder
        self._free_bytes = free_bytes

    def restore(self, file: Path, progress: ProgressCallback | None = None) -> RestoreReport:
        """Raises BackupUnusable, AnotherInstanceRuns or a StorageError; then nothing has changed."""
        with self._hold_folder():
            self._finish_earlier_one()
            token = os.urandom(4).hex()
            staging = staging_folder(self._paths, token)
            try:
                return self._restore(file, token, staging, WorkProgress(progress))
            finally:
                if not self._is_planned(token):
                    shutil.rmtree(staging, ignore_errors=True)  # what cannot go now goes at the next start

    def _finish_earlier_one(self) -> None:
        try:
            finish_interrupted_restore(self._paths)
        except DatabaseDamaged:
            set_plan_aside(self._paths, self._stamp())

    def _stamp(self) -> str:
        return f"{self._clock.now():%Y%m%dT%H%M%SZ}"

    def _restore(self, file: Path, token: str, staging: Path, steps: WorkProgress) -> RestoreReport:
        manifest = self._stage(file, staging, steps)
        present, set_aside = self._back_up_present(manifest, staging, steps)
        if any(member.name == _SETTINGS for member in manifest.members):
            keep_entries_stopped(self._paths.settings_database, staging / _SETTINGS, self._clock.now())
        steps.part(0.0, 1.0)(0.95)
        plan = RestorePlan(
            token=token,
            stamp=self._stamp(),
            replaced=tuple(member.name for member in manifest.members),
            removed=(*(self._components_without_backup(manifest) if present else ()), *self._other_practice(manifest)),
            set_aside=set_aside,
            details={
                "backup": file.name,
                "made_at": manifest.made_at.isoformat(),
                "before_restore": present.file_name if present else "",
            },
        )
        self._swap(plan)
        return RestoreReport(manifest.made_at, plan.replaced, present, set_aside)

    def _swap(self, plan: RestorePlan) -> None:
        try:
            with file_errors(self._paths.data):
                write_plan(self._paths, plan)
            carry_out(self._paths, plan)
        except KeyboardInterrupt:
            if not self._is_planned(plan.token):
                raise
            carry_out(self._paths, plan)  # too late to stop: half a swap is worse than a whole one

    def _stage(self, file: Path, staging: Path, steps: WorkProgress) -> Manifest:
        with file_errors(staging):
            self._paths.data.mkdir(parents=True, exist_ok=True)
            staging.mkdir(mode=0o700)
            free = self._free_bytes(self._paths.data) - _SPARE_BYTES
        manifest = backup_archive.unpack(file, staging, free, steps.part(0.0, 0.4))
        check = steps.part(0.4, 0.6)
        for index, member in enumerate(manifest.members):
            unpacked = staging / member.name
            if member.name in _KINDS:
                _require_ours(file, unpacked, member)
            with file_errors(unpacked):
                if member.name == CREDENTIALS:  # unpacked as any file is; the keys are their owner's alone
                    replace_owner_only(unpacked, unpacked.read_bytes())
                sync_file(unpacked)
                sync_folder(unpacked.parent)
            check((index + 1) / len(manifest.members))
        return manifest

    def _back_up_present(
        self, manifest: Manifest, staging: Path, steps: WorkProgress
    ) -> tuple[BackupSummary | None, tuple[str, ...]]:
        """The way back. Where the present files are damaged, they are set aside instead."""
        names = [member.name for member in manifest.members if (self._paths.user_root / member.name).is_file()]
        advance = steps.part(0.6, 0.95)
        try:
            summary = self._backups.make(BEFORE_RESTORE, manifest.with_candles, lambda part: advance(part) is None)
        except NothingToBackUp:
            return None, ()
        except DatabaseDamaged:
            return None, tuple(names)
        return summary, tuple(name for name in names if self._holds_other_keys(name, staging))

    def _holds_other_keys(self, name: str, staging: Path) -> bool:
        """Keys are never thrown away: a differing key file may be the only one there is."""
        if name != CREDENTIALS:
            return False
        return (self._paths.user_root / name).read_bytes() != (staging / name).read_bytes()

    def _components_without_backup(self, manifest: Manifest) -> tuple[str, ...]:
        """A whole backup brings its components and no others; the backup made before holds the rest."""
        if not manifest.is_whole:
            return ()
        wanted = {member.name for member in manifest.members}
        return tuple(name for name in self._backups.component_names() if name not in wanted)

    def _other_practice(self, manifest: Manifest) -> tuple[str, ...]:
        """What belongs to another practice account than the one that comes back; a backup without one changes none."""
        wanted = {member.name for member in manifest.members}
        if PRACTICE_STATE not in wanted:
            return ()
        return tuple(name for name in self._backups.practice_names() if name not in wanted)

    def _is_planned(self, token: str) -> bool:
        plan = read_plan(self._paths)
        return plan is not None and plan.token == token


def _require_ours(file: Path, unpacked: Path, member: Member) -> None:
    """Whole, made by us, and of a revision that this program knows."""
    kind = _KINDS[member.name]
    require_database(file, unpacked, member)
    with file_errors(unpacked), closing(open_read_only(unpacked)) as connection:
        application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    if application_id != kind.application_id:
        raise BackupUnusable(str(file), "unexpected-content")
    if member.revision not in ("", None, *kind.revisions):
        raise BackupUnusable(str(file), "newer-version")
    with file_errors(unpacked), closing(sqlite3.connect(unpacked, isolation_level=None)) as connection:
        # As every database of ours is kept; it was packed without companions.
        connection.execute("PRAGMA journal_mode = WAL")
