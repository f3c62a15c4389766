"""``--headless`` has its practice exchange too: it ends with the program, however that ends, and is the same again."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.running import LIMIT_SECONDS, RunningProgram, start, start_in_a_terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
REACHED = "exchange reached"


def child_of(program: RunningProgram) -> psutil.Process:
    program.wait_for(REACHED)
    [child] = [
        one
        for one in psutil.Process(program.process.pid).children(recursive=True)
        if "practice-exchange" in one.cmdline()
    ]
    return child


@pytest.fixture
def started() -> Iterator[list[RunningProgram]]:
    """A test that fails leaves no program behind."""
    programs: list[RunningProgram] = []
    yield programs
    for program in programs:
        if program.process.poll() is None:
            program.stop(signal.SIGKILL)


def is_gone(child: psutil.Process) -> bool:
    """Waits for it; as the same process, not only as a number."""
    _gone, alive = psutil.wait_procs([child], timeout=LIMIT_SECONDS)
    return not alive


def state_of(folder: Path) -> Path:
    return folder / "data" / "practice" / "state.json"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_it_ends_with_the_program(tmp_path: Path, started: list[RunningProgram], number: int) -> None:
    program = start("--headless", "--data-dir", str(tmp_path), "--lang", "en")
    started.append(program)
    child = child_of(program)
    status = program.stop(number)
    assert status == (0 if number == signal.SIGTERM else -number)
    assert is_gone(child)
    assert state_of(tmp_path).exists()


def test_control_c_in_a_terminal_ends_it_in_its_turn(tmp_path: Path, started: list[RunningProgram]) -> None:
    """The terminal tells all of its processes; one that died before its turn would be started again."""
    program = start_in_a_terminal("--headless", "--data-dir", str(tmp_path), "--lang", "en")
    started.append(program)
    child = child_of(program)
    assert os.getpgid(child.pid) != program.process.pid, "it would hear what the terminal says to the program"
    os.killpg(program.process.pid, signal.SIGINT)
    assert program.wait() == 0
    program.wait_for("Stopped.")
    assert is_gone(child)
    assert len([line for line in program.lines if " warning " in line or " error " in line]) == 0
