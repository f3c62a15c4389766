"""A result on its chart: marks and trades find each other, and every fill and candle says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt

from tests.ui.screens.backtest.conftest import World
from upbit_auto_trading.ui.backtest_services import BacktestWish, FinishedBacktest, RunProgress
from upbit_auto_trading.ui.charts.canvas import PRICE
from upbit_auto_trading.ui.charts.layers.markers import MarkerSide
from upbit_auto_trading.ui.charts.ticks import price_ticks
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.screens.backtest.trades_table import TradeRow
from upbit_auto_trading.utils.bilingual_text import Language

# chart and trades


def test_each_fill_is_a_mark_and_choosing_a_trade_shows_it(reached: World) -> None:
    reached.run()
    result = reached.view.run.state.finished.report.result  # type: ignore[union-attr]
    chart = reached.view.result.chart
    assert sum(group.count for group in reached.marks) == len(result.fills)
    reached.view.result.table.setFocus()
    reached.qtbot.keyClick(reached.view.result.table, Qt.Key.Key_Down)
    reached.qtbot.keyClick(reached.view.result.table, Qt.Key.Key_Down)
    row = reached.view.result.table.current_row()
    assert isinstance(row, TradeRow)
    trade = result.trades[row.number - 1]
    time = chart.canvas.time
    assert time.start < trade.entry_second < trade.exit_second < time.end
    assert time.end - time.start < 600 * 60
    shown = [marker.key for group in reached.marks for marker in group.markers if group.count == 1]
    fills = [place for place, fill in enumerate(result.fills) if fill.trade == row.number - 1]
    assert set(fills) <= set(shown)


def test_clicking_a_mark_chooses_its_trade(reached: World) -> None:
    reached.run()
    reached.view.result.table.selectRow(4)
    group = next(one for one in reached.marks if one.side is MarkerSide.SELL and 0 < one.tip.x() < 700)
    time = reached.view.result.chart.canvas.time
    reached.view.result.table.clearSelection()
    at = reached.point_at(group)
    reached.qtbot.mouseClick(reached.view.result.chart.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    row = reached.view.result.table.current_row()
    fills = reached.view.run.state.finished.report.result.fills  # type: ignore[union-attr]
    assert isinstance(row, TradeRow)
    assert row.number - 1 == fills[int(str(group.markers[0].key))].trade
    assert reached.view.result.chart.canvas.time == time


@pytest.mark.long
def test_the_table_sorts_and_tells_each_trade(reached: World) -> None:
    reached.run()
    result = reached.view.run.state.finished.report.result  # type: ignore[union-attr]
    table = reached.view.result.table
    table.sort_by(table.rows_model.columns.index(next(c for c in table.rows_model.columns if c.key == "profit")))
    profits = [row.profit for row in table.rows_model.rows]
    assert profits == sorted(profits, reverse=True)
    first = result.trades[0]
    assert reached.cell(1, "entry_price") == f"{first.entry_price:,.0f}"
    assert reached.cell(1, "return").endswith("%")
    assert reached.cell(1, "why_in") == "골든 크로스"
    assert reached.cell(1, "why_out") in ("손절", "추적 손절", "목표", "데드 크로스")


@pytest.mark.long
def test_prices_stand_on_the_axis_in_full(reached: World) -> None:
    reached.run()
    canvas = reached.view.result.chart.canvas
    assert canvas.tick == 1, "the candles' prices are whole won"
    axis = [label.text for label in price_ticks(canvas.view_of(PRICE).price, canvas.tick)]  # type: ignore[union-attr]
    assert axis
    assert all(text.replace(",", "").isdigit() for text in axis)


def test_equity_stands_beside_buy_and_hold_and_the_drawdown_on_demand(reached: World) -> None:
    reached.run()
    data = reached.view.result.chart.data
    result = reached.view.run.state.finished.report  # type: ignore[union-attr]
    assert data is not None
    assert data.held is not None
    assert float(data.equity.values[-1]) == result.summary.final_equity
    assert result.summary.held_return is not None
    assert data.held.values[-1] == pytest.approx(10_000_000 * (1 + result.summary.held_return))
    assert float(data.drawdown.values.min()) == pytest.approx(-100 * result.summary.max_drawdown)
    canvas = reached.view.result.chart.canvas
    assert [pane.id for pane in canvas.panes] == ["price", "equity"]
    time = canvas.time
    reached.click(reached.view.result.drawdown)
    assert [pane.id for pane in canvas.panes] == ["price", "equity", "drawdown"]
    assert canvas.time == time
    reached.click(reached.view.result.drawdown)
    assert [pane.id for pane in canvas.panes] == ["price", "equity"]


def test_heights_of_panes_come_back_and_stay_when_the_drawdown_comes(reached: World) -> None:
    reached.run()
    canvas = reached.view.result.chart.canvas
    reached.see(lambda: canvas.panes[0].rect.height() > 60)
    edge = round(canvas.panes[0].rect.bottom())
    drag_line(reached, edge, edge - 30)
    chosen = [pane.share for pane in canvas.panes]
    assert canvas.panes[0].rect.bottom() == pytest.approx(edge - 30, abs=3)
    reached.click(reached.view.result.drawdown)
    assert [pane.share for pane in canvas.panes][:2] == chosen
    drag_line(reached, round(canvas.panes[1].rect.bottom()), round(canvas.panes[1].rect.bottom()) - 15)
    three = [pane.share for pane in canvas.panes]
    reached.view.hide()
    reached.show()
    reached.reach()
    reached.run()
    assert [pane.share for pane in reached.view.result.chart.canvas.panes] == three


@pytest.mark.parametrize("kept", [b"[]", b'{"price": -1, "equity": "x", "drawdown": null}', b'{"price": 1e9}'])
def test_heights_that_are_none_of_ours_are_as_at_first(reached: World, kept: bytes) -> None:
    reached.settings.kept_layouts["backtest.panes"] = kept
    reached.view.hide()
    reached.show()
    reached.reach()
    reached.run()
    assert [pane.share for pane in reached.view.result.chart.canvas.panes] == [3.0, 1.2]


def drag_line(world: World, y: int, to: int) -> None:
    """The line between two panes, with the pointer."""
    viewport = world.view.result.chart.canvas.viewport()
    world.qtbot.mouseMove(viewport, QPoint(200, y))
    world.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, y))
    for at in (y + (to - y) // 2, to):
        world.qtbot.mouseMove(viewport, QPoint(200, at))
    world.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, to))


# explanations


def hover(world: World, side: MarkerSide) -> tuple[int, list[str]]:
    """A mark of its own, after a trade was chosen: the fill, and what the card says."""
    world.view.result.table.selectRow(2)
    group = next(one for one in world.marks if one.side is side and one.count == 1 and 20 < one.tip.x() < 700)
    world.point_at(group)
    card = world.view.result.chart.card
    world.see(lambda: card.isVisible() and "…" not in "".join(card.shown_lines))
    return int(str(group.markers[0].key)), card.shown_lines


def test_hovering_a_buy_says_its_rule_its_conditions_and_its_size(reached: World) -> None:
    reached.run()
    number, lines = hover(reached, MarkerSide.BUY)
    fill = reached.view.run.state.finished.report.result.fills[number]  # type: ignore[union-attr]
    card = reached.view.result.chart.card
    assert card.title.text() == "매수 체결"
    assert f"{fill.price:,.0f}원" in card.deal.text()
    assert card.chip.isVisible()
    assert lines[0] == "규칙 ‘골든 크로스’: 조건이 맞았어요."
    assert any("RSI(14)" in line for line in lines)
    assert any(line.startswith("크기: ") and "평가금액의" in line for line in lines)
    language_state().set_language(Language.ENGLISH)
    assert card.title.text() == "Bought"
    assert card.shown_lines[0].startswith("Rule “Golden cross”")


@pytest.mark.long
def test_hovering_a_sale_says_what_made_it_and_leaving_ends_it(reached: World) -> None:
    reached.run()
    _number, lines = hover(reached, MarkerSide.SELL)
    assert any("이 거래: " in line for line in lines)
    reached.leave_chart()
    assert reached.view.result.chart.card.isHidden()


def test_an_explanation_is_asked_for_once(reached: World) -> None:
    asked: list[int] = []

    def counting(wish: BacktestWish, progress: RunProgress) -> FinishedBacktest:
        finished = reached.services.run(wish, progress)

        def explain(number: int) -> Any:
            asked.append(number)
            return finished.explain_fill(number)

        return replace(finished, explain_fill=explain)

    reached.close()
    reached.show(replace(reached.services, run=counting))
    reached.reach()
    reached.run()
    number, first = hover(reached, MarkerSide.BUY)
    reached.leave_chart()
    again, second = hover(reached, MarkerSide.BUY)
    assert (again, second) == (number, first)
    assert asked == [number]


def test_space_explains_the_candle_under_the_crosshair_taken_or_not(reached: World) -> None:
    reached.run()
    canvas, card = reached.view.result.chart.canvas, reached.view.result.chart.card
    canvas.setFocus()
    reached.view.result.chart.show_all()
    reached.qtbot.keyClick(canvas, Qt.Key.Key_Home)
    reached.qtbot.keyClick(canvas, Qt.Key.Key_Space)
    reached.see(card.isVisible)
    reached.see(lambda: card.shown_lines == ["예열 중이거나 돌린 기간 밖이라 결정하지 않았어요."])
    for _step in range(3):
        reached.qtbot.keyClick(canvas, Qt.Key.Key_End)
        reached.qtbot.keyClick(canvas, Qt.Key.Key_Left)
    reached.qtbot.keyClick(canvas, Qt.Key.Key_Space)
    reached.see(lambda: card.isVisible() and "골든 크로스" in "".join(card.shown_lines))
    reached.click(card.close_button)
    assert card.isHidden()
    reached.qtbot.keyClick(canvas, Qt.Key.Key_Space)
    reached.see(card.isVisible)
    reached.qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert card.isHidden()
