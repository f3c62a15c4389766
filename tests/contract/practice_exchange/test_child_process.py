"""The practice exchange as a child of the program: started, started again, ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.process import PracticeAddresses, PracticeProcess
from upbit_auto_trading.data_layer.system_clock import SystemClock

_LIMIT_SECONDS = 30.0
_ONE_MARKET = ("--markets", "1")


class Starts:
    """Waits for the n-th start."""

    def __init__(self) -> None:
        self.seen: list[PracticeAddresses] = []
        self._changed = threading.Condition()

    def note(self, addresses: PracticeAddresses) -> None:
        with self._changed:
            self.seen.append(addresses)
            self._changed.notify_all()

    def wait_for(self, count: int) -> PracticeAddresses:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.seen) >= count, _LIMIT_SECONDS)
            return self.seen[count - 1]


@contextmanager
def child(starts: Starts, *arguments: str) -> Iterator[PracticeProcess]:
    process = practice_child((*_ONE_MARKET, *arguments), SystemClock(), on_start=starts.note)
    try:
        process.start()
        yield process
    finally:
        process.stop()


def state_of(addresses: PracticeAddresses) -> dict[str, object]:
    return PracticeControl(addresses.control_url, addresses.control_token).state()


def test_it_starts_answers_and_stops() -> None:
    starts = Starts()
    with child(starts) as process:
        assert state_of(starts.seen[0])["pace"] == "running"
        own = process.process_id
        assert own is not None
    assert not psutil.pid_exists(own)
    process.stop()


@pytest.mark.parametrize("is_early", [True, False])
def test_a_start_that_nobody_wants_any_more_leaves_nothing(is_early: bool) -> None:
    """The program ends while its exchange is being opened, and has no time to wait for it."""
    seen: list[int] = []
    others = set(threading.enumerate())  # exchanges of other tests may go on
    process = practice_child(_ONE_MARKET, SystemClock())

    def is_cancelled() -> bool:
        if process.process_id is not None:
            seen.append(process.process_id)
        return is_early or bool(seen)

    clock = SystemClock()
    with pytest.raises(Cancelled):
        process.start(is_cancelled=is_cancelled)
    began = clock.monotonic()
    process.stop()
    assert clock.monotonic() - began < 1
    assert not any(psutil.pid_exists(number) for number in seen)
    assert "practice exchange" not in [thread.name for thread in set(threading.enumerate()) - others]


def test_one_that_dies_is_started_again_with_its_addresses_and_keys(tmp_path: Path) -> None:
    starts = Starts()
    with child(starts, "--state", str(tmp_path / "state.json")) as process:
        first = starts.wait_for(1)
        PracticeControl(first.control_url, first.control_token).deposit("KRW", 5)
        assert process.process_id is not None
        os.kill(process.process_id, getattr(signal, "SIGKILL", signal.SIGTERM))

        second = starts.wait_for(2)

        assert second == first, "clients find it where it was, with the keys that they know"
        assert state_of(second)["pace"] == "running"
        assert process.restarts == 1


def test_one_that_cannot_start_is_given_up_on() -> None:
    given_up = threading.Event()
    command = (sys.executable, "-c", "import sys; sys.exit('no such thing')")
    process = PracticeProcess(command, SystemClock(), on_give_up=given_up.set)
    with pytest.raises(ExchangeUnavailable):
        process.start()
    assert given_up.wait(_LIMIT_SECONDS)
    assert process.last_words[-1] == "no such thing"


def test_it_says_something_else_and_is_stopped() -> None:
    command = (sys.executable, "-c", "import sys; print('{}', flush=True); sys.stdin.read()")
    process = PracticeProcess(command, SystemClock())
    with pytest.raises(ExchangeUnavailable):
        process.start(limit_seconds=1.0)
    assert process.process_id is not None
    assert not psutil.pid_exists(process.process_id)


_PROGRAM = """
import sys
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.data_layer.system_clock import SystemClock
child = practice_child(("--markets", "1"), SystemClock())
child.start()
print(child.process_id, flush=True)
sys.stdin.read()
"""


def test_it_ends_when_the_program_is_killed() -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        assert program.stdout is not None
        grandchild = psutil.Process(int(program.stdout.readline()))
        program.kill()
        grandchild.wait(_LIMIT_SECONDS)
        assert not grandchild.is_running()
    finally:
        program.kill()
        program.communicate(timeout=_LIMIT_SECONDS)


def test_the_next_one_waits_for_the_account_of_one_that_is_ending(tmp_path: Path) -> None:
    """As after a program that was killed, whose exchange ends a moment later."""
    keeps = ("--state", str(tmp_path / "state.json"))
    has_started = threading.Event()
    next_one = practice_child((*_ONE_MARKET, *keeps), SystemClock(), on_start=lambda _addresses: has_started.set())
    try:
        with child(Starts(), *keeps):
            next_one.launch()
            assert not has_started.wait(2.0), "two would overwrite each other's money"
        addresses = next_one.start()
        assert state_of(addresses)["pace"] == "running"
        assert next_one.restarts == 0
    finally:
        next_one.stop()
