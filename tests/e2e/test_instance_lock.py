"""One program per data folder, with real processes: killed, started twice, and with children of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns
from upbit_auto_trading.data_layer.instance_lock import InstanceLock

PROJECT = Path(__file__).parents[2]
HOLDER = """
import os, subprocess, sys
from pathlib import Path
from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.system_clock import SystemClock

lock = InstanceLock(Path(sys.argv[1]) / "program.lock", SystemClock())
try:
    lock.acquire()
except AnotherInstanceRuns as error:
    print("refused", error.process_id, flush=True)
    sys.exit(1)
crashed = lock.left_by_crash
print("held", crashed.process_id if crashed else None, flush=True)
if "child" in sys.argv:  # a program that outlives us and inherits whatever can be inherited
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; print('child', flush=True); sys.stdin.read()"],
        stdin=sys.stdin, close_fds=False,
    )
    print("child is", child.pid, flush=True)
    child.wait()
if "fork" in sys.argv and os.fork() == 0:
    print("child", flush=True)
sys.stdin.readline()
lock.release()
"""


@contextmanager
def program(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), *options],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()  # also ends children that read from it
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_program_is_refused_and_told_which_one_runs(tmp_path: Path) -> None:
    with program(tmp_path) as first:
        assert says(first) == "held None"
        with program(tmp_path) as second:
            assert says(second) == f"refused {first.pid}"
            assert second.wait(10) == 1


def test_the_folder_by_another_path_is_the_same_folder(tmp_path: Path) -> None:
    folder = tmp_path / "자료 폴더"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    with program(folder) as first:
        assert says(first) == "held None"
        for other_path in (tmp_path / "link", folder / ".." / "자료 폴더", Path(os.path.relpath(folder, PROJECT))):
            with program(other_path) as second:
                assert says(second) == f"refused {first.pid}"


def test_two_folders_hinder_each_other_not(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with program(tmp_path / "one") as first, program(tmp_path / "two") as second:
        assert (says(first), says(second)) == ("held None", "held None")


def test_a_killed_program_leaves_the_folder_free_and_is_recognised(tmp_path: Path) -> None:
    with program(tmp_path) as first:
        assert says(first) == "held None"
        first.kill()
        first.wait()
        with program(tmp_path) as second:
            assert says(second) == f"held {first.pid}"


def test_after_an_ordinary_end_nothing_is_left(tmp_path: Path) -> None:
    with program(tmp_path) as first:
        says(first)
        first.communicate("\n", timeout=10)
        assert (tmp_path / "program.lock").read_bytes() == b""
        with program(tmp_path) as second:
            assert says(second) == "held None"


def test_programs_that_we_start_do_not_keep_the_lock(tmp_path: Path) -> None:
    with program(tmp_path, "child") as first:
        said = {says(first), says(first), says(first)}
        assert "child" in said
        first.kill()  # its child lives on, until the pipe closes
        first.wait()
        with program(tmp_path) as second:
            assert says(second) == f"held {first.pid}"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows never forks")
def test_forked_children_do_not_keep_the_lock_nor_loosen_it(tmp_path: Path) -> None:
    with program(tmp_path, "fork") as first:
        assert {says(first), says(first)} == {"held None", "child"}
        with program(tmp_path) as second:
            assert says(second) == f"refused {first.pid}"
        first.kill()
        first.wait()
        with program(tmp_path) as third:
            assert says(third) == f"held {first.pid}"


def test_the_holder_can_be_read_while_the_lock_is_held(tmp_path: Path) -> None:
    with program(tmp_path) as first:
        says(first)
        assert json.loads((tmp_path / "program.lock").read_bytes())["process_id"] == first.pid
        with pytest.raises(AnotherInstanceRuns):
            InstanceLock(tmp_path / "program.lock", FakeClock()).acquire()


def test_of_many_started_at_once_exactly_one_wins(tmp_path: Path) -> None:
    started = [program(tmp_path) for _ in range(6)]
    processes = [one.__enter__() for one in started]
    try:
        answers = [says(process).split()[0] for process in processes]
        assert sorted(answers) == ["held"] + ["refused"] * 5
    finally:
        for one in started:
            one.__exit__(None, None, None)
