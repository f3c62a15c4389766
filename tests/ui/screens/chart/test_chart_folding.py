"""Order book and trades beside the chart, folded: the chart keeps its place, and a restart finds it as it was left."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QWidget

from tests.ui.screens.chart.conftest import BTC, World
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.ui.screens.chart.view import ChartView
from upbit_auto_trading.ui.widgets.panel import FOLDED_HEIGHT

LEFT = Qt.MouseButton.LeftButton


def opened(world: World) -> ChartView:
    world.reach()
    world.see_candles(BTC, CandleUnit.MINUTES_15)
    world.see(lambda: world.view.tape.isVisible() and world.view.book.isVisible())
    return world.view


def press(world: World, button: QWidget | None) -> None:
    assert button is not None
    world.qtbot.mouseClick(button, LEFT)


def test_the_chart_does_not_move_when_a_panel_beside_it_folds(world: World) -> None:
    view = opened(world)
    across, down = view.splitter.sizes(), view.right.sizes()
    press(world, view.tape.toggle_button)
    world.see(lambda: view.right.sizes() == [sum(down) - FOLDED_HEIGHT, FOLDED_HEIGHT])
    assert view.splitter.sizes() == across
    press(world, view.book.toggle_button)
    world.see(lambda: view.right.sizes() == [FOLDED_HEIGHT, sum(down) - FOLDED_HEIGHT])
    assert view.splitter.sizes() == across
    press(world, view.book.toggle_button)
    world.see(lambda: view.right.sizes() == down)
    assert view.splitter.sizes() == across


def test_what_is_folded_is_found_so_after_a_restart_and_unfolds_to_what_it_had(world: World) -> None:
    view = opened(world)
    handle = view.right.handle(1)
    assert handle is not None
    middle = handle.rect().center()
    world.qtbot.mousePress(handle, LEFT, pos=middle)
    world.qtbot.mouseMove(handle, middle - QPoint(0, 40))
    world.qtbot.mouseRelease(handle, LEFT, pos=middle - QPoint(0, 40))
    down = view.right.sizes()
    press(world, view.tape.toggle_button)
    view.hide()  # no more than a crash would leave: what was written at once
    again = world.show()
    world.see(lambda: again.tape.isVisible())
    assert again.tape.is_collapsed
    assert not again.book.is_collapsed
    world.see(lambda: again.right.sizes() == [sum(down) - FOLDED_HEIGHT, FOLDED_HEIGHT])
    press(world, again.tape.toggle_button)
    world.see(lambda: again.right.sizes() == down)
    again.hide()
    third = world.show()
    world.see(lambda: third.tape.isVisible())
    assert not third.tape.is_collapsed
    world.see(lambda: third.right.sizes() == down)
