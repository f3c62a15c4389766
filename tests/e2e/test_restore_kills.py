"""A restore killed at any moment: the next start comes up with the old or the new files, whole."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.data_folder import make_data_folder, marks_in, paths_in
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.restore_journal import finish_interrupted_restore, read_plan

_ROOT = Path(__file__).resolve().parents[2]
_KILLED = -9

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


class Scene:
    """An old folder whose last write lies in the -wal file only, as after a crash, and a backup of a new one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        new = make_data_folder(folder / "new", "new")
        new.credentials.write_bytes(b"new")
        (new.components / "only_new.py").write_text("", encoding="utf-8")
        backups = FolderBackups(new, FakeClock(), key_source=lambda: KeySource.PASSPHRASE)
        self.backup = new.backups / backups.make("manual").file_name
        self._template = self._make_old()

    def _make_old(self) -> Path:
        living = make_data_folder(self._folder / "living", "stale")
        living.credentials.write_bytes(b"old")
        (living.components / "my_block.py").write_text("MARK = 'old'\n", encoding="utf-8")
        (living.components / "only_old.py").write_text("", encoding="utf-8")
        template = self._folder / "template"
        with (
            closing(sqlite3.connect(living.settings_database, isolation_level=None)) as settings,
            closing(sqlite3.connect(living.strategies_database, isolation_level=None)) as strategies,
        ):
            for connection in (settings, strategies):
                connection.execute("PRAGMA wal_autocheckpoint = 0")
                connection.execute("UPDATE marks SET mark = 'old'")
            shutil.copytree(living.user_root, template)
        assert (paths_in(template).settings_database.with_name("settings.sqlite3-wal")).stat().st_size > 0
        return template

    def fresh(self) -> AppPaths:
        place = self._folder / "scene"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self._template, place)
        return paths_in(place)

    def run(self, paths: AppPaths, kill_at: int, what: str = "restore") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.fakes.restore_child"]
        arguments = [str(paths.user_root), str(self.backup), str(kill_at), what]
        return subprocess.run(command + arguments, cwd=_ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def state_after_start(paths: AppPaths) -> str:
    """What a start finds: "old" or "new"; anything mixed or left behind fails."""
    finish_interrupted_restore(paths)
    plan = read_plan(paths)
    assert plan is None or plan.is_swapped
    assert not list(paths.data.glob(".restore-*"))
    marks = marks_in(paths) | {paths.credentials.read_text(encoding="utf-8")}
    assert len(marks) == 1, f"two sets were mixed: {marks}"
    mark = marks.pop()
    components = {path.name for path in paths.components.iterdir()}
    assert components == {"my_block.py", f"only_{mark}.py"}
    if mark == "new":
        assert plan is not None, "the security journal must still be told"
        backups = FolderBackups(paths, FakeClock(), key_source=lambda: KeySource.PASSPHRASE)
        assert [backup.reason for backup in backups.newest()] == ["before-restore"]
    return mark


def kill_and_look(scene: Scene, moments: list[int]) -> dict[str, int]:
    ends = {"old": 0, "new": 0}
    for moment in moments:
        paths = scene.fresh()
        ended = scene.run(paths, moment)
        assert ended.returncode == _KILLED, ended.stderr
        ends[state_after_start(paths)] += 1
    return ends


def touches_of_a_whole_restore(scene: Scene) -> int:
    paths = scene.fresh()
    ended = scene.run(paths, 0)
    assert ended.returncode == 0, ended.stderr
    assert state_after_start(paths) == "new"
    return int(ended.stdout)


def test_killed_restores_leave_the_old_or_the_new_files(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    touches = touches_of_a_whole_restore(scene)
    # the swap itself: every other moment; the long test has them all
    late = list(range(max(1, touches - 30), touches + 1, 2))
    early = list(range(1, max(2, touches - 30), max(1, (touches - 30) // 8)))

    ends = kill_and_look(scene, early + late)

    with capsys.disabled():
        print(f"\nrestore: {len(early + late)} kills at {touches} moments, ended {ends}")
    assert sum(ends.values()) >= 20
    assert ends["old"] >= 5
    assert ends["new"] >= 3


@pytest.mark.long
def test_every_moment_of_a_restore(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    touches = touches_of_a_whole_restore(scene)
    kills = 0
    for round_number in range(1 + 200 // touches):
        ends = kill_and_look(scene, list(range(1, touches + 1)))
        kills += sum(ends.values())
        assert ends["new"] >= 5, round_number
    with capsys.disabled():
        print(f"\nrestore, long: {kills} kills at {touches} moments")
    assert kills >= 200


def test_finishing_may_itself_be_killed(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    touches = touches_of_a_whole_restore(scene)
    moment = next(at for at in range(touches - 30, touches + 1) if _is_planned_after_kill(scene, at))
    kills = 0
    for second_moment in itertools.count(1, 5):
        paths = scene.fresh()
        assert scene.run(paths, moment).returncode == _KILLED
        again = scene.run(paths, second_moment, "finish")
        if again.returncode == 0:
            break
        assert again.returncode == _KILLED, again.stderr
        kills += 1
        assert state_after_start(paths) == "new"
    with capsys.disabled():
        print(f"\nfinishing a restore: {kills} kills")
    assert kills >= 3


def test_ctrl_c_stops_before_the_swap_and_never_in_it(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    touches = touches_of_a_whole_restore(scene)
    ends = {"interrupted": 0, "restored": 0}
    for moment in (*range(1, touches - 28, 50), *range(touches - 28, touches, 5)):
        paths = scene.fresh()
        ended = scene.run(paths, moment, "interrupt")
        assert ended.returncode == 0, ended.stderr
        was_interrupted = ended.stdout.strip() == "interrupted"
        plan = read_plan(paths)
        assert (plan is None) if was_interrupted else (plan is not None and plan.is_swapped)
        assert state_after_start(paths) == ("old" if was_interrupted else "new")
        ends["interrupted" if was_interrupted else "restored"] += 1
    with capsys.disabled():
        print(f"\nCtrl-C during a restore: {ends}")
    assert min(ends.values()) >= 2


def _is_planned_after_kill(scene: Scene, moment: int) -> bool:
    paths = scene.fresh()
    scene.run(paths, moment)
    return read_plan(paths) is not None
