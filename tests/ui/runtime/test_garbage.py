"""Cycles with widgets in them are taken down by the window's thread and at no other moment."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QThread
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.runtime.garbage import GarbageCollector


class _Knot(QWidget):
    """Keeps itself alive, as a widget with a callback to itself does."""

    def __init__(self, died_in: list[QThread | None]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: died_in.append(QThread.currentThread()))


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GarbageCollector]:
    was_on = gc.isenabled()
    made = GarbageCollector()
    gc.enable()
    made.start()
    yield made
    made.stop()
    assert gc.isenabled()
    if not was_on:
        gc.disable()


def _litter() -> None:
    for _ in range(3 * gc.get_threshold()[0]):
        knot: list[object] = []
        knot.append(knot)


def test_another_thread_takes_nothing_down_and_the_window_does(qtbot: QtBot, collector: GarbageCollector) -> None:
    died_in: list[QThread | None] = []
    _Knot(died_in)
    thread = threading.Thread(target=_litter)
    thread.start()
    thread.join()
    assert died_in == []
    qtbot.waitUntil(lambda: bool(died_in), timeout=5_000)
    assert died_in == [QThread.currentThread()]


def test_old_garbage_goes_too(collector: GarbageCollector) -> None:
    died_in: list[QThread | None] = []
    knot = _Knot(died_in)
    gc.collect(1)  # it grows old
    del knot
    for _ in range(100):
        _litter()
        collector.collect_if_due()
    assert died_in


def test_nothing_is_looked_at_while_nothing_was_made(collector: GarbageCollector) -> None:
    gc.collect()
    seen: list[str] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    try:
        collector.collect_if_due()
    finally:
        gc.callbacks.remove(note)
    assert seen == []
