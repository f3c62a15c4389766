"""SIGKILL at any moment of a creation, a migration or a settings write: the old or the new state, whole."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.e2e import kill_targets, killing
from tests.e2e.killing import Attempt, KillPlan
from tests.fakes.fake_clock import FakeClock
from tests.fakes.growing_history import growing_kinds, make_older_file, whole_state
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE, files_of
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.startup import prepare_databases, prepare_file

ROWS = 3_000
WRITES = 12


LONG = (pytest.mark.long, pytest.mark.timeout(600))


def amounts(default: int, long: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kills", [default, pytest.param(long, marks=LONG)])


def report(what: str, found: Counter[str], killed: int, minimum: int) -> None:
    print(f"{what}: {killed} killed, {sum(found.values()) - killed} ended first; found {dict(found)}")
    assert killed >= minimum, f"{killed} kills, at least {minimum} wanted"


@amounts(default=16, long=230)
def test_first_creation(tmp_path: Path, kills: int) -> None:
    def paths_in(name: str) -> AppPaths:
        return AppPaths(tmp_path / name, FolderChoice.GIVEN, tmp_path)

    killing.measure(kill_targets.create_all, (paths_in("warm"),))
    whole = killing.measure(kill_targets.create_all, (paths_in("whole"),))
    found: Counter[str] = Counter()
    killed = 0
    for number, plan in enumerate(killing.plans(kills, whole, seed=1)):
        paths = paths_in(str(number))
        killed += killing.run(kill_targets.create_all, (paths,), plan).was_killed
        there = [path for _kind, path in files_of(paths) if path.exists()]
        found[f"{len(there)} files"] += 1

        started = prepare_databases(paths, FakeClock(), fail_to_back_up)

        assert [path for _kind, path in files_of(paths)] == [report.path for report in started.files]
        for kind, path in files_of(paths):
            with closing(sqlite3.connect(path)) as connection:
                facts = dict(connection.execute("SELECT name, value FROM file_facts"))
                assert (len(facts), facts["kind"]) == (3, kind.name), plan
        assert {place.name for place in paths.data.iterdir() if place.is_file()} == {
            path.name for _kind, path in files_of(paths)
        }, plan
        assert not paths.set_aside.exists(), plan
        shutil.rmtree(paths.user_root)
    report("creation", found, killed, minimum=kills * 3 // 4)


def fail_to_back_up(path: Path) -> Path:
    raise AssertionError(f"{path} is current, why back it up?")


@amounts(default=20, long=250)
def test_migration(tmp_path: Path, kills: int) -> None:
    older, newer = growing_kinds(tmp_path / "history")
    origin, path = tmp_path / "origin.sqlite3", tmp_path / "growing.sqlite3"
    make_older_file(origin, older, ROWS)
    old_state = whole_state(origin)
    shutil.copy(origin, path)
    killing.measure(kill_targets.migrate_one, (path, newer))
    new_state = whole_state(path)
    assert new_state != old_state
    shutil.copy(origin, path)
    whole = killing.measure(kill_targets.migrate_one, (path, newer))
    found: Counter[str] = Counter()
    killed = 0
    for plan in killing.plans(kills, whole, seed=2):
        for leftover in tmp_path.glob("growing.sqlite3*"):
            leftover.unlink()
        shutil.copy(origin, path)
        killed += killing.run(kill_targets.migrate_one, (path, newer), plan).was_killed

        state = whole_state(path)
        assert state in (old_state, new_state), plan
        found["old" if state == old_state else "new"] += 1
        prepare_file(path, newer, FakeClock(), lambda source: source)
        assert whole_state(path) == new_state, plan
    report("migration", found, killed, minimum=kills * 3 // 4)


@amounts(default=30, long=230)
def test_settings_write(tmp_path: Path, kills: int) -> None:
    origin, path = tmp_path / "origin.sqlite3", tmp_path / "settings.sqlite3"
    create_file(origin, SETTINGS_FILE, FakeClock())
    shutil.copy(origin, path)
    killing.measure(kill_targets.write_settings, (path, WRITES))
    shutil.copy(origin, path)
    whole = killing.measure(kill_targets.write_settings, (path, WRITES))
    found: Counter[str] = Counter()
    killed = 0
    for plan in killing.plans(kills, whole, seed=3):
        for leftover in tmp_path.glob("settings.sqlite3*"):
            leftover.unlink()
        shutil.copy(origin, path)
        attempt = killing.run(kill_targets.write_settings, (path, WRITES), plan)
        killed += attempt.was_killed
        begun, confirmed = progress_of(attempt)
        prepare_file(path, SETTINGS_FILE, FakeClock(), fail_to_back_up)
        written = whole_settings(path, plan)
        assert confirmed <= written <= begun, (plan, attempt.messages)
        found["confirmed" if written == confirmed else "begun"] += 1
    report("settings write", found, killed, minimum=kills * 3 // 4)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process for a moment")
@pytest.mark.parametrize("cuts", [40, pytest.param(400, marks=LONG)])
def test_power_cut(tmp_path: Path, cuts: int) -> None:
    """What no confirmed commit covers may be lost, torn or noise: the confirmed state is there all the same."""
    chance = random.Random(4)
    found: Counter[str] = Counter()
    for start in range(0, cuts, 10):
        path = tmp_path / f"{start}" / "settings.sqlite3"
        path.parent.mkdir()
        create_file(path, SETTINGS_FILE, FakeClock())
        with killing.running(kill_targets.write_settings_forever, (path,), None) as (child, pipe):
            confirmed, log_size = pipe.recv()
            for _cut in range(10):
                child.join(chance.uniform(0, 0.01))
                with standing_still(psutil.Process(child.pid)):
                    while pipe.poll():
                        confirmed, log_size = pipe.recv()
                    copy = copy_after_cut(path, log_size, chance)
                written = whole_settings(copy)
                assert confirmed <= written <= confirmed + 1
                found["confirmed" if written == confirmed else "one more"] += 1
    print(f"power cuts: {found.total()}; found {dict(found)}")
    assert found.total() >= cuts


@contextmanager
def standing_still(process: psutil.Process) -> Iterator[None]:
    process.send_signal(signal.SIGSTOP)
    while process.status() != psutil.STATUS_STOPPED:
        assert process.is_running()
    yield
    process.send_signal(signal.SIGCONT)


def copy_after_cut(path: Path, log_size: int, chance: random.Random) -> Path:
    """Database and log of one moment; what lies behind the confirmed part of the log did not reach the disk."""
    copy = path.with_name("copy.sqlite3")
    Path(f"{copy}-shm").unlink(missing_ok=True)
    shutil.copy(path, copy)
    log = Path(f"{path}-wal").read_bytes()
    unsure = len(log) - log_size
    tail = chance.choice([log[log_size:], b"", bytes(unsure), chance.randbytes(unsure), log[log_size : -unsure // 2]])
    Path(f"{copy}-wal").write_bytes(log[:log_size] + tail)
    return copy


def progress_of(attempt: Attempt) -> tuple[int, int]:
    """The last write that was begun, and the last that was confirmed."""
    last = {"begun": 0, "confirmed": 0}
    for message in attempt.messages:
        if isinstance(message, tuple):
            last[message[0]] = message[1]
    return last["begun"], last["confirmed"]


def whole_settings(path: Path, plan: KillPlan | None = None) -> int:
    """The number that all settings have; fails if a write is there in part, in values or in history."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), plan
        texts = dict(connection.execute("SELECT setting_id, text FROM setting_values"))
        changes = connection.execute('SELECT number, setting_id, "before", "after" FROM setting_changes').fetchall()
    written = int(texts.get(kill_targets.NAMES[0], 0))
    assert texts == (dict.fromkeys(kill_targets.NAMES, str(written)) if written else {}), plan
    expected = [
        (write * 3 + place + 1, name, str(write) if write else None, str(write + 1))
        for write in range(written)
        for place, name in enumerate(kill_targets.NAMES)
    ]
    assert changes == expected, plan
    return written
