"""Cycles with widgets in them are taken down by the window's thread and at no other moment."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QObject, QThread
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.walking_exchange import walking
from tests.whole_program import open_folder, running_program
from upbit_auto_trading.composition_root.core import ProgramCore
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.runtime.garbage import GarbageCollector
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.utils.bilingual_text import Text

_WORK = Text("일", "Work")


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
        # as tests/garbage_between_tests.py left it: what stays to the end is not looked through again
        gc.collect()
        gc.freeze()


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


def test_what_stays_is_set_aside_and_no_later_look_takes_it_in(qtbot: QtBot, collector: GarbageCollector) -> None:
    """A look through a screen's widgets and modules would hold the window up."""
    made = [[place] for place in range(50_000)]
    died_in: list[QThread | None] = []
    _Knot(died_in)
    collector.set_aside_soon()
    qtbot.waitUntil(lambda: len(gc.get_objects()) < len(made), timeout=10_000)
    assert died_in, "what had died meanwhile was not kept"
    assert len(made) == 50_000


def test_before_the_start_and_after_the_end_nothing_is_set_aside(qtbot: QtBot) -> None:
    """Python collects by itself then, and would never find what was set aside."""
    made = GarbageCollector()
    made.set_aside_soon()
    assert not made.is_settling


def is_busy(program: DesktopProgram) -> bool:
    return program.garbage.is_settling or bool(program.core.operations.running())


def test_a_screen_is_set_aside_when_it_has_been_made(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        program.garbage.start()
        # a screen that came while modules are loaded would be set aside with these
        qtbot.waitUntil(lambda: not (program._load_screens.isActive() or is_busy(program)), timeout=30_000)
        before = gc.get_freeze_count()
        program.window.screen_widget("help")
        assert program.garbage.is_settling
        qtbot.waitUntil(lambda: not program.garbage.is_settling, timeout=20_000)
        assert gc.get_freeze_count() > before + 1_000
        program.garbage.stop()


def test_without_a_window_no_qt_object_is_left_to_the_collector(qtbot: QtBot, tmp_path: Path) -> None:
    """So a headless run of months needs no such care: what Qt owns there lives as long as the program."""
    opened = open_folder(tmp_path)
    core = ProgramCore(opened, leave=lambda _status: None, open_exchange=walking(opened.clock))
    with qtbot.waitSignal(core.ready, timeout=30_000):
        core.start()
    qtbot.waitUntil(lambda: core.engine.pulse() is not None, timeout=20_000)
    gc.collect()
    for size in (90, 100, 110, 120, 130):
        core.settings.set("appearance.text_scale", size)
        core.operations.run_in_background(Operation(_WORK, lambda context: context.keep_going(0.5)))
        core.periodic.run_now("operations.flush_counts")
        core.engine.stop_entries()
        core.engine.resume_entries()
    qtbot.waitUntil(lambda: not core.operations.running(), timeout=20_000)
    left = garbage_of_qt()
    with qtbot.waitSignal(core.shutdown.finished, timeout=30_000):
        core.stop()
    core.deleteLater()
    assert left == []


def garbage_of_qt() -> list[str]:
    """What a collection would take down now, without taking it down."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return [type(thing).__name__ for thing in gc.garbage if isinstance(thing, QObject)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
