"""A window that hangs is counted, and the log says where; a window that answers is only counted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.whole_program import running_program
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.event_loop_watch import HUNG_MS, OPERATION, QUIET_SECONDS, EventLoopWatch

_LOGGER = "upbit_auto_trading.ui.runtime.event_loop_watch"


@dataclass
class Beats:
    told: list[tuple[float, bool]] = field(default_factory=list)

    def __call__(self, operation: str, duration_ms: float, *, failed: bool = False) -> None:
        assert operation == OPERATION
        self.told.append((round(duration_ms), failed))


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.came = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
        self.came.set()


@pytest.fixture
def lines() -> Iterator[Lines]:
    logger, handler = logging.getLogger(_LOGGER), Lines()
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


@pytest.fixture
def beats() -> Beats:
    return Beats()


@pytest.fixture
def watch(qtbot: QtBot, clock: FakeClock, beats: Beats) -> Iterator[EventLoopWatch]:
    """By a clock that stands still unless it is told otherwise."""
    made = EventLoopWatch(clock.monotonic, beats)
    made.start()
    yield made
    made.stop()


def beaten(qtbot: QtBot, beats: Beats) -> tuple[float, bool]:
    """The next beat."""
    known = len(beats.told)
    qtbot.waitUntil(lambda: len(beats.told) > known)
    return beats.told[known]


@pytest.mark.parametrize(
    ("late_ms", "is_late"), [(0, False), (50, False), (80, True), (5_000, True)], ids=lambda value: str(value)
)
def test_each_beat_is_counted_and_a_late_one_is_a_failure(
    qtbot: QtBot, watch: EventLoopWatch, clock: FakeClock, beats: Beats, late_ms: int, is_late: bool
) -> None:
    clock.advance(0.2 + late_ms / 1_000)
    assert beaten(qtbot, beats) == (late_ms, is_late)


def test_a_machine_that_slept_did_not_hang(
    qtbot: QtBot, watch: EventLoopWatch, clock: FakeClock, beats: Beats, lines: Lines
) -> None:
    clock.advance(8 * 3_600)
    watch.look()
    assert beaten(qtbot, beats) == (0, False)
    assert lines.said == []


def test_where_it_hangs_is_said_while_it_hangs(qtbot: QtBot, beats: Beats, lines: Lines) -> None:
    watch = EventLoopWatch(SystemClock().monotonic, beats)
    watch.start()
    try:
        assert an_endless_computation("my-secret-of-ten-words", lines)
        _late, is_late = beaten(qtbot, beats)
    finally:
        watch.stop()
    [said] = lines.said
    assert "an_endless_computation" in said
    assert "test_event_loop_watch.py" in said
    assert "my-secret" not in said
    assert is_late


def an_endless_computation(_secret: str, lines: Lines) -> bool:
    """In the window's thread, which answers nobody meanwhile."""
    return lines.came.wait(30)


def test_the_log_is_not_filled(
    qtbot: QtBot, watch: EventLoopWatch, clock: FakeClock, beats: Beats, lines: Lines
) -> None:
    hang = (HUNG_MS + 300) / 1_000
    for pause in (0.0, 10.0, QUIET_SECONDS - 12, 3.0):
        clock.advance(pause)
        beaten(qtbot, beats)
        clock.advance(hang)
        watch.look()
    assert len(lines.said) == 2


def test_it_ends_with_its_thread(watch: EventLoopWatch) -> None:
    def names() -> list[str]:
        return [thread.name for thread in threading.enumerate()]

    assert "window watch" in names()
    watch.stop()
    assert "window watch" not in names()


def test_the_program_watches_its_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        counts = program.core.counts
        qtbot.waitUntil(lambda: any(row.operation == OPERATION and row.count for row in counts.take()))
    assert all(thread.name != "window watch" for thread in threading.enumerate())
