"""Backups: one verified file each, made beside a running program.

A backup is gathered, packed and opened again in a folder ``.partial-…`` and only then renamed to its name,
so that a kill, a full disk or a cancel never leaves a file that looks like a backup.

Keys never leave in the clear: the encrypted key file is taken only if a passphrase or the system's key
store protects it. With a key file beside it, neither is taken, and ``BackupSummary.left_out`` says so.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.domain.errors import (
    BackupUnusable,
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    InvalidParameter,
    NothingToBackUp,
    VaultError,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary, ProgressCallback
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.durable_files import sync_folder
from upbit_auto_trading.data_layer.storage import backup_archive
from upbit_auto_trading.data_layer.storage.backup_archive import Manifest, Member
from upbit_auto_trading.data_layer.storage.backup_names import (
    CANDLES,
    CREDENTIALS,
    DATABASES,
    PRACTICE_JOURNAL,
    PRACTICE_STATE,
    PRACTICE_WORLD,
    is_member_name,
    is_practice_name,
    is_reason,
)
from upbit_auto_trading.data_layer.storage.backup_retention import BEFORE_MIGRATION, superfluous
from upbit_auto_trading.data_layer.storage.database_copy import SIDE_FILES, check_database, copy_database
from upbit_auto_trading.data_layer.storage.file_errors import file_errors
from upbit_auto_trading.data_layer.storage.restore_journal import read_plan
from upbit_auto_trading.data_layer.storage.work_progress import WorkProgress, nested

KEYS_WITH_KEY_FILE = "keys-with-key-file"
KEYS_UNREADABLE = "keys-unreadable"
CANDLES_ON_REQUEST = "candles"

_NAME = re.compile(r"upbit-autotrader-\d{8}T\d{6}Z-[a-z0-9-]+\.zip")
_PARTIAL = ".partial-"
_SPARE_BYTES = 1 << 20
_ABANDONED_AFTER_SECONDS = 24 * 3600


def free_bytes_of(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class FolderBackups:
    """Implements the port ``BackupStore`` with the folder ``backups/``."""

    def __init__(
        self,
        paths: AppPaths,
        clock: Clock,
        key_source: Callable[[], KeySource | None],
        free_bytes: Callable[[Path], int] = free_bytes_of,
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._key_source = key_source
        self._free_bytes = free_bytes

    def make(self, reason: str, with_candles: bool = False, progress: ProgressCallback | None = None) -> BackupSummary:
        names = [name for name in DATABASES if with_candles or name != CANDLES]
        present = [name for name in names if self._place(name).is_file()]
        left_out = [] if with_candles else [CANDLES_ON_REQUEST]
        plain = [*self.practice_names(), *self.component_names()]
        if self._place(CREDENTIALS).is_file():
            obstacle = self._why_keys_stay()
            if obstacle:
                left_out.append(obstacle)
            else:
                plain.append(CREDENTIALS)
        return self._write(reason, present, plain, tuple(left_out), progress, is_whole=True)

    def copy_before_migration(self, path: Path) -> Path:
        """One database, before its format is changed; the path of the backup."""
        name = f"data/{path.name}"
        summary = self._write(BEFORE_MIGRATION, [name], [], (), None, is_whole=False)
        return self._paths.backups / summary.file_name

    def newest(self) -> tuple[BackupSummary, ...]:
        with file_errors(self._paths.backups):
            files = [path for path in self._files() if path.is_file()]
        summaries = [summary for path in files if (summary := self._summary_if_usable(path)) is not None]
        return tuple(sorted(summaries, key=lambda summary: (summary.made_at, summary.file_name), reverse=True))

    def prune(self, keep: int, max_bytes: int) -> tuple[str, ...]:
        """By the rule of ``backup_retention``."""
        going = superfluous(self.newest(), keep, max_bytes)
        for backup in going:
            path = self._paths.backups / backup.file_name
            with file_errors(path):
                path.unlink(missing_ok=True)
        return tuple(backup.file_name for backup in going)

    def verify(self, file: Path, progress: ProgressCallback | None = None) -> Manifest:
        """Unpacks the whole file, checks every digest and every database page; raises BackupUnusable."""
        with self._partial_folder() as folder:
            return self._verify(file, folder / "verified", WorkProgress(progress).part(0.0, 1.0))

    def _write(
        self,
        reason: str,
        databases: list[str],
        plain: list[str],
        left_out: tuple[str, ...],
        progress: ProgressCallback | None,
        is_whole: bool,
    ) -> BackupSummary:
        if not is_reason(reason):
            raise InvalidParameter("backup.reason", reason, "not-a-reason", "a-z 0-9 -")
        if not databases and not plain:
            raise NothingToBackUp(str(self._paths.data))
        steps = WorkProgress(progress)
        with self._partial_folder() as folder:
            self._require_room(databases + plain)
            self._refuse_during_swap()
            members = self._gather(folder / "gathered", databases, plain, steps.part(0.0, 0.4))
            self._refuse_during_swap()
            manifest = Manifest(self._clock.now(), __version__, reason, is_whole, left_out, members)
            packed = folder / "backup.zip"
            _pack_durably(packed, folder / "gathered", manifest, steps.part(0.4, 0.75))
            with file_errors(folder):
                shutil.rmtree(folder / "gathered")
            self._verify(packed, folder / "verified", steps.part(0.75, 1.0))
            return self._publish(packed, manifest)

    def _refuse_during_swap(self) -> None:
        """While a restore swaps files, or was killed at it, what lies there is neither the old nor the new set."""
        plan = read_plan(self._paths)
        if plan is not None and not plan.is_swapped:
            raise DatabaseBusy(str(self._paths.settings_database), "a restore is being finished")

    def _gather(
        self, folder: Path, databases: list[str], plain: list[str], advance: Callable[[float], None]
    ) -> tuple[Member, ...]:
        members: list[Member] = []
        names = [*databases, *plain]
        for index, name in enumerate(names):
            copy = folder / name
            part = nested(advance, index / len(names), (index + 1) / len(names))
            with file_errors(copy):
                copy.parent.mkdir(parents=True, exist_ok=True)
                revision = None
                if name in DATABASES:
                    revision = self._copy_whole_database(self._place(name), copy, part)
                else:
                    shutil.copyfile(self._place(name), copy)
                size, digest = backup_archive.file_digest(copy)
            members.append(Member(name, size, digest, revision))
            part(1.0)
        return tuple(members)

    @staticmethod
    def _copy_whole_database(source: Path, copy: Path, advance: Callable[[float], None]) -> str:
        copy_database(source, copy, advance)
        try:
            return check_database(copy)
        except DatabaseDamaged as error:
            # The copy is exact, so the damage lies in the file that was copied.
            raise DatabaseDamaged(str(source), error.detail) from error

    @staticmethod
    def _verify(file: Path, folder: Path, advance: Callable[[float], None]) -> Manifest:
        with file_errors(folder):
            folder.mkdir()
            free = free_bytes_of(folder)
        manifest = backup_archive.unpack(file, folder, free, advance)
        for member in manifest.members:
            if member.revision is not None:
                require_database(file, folder / member.name, member)
        return manifest

    def _publish(self, packed: Path, manifest: Manifest) -> BackupSummary:
        with file_errors(packed):
            stamp = manifest.made_at
            name = _file_name(stamp, manifest.reason)
            number = 1
            while (self._paths.backups / name).exists():
                number += 1
                name = _file_name(stamp, f"{manifest.reason}-{number}")
            os.replace(packed, self._paths.backups / name)
            sync_folder(self._paths.backups)
        return _summary(self._paths.backups / name, manifest)

    def _files(self) -> list[Path]:
        if not self._paths.backups.is_dir():
            return []
        return [path for path in self._paths.backups.iterdir() if _NAME.fullmatch(path.name)]

    @staticmethod
    def _summary_if_usable(path: Path) -> BackupSummary | None:
        try:
            return _summary(path, backup_archive.read_manifest(path))
        except (BackupUnusable, FileNotFoundError):
            return None  # unusable, or pruned by another process meanwhile: the list holds what can be restored

    def _place(self, name: str) -> Path:
        return self._paths.user_root / name

    def component_names(self) -> tuple[str, ...]:
        """The user's own blocks. Links are not followed: they may lead anywhere, to a key as well."""
        folder = self._paths.components
        with file_errors(folder):
            if not folder.is_dir():
                return ()
            files = sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
        names = [f"data/components/{path.name}" for path in files]
        return tuple(name for name in names if is_member_name(name))

    def practice_names(self) -> tuple[str, ...]:
        """The practice account and what its market is made of. It may be trading meanwhile: the journal comes first,
        because lines that a newer state holds already are passed over, while a newer line may need what lies between.
        """
        folder = self._paths.practice_state.parent
        with file_errors(folder):
            if not self._paths.practice_state.is_file():
                return ()
            candles = sorted(path for path in (folder / "candles").glob("*") if not path.is_symlink())
        names = [PRACTICE_JOURNAL, PRACTICE_STATE, PRACTICE_WORLD]
        names += [f"data/practice/candles/{path.name}" for path in candles]
        return tuple(name for name in names if is_practice_name(name) and self._place(name).is_file())

    def _why_keys_stay(self) -> str | None:
        try:
            source = self._key_source()
        except VaultError:
            return KEYS_UNREADABLE
        return None if source in (KeySource.PASSPHRASE, KeySource.SYSTEM_KEY_STORE) else KEYS_WITH_KEY_FILE

    def _require_room(self, names: list[str]) -> None:
        """The copies and the zip, or the zip and its unpacked check, lie there at the same time."""
        with file_errors(self._paths.backups):
            needed = 2 * sum(_bytes_on_disk(self._place(name)) for name in names) + _SPARE_BYTES
            free = self._free_bytes(self._paths.backups)
        if free < needed:
            raise DiskFull(str(self._paths.backups), f"needs {needed} bytes, {free} are free")

    @contextmanager
    def _partial_folder(self) -> Iterator[Path]:
        backups = self._paths.backups
        with file_errors(backups):
            backups.mkdir(parents=True, exist_ok=True)
            self._remove_abandoned()
            folder = backups / f"{_PARTIAL}{os.getpid()}-{os.urandom(4).hex()}"
            folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            # What a virus scanner holds open stays for the next clean-up; it never counts as a backup.
            shutil.rmtree(folder, ignore_errors=True)

    def _remove_abandoned(self) -> None:
        for folder in self._paths.backups.glob(f"{_PARTIAL}*"):
            if self._is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def _is_abandoned(self, folder: Path) -> bool:
        """A kill left it: its process is gone, or its number has since gone to another."""
        import psutil  # late: only here, and it takes its time to load

        number = folder.name.removeprefix(_PARTIAL).partition("-")[0]
        if not number.isdecimal() or not psutil.pid_exists(int(number)):
            return True
        try:
            age = self._clock.now().timestamp() - folder.stat().st_mtime
        except FileNotFoundError:
            return False  # its owner has just finished
        return age > _ABANDONED_AFTER_SECONDS


def require_database(file: Path, unpacked: Path, member: Member) -> None:
    """The unpacked database is whole and of the revision that the manifest says."""
    try:
        revision = check_database(unpacked)
    except DatabaseDamaged as error:
        raise BackupUnusable(str(file), "damaged") from error
    if revision != member.revision:
        raise BackupUnusable(str(file), "damaged")


def _summary(file: Path, manifest: Manifest) -> BackupSummary:
    size = file.stat().st_size
    return BackupSummary(file.name, manifest.made_at, size, manifest.with_candles, manifest.reason, manifest.left_out)


def _file_name(made_at: datetime, reason: str) -> str:
    return f"upbit-autotrader-{made_at:%Y%m%dT%H%M%SZ}-{reason}.zip"


def _bytes_on_disk(path: Path) -> int:
    places = [path, *(path.with_name(path.name + side) for side in SIDE_FILES)]
    return sum(place.stat().st_size for place in places if place.exists())


def _pack_durably(target: Path, folder: Path, manifest: Manifest, advance: Callable[[float], None]) -> None:
    with file_errors(target):
        handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "w+b") as stream:
            backup_archive.pack(stream, folder, manifest, advance)
            stream.flush()
            os.fsync(stream.fileno())
