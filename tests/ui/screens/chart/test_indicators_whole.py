"""Indicators in the chart window: from the button to lines, panes, legend and back after a restart."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage

from tests.ui.screens.chart.conftest import BTC, World
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.variable import Drawn
from upbit_auto_trading.ui.charts.studies import PRICE_PANE
from upbit_auto_trading.ui.charts.study_lines import compute_lines
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.runtime.chart_studies import ChartStudies
from upbit_auto_trading.ui.screens.chart.studies_panel import StudiesPanel
from upbit_auto_trading.utils.bilingual_text import Language

LEFT = Qt.MouseButton.LeftButton
QUARTER = CandleUnit.MINUTES_15


class Window:
    def __init__(self, world: World) -> None:
        self.world = world
        world.reach()
        world.see_candles(BTC, QUARTER)

    @property
    def studies(self) -> ChartStudies:
        return self.world.view.grid.current.studies

    @property
    def panel(self) -> StudiesPanel:
        popover = self.world.view.indicators.popover
        assert popover is not None
        return popover.panel

    def open(self) -> StudiesPanel:
        self.world.qtbot.mouseClick(self.world.view.toolbar.indicators, LEFT)
        self.world.see(lambda: self.panel.model.state.is_ready)
        return self.panel

    def add(self, *names: str) -> None:
        panel = self.open()
        for name in names:
            self.world.qtbot.mouseClick(panel.add, LEFT)
            assert panel.picker is not None
            self.world.qtbot.keyClicks(panel.picker.field, name)
            self.world.qtbot.keyClick(panel.picker.field, Qt.Key.Key_Return)
        self.close()
        self.settle()

    def close(self) -> None:
        popover = self.world.view.indicators.popover
        if popover is not None:
            popover.close()

    def settle(self) -> None:
        self.world.see(lambda: self.studies.drawn and not self.studies.running())

    def agrees(self) -> bool:
        columns = self.world.view.grid.current.canvas.candles
        assert columns is not None
        frame = Frame(columns.copied(), day_start_of(BTC.exchange))
        return all(
            np.allclose(line.values, values, 1e-6, 1e-6, equal_nan=True)
            for one in self.studies.drawn
            for line, values in zip(one.lines, compute_lines(one.built, frame), strict=True)
        )


@pytest.fixture
def window(world: World) -> Window:
    return Window(world)


def test_what_is_added_is_drawn_with_the_values_of_a_backtest(window: Window) -> None:
    window.add("ema", "bollinger", "rsi", "macd")
    assert [one.built.title.ko for one in window.studies.drawn] == [
        "EMA(20)", "볼린저(20, 2)", "RSI(14)", "MACD(12, 26, 9)",
    ]  # fmt: skip
    assert [one.built.where for one in window.studies.drawn[:2]] == [Drawn.ON_PRICE, Drawn.ON_PRICE]
    canvas = window.world.view.grid.current.canvas
    assert [pane.id for pane in canvas.panes] == [PRICE_PANE, "study-s3", "study-s4"]
    assert window.agrees()


def test_they_are_there_again_after_a_restart(window: Window) -> None:
    window.add("ema", "rsi")
    window.world.view.model.write_now()
    window.world.show()
    window.world.reach()
    window.settle()
    assert [one.built.title.ko for one in window.studies.drawn] == ["EMA(20)", "RSI(14)"]
    assert window.agrees()


@pytest.mark.parametrize(("name", "language"), [(ThemeName.DARK, Language.KOREAN), (ThemeName.LIGHT, Language.ENGLISH)])
def test_each_line_has_its_colour_on_the_picture(
    window: Window, looks: Theme, name: ThemeName, language: Language
) -> None:
    looks.apply(name)
    language_state().set_language(language)
    window.add("ema", "bollinger", "rsi")
    image = window.world.view.grid.current.canvas.image().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    assert bits is not None
    seen = set(np.unique(np.frombuffer(bits.asstring(image.sizeInBytes()), dtype=np.uint32)).tolist())
    for one in window.studies.drawn:
        for line in one.built.lines:
            assert looks.colour(line.token).rgb() in seen, one.built.title.en
