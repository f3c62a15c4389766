"""Drawings and alerts in the real program: kept over a restart, told behind the bell whichever screen is shown."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.whole_program import running_program
from upbit_auto_trading.business_logic.engine.price_alerts import AlertFired
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.charts.alert_wish import AlertWish
from upbit_auto_trading.ui.charts.chart_drawings import ChartDrawings
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.notices import Notice
from upbit_auto_trading.ui.screens.chart.view import ChartView

_LIMIT_MS = 60_000


def chart_of(qtbot: QtBot, program: DesktopProgram) -> tuple[ChartView, ChartDrawings]:
    program.navigation.show("chart")
    view = cast(ChartView, program.window.screen_widget("chart"))
    qtbot.waitUntil(lambda: view.grid.current.canvas.view_of("price") is not None, timeout=_LIMIT_MS)
    return view, view.body.drawn[view.grid.current]


def settle(qtbot: QtBot, program: DesktopProgram) -> None:
    qtbot.waitUntil(lambda: not program.core.operations.running(), timeout=_LIMIT_MS)


@pytest.mark.long
def test_what_was_drawn_and_what_fired_outlive_the_program(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path, practice=True) as program:
        view, chart = chart_of(qtbot, program)
        qtbot.mouseClick(view.body.drawing_bar.tools[Tool.LINE], Qt.MouseButton.LeftButton)
        canvas = view.grid.current.canvas
        for x, y in ((80, 60), (220, 160)):
            qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, y))
        (drawing,) = chart.drawings()
        assert chart.market is not None
        market = chart.market
        qtbot.waitUntil(lambda: program.screens.price_alerts.last_price(market) is not None, timeout=_LIMIT_MS)
        last = program.screens.price_alerts.last_price(market)
        assert last is not None
        # the practice market goes on: one of these two is passed within a few trades
        for price in (last * 2, last + chart.tick_of(float(last)), last - chart.tick_of(float(last))):
            view.alerts.add(market, AlertWish(price))
        program.navigation.show("monitor")
        qtbot.waitUntil(lambda: bool(told(program)), timeout=_LIMIT_MS)
        notice = told(program)[0]
        assert notice.action is not None
        notice.action.run()
        assert program.navigation.current == "chart"
        settle(qtbot, program)
        off = {one.id for one in program.screens.price_alerts.alerts if not one.is_on}
        assert off
    with running_program(qtbot, qapp, tmp_path, practice=True) as program:
        view, chart = chart_of(qtbot, program)
        qtbot.waitUntil(lambda: chart.drawings() == (drawing,), timeout=_LIMIT_MS)
        watch = program.screens.price_alerts
        qtbot.waitUntil(lambda: len(watch.alerts) == 3, timeout=_LIMIT_MS)
        again = [fired.alert.id for fired in fired_since(qtbot, program)]
        assert not off & set(again), "what fired is off, and stays so"


def fired_since(qtbot: QtBot, program: DesktopProgram) -> list[AlertFired]:
    """Over some prices of the market that goes on."""
    fired: list[AlertFired] = []
    program.screens.price_alerts.fired.connect(fired.append)
    prices: list[object] = []
    program.core.engine.prices_passed.connect(prices.append)
    qtbot.waitUntil(lambda: len(prices) > 10, timeout=_LIMIT_MS)
    return fired


def told(program: DesktopProgram) -> list[Notice]:
    return [one for one in program.notices.all() if "가격 알림" in one.title.ko]
