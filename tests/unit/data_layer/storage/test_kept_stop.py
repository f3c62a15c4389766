"""A restore never lets entries go on, whatever the present file and the backup hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.composition_root.stores import open_engine_state, open_stores
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.restore import BackupRestorer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def paths(tmp_path: Path, clock: FakeClock) -> AppPaths:
    """Files as the program makes them."""
    paths = find_app_paths(tmp_path / "자료")
    paths.create_folders()
    with open_stores(paths, clock, lambda _file, _stage: None):
        pass
    return paths


def stop(paths: AppPaths, clock: FakeClock) -> None:
    with open_engine_state(paths) as state:
        state.record_entries_stopped(clock.now())


def resume(paths: AppPaths, clock: FakeClock) -> None:
    with open_engine_state(paths) as state:
        state.record_entries_resumed(clock.now())


def restore(paths: AppPaths, clock: FakeClock, name: str) -> None:
    backups = FolderBackups(paths, clock, key_source=lambda: None)
    BackupRestorer(paths, clock, backups, hold_folder=nullcontext).restore(paths.backups / name)


def backed_up(paths: AppPaths, clock: FakeClock) -> str:
    return FolderBackups(paths, clock, key_source=lambda: None).make("manual").file_name


def test_a_stop_after_the_backup_outlives_its_restore(paths: AppPaths, clock: FakeClock) -> None:
    backup = backed_up(paths, clock)
    clock.advance(timedelta(hours=1))
    stopped_at = clock.now()
    stop(paths, clock)
    clock.advance(timedelta(hours=1))
    restore(paths, clock, backup)
    with open_engine_state(paths) as state:
        assert state.entries_stopped_at() == stopped_at


def test_a_stop_in_the_backup_comes_back_with_it(paths: AppPaths, clock: FakeClock) -> None:
    stop(paths, clock)
    stopped_at = clock.now()
    backup = backed_up(paths, clock)
    clock.advance(timedelta(hours=1))
    resume(paths, clock)
    restore(paths, clock, backup)
    with open_engine_state(paths) as state:
        assert state.entries_stopped_at() == stopped_at


def test_without_a_stop_on_either_side_entries_are_free(paths: AppPaths, clock: FakeClock) -> None:
    restore(paths, clock, backed_up(paths, clock))
    with open_engine_state(paths) as state:
        assert state.entries_stopped_at() is None


def test_a_present_file_that_cannot_be_read_counts_as_a_stop(paths: AppPaths, clock: FakeClock) -> None:
    backup = backed_up(paths, clock)
    paths.settings_database.write_bytes(b"rubbish " * 4_000)
    restore(paths, clock, backup)
    with open_engine_state(paths) as state:
        assert state.entries_stopped_at() == clock.now()


def test_an_empty_folder_takes_the_state_of_the_backup(paths: AppPaths, clock: FakeClock, tmp_path: Path) -> None:
    backup = paths.backups / backed_up(paths, clock)
    elsewhere = find_app_paths(tmp_path / "new machine")
    elsewhere.create_folders()
    backups = FolderBackups(elsewhere, clock, key_source=lambda: None)
    BackupRestorer(elsewhere, clock, backups, hold_folder=nullcontext).restore(backup)
    with open_engine_state(elsewhere) as state:
        assert state.entries_stopped_at() is None


def test_the_restored_file_is_left_whole_and_alone(paths: AppPaths, clock: FakeClock) -> None:
    backup = backed_up(paths, clock)
    stop(paths, clock)
    restore(paths, clock, backup)
    assert not Path(f"{paths.settings_database}-wal").exists()
    with closing(sqlite3.connect(paths.settings_database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
