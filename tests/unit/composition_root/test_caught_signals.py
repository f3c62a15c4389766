"""What the system tells is kept until somebody takes it; everything else stays with whom it belongs to."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from upbit_auto_trading.composition_root.caught_signals import CaughtSignals

posix = pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")


def nobody(_number: int, _frame: object) -> None:
    """Stands for the system's own way, which would end the tests where a signal is not caught."""


@contextmanager
def handling(number: int, handler: Any) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


@contextmanager
def caught() -> Iterator[CaughtSignals]:
    signals = CaughtSignals()
    try:
        yield signals
    finally:
        signals.close()


@pytest.mark.parametrize("name", ["SIGINT", pytest.param("SIGTERM", marks=posix), pytest.param("SIGHUP", marks=posix)])
def test_it_waits_until_it_is_taken_and_is_told_once(name: str) -> None:
    number = getattr(signal, name)
    with handling(number, nobody), caught() as signals:
        assert not signals.take()
        signal.raise_signal(number)
        signal.raise_signal(number)
        assert (signals.take(), signals.take()) == (True, False)


@posix
def test_one_that_is_somebody_elses_ends_nothing() -> None:
    heard: list[int] = []
    with handling(signal.SIGUSR1, lambda number, _frame: heard.append(number)), caught() as signals:
        signal.raise_signal(signal.SIGUSR1)
        assert heard == [signal.SIGUSR1]
        assert not signals.take()


@posix
def test_one_that_is_switched_off_stays_off() -> None:
    with handling(signal.SIGHUP, signal.SIG_IGN), caught() as signals:
        signal.raise_signal(signal.SIGHUP)
        assert not signals.take()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_everything_is_given_back() -> None:
    numbers = sorted(signal.valid_signals())
    before = [signal.getsignal(number) for number in numbers]
    with caught():
        assert [signal.getsignal(number) for number in numbers] != before
    assert [signal.getsignal(number) for number in numbers] == before
    assert signal.set_wakeup_fd(-1) == -1


def test_far_more_than_anybody_takes_neither_waits_nor_complains() -> None:
    with handling(signal.SIGINT, nobody), caught() as signals:
        for _time in range(2_000):
            signal.raise_signal(signal.SIGINT)
        assert signals.take()


@posix
@pytest.mark.parametrize("is_told", [True, False])
def test_let_go_it_says_what_came_and_the_system_has_its_way_again(is_told: bool) -> None:
    with handling(signal.SIGTERM, nobody), caught() as signals:
        if is_told:
            signal.raise_signal(signal.SIGTERM)
        assert signals.let_go() is is_told
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signal.set_wakeup_fd(-1) == -1
