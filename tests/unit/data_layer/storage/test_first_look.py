"""The first look reads what it can, changes nothing and never fails."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.disks import ordinary_user
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE, STRATEGIES_FILE
from upbit_auto_trading.data_layer.storage.first_look import FirstLook, FirstLookProblem, first_look
from upbit_auto_trading.data_layer.storage.making_files import create_file


def paths_in(folder: Path) -> AppPaths:
    return AppPaths(folder, FolderChoice.GIVEN, folder)


def make(folder: Path) -> AppPaths:
    paths = paths_in(folder)
    paths.data.mkdir(parents=True)
    create_file(paths.settings_database, SETTINGS_FILE, FakeClock())
    change(paths, "INSERT INTO setting_values VALUES ('appearance.theme', 'light')")
    change(paths, "INSERT INTO setting_values VALUES ('gone.setting', 'kept')")
    change(paths, "INSERT INTO ui_state VALUES ('main', x'00ff')")
    return paths


def change(paths: AppPaths, statement: str) -> None:
    with closing(sqlite3.connect(paths.settings_database)) as connection, connection:
        connection.execute(statement)


def listing(paths: AppPaths) -> dict[str, bytes]:
    return {place.name: place.read_bytes() for place in paths.data.iterdir() if place.is_file()}


WHOLE = FirstLook({"appearance.theme": "light", "gone.setting": "kept"}, {"main": b"\x00\xff"})


def test_values_are_read_and_nothing_changes(tmp_path: Path) -> None:
    paths = make(tmp_path)
    before = listing(paths)
    assert first_look(paths) == WHOLE
    assert first_look(paths).is_revision_current
    assert listing(paths) == before == {"settings.sqlite3": before["settings.sqlite3"]}


def test_what_a_crash_left_in_the_log_is_seen_and_stays_there(tmp_path: Path) -> None:
    paths = make(tmp_path / "crashed")
    after = paths_in(tmp_path / "next")
    after.data.mkdir(parents=True)
    with closing(sqlite3.connect(paths.settings_database)) as running:
        running.execute("UPDATE setting_values SET text = 'dark' WHERE setting_id = 'appearance.theme'")
        running.commit()
        for place in paths.data.iterdir():
            shutil.copy(place, after.data / place.name)
    before = listing(after)
    assert before["settings.sqlite3-wal"]
    assert first_look(after).settings["appearance.theme"] == "dark"
    left = listing(after)
    assert left.keys() == before.keys()
    assert (left["settings.sqlite3"], left["settings.sqlite3-wal"]) == (
        before["settings.sqlite3"],
        before["settings.sqlite3-wal"],
    )


def test_it_does_not_wait_for_a_running_program(tmp_path: Path) -> None:
    paths = make(tmp_path)
    with closing(sqlite3.connect(paths.settings_database, isolation_level=None)) as running:
        running.execute("BEGIN IMMEDIATE")
        running.execute("DELETE FROM setting_values")
        assert first_look(paths) == WHOLE


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    assert first_look(paths_in(tmp_path)) == FirstLook(problem=FirstLookProblem.NO_FILE)
    assert list(tmp_path.iterdir()) == []


def put_another_file_there(path: Path) -> None:
    path.unlink()
    create_file(path, STRATEGIES_FILE, FakeClock())


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (lambda path: path.write_bytes(b""), FirstLookProblem.DAMAGED),
        (lambda path: path.write_bytes(b"noise" * 5000), FirstLookProblem.DAMAGED),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), FirstLookProblem.DAMAGED),
        (lambda path: (path.unlink(), path.mkdir()), FirstLookProblem.DAMAGED),
        (put_another_file_there, FirstLookProblem.DAMAGED),
    ],
    ids=["empty", "noise", "cut short", "a folder", "another file of ours"],
)
def test_a_damaged_file_gives_nothing_and_a_reason(
    tmp_path: Path, harm: Callable[[Path], object], problem: FirstLookProblem
) -> None:
    paths = make(tmp_path)
    harm(paths.settings_database)
    look = first_look(paths)
    assert (look.settings, look.ui_state, look.problem) == ({}, {}, problem)
    assert look.detail
    assert not look.is_revision_current


def test_a_newer_file_is_read_as_far_as_its_tables_allow(tmp_path: Path) -> None:
    paths = make(tmp_path)
    change(paths, "UPDATE alembic_version SET version_num = 'settings_0999'")
    look = first_look(paths)
    assert (look.settings, look.problem) == (WHOLE.settings, FirstLookProblem.NEWER)
    change(paths, "DROP TABLE ui_state")
    assert first_look(paths).problem is FirstLookProblem.UNREADABLE
    assert first_look(paths).settings == {}


def test_a_file_held_exclusively_is_busy(tmp_path: Path) -> None:
    paths = make(tmp_path)
    with closing(sqlite3.connect(paths.settings_database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM setting_values")
        other.execute("COMMIT")
        assert first_look(paths).problem is FirstLookProblem.BUSY


def test_a_read_only_folder_can_be_looked_at() -> None:
    with ordinary_user() as folder:
        paths = make(folder)
        paths.data.chmod(0o500)
        assert first_look(paths) == WHOLE


@pytest.mark.skipif(os.name == "nt", reason="no permission bits on Windows")
def test_an_unreadable_file_gives_a_reason() -> None:
    with ordinary_user() as folder:
        paths = make(folder)
        paths.settings_database.chmod(0)
        assert first_look(paths).problem is FirstLookProblem.UNREADABLE


def test_it_imports_neither_sqlalchemy_nor_alembic() -> None:
    program = (
        "import sys, upbit_auto_trading.data_layer.storage.first_look;"
        "print(sorted(sys.modules.keys() & {'sqlalchemy', 'alembic', 'PyQt6', 'logging', 'asyncio'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
