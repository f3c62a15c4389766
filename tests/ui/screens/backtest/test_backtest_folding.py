"""A result's chart and trades, folded: the other one takes the room, and what was chosen meanwhile is there."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QWidget

from tests.ui.screens.backtest.conftest import World
from upbit_auto_trading.ui.screens.backtest.trades_table import TradeRow
from upbit_auto_trading.ui.widgets.panel import FOLDED_HEIGHT, Panel


def press(world: World, panel: Panel) -> None:
    button: QWidget | None = panel.toggle_button
    assert button is not None
    world.click(button)


def test_folded_by_hand_and_found_so_after_a_restart(reached: World) -> None:
    reached.run()
    result = reached.view.result
    reached.view.resize(1208, 800)
    handle = result.splitter.handle(1)
    assert handle is not None
    middle, above = handle.rect().center(), handle.rect().center() - QPoint(0, 70)
    reached.qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    reached.qtbot.mouseMove(handle, above)
    reached.qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=above)
    sizes = result.splitter.sizes()
    press(reached, result.trades_panel)
    reached.see(lambda: result.splitter.sizes() == [sum(sizes) - FOLDED_HEIGHT, FOLDED_HEIGHT])
    kept = reached.settings.services.layouts.read_values("backtest.sizes")
    assert (kept["folded"], kept["heights"]) == (["trades"], sizes), "written at once: a crash loses nothing"
    result.drawdown.click()  # writes what is kept again
    result.drawdown.click()
    reached.view.hide()
    reached.show().resize(1208, 800)
    reached.reach()
    reached.run()
    again = reached.view.result
    assert again.trades_panel.is_collapsed
    reached.see(lambda: again.splitter.sizes()[1] == FOLDED_HEIGHT)
    press(reached, again.trades_panel)
    reached.see(lambda: again.splitter.sizes() == sizes)


def test_the_trade_of_a_mark_pressed_while_the_table_is_folded_is_in_sight_afterwards(reached: World) -> None:
    reached.run()
    result = reached.view.result
    press(reached, result.trades_panel)
    reached.see(lambda: not result.table.isVisible())
    group = max((one for one in reached.marks if 0 < one.tip.x() < 700), key=lambda one: one.tip.x())
    viewport = result.chart.canvas.viewport()
    reached.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=reached.point_at(group))
    row = result.table.current_row()
    assert isinstance(row, TradeRow)
    assert row.number > 15
    press(reached, result.trades_panel)
    area = result.table.viewport()
    assert area is not None
    reached.see(lambda: area.rect().contains(result.table.visualRect(result.table.currentIndex()).center()))


def test_a_trade_chosen_while_the_chart_is_folded_is_shown_on_it(reached: World) -> None:
    reached.run()
    result = reached.view.result
    press(reached, result.chart_panel)
    reached.see(lambda: not result.chart.isVisible())
    result.table.setFocus()
    reached.qtbot.keyClick(result.table, Qt.Key.Key_Down)
    reached.qtbot.keyClick(result.table, Qt.Key.Key_Down)
    row = result.table.current_row()
    assert isinstance(row, TradeRow)
    trade = reached.view.run.state.finished.report.result.trades[row.number - 1]  # type: ignore[union-attr]
    press(reached, result.chart_panel)
    reached.see(lambda: result.chart.isVisible())
    time = result.chart.canvas.time
    assert time.start < trade.entry_second < trade.exit_second < time.end
    assert any(one.count for one in reached.marks)
