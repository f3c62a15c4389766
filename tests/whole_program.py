"""The real program inside the test's process: real window, threads and databases in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.good_keys import GoodKeys
from tests.fakes.walking_exchange import walking
from upbit_auto_trading.composition_root.core import OpenExchange
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.opened import Opened, open_data_folder
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.config.app_paths import find_app_paths
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.utils.bilingual_text import Language

START_LIMIT_MS = 30_000


def open_folder(folder: Path) -> Opened:
    """As a start does before Qt, without the console."""
    return open_data_folder(find_app_paths(folder), SystemClock(), console=False)


@contextmanager
def running_program(
    qtbot: QtBot,
    qapp: QApplication,
    folder: Path,
    *,
    language: Language | None = Language.KOREAN,
    wait_until_usable: bool = True,
    practice: bool = False,
    exchange_keys: ExchangeKeys | None = None,
    open_exchange: OpenExchange | None = None,
) -> Iterator[DesktopProgram]:
    """Started, and stopped in the documented order; a late part fails the test.

    ``practice``: with the practice exchange in a process of its own. Else prices walk by themselves: most tests are
    not about exchanges, and a process for each of them takes its time. ``open_exchange``: with that one.
    ``exchange_keys``: where stored keys are asked about. Else every key is a good one, and nobody is asked.
    """
    opened = open_folder(folder)
    crashes = Crashes(opened.paths, opened.clock, opened.log)  # not installed: a failing slot must fail the test
    program = DesktopProgram(
        qapp,
        opened,
        StartOptions(language=language),
        crashes,
        leave=lambda _status: None,
        open_exchange=open_exchange or (None if practice else walking(opened.clock)),
        exchange_keys=exchange_keys or GoodKeys(opened.paths.resources, opened.clock),
    )
    qapp.setQuitOnLastWindowClosed(False)
    try:
        if wait_until_usable:
            with qtbot.waitSignal(program.usable, timeout=START_LIMIT_MS):
                program.start()
        else:
            program.start()
        yield program
    finally:
        if program.core.shutdown.outcome is None:
            with qtbot.waitSignal(program.core.shutdown.finished, timeout=START_LIMIT_MS):
                program.core.stop()
        outcome = program.core.shutdown.outcome
        program.window.deleteLater()
        program.deleteLater()
        qapp.processEvents()
        assert outcome is not None
        assert outcome.late == ()


def is_all_made(shown: QWidget) -> bool:
    """What can be seen of a window or a screen: its panels are made one a turn of the event loop."""
    return all(place.is_made for place in shown.findChildren(Later) if place.isVisible())
