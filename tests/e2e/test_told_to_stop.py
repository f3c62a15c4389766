"""With and without a window the program ends in order when the system says so, as it does when its user ends it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.e2e.running import LIMIT_SECONDS, PROJECT, START, RunningProgram, last_end, start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no other process can be told so there")
REACHED = "exchange reached"
KINDS = pytest.mark.parametrize("kind", [[], ["--headless"]], ids=["window", "headless"])
#: those that other tests tell it in passing are long
EACH = [
    pytest.param("SIGTERM", [], id="SIGTERM-window"),
    pytest.param("SIGINT", [], id="SIGINT-window"),
    pytest.param("SIGHUP", ["--headless"], id="SIGHUP-headless", marks=pytest.mark.long),
    pytest.param("SIGHUP", [], id="SIGHUP-window", marks=pytest.mark.long),
    pytest.param("SIGTERM", ["--headless"], id="SIGTERM-headless", marks=pytest.mark.long),
    pytest.param("SIGINT", ["--headless"], id="SIGINT-headless", marks=pytest.mark.long),
]
#: becomes the terminal's own process, as a shell's command is
_IN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.executable, sys.argv[1:])"
)
#: as nohup does it
_WITHOUT_HANGUP = (
    "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.executable, sys.argv[1:])"
)


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """A test that fails leaves no program behind."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait(LIMIT_SECONDS)


def ended_in_order(folder: Path, status: int) -> None:
    ended = last_end(folder)
    assert (status, ended["state"], ended["reason"]) == (0, "ended", "user")


@pytest.mark.parametrize(("name", "kind"), EACH)
def test_it_ends_in_order(tmp_path: Path, name: str, kind: list[str], started: list[subprocess.Popen[str]]) -> None:
    program = start("--data-dir", str(tmp_path), *kind)
    started.append(program.process)
    program.wait_for(REACHED)
    ended_in_order(tmp_path, program.stop(getattr(signal, name)))


@KINDS
def test_told_before_anything_is_ready_and_twice(
    tmp_path: Path, kind: list[str], started: list[subprocess.Popen[str]]
) -> None:
    program = start("--data-dir", str(tmp_path), *kind)
    started.append(program.process)
    program.wait_for("preparing files")
    program.process.send_signal(signal.SIGTERM)
    ended_in_order(tmp_path, program.stop(signal.SIGTERM))


@KINDS
def test_told_as_soon_as_it_counts_as_running(
    tmp_path: Path, kind: list[str], started: list[subprocess.Popen[str]]
) -> None:
    """Long before its event loop: killed here, the next start would tell of a crash."""
    program = start("--data-dir", str(tmp_path), *kind)
    started.append(program.process)
    file = tmp_path / "data" / "last_end.json"
    ends_at = monotonic() + LIMIT_SECONDS
    while not file.exists():
        assert monotonic() < ends_at
        assert program.process.poll() is None
    ended_in_order(tmp_path, program.stop(signal.SIGTERM))
    assert [line for line in program.lines if " error " in line or "Traceback" in line or "QThread" in line] == []


@KINDS
def test_a_terminal_that_is_closed_ends_it_though_it_cannot_say_so(
    tmp_path: Path, kind: list[str], started: list[subprocess.Popen[str]]
) -> None:
    """Whatever is written to a terminal that has gone is an error."""
    ours, its = os.openpty()
    command = [sys.executable, "-c", _IN_TERMINAL, sys.executable, str(START), "--data-dir", str(tmp_path), *kind]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, text=True, env=environment, start_new_session=True
    )
    started.append(process)
    os.close(its)
    read_until(ours, REACHED.encode())
    os.close(ours)
    ended_in_order(tmp_path, process.wait(LIMIT_SECONDS))
    assert list((tmp_path / "logs" / "crashes").glob("crash-*")) == []


def read_until(terminal: int, words: bytes) -> None:
    said, ends_at = b"", monotonic() + LIMIT_SECONDS
    while words not in said:
        assert select.select([terminal], [], [], max(ends_at - monotonic(), 0))[0], said.decode(errors="replace")
        said += os.read(terminal, 4_096)


@pytest.mark.parametrize(
    "kind", [pytest.param([], id="window", marks=pytest.mark.long), pytest.param(["--headless"], id="headless")]
)
def test_what_was_switched_off_before_the_start_stays_off(
    tmp_path: Path, kind: list[str], started: list[subprocess.Popen[str]]
) -> None:
    command = [sys.executable, "-c", _WITHOUT_HANGUP, sys.executable, str(START), "--data-dir", str(tmp_path), *kind]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    started.append(process)
    program = RunningProgram(process)
    program.watch()
    program.wait_for(REACHED)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.0)
    assert last_end(tmp_path)["state"] == "running"
    ended_in_order(tmp_path, program.stop(signal.SIGTERM))


def restarted(folder: Path, when: str) -> RunningProgram:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.restarting_program", str(folder), when],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    program = RunningProgram(process)
    program.watch()
    return program


@pytest.mark.parametrize(
    "when",
    [
        pytest.param("while-stopping", marks=pytest.mark.long),
        pytest.param("when-stopped", marks=pytest.mark.long),
        "between-runs",
    ],
)
def test_told_while_it_starts_again_it_ends_and_what_was_wanted_between_is_done(
    tmp_path: Path, when: str, started: list[subprocess.Popen[str]]
) -> None:
    program = restarted(tmp_path, when)
    started.append(program.process)
    assert program.wait() == 0
    assert [line for line in program.lines if line.startswith(("run ", "done "))] == ["run 1", "done between"]
    assert last_end(tmp_path)["state"] == "ended"
    assert [line for line in program.lines if " error " in line or "Traceback" in line] == []


@pytest.mark.long
def test_told_nothing_it_starts_again(tmp_path: Path, started: list[subprocess.Popen[str]]) -> None:
    program = restarted(tmp_path, "never")
    started.append(program.process)
    assert program.wait() == 0
    assert [line for line in program.lines if line.startswith(("run ", "done "))] == ["run 1", "done between", "run 2"]
