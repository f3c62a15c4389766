"""A folder in perfect health, for each test to make ill."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.data_folder import make_data_folder, paths_in
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.doctor.exchange_facts import Reached
from upbit_auto_trading.data_layer.storage.backup import FolderBackups

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ALIVE = 4711


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: databases and a backup cost many trips to the disk."""
    paths = make_data_folder(tmp_path_factory.mktemp("template") / "folder")
    with closing(sqlite3.connect(paths.settings_database)) as connection, connection:
        connection.execute("CREATE TABLE scheduled_runs (job_id, planned_at, result, detail)")
    FolderBackups(paths, FakeClock(NOW), key_source=lambda: None).make("automatic")
    paths.logs.joinpath("log.jsonl").write_text("{}\n", encoding="utf-8")
    return paths.user_root


@pytest.fixture
def context(tmp_path: Path, template: Path) -> DoctorContext:
    """A folder in perfect health."""
    clock = FakeClock(NOW)
    paths = paths_in(tmp_path / "folder")
    shutil.copytree(template, paths.user_root)
    backups = FolderBackups(paths, clock, key_source=lambda: None)
    return DoctorContext(
        paths=paths,
        clock=clock,
        backups=backups,
        settings={"appearance.theme": "light"},
        began_at=clock.now(),
        began_monotonic=clock.monotonic(),
        environment_state=lambda: "complete",
        missing_packages=tuple,
        missing_qt_libraries=dict,
        has_display=lambda: True,
        hangul_fonts=lambda: ("Noto Sans CJK KR",),
        key_source=lambda: None,
        key_store_name=lambda: "Keychain",
        is_owner_only=lambda _path: True,
        first_broken_line=lambda: None,
        crash_reports=tuple,
        free_bytes=lambda _folder: 10**12,
        is_process_alive=lambda number: number == ALIVE,
        try_practice=lambda: 0.8,
        reach_exchange=lambda: Reached("upbit", 0.1, timedelta(seconds=-2)),
        examine_keys=lambda: (),
    )
