"""Kills child processes at chosen moments: before the n-th SQLite step, before the n-th system call, or any time.

Children are forked from a server that has imported everything, so that one kill costs hundredths of a second.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

_DEADLY = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL  # the former ends a Windows process at once
#: Windows reports a process that was ended as -15 or as 15
_EXIT_CODES = {-9} if sys.platform != "win32" else {-15, 15}
#: what a storage operation does outside SQLite
_SYSTEM_CALLS = {"open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect"}
_STEP_SIZE = 25
_PATIENCE_SECONDS = 60

Target = Callable[..., None]


class KillAt(Enum):
    SQLITE_STEP = "sqlite step"
    SYSTEM_CALL = "system call"
    ANY_TIME = "any time"


@dataclass(frozen=True)
class KillPlan:
    at: KillAt
    #: which step or call
    number: int = 0
    #: for ANY_TIME
    delay_seconds: float = 0.0


@dataclass(frozen=True)
class Attempt:
    was_killed: bool
    messages: tuple[Any, ...]


@dataclass(frozen=True)
class Measure:
    """What a run to the end consists of."""

    sqlite_steps: int
    system_calls: int
    seconds: float


class _Killer:
    """Counts inside the child and ends it; an audit hook sees each connection and each system call."""

    def __init__(self, plan: KillPlan | None) -> None:
        self._plan = plan
        self.counts = {KillAt.SQLITE_STEP: 0, KillAt.SYSTEM_CALL: 0}

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "sqlite3.connect/handle":
            self._watch(arguments[0])
        elif event in _SYSTEM_CALLS:
            self._count(KillAt.SYSTEM_CALL)

    def _watch(self, connection: sqlite3.Connection) -> None:
        """The event comes a moment before the connection can be used; the next call or return is after it."""

        def at_the_next_moment(_frame: FrameType | None, _event: str, _argument: object) -> None:
            sys.setprofile(None)
            connection.set_progress_handler(self.step, _STEP_SIZE)

        sys.setprofile(at_the_next_moment)

    def step(self) -> int:
        self._count(KillAt.SQLITE_STEP)
        return 0

    def _count(self, what: KillAt) -> None:
        self.counts[what] += 1
        if self._plan is not None and self._plan.at is what and self._plan.number == self.counts[what]:
            os.kill(os.getpid(), _DEADLY)


def _child(target: Target, arguments: tuple[Any, ...], plan: KillPlan | None, messages: Connection) -> None:
    killer = _Killer(plan)
    sys.addaudithook(killer.hook)
    messages.send("started")
    begun = time.perf_counter()
    target(messages.send, *arguments)
    seconds = time.perf_counter() - begun
    messages.send(Measure(killer.counts[KillAt.SQLITE_STEP], killer.counts[KillAt.SYSTEM_CALL], seconds))


@contextmanager
def running(
    target: Target, arguments: tuple[Any, ...], plan: KillPlan | None
) -> Iterator[tuple[BaseProcess, Connection]]:
    """``target(send, *arguments)`` in a child that has begun, and the pipe with what it sends."""
    context = _context()
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(target, arguments, plan, theirs))
    child.start()
    theirs.close()
    try:
        assert ours.recv() == "started"
        yield child, ours
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def run(target: Target, arguments: tuple[Any, ...], plan: KillPlan | None) -> Attempt:
    """What the child sent, and whether it was killed before its end."""
    with running(target, arguments, plan) as (child, pipe):
        if plan is not None and plan.at is KillAt.ANY_TIME:
            child.join(plan.delay_seconds)
            child.kill()
        messages = tuple(_all_messages(pipe))
        child.join(_PATIENCE_SECONDS)
        was_killed = child.exitcode in _EXIT_CODES
        assert was_killed or child.exitcode == 0, f"the child failed: {child.exitcode}"
    return Attempt(was_killed, messages)


def _context() -> Any:
    """Untyped, because each system knows only its own kinds."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.kill_targets"])
    return context


def measure(target: Target, arguments: tuple[Any, ...]) -> Measure:
    """A run to its end. The first one of a server takes longer than those that are killed later."""
    found = run(target, arguments, None).messages[-1]
    assert isinstance(found, Measure)
    return found


def plans(kills: int, whole: Measure, seed: int) -> Iterator[KillPlan]:
    """Five in twelve each are spread evenly over steps and over system calls; the rest come at random moments."""
    chance = random.Random(seed)
    share = kills * 5 // 12
    for index in range(share):
        yield KillPlan(KillAt.SQLITE_STEP, 1 + index * whole.sqlite_steps // share)
        yield KillPlan(KillAt.SYSTEM_CALL, 1 + index * whole.system_calls // share)
    for _index in range(kills - 2 * share):
        yield KillPlan(KillAt.ANY_TIME, delay_seconds=chance.uniform(0, whole.seconds))


def _all_messages(pipe: Connection) -> Iterator[Any]:
    try:
        while True:
            yield pipe.recv()
    except (EOFError, ConnectionResetError, BrokenPipeError):
        return
    except OSError as error:
        # the child died while it was writing one
        if "end of file" not in str(error):
            raise
