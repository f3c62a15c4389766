"""Screens are made of modules that were loaded beside the running window."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.peer_environment import ROOT
from tests.whole_program import running_program
from upbit_auto_trading.composition_root import desktop
from upbit_auto_trading.composition_root.screen_modules import MODULES
from upbit_auto_trading.ui.runtime.background_lane import BACKGROUND_THREADS
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.ui.widgets.states import LoadingState
from upbit_auto_trading.utils.bilingual_text import Text

HELP = "upbit_auto_trading.ui.screens.help.view"
#: in a thread, without an application: a widget made on the way would end the process
_LOADING = """
import sys, threading
from upbit_auto_trading.composition_root import desktop
from upbit_auto_trading.composition_root.screen_modules import MODULES, loading_screens
class Context:
    def check_cancelled(self): pass
thread = threading.Thread(target=lambda: loading_screens().work(Context()))
thread.start()
thread.join()
print(all(module in sys.modules for modules in MODULES.values() for module in modules))
"""


class Loading(MetaPathFinder):
    """Notes which threads look for the screen, and leaves finding it to others."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == HELP:
            self.threads.append(threading.current_thread())


@pytest.fixture
def loading() -> Iterator[Loading]:
    noting = Loading()
    sys.meta_path.insert(0, noting)
    yield noting
    sys.meta_path.remove(noting)


@pytest.fixture
def help_is_not_loaded() -> Iterator[None]:
    __import__(HELP)
    known = sys.modules.pop(HELP)
    yield
    sys.modules[HELP] = known
    sys.modules[HELP.rpartition(".")[0]].view = known  # type: ignore[attr-defined]


def test_no_module_of_a_screen_makes_a_widget() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADING], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "True", done.stderr


def test_every_screen_but_the_first_is_among_them(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path, wait_until_usable=False) as program:
        assert {*MODULES, "dashboard"} == set(program.screens.ids)


@pytest.fixture
def not_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a busy machine takes."""
    monkeypatch.setattr(desktop, "AFTER_MS", 3_600_000)


@pytest.mark.usefixtures("help_is_not_loaded", "not_by_itself")
def test_a_screen_whose_modules_are_not_loaded_is_shown_when_they_are(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, loading: Loading
) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        window = program.window
        program.navigation.show("help/chart")
        assert window.rail.current == "help"
        assert isinstance(window.stack.currentWidget(), LoadingState)
        qtbot.waitUntil(lambda: not isinstance(window.stack.currentWidget(), LoadingState))
        assert window.screen_widget("help").isVisible()
        assert window.screen_widget("help").model.state.page == "chart"  # type: ignore[attr-defined]
        assert loading.threads
        assert threading.main_thread() not in loading.threads, "the window's thread loads nothing itself"


@pytest.mark.usefixtures("help_is_not_loaded", "not_by_itself")
def test_who_went_elsewhere_meanwhile_stays_there(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        program.navigation.show("help")
        program.navigation.show("dashboard")
        qtbot.waitUntil(lambda: HELP in sys.modules and not program.core.operations.running())
        assert program.window.screen_widget("dashboard").isVisible()
        assert program.window.rail.current == "dashboard"


@pytest.mark.usefixtures("help_is_not_loaded", "not_by_itself")
def test_a_screen_does_not_wait_for_long_work_of_others(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        ended = threading.Event()
        for _ in range(BACKGROUND_THREADS):
            program.core.operations.run_in_background(Operation(Text("일", "Work"), lambda _context: ended.wait(60)))
        program.navigation.show("help")
        qtbot.waitUntil(lambda: HELP in sys.modules)
        assert not ended.is_set()
        assert program.window.screen_widget("help").isVisible()
        ended.set()


@pytest.mark.long
@pytest.mark.usefixtures("help_is_not_loaded")
def test_they_are_loaded_some_seconds_after_the_first_price(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path):
        qtbot.waitUntil(lambda: HELP in sys.modules)
