"""What a user does at the chart in one day, and that it is there again after everything that happened since."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt

from tests.e2e.day_by_hand import Hand
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.drawing import DrawingKind
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.screens.chart.view import ChartView

UNIT, INDICATOR = CandleUnit.MINUTES_5, "rsi"


def _open(hand: Hand) -> ChartView:
    hand.click(hand.program.window.rail.items["chart"])
    view = hand.program.window.screen_widget("chart")
    assert isinstance(view, ChartView)
    hand.see(lambda: view.grid.current.canvas.isVisible() and view.grid.current.candles.columns is not None)
    return view


def _market(view: ChartView) -> Market:
    market = view.model.state.chosen.market
    assert market is not None
    return market


def _choose_unit(hand: Hand, view: ChartView) -> None:
    """A button where there is room for it, else in the menu beside."""
    units = view.toolbar.units
    names = [name for name, _ in units.options]
    if UNIT.value in names:
        hand.click(units, units.rects()[names.index(UNIT.value)].center().toPoint())
        return
    hand.click(view.toolbar.more_units)
    menu = view.toolbar.menu
    assert menu is not None
    next(entry for entry in menu.actions() if entry.text() == tr(UNIT_WORDS[UNIT])).trigger()
    menu.close()


def arranges_a_chart(hand: Hand) -> None:
    view = _open(hand)
    _choose_unit(hand, view)
    panel = view.grid.current
    hand.see(lambda: panel.candles.columns is not None and panel.candles.columns.unit is UNIT)
    hand.click(view.toolbar.indicators)
    hand.see(lambda: view.indicators.shelf.registry is not None)
    view.indicators.models[panel].add(INDICATOR)
    assert view.indicators.popover is not None
    hand.qtbot.keyClick(view.indicators.popover, Qt.Key.Key_Escape)
    hand.see(lambda: view.indicators.popover is None)
    hand.see(lambda: [one.built.study.use.id for one in panel.studies.drawn] == [INDICATOR])
    hand.click(view.body.drawing_bar.tools[Tool.HORIZONTAL])
    hand.click(panel.canvas.viewport(), QPoint(panel.canvas.width() // 3, panel.canvas.height() // 4))
    hand.see(lambda: [one.kind for one in view.drawings.shown(_market(view))] == [DrawingKind.HORIZONTAL])
    view.model.write_now()
    hand.settle()


def finds_the_chart_again(hand: Hand) -> None:
    view = _open(hand)
    assert view.model.state.chosen.unit is UNIT
    panel = view.grid.current
    hand.see(lambda: [one.built.study.use.id for one in panel.studies.drawn] == [INDICATOR])
    hand.see(lambda: [one.kind for one in view.drawings.shown(_market(view))] == [DrawingKind.HORIZONTAL])
    columns = panel.candles.columns
    assert columns is not None
    hand.see(lambda: len(panel.studies.drawn[0].lines[0]) == len(columns))
