"""The windows over markets in the smallest client area with the largest text: nothing below its least width, or cut."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from tests.ui.test_every_screen import cut_cells, cut_off, sideways, visit, wear
from tests.whole_program import running_program
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.market_views.order_book import OrderBookView
from upbit_auto_trading.ui.market_views.trade_tape import TradeTape
from upbit_auto_trading.ui.market_views.watch_list_panel import WatchListPanel
from upbit_auto_trading.ui.screens.backtest.form_panel import FormPanel
from upbit_auto_trading.ui.screens.backtest.result_chart import ResultChart
from upbit_auto_trading.ui.screens.chart.charts_grid import ChartsGrid
from upbit_auto_trading.ui.screens.chart.toolbar import ChartToolbar
from upbit_auto_trading.ui.widgets.table import DataTable

#: what is made, a turn of the event loop each, once they are seen
PARTS: dict[str, tuple[type[QWidget], ...]] = {
    "chart": (WatchListPanel, ChartToolbar, ChartsGrid, OrderBookView, TradeTape),
    "market": (DataTable, OrderBookView, TradeTape),
    "backtest": (FormPanel,),
}
LEAST: dict[type[QWidget], int] = {
    DataTable: Shell.TABLE_LEAST,
    OrderBookView: Shell.ORDER_BOOK_LEAST,
    ChartsGrid: Shell.CHART_LEAST,
    ResultChart: Shell.CHART_LEAST,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("least-widths")


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[DesktopProgram]:
    with running_program(qtbot, qapp, folder, language=None) as program:
        qtbot.waitUntil(lambda: len(program.screens.dashboard.state.rows) == 5, timeout=30_000)
        yield program


def too_narrow(screen: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} “{widget.accessibleName()}” has {widget.width()} of {least}"
        for kind, least in LEAST.items()
        for widget in screen.findChildren(kind)
        if widget.isVisible() and widget.width() < least
    ]


def beyond(screen: QWidget, window: QWidget) -> list[str]:
    """What a splitter pushed out of the window."""
    return [
        f"{type(widget).__name__} ends at {widget.mapTo(window, QPoint(widget.width(), 0)).x()}"
        for kind in LEAST
        for widget in screen.findChildren(kind)
        if widget.isVisible() and widget.mapTo(window, QPoint(widget.width(), 0)).x() > window.width()
    ]


def problems_of(program: DesktopProgram, place: str) -> list[str]:
    window, screen = program.window, program.window.screen_widget(place)
    missing = [kind.__name__ for kind in PARTS[place] if not any(one.isVisible() for one in screen.findChildren(kind))]
    return (
        missing + too_narrow(screen) + beyond(screen, window) + cut_off(window) + cut_cells(window) + sideways(window)
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_is_below_its_least_width(qtbot: QtBot, program: DesktopProgram, language: str, theme: str) -> None:
    wear(qtbot, program, (theme, language, (1280, 640), 130))
    for place in PARTS:
        visit(qtbot, program, place)
        program.window.grab()
        try:
            qtbot.waitUntil(partial(is_well, program, place), timeout=3_000)
        except TimeoutError as error:
            raise AssertionError(f"{language} {theme} {place}: {problems_of(program, place)}") from error


def is_well(program: DesktopProgram, place: str) -> bool:
    return not problems_of(program, place)
