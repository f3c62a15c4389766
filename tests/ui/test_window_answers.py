"""The window answers whatever is shown in it, while 300 markets stream."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import thread_time

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QAbstractItemView, QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.bench.loaded_window import LoadedConnection
from tests.event_loop_guard import MOST_WORKED_SECONDS, Blocked, EventLoopGuard, LoopGaps, slowness
from tests.event_loop_guard import event_loop_guard as event_loop_guard
from tests.event_loop_guard import turns as turns
from tests.fakes.good_keys import GoodKeys
from tests.peer_environment import ROOT
from tests.ui.wheel import turn_wheel
from tests.whole_program import open_folder
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.config.settings import TEXT_SCALE
from upbit_auto_trading.ui.screens.monitor.view_model import Section
from upbit_auto_trading.ui.screens.practice.view import PLACES as PRACTICE_PLACES
from upbit_auto_trading.ui.screens.settings.view import section_ids

FRAMES_A_SECOND = 800
#: of a screen, each with pages of its own
PLACES = {
    "settings": section_ids(),
    "monitor": tuple(section.value for section in Section),
    "practice": PRACTICE_PLACES,
}
#: modules are loaded beside the window meanwhile; a thread that holds the interpreter may itself stand in line
MOST_STILL_TO_MAKE_SECONDS = 2.0
#: of prices, ten a second where the machine is quiet: so long each screen is looked at
UPDATES = 7


def work(seconds: float) -> None:
    """What takes so long on a quiet machine."""
    until = thread_time() + seconds * slowness()
    while thread_time() < until:
        pass


def has_looked(gaps: LoopGaps, looks: int) -> bool:
    return gaps.looks >= looks


def test_a_block_of_eighty_milliseconds_is_caught(qtbot: QtBot, event_loop_guard: EventLoopGuard) -> None:
    def block() -> None:
        with event_loop_guard.watching("planted") as gaps:
            qtbot.waitUntil(lambda: gaps.looks > 2)
            work(0.08)

    with pytest.raises(Blocked, match="planted: the window did not answer") as caught:
        block()
    assert "work tests/ui/test_window_answers.py" in str(caught.value)


def test_short_work_is_let_pass(qtbot: QtBot, event_loop_guard: EventLoopGuard) -> None:
    with event_loop_guard.watching("short") as gaps:
        for looks in range(3, 20, 3):
            work(0.01)
            qtbot.waitUntil(partial(has_looked, gaps, looks))
    assert gaps.looks > 5
    assert gaps.longest.quiet < MOST_WORKED_SECONDS


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how long a thread stood in line")
def test_waiting_for_what_does_not_come_is_caught(qtbot: QtBot, event_loop_guard: EventLoopGuard) -> None:
    waits = event_loop_guard.watching("waits")
    with pytest.raises(Blocked, match="waits: the window stood still"), waits:
        threading.Event().wait(0.6)


@pytest.fixture
def sender() -> Iterator[int]:
    """The port of a process that sends."""
    command = [sys.executable, "-m", "tests.bench.paced_sender"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        process.stdin.write(f"{FRAMES_A_SECOND}\n")
        process.stdin.flush()
        yield port
        process.kill()


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, tmp_path: Path, sender: int) -> Iterator[DesktopProgram]:
    opened = open_folder(tmp_path)
    made = DesktopProgram(
        qapp,
        opened,
        StartOptions(),
        Crashes(opened.paths, opened.clock, opened.log),
        leave=lambda _status: None,
        open_exchange=lambda _context: LoadedConnection(sender),
        exchange_keys=GoodKeys(opened.paths.resources, opened.clock),
    )
    qapp.setQuitOnLastWindowClosed(False)
    with qtbot.waitSignal(made.priced):
        made.start()
    made.window.resize(1920, 1080)
    made.garbage.start()
    yield made
    made.garbage.stop()
    with qtbot.waitSignal(made.core.shutdown.finished):
        made.core.stop()
    made.window.deleteLater()
    made.deleteLater()
    qapp.processEvents()


@pytest.mark.long
@pytest.mark.timeout(240)
def test_every_screen_answers_while_300_markets_stream(
    qtbot: QtBot, program: DesktopProgram, event_loop_guard: EventLoopGuard
) -> None:
    qtbot.waitUntil(lambda: len(program.core.market_board.summaries) == 300)
    streams = Streams(qtbot, program)
    screens = program.screens.ids
    for screen in screens:
        with event_loop_guard.watching(f"{screen}, made", most_still=MOST_STILL_TO_MAKE_SECONDS):
            program.navigation.show(screen)
            streams.go_on(UPDATES)
    for screen, places in PLACES.items():
        for place in places:
            with event_loop_guard.watching(f"{screen}/{place}, made", most_still=MOST_STILL_TO_MAKE_SECONDS):
                program.navigation.show(f"{screen}/{place}")
                streams.go_on(3)
    for screen in screens:
        program.navigation.show(screen)
        streams.go_on(UPDATES)  # a screen that was away catches up
        widget = program.window.screen_widget(screen)
        event_loop_guard.judge(screen, partial(use, qtbot, widget, streams))
    for screen in ("dashboard", "chart", "market"):
        program.navigation.show(screen)
        event_loop_guard.judge(f"{screen}, other look", partial(change_looks, qtbot, program))
    for what, gaps in event_loop_guard.told.items():
        print(f"{what:24} {gaps.looks:4} looks, longest {gaps.longest}")


class Streams:
    """Waits while prices come."""

    def __init__(self, qtbot: QtBot, program: DesktopProgram) -> None:
        self._qtbot = qtbot
        self._updates = 0
        program.core.market_board.summaries_changed.connect(self._count)

    def _count(self, _summaries: object) -> None:
        self._updates += 1

    def go_on(self, updates: int) -> None:
        until = self._updates + updates
        self._qtbot.waitUntil(lambda: self._updates >= until)


def use(qtbot: QtBot, screen: QWidget, streams: Streams) -> None:
    """What a hand does everywhere: the wheel up and down, over charts, tables and pages."""
    from upbit_auto_trading.ui.charts.canvas import ChartCanvas

    canvases: list[QWidget] = [chart.viewport() for chart in screen.findChildren(ChartCanvas) if chart.isVisible()]
    lists = [table.viewport() for table in screen.findChildren(QAbstractItemView) if table.isVisible()]
    for target in [*canvases, *lists]:
        assert target is not None
        for angle in (-120, -120, 120, 120):
            turn_wheel(target, angle)
            QApplication.processEvents()
        streams.go_on(1)
    for canvas in canvases:
        drag(qtbot, canvas)
    streams.go_on(UPDATES)


def change_looks(qtbot: QtBot, program: DesktopProgram) -> None:
    """Of every screen, as all are made by now; and back again."""
    scale = program.core.settings.whole_number(TEXT_SCALE)
    larger = partial(program.core.settings.set, TEXT_SCALE, 120 if scale == 100 else 100)
    for act in (program.appearance.toggle_theme, program.appearance.toggle_language, larger):
        act()
        assert program.slices.is_under_way
        qtbot.waitUntil(lambda: not program.slices.is_under_way, timeout=30_000)


def drag(qtbot: QtBot, target: QWidget) -> None:
    middle = target.rect().center()
    qtbot.mousePress(target, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 10):
        qtbot.mouseMove(target, middle + QPoint(20 * step, 0))
        QApplication.processEvents()
    qtbot.mouseRelease(target, Qt.MouseButton.LeftButton, pos=middle + QPoint(200, 0))
