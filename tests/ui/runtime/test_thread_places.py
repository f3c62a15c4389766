"""Where another thread is, without holding anything of it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from time import monotonic

import pytest

from upbit_auto_trading.ui.runtime.thread_places import frames_in, frames_of_thread, places_of

#: as Python 3.11 and, with the thread's name, 3.14 write it
DUMP = """Thread 0x00007f0000000001 (most recent call first):
  File "/home/kim/program/upbit_auto_trading/ui/main_window.py", line 12 in paintEvent
  File "/home/kim/.venv/lib/python3.11/site-packages/pyqtgraph/widgets/GraphicsView.py", line 138 in paintEvent

Current thread 0x00007f0000000002 [window watch] (most recent call first):
  File "<frozen importlib._bootstrap>", line ??? in load
  File "/home/kim/program/upbit_auto_trading/ui/runtime/thread_places.py", line 30 in <lambda>
"""


class Painter:
    """Must be gone with the function that made it."""


class Worker:
    def __init__(self) -> None:
        self.is_waiting, self.may_end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()
        assert self.is_waiting.wait(30)

    def _work(self) -> None:
        self.paint()

    def paint(self) -> None:
        self.is_waiting.set()
        self.may_end.wait(30)


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.may_end.set()
    made.thread.join()


def test_the_innermost_place_comes_first(worker: Worker) -> None:
    number = worker.thread.ident
    assert number is not None
    functions = [frame.function for frame in frames_of_thread(number)]
    assert functions.index("paint") < functions.index("_work")
    assert "paint ui/runtime/test_thread_places.py:" in places_of(number, 5)
    assert places_of(number, 1).count("<") == 0


def test_what_the_thread_lets_go_is_gone_at_once_however_often_it_is_looked_at() -> None:
    number, has_ended, outlived = threading.get_ident(), threading.Event(), 0

    def look_on() -> None:
        while not has_ended.is_set():
            places_of(number, 12)

    looking = threading.Thread(target=look_on)
    looking.start()
    ends_at = monotonic() + 1.0
    while monotonic() < ends_at:
        outlived += paint_a_little()() is not None
    has_ended.set()
    looking.join()
    assert outlived == 0


def paint_a_little() -> weakref.ref[Painter]:
    painter = Painter()
    for _stroke in range(200):
        pass
    return weakref.ref(painter)


def test_a_thread_that_has_ended_is_nowhere(worker: Worker) -> None:
    worker.may_end.set()
    worker.thread.join()
    number = worker.thread.ident
    assert number is not None
    assert frames_of_thread(number) == ()


def test_both_spellings_of_a_dump_are_read_without_whose_machine_it_is() -> None:
    [window, library] = frames_in(DUMP, 0x7F0000000001)
    assert (window.file, window.line, window.function) == ("upbit_auto_trading/ui/main_window.py", 12, "paintEvent")
    assert library.file == "pyqtgraph/widgets/GraphicsView.py"
    [own] = frames_in(DUMP, 0x7F0000000002)
    assert (own.line, own.function) == (30, "<lambda>")
    assert frames_in(DUMP, 3) == ()
