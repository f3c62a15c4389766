"""Backups against a real kill, a real size limit and a place that is no folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.data_folder import make_data_folder, marks_in, write_database
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.file_kinds import STRATEGIES_FILE

_ROOT = Path(__file__).resolve().parents[2]
_KILLED = -9

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and RLIMIT_FSIZE")

_CHILD = """
import os, signal, sys
from pathlib import Path
from tests.fakes.data_folder import paths_in
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import StorageError
from upbit_auto_trading.data_layer.storage.backup import FolderBackups

folder, what, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
backups = FolderBackups(paths_in(folder), FakeClock(), key_source=lambda: None)
calls = 0

def die_at(fraction):
    global calls
    calls += 1
    if calls == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return True

if what == "limit":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
try:
    backups.make("manual", progress=die_at if what == "kill" else None)
except StorageError as error:
    print(type(error).__name__)
else:
    print("done", calls)
"""


def run(folder: Path, what: str, number: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _CHILD, str(folder), what, str(number)]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_killed_backup_is_never_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = make_data_folder(tmp_path / "folder", rows=20_000)
    backups = FolderBackups(paths, FakeClock(), key_source=lambda: None)
    kills = 0
    while run(paths.user_root, "kill", kills + 1).returncode == _KILLED:
        kills += 1
        assert backups.newest() == ()
        assert list(paths.backups.glob(".partial-*")), "the kill came too early or too late to mean anything"

    assert len(backups.newest()) == 1, "the run without a kill made one"
    assert list(paths.backups.iterdir()) == [paths.backups / backups.newest()[0].file_name], "left-overs are gone"
    with capsys.disabled():
        print(f"\nbackup: {kills} kills, none listed")
    assert kills >= 10


def _large_database(paths: AppPaths) -> None:
    write_database(paths.strategies_database, STRATEGIES_FILE, "old", rows=30_000)


def _large_component(paths: AppPaths) -> None:
    (paths.components / "large.py").write_bytes(os.urandom(80_000))


def _many_components(paths: AppPaths) -> None:
    """Each copy fits, only the packed file does not."""
    for number in range(3):
        (paths.components / f"block{number}.py").write_bytes(os.urandom(40_000))


@pytest.mark.parametrize("fill", [_large_database, _large_component, _many_components])
def test_a_disk_that_fills_up_half_way_is_said_and_leaves_nothing(
    tmp_path: Path, fill: Callable[[AppPaths], None]
) -> None:
    paths = make_data_folder(tmp_path / "folder", rows=50)
    fill(paths)

    ended = run(paths.user_root, "limit", 60_000)

    assert ended.stdout.split() == ["DiskFull"], ended.stderr
    assert list(paths.backups.iterdir()) == []
    assert marks_in(paths) == {"old"}


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    paths = make_data_folder(tmp_path / "folder")
    paths.backups.rmdir()
    paths.backups.write_text("a file where the folder should be", encoding="utf-8")

    ended = run(paths.user_root, "make", 0)

    assert ended.stdout.split() == ["PathUnusable"], ended.stderr
