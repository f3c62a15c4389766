"""Order book and trades folded to their headers: nothing is painted meanwhile, and all is right at once afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QApplication, QWidget

from tests.fakes.market_stage import BTC, MarketStage
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Type
from upbit_auto_trading.ui.market_views.market_header import MarketHeader
from upbit_auto_trading.ui.market_views.order_book import OrderBookView
from upbit_auto_trading.ui.market_views.trade_tape import TradeTape
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.utils.bilingual_text import Language

#: of the right side of the chart window, at 100 % of text
LEAST = 276


class Paints(QObject):
    """Counts what is painted in a panel."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.count = 0
        for widget in (panel, *panel.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


def fold(stage: MarketStage, panel: Panel) -> None:
    assert panel.toggle_button is not None
    stage.qtbot.mouseClick(panel.toggle_button, Qt.MouseButton.LeftButton)


def seen(stage: MarketStage, panel: Any) -> Any:
    stage.show(panel, 380, 500)
    stage.board.watch(BTC)
    stage.tell_prices()
    stage.tell(stage.book(), [stage.trade(1, Side.SELL), stage.trade(2)])
    stage.see(lambda: panel.stack.currentWidget() is panel.canvas)
    stage.see(lambda: not panel._paced.isActive())
    return panel


@pytest.fixture
def book(stage: MarketStage) -> OrderBookView:
    view: OrderBookView = seen(stage, OrderBookView(stage.board, stage.data.services, stage.services.layouts))
    return view


@pytest.fixture
def tape(stage: MarketStage) -> TradeTape:
    view: TradeTape = seen(stage, TradeTape(stage.board, stage.data.services, stage.services.layouts))
    return view


def test_a_folded_book_paints_nothing_and_is_right_when_unfolded(stage: MarketStage, book: OrderBookView) -> None:
    fold(stage, book)
    assert book.note.isHidden()
    QApplication.processEvents()
    paints, before = Paints(book), book.canvas.picture
    for quantity in ("4", "5", "6"):
        stage.tell(stage.changed(stage.book(), 0, quantity))
        QApplication.processEvents()
    assert (paints.count, book.canvas.picture) == (0, before)
    assert not book._paced.isActive()
    fold(stage, book)
    assert book.canvas.picture is not None
    assert str(book.canvas.picture.rows.bids[0].quantity) == "6", "at once, not with the next change"
    assert not book.note.isHidden()


def test_a_folded_tape_paints_nothing_and_is_right_when_unfolded(stage: MarketStage, tape: TradeTape) -> None:
    assert len(tape.canvas.trades) == 2
    assert not tape.note.isHidden()
    fold(stage, tape)
    assert tape.note.isHidden()
    QApplication.processEvents()
    paints = Paints(tape)
    for number in (3, 4, 5):
        stage.tell(trades=[stage.trade(number)])
        QApplication.processEvents()
    assert (paints.count, len(tape.canvas.trades)) == (0, 2)
    assert not tape._paced.isActive()
    fold(stage, tape)
    assert [trade.number for trade in tape.canvas.trades] == [5, 4, 3, 2, 1]
    assert not tape.note.isHidden()


def test_nothing_is_counted_while_folded(stage: MarketStage, book: OrderBookView, tape: TradeTape) -> None:
    for panel in (book, tape):
        assert panel._ages.isActive()
        fold(stage, panel)
        assert not panel._ages.isActive()
        panel.hide()
        panel.show()
        assert not panel._ages.isActive()
        fold(stage, panel)
        assert panel._ages.isActive()


def test_another_language_brings_no_figure_back_into_a_folded_header(
    stage: MarketStage, book: OrderBookView, tape: TradeTape
) -> None:
    for panel in (book, tape):
        fold(stage, panel)
    language_state().set_language(Language.ENGLISH)
    assert book.note.isHidden()
    assert tape.note.isHidden()
    for panel in (book, tape):
        fold(stage, panel)
    assert (book.note.text(), tape.note.text().split(" ")[0]) == ("Tick 1,000\u00a0KRW", "Buy")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [100, 130])
def test_the_choice_of_steps_stays_at_the_least_width(
    stage: MarketStage, book: OrderBookView, language: Language, scale: int
) -> None:
    language_state().set_language(language)
    current_theme().apply(current_theme().name, text_scale=scale)
    try:
        book.resize(round(LEAST * scale / 100), 500)
        QApplication.processEvents()
        assert book.grouping.isVisible()
        needed = painting.text_width(book.title.text(), current_theme().font(Type.HEADING))
        assert book.title.width() >= needed
        assert book.grouping.width() >= book.grouping.sizeHint().width()
        assert book.toggle_button is not None
        assert book.toggle_button.geometry().right() < book.width()
        assert book.width() == round(LEAST * scale / 100), "the header asks for no more than there is"
    finally:
        current_theme().apply(current_theme().name, text_scale=100)


def test_the_header_of_a_market_grows_with_the_text(stage: MarketStage) -> None:
    header = MarketHeader(stage.data.services)
    stage.show(header, 600, 54)
    assert header.height() == 54
    try:
        current_theme().apply(current_theme().name, text_scale=130)
        assert header.height() == 70
        current_theme().apply(current_theme().name, text_scale=90)
        assert header.height() == 54
    finally:
        current_theme().apply(current_theme().name, text_scale=100)
