"""Computations go one after the other, the newest asker's first, and let others of the threads go in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.runtime.operation import Operation, OperationHandle
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

LIMIT_MS = 10_000
WORD = Text("무엇", "Something")


class Works:
    """Each waits until it is let go."""

    def __init__(self, qtbot: QtBot, operations: Operations) -> None:
        self._qtbot = qtbot
        self._operations = operations
        self.ended: list[str] = []
        self.at_work: set[str] = set()
        self.most_at_once = 0
        self._let_go: dict[str, threading.Event] = {}

    def compute(self, name: str, newness: int = 0, *, is_own: bool = False) -> OperationHandle:
        return self._operations.compute_in_turn(self._operation(name), newness=newness, is_own=is_own)

    def run(self, name: str) -> OperationHandle:
        return self._operations.run_in_background(self._operation(name))

    def let_go(self, *names: str) -> None:
        for name in names:
            self._let_go[name].set()

    def see(self, is_so: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(is_so, timeout=LIMIT_MS)

    def see_ended(self, *names: str) -> None:
        self.see(lambda: self.ended == list(names))

    def _operation(self, name: str) -> Operation[None]:
        self._let_go[name] = threading.Event()
        return Operation(WORD, partial(self._work, name))

    def _work(self, name: str, _context: object) -> None:
        self.at_work.add(name)
        self.most_at_once = max(self.most_at_once, len(self.at_work))
        assert self._let_go[name].wait(10)
        self.at_work.discard(name)
        self.ended.append(name)


def test_one_at_a_time_and_the_newest_first(qtbot: QtBot, operations: Operations) -> None:
    works = Works(qtbot, operations)
    works.compute("first")
    works.see(lambda: works.at_work == {"first"})
    for name, newness in (("old", 1), ("older", 1), ("new", 2), ("newest", 3), ("new too", 2)):
        works.compute(name, newness)
    works.let_go("first", "old", "older", "new", "newest", "new too")
    works.see_ended("first", "newest", "new", "new too", "old", "older")
    assert works.most_at_once == 1


def test_others_go_in_between(qtbot: QtBot, operations: Operations) -> None:
    """A long row of computations holds up neither a reading nor itself."""
    works = Works(qtbot, operations)
    works.run("holds a thread")
    works.compute("one")
    works.compute("two")
    works.compute("three")
    works.see(lambda: works.at_work == {"holds a thread", "one"})
    works.run("reading")
    works.let_go("one", "two", "three", "reading")
    works.see_ended("one", "reading", "two", "three")
    works.let_go("holds a thread")


def test_what_the_user_wrote_holds_up_only_its_like(qtbot: QtBot, operations: Operations) -> None:
    works = Works(qtbot, operations)
    works.compute("never ends", is_own=True)
    works.compute("own", is_own=True)
    works.compute("ours")
    works.compute("ours too")
    works.let_go("ours", "ours too")
    works.see_ended("ours", "ours too")
    assert works.at_work == {"never ends"}
    works.let_go("never ends", "own")
    works.see_ended("ours", "ours too", "never ends", "own")


def test_what_waits_can_be_cancelled(qtbot: QtBot, operations: Operations) -> None:
    works = Works(qtbot, operations)
    works.compute("one")
    works.see(lambda: works.at_work == {"one"})
    waiting = works.compute("two")
    works.compute("three")
    waiting.cancel()
    works.see(lambda: waiting.is_finished)
    works.let_go("one", "three")
    works.see_ended("one", "three")
    works.compute("later")  # after nothing was left to do
    works.let_go("later")
    works.see_ended("one", "three", "later")
