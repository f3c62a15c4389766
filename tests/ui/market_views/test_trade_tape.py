"""The trades as a user meets them: newest on top, scrolled without jumping, small ones left out, buy pressure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PyQt6.QtCore import Qt

from tests.fakes.market_stage import BTC, MarketStage
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.market_views.tape_canvas import ROW
from upbit_auto_trading.ui.market_views.trade_tape import TradeTape, buy_pressure
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.fixture
def tape(stage: MarketStage) -> TradeTape:
    tape: TradeTape = stage.show(TradeTape(stage.board, stage.data.services, stage.services.layouts), 300, 300)
    return tape


@pytest.fixture
def shown(stage: MarketStage, tape: TradeTape) -> TradeTape:
    stage.board.watch(BTC)
    stage.tell_prices()
    stage.tell(trades=[stage.trade(number) for number in range(40)])
    stage.see(lambda: tape.stack.currentWidget() is tape.canvas)
    stage.see(lambda: not tape._paced.isActive())
    return tape


def test_the_newest_trade_stands_on_top_and_is_said(stage: MarketStage, shown: TradeTape) -> None:
    assert [trade.number for trade in shown.canvas.trades[:2]] == [39, 38]
    stage.tell(trades=[stage.trade(40, Side.SELL, "0.25")])
    stage.see(lambda: shown.canvas.trades[0].number == 40)
    assert shown.canvas.accessibleDescription() == "09:00:00 143,285,000원 매도 0.25\u00a0BTC"


def test_buy_pressure_is_what_was_bought_over_what_was_sold(stage: MarketStage, shown: TradeTape) -> None:
    assert not shown.note.isVisible()  # nobody has sold
    stage.tell(trades=[stage.trade(40, Side.SELL, "0.32")])
    stage.see(lambda: shown.note.isVisible())
    assert shown.note.text() == "체결 강도 125.0%"
    assert "41건" in shown.note.toolTip()
    assert buy_pressure([]) is None


def test_small_trades_are_left_out_and_the_amount_comes_back(stage: MarketStage, shown: TradeTape) -> None:
    stage.tell(trades=[stage.trade(40, quantity="1")])
    stage.see(lambda: len(shown.canvas.trades) == 41)
    stage.click(shown.filter_button)
    assert shown.filter_line.isVisible()
    stage.type(shown.least.field, "1000")
    stage.qtbot.keyClick(shown.least.field, Qt.Key.Key_Return)
    assert len(shown.canvas.trades) == 41
    shown.least.field.selectAll()
    stage.type(shown.least.field, "1억")
    stage.qtbot.keyClick(shown.least.field, Qt.Key.Key_Return)
    assert [trade.number for trade in shown.canvas.trades] == [40]
    again: TradeTape = stage.show(TradeTape(stage.board, stage.data.services, stage.services.layouts), 300, 300)
    assert again.least.value == Decimal(100_000_000)
    assert again.filter_line.isVisible()
    again.least.field.selectAll()
    stage.type(again.least.field, "100억")
    stage.qtbot.keyClick(again.least.field, Qt.Key.Key_Return)
    assert again.stack.currentWidget() is again._all_small
    stage.click(again.filter_button)
    assert len(again.canvas.trades) == 41


def test_older_trades_stay_where_they_are_while_new_ones_come(stage: MarketStage, shown: TradeTape) -> None:
    bar = shown.canvas.verticalScrollBar()
    assert bar is not None
    shown.canvas.setFocus()
    for _press in range(3):
        stage.qtbot.keyClick(shown.canvas, Qt.Key.Key_Down)
    assert bar.value() == 3 * ROW
    stage.tell(trades=[stage.trade(number) for number in range(40, 45)])
    stage.see(lambda: len(shown.canvas.trades) == 45)
    assert bar.value() == 8 * ROW
    stage.qtbot.keyClick(shown.canvas, Qt.Key.Key_Home)
    assert bar.value() == 0
    stage.qtbot.keyClick(shown.canvas, Qt.Key.Key_End)
    assert bar.value() == bar.maximum() > 0


def test_a_burst_of_trades_is_drawn_twice(stage: MarketStage, shown: TradeTape) -> None:
    drawn: list[int] = []
    show = shown.canvas.show_trades

    def note(trades: tuple[MarketTrade, ...], tick: Decimal | None, is_stale: bool) -> None:
        drawn.append(len(trades))
        show(trades, tick, is_stale)

    shown.canvas.show_trades = note  # type: ignore[method-assign]
    for number in range(40, 600):
        stage.tell(trades=[stage.trade(number)], state=None)
    stage.see(lambda: shown.canvas.trades[0].number == 599)
    assert len(drawn) == 2
    assert len(shown.canvas.trades) == 500


def test_late_trades_are_grey_and_say_since_when(stage: MarketStage, shown: TradeTape) -> None:
    stage.settings.clock.advance(70)
    stage.tell(state=StreamState.DOWN)
    stage.see(lambda: shown.stale.isVisible())
    assert shown.stale.accessibleName() == "시세 지연 1분 전"
    assert not shown.note.isVisible()


def test_without_a_market_and_without_trades_the_panel_says_so(stage: MarketStage, tape: TradeTape) -> None:
    assert tape.stack.currentWidget() is tape._none
    stage.board.watch(BTC)
    stage.see(lambda: tape.stack.currentWidget() is tape._opening)


def test_words_follow_the_language(shown: TradeTape) -> None:
    language_state().set_language(Language.ENGLISH)
    assert shown.canvas._side_words(shown.canvas.trades[0]) == "Buy 0.0100"
    assert shown.canvas.accessibleName().startswith("Trades")
