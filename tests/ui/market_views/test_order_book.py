"""The order book as a user meets it: rows, sums, steps, keys, states, and how little is painted again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest
from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from tests.fakes.market_stage import BTC, DOGE, ETH, MarketStage
from tests.fakes.own_orders import order_of
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderState, Side
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Shell, ThemeName
from upbit_auto_trading.ui.market_views.book_canvas import ROW, BookCanvas
from upbit_auto_trading.ui.market_views.book_picture import BookPicture
from upbit_auto_trading.ui.market_views.order_book import OrderBookView
from upbit_auto_trading.utils.bilingual_text import Language

HEIGHT = Height.PANEL_HEADER + Height.TABLE_HEADER + 20 * ROW + Height.CONTROL + 12


@pytest.fixture
def view(stage: MarketStage) -> OrderBookView:
    view: OrderBookView = stage.show(
        OrderBookView(stage.board, stage.data.services, stage.services.layouts), 380, HEIGHT
    )
    return view


@pytest.fixture
def shown(stage: MarketStage, view: OrderBookView) -> OrderBookView:
    stage.board.watch(BTC)
    stage.tell_prices()
    stage.tell(stage.book())
    stage.see(lambda: view.stack.currentWidget() is view.canvas)
    return view


def lines(view: OrderBookView) -> list[tuple[str, str, str]]:
    slots = view.canvas._slots
    return [(slots[line].price, slots[line].change, slots[line].quantity) for line in sorted(slots)]


def middle_of(canvas: BookCanvas, line: int) -> QPoint:
    return canvas._line_rect(line).center()


def settle(stage: MarketStage, view: OrderBookView) -> None:
    stage.see(lambda: not view._paced.isActive())


def test_asks_stand_above_bids_and_the_border_stays_in_the_middle(stage: MarketStage, shown: OrderBookView) -> None:
    assert shown.canvas.shown_rows == 20
    told = lines(shown)
    assert told[9] == ("143,286,000", "+1.26%", "0.1000")
    assert told[10] == ("143,285,000", "+1.26%", "0.1000")
    assert told[0][0] == "143,295,000"
    assert told[19][0] == "143,276,000"
    settle(stage, shown)
    book = stage.book()
    stage.tell(replace(book, asks=book.asks[:3]))
    stage.see(lambda: len(shown.canvas._slots) == 13)
    assert shown.canvas._slots[10].price == "143,285,000"
    assert shown.canvas._slots[7].price == "143,288,000"


def test_bars_are_scaled_to_the_widest_that_is_seen(shown: OrderBookView) -> None:
    slots = shown.canvas._slots
    assert slots[0].share == 1_000
    assert slots[9].share == 100
    assert slots[19].share == 1_000


def test_the_last_price_is_framed_and_own_orders_are_marked(stage: MarketStage, shown: OrderBookView) -> None:
    assert [slot.price for slot in shown.canvas._slots.values() if slot.is_last] == ["143,285,000"]
    own = {
        "1": replace(order_of("1", price="143281000", quantity="0.4", market=BTC), remaining_quantity=Decimal("0.3")),
        "2": order_of("2", OrderState.DONE, price="143280000", market=BTC),
        "3": order_of("3", price="143290000", side=Side.SELL, market=ETH),
    }
    stage.data.account.show(replace(stage.data.account.account, orders=MappingProxyType(own)))
    stage.see(lambda: [slot.price for slot in shown.canvas._slots.values() if slot.is_own] == ["143,281,000"])
    row = next(slot.row for slot in shown.canvas._slots.values() if slot.is_own)
    assert "내 주문 0.3\u00a0BTC" in shown.canvas.words_of(row)


def test_sums_of_both_sides_and_their_ratio(stage: MarketStage, shown: OrderBookView) -> None:
    settle(stage, shown)
    stage.tell(stage.changed(stage.book(), 0, "36.1"))
    stage.see(lambda: shown.sums.bids == 48)
    assert shown.sums.asks == 12
    assert shown.sums.ask_share == pytest.approx(0.2)
    assert shown.sums.accessibleName() == "잔량 비율: 매도 12, 매수 48"


def test_levels_are_put_together_by_steps_and_the_step_comes_back(stage: MarketStage, shown: OrderBookView) -> None:
    assert [text.ko for _id, text in shown.grouping.options][:2] == ["모아 보기 1,000", "모아 보기 5,000"]  # type: ignore[union-attr]
    shown.grouping.setFocus()
    stage.qtbot.keyClick(shown.grouping, Qt.Key.Key_Down)
    prices = [price for price, _change, _quantity in lines(shown)]
    assert prices[:4] == ["143,300,000", "143,295,000", "143,290,000", "143,285,000"]
    assert prices[4:] == ["143,280,000", "143,275,000", "143,270,000"]
    assert lines(shown)[3][2] == "0.1000"
    # 143,284,000 … 143,280,000
    assert lines(shown)[4][2] == "2.0000"
    assert "보낸 호가까지만" in shown.canvas.words_of(shown.canvas._slots[min(shown.canvas._slots)].row)
    again = OrderBookView(stage.board, stage.data.services, stage.services.layouts)
    stage.show(again, 380, HEIGHT)
    assert again.grouping.current == "5"


def test_keys_walk_over_the_rows_and_say_them(stage: MarketStage, shown: OrderBookView) -> None:
    canvas = shown.canvas
    canvas.setFocus()
    stage.qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.chosen_row is not None
    assert canvas.chosen_row.price == 143_285_000
    assert canvas.accessibleDescription().startswith("매수 143,285,000원 · 잔량 0.1\u00a0BTC\n여기까지 0.1\u00a0BTC")
    stage.qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.chosen_row.price == 143_286_000
    stage.qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert canvas.chosen_row.price == 143_271_000
    assert "143,271,000" in [price for price, _change, _quantity in lines(shown)]
    stage.qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.chosen_row.price == 143_300_000


def test_a_chosen_price_that_goes_leaves_its_neighbour_chosen(stage: MarketStage, shown: OrderBookView) -> None:
    canvas = shown.canvas
    canvas.setFocus()
    stage.qtbot.keyClick(canvas, Qt.Key.Key_Down)
    settle(stage, shown)
    stage.tell(stage.book(price="143280000"))
    stage.see(lambda: canvas.picture is not None and canvas.picture.rows.bids[0].price == 143_280_000)
    assert canvas.chosen_row is not None
    assert canvas.chosen_row.price == 143_280_000


def test_nothing_invites_to_press_until_somebody_takes_prices(stage: MarketStage, shown: OrderBookView) -> None:
    canvas = shown.canvas
    taken: list[Decimal] = []
    shown.price_chosen.connect(taken.append)
    stage.click(canvas, middle_of(canvas, 9))
    stage.qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert taken == []
    assert canvas.cursor().shape() is Qt.CursorShape.ArrowCursor
    shown.set_takes_prices(True)
    assert canvas.cursor().shape() is Qt.CursorShape.PointingHandCursor
    stage.click(canvas, middle_of(canvas, 9))
    stage.qtbot.keyClick(canvas, Qt.Key.Key_Down)
    stage.qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert taken == [Decimal(143_286_000), Decimal(143_285_000)]


def test_the_wheel_shows_what_lies_farther(stage: MarketStage, shown: OrderBookView) -> None:
    canvas = shown.canvas
    for _notch in range(9):
        _turn(canvas, 120)
    assert lines(shown)[0][0] == "143,300,000"
    for _notch in range(9):
        _turn(canvas, -120)
    assert lines(shown)[-1][0] == "143,271,000"


def _turn(canvas: BookCanvas, delta: int) -> None:
    from PyQt6.QtCore import QPoint as Point
    from PyQt6.QtGui import QWheelEvent

    spot = QPointF(canvas.rect().center())
    event = QWheelEvent(
        spot,
        canvas.mapToGlobal(spot),
        Point(0, 0),
        Point(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_an_update_of_one_level_paints_one_row(stage: MarketStage, shown: OrderBookView) -> None:
    settle(stage, shown)
    QApplication.processEvents()
    before = shown.canvas.rows_painted
    stage.tell(stage.changed(stage.book(), 4, "0.4321"))
    stage.see(lambda: shown.canvas._slots[14].quantity == "0.4321")
    stage.see(lambda: shown.canvas.rows_painted > before)
    assert shown.canvas.rows_painted == before + 1


def test_a_burst_is_drawn_ten_times_a_second_at_most(stage: MarketStage, shown: OrderBookView) -> None:
    """A hundred books at once are two pictures: the first, and the newest when the pause is over."""
    settle(stage, shown)
    drawn: list[BookPicture] = []
    show = shown.canvas.show_picture

    def note(picture: BookPicture) -> None:
        drawn.append(picture)
        show(picture)

    shown.canvas.show_picture = note  # type: ignore[method-assign]
    for number in range(100):
        stage.tell(stage.changed(stage.book(), 0, f"{number + 1}"))
    stage.see(lambda: drawn[-1].rows.bids[0].quantity == 100)
    assert len(drawn) == 2


def test_until_a_market_is_chosen_and_its_book_has_come_the_panel_says_so(
    stage: MarketStage, view: OrderBookView
) -> None:
    assert view.stack.currentWidget() is view._none
    assert not view.sums.isVisible()
    stage.board.watch(BTC)
    stage.see(lambda: view.stack.currentWidget() is view._opening)
    stage.tell(replace(stage.book(), asks=(), bids=()))
    stage.see(lambda: view.stack.currentWidget() is view._empty)


def test_a_book_whose_stream_is_gone_is_grey_and_says_for_how_long(stage: MarketStage, shown: OrderBookView) -> None:
    assert not shown.stale.isVisible()
    settle(stage, shown)
    stage.settings.clock.advance(12)
    stage.tell(state=StreamState.DOWN)
    stage.see(lambda: shown.stale.isVisible())
    assert shown.stale.accessibleName() == "시세 지연 12초 전"
    assert all(slot.is_stale for slot in shown.canvas._slots.values())
    settle(stage, shown)
    stage.tell(stage.book())
    stage.see(lambda: not shown.stale.isVisible())


def test_the_head_is_never_that_of_the_market_before(
    stage: MarketStage, shown: OrderBookView, request: pytest.FixtureRequest
) -> None:
    """Before its first book too, whatever makes it draw again: a language, a width."""
    request.addfinalizer(lambda: language_state().set_language(Language.KOREAN))
    assert shown.note.text() == "단위 1,000원"
    stage.board.watch(ETH)
    stage.see(lambda: shown.stack.currentWidget() is shown._opening)
    for language, words in ((Language.ENGLISH, "Tick 1,000 KRW"), (Language.KOREAN, "단위 1,000원")):
        language_state().set_language(language)
        assert shown.note.text().replace("\N{NO-BREAK SPACE}", " ") == words, "known by its last price"
        assert shown.stack.currentWidget() is shown._opening
    stage.board.watch(DOGE)
    stage.see(lambda: shown.note.text() == "단위 1원")
    language_state().set_language(Language.ENGLISH)
    assert shown.note.text().replace("\N{NO-BREAK SPACE}", " ") == "Tick 1 KRW"
    assert next(words for _step, words in shown.grouping.options).en == "By 1"  # type: ignore[union-attr]


def test_of_a_market_without_a_price_the_head_says_nothing_before_its_book(
    stage: MarketStage, shown: OrderBookView
) -> None:
    stage.board.watch(Market("practice", "KRW-NEW"))
    stage.see(lambda: shown.stack.currentWidget() is shown._opening)
    assert shown.note.text() == ""
    assert not shown.grouping.isVisible()


def test_another_market_begins_in_the_middle_again(stage: MarketStage, shown: OrderBookView) -> None:
    shown.canvas.setFocus()
    stage.qtbot.keyClick(shown.canvas, Qt.Key.Key_Home)
    settle(stage, shown)
    stage.board.watch(ETH)
    stage.tell(stage.book(market=ETH, price="4872000"))
    stage.see(lambda: shown.stack.currentWidget() is shown.canvas and len(lines(shown)) == 20)
    assert lines(shown)[10][0] == "4,872,000"
    assert shown.canvas.chosen_row is None


def test_depth_is_an_area_for_each_side_that_rises_outwards(stage: MarketStage, shown: OrderBookView) -> None:
    stage.click(shown.depth_button)
    assert shown.stack.currentWidget() is shown.depth_chart
    area = QRectF(0, 0, 200, 100)
    picture = shown.depth_chart.picture
    assert picture is not None
    asks = shown.depth_chart.points(picture.rows.asks, area)
    bids = shown.depth_chart.points(picture.rows.bids, area)
    assert [point.x() for point in asks] == sorted(point.x() for point in asks)
    assert [point.x() for point in bids] == sorted((point.x() for point in bids), reverse=True)
    for points in (asks, bids):
        assert [point.y() for point in points] == sorted((point.y() for point in points), reverse=True)
        assert points[-1].y() == pytest.approx(0)
    assert (asks[0].x() + bids[0].x()) / 2 == pytest.approx(100)
    assert shown.depth_chart.accessibleDescription() == "매수 12\u00a0BTC, 매도 12\u00a0BTC"
    again = stage.show(OrderBookView(stage.board, stage.data.services, stage.services.layouts), 380, HEIGHT)
    assert again.depth_button.isChecked()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("theme", list(ThemeName))
def test_at_its_least_width_every_number_is_whole(
    stage: MarketStage, shown: OrderBookView, theme: ThemeName, language: Language
) -> None:
    """The change gives way where there is no room; prices and quantities never touch."""
    from upbit_auto_trading.ui.design import painting
    from upbit_auto_trading.ui.design.tokens import Type

    for scale in (100, 130):
        current_theme().apply(theme, text_scale=scale)
        language_state().set_language(language)
        shown.resize(shown.minimumWidth(), HEIGHT)
        QApplication.processEvents()
        assert shown.width() == round(Shell.ORDER_BOOK_LEAST * scale / 100)
        price, change, bars = shown.canvas._edges()
        font = current_theme().number_font(Type.TABLE)
        widest = max(painting.text_width(slot.quantity, font) for slot in shown.canvas._slots.values())
        longest = max(painting.text_width(slot.price, font) for slot in shown.canvas._slots.values())
        assert price - longest >= 0
        assert max(price, change) <= bars
        assert shown.canvas.width() - Shell.GUTTER - widest >= max(price, change)


def test_where_there_is_no_room_the_change_gives_way(stage: MarketStage, shown: OrderBookView) -> None:
    from upbit_auto_trading.ui.design import painting
    from upbit_auto_trading.ui.design.tokens import Type

    assert shown.canvas._edges()[1] > 0
    shown.resize(shown.minimumWidth(), HEIGHT)
    settle(stage, shown)
    stage.tell(stage.changed(stage.book(), 0, "123456789.5"))
    stage.see(lambda: shown.canvas._slots[10].quantity == "123,456,790")
    price, change, _bars = shown.canvas._edges()
    assert change == 0
    quantity = painting.text_width("123,456,790", current_theme().number_font(Type.TABLE))
    assert shown.canvas.width() - Shell.GUTTER - quantity >= price


def test_the_colours_of_both_sides_are_those_of_the_theme(stage: MarketStage, shown: OrderBookView) -> None:
    image: QImage = shown.canvas.grab().toImage()
    right = shown.canvas.width() - 2
    ask, bid = (
        image.pixelColor(right, middle_of(shown.canvas, 0).y()),
        image.pixelColor(right, middle_of(shown.canvas, 19).y()),
    )
    assert ask.blue() > ask.red()
    assert bid.red() > bid.blue()
