"""A real chart with drawings and alerts on it, over stores in memory, that a test clicks and presses keys on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import numpy as np
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.charts.made_candles import BITCOIN, minutes
from upbit_auto_trading.business_logic.domain.drawing import Anchor, Drawing
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import PRICE, ChartCanvas
from upbit_auto_trading.ui.charts.chart_drawings import ChartDrawings
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.charts.layer import PaneView
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.design.keys import KeyMap
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.notices import Notices
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.price_alert_watch import PriceAlertWatch
from upbit_auto_trading.ui.screens.chart.view_model.alerts import AlertsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.drawings import DrawingsViewModel
from upbit_auto_trading.utils.bilingual_text import Text

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
TICK = Decimal(10)


class DrawnChart:
    def __init__(self, qtbot: QtBot, operations: Operations, stores: RuntimeStores, clock: FakeClock) -> None:
        self.qtbot, self.operations, self.stores, self.clock = qtbot, operations, stores, clock
        self.kept: dict[str, bytes] = {}
        self.notices = Notices(clock)
        layouts = LayoutMemory(self.kept.get, self.kept.__setitem__)
        services = SimpleNamespace(operations=operations, clock=clock, notices=self.notices, layouts=layouts)
        self.services = cast(AppServices, services)
        self.drawings = DrawingsViewModel(self.services)
        self.watch = PriceAlertWatch(operations, clock)
        self.watch.load()
        self.alerts = AlertsViewModel(self.watch, clock, self.notices, lambda _market: Text("비트코인", "Bitcoin"))
        self.candles = CandleColumns(minutes(600), timedelta(hours=9))
        self.canvas, self.chart = self.another_chart()
        self.settle()

    def another_chart(self) -> tuple[ChartCanvas, ChartDrawings]:
        canvas = ChartCanvas(KeyMap)
        self.qtbot.addWidget(canvas)
        canvas.add_layer(CandleLayer(self.candles))
        chart = ChartDrawings(canvas, self.drawings, self.alerts, KeyMap, lambda _market, _price: TICK)
        canvas.resize(900, 500)
        canvas.show()
        canvas.set_candles(self.candles)
        canvas.setFocus()
        chart.set_market(BITCOIN)
        return canvas, chart

    # what is there

    @property
    def view(self) -> PaneView:
        view = self.canvas.view_of(PRICE)
        assert view is not None
        return view

    @property
    def shown(self) -> tuple[Drawing, ...]:
        return self.drawings.shown(BITCOIN)

    @property
    def only(self) -> Drawing:
        (drawing,) = self.shown
        return drawing

    def stored(self, market: Market = BITCOIN) -> tuple[Drawing, ...]:
        self.settle()
        return self.stores.drawings.of(market)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.operations.running())

    def anchor(self, x: float, y: float) -> Anchor:
        return Anchor(self.view.time.second_at(x), self.view.price.value_at(y))

    def place(self, anchor: Anchor) -> QPointF:
        return self.view.place(anchor.second, anchor.price)

    def candle(self, row: int) -> tuple[float, float, float]:
        """Its middle in pixels, its high and its low."""
        middle = (float(self.candles.opened[row]) + self.candles.closed(row)) / 2
        return self.view.time.x_of(middle), float(self.candles.high[row]), float(self.candles.low[row])

    def close_of(self, row: int) -> Anchor:
        place = len(self.candles) + row
        middle = (float(self.candles.opened[place]) + self.candles.closed(place)) / 2
        return Anchor(middle, float(self.candles.close[place]))

    # what a user does

    def choose(self, tool: Tool) -> None:
        self.drawings.choose_tool(tool)

    def press(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mousePress(self._viewport(), Qt.MouseButton.LeftButton, modifiers, _at(x, y))

    def move(self, x: float, y: float) -> None:
        self.qtbot.mouseMove(self._viewport(), _at(x, y))

    def release(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseRelease(self._viewport(), Qt.MouseButton.LeftButton, modifiers, _at(x, y))

    def click(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.press(x, y, modifiers)
        self.release(x, y, modifiers)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.press(*start)
        self.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.move(*end)
        self.release(*end)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(self.canvas, key, modifiers)

    def draw(self, tool: Tool, *points: tuple[float, float]) -> Drawing:
        self.choose(tool)
        for point in points:
            self.click(*point)
        return self.shown[-1]

    def trade(self, price: float) -> None:
        value = Decimal(str(price))
        self.watch.take_prices((LastPrice(BITCOIN, value, value, self.clock.now()),))

    def _viewport(self) -> QWidget:
        viewport = self.canvas.viewport()
        assert isinstance(viewport, QWidget)
        return viewport


def _at(x: float, y: float) -> QPoint:
    return QPoint(round(x), round(y))


def near(found: float, wanted: float, least: float = 1.5) -> bool:
    return bool(np.isclose(found, wanted, rtol=0, atol=least))
