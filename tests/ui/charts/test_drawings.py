"""Drawing on a real chart: placed, held, moved, walked through, undone, kept; with pointer and with keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.charts.drawn_chart import CONTROL, SHIFT, TICK, DrawnChart, near
from tests.ui.charts.made_candles import BITCOIN
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.drawing import MOST_DRAWINGS, DrawingKind
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.charts.drawing_shapes import fibonacci_lines
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.charts.layers.drawings import MOST_LABELS
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.screens.chart.view_model.drawings import DrawingsViewModel

A, B = (200.0, 120.0), (500.0, 220.0)


@pytest.fixture
def chart(qtbot: QtBot) -> Iterator[DrawnChart]:
    clock = FakeClock()
    stores = RuntimeStores(clock)
    operations = Operations(stores.open, clock)
    operations.start()
    yield DrawnChart(qtbot, operations, stores, clock)
    stop_operations(operations)


# placing


@pytest.mark.parametrize(
    ("tool", "kind", "is_ray"),
    [
        (Tool.LINE, DrawingKind.LINE, False),
        (Tool.RAY, DrawingKind.LINE, True),
        (Tool.FIBONACCI, DrawingKind.FIBONACCI, False),
    ],
)
def test_two_clicks_place_what_has_two_points(chart: DrawnChart, tool: Tool, kind: DrawingKind, is_ray: bool) -> None:
    drawing = chart.draw(tool, A, B)
    assert (drawing.kind, drawing.look.is_ray) == (kind, is_ray)
    for point, (x, y) in zip(drawing.points, (A, B), strict=True):
        assert near(chart.place(point).x(), x)
        assert near(chart.place(point).y(), y)
    assert chart.drawings.tool is Tool.CURSOR
    assert chart.chart.layer.selected == drawing.id
    assert chart.stored() == (drawing,)


def test_one_drag_places_it_too(chart: DrawnChart) -> None:
    chart.choose(Tool.LINE)
    chart.drag(A, B)
    first, second = (chart.place(point) for point in chart.only.points)
    assert near(first.x(), A[0])
    assert near(second.y(), B[1])


def test_a_double_click_does_not_leave_a_line_without_length(chart: DrawnChart) -> None:
    chart.choose(Tool.LINE)
    chart.click(*A)
    chart.click(*A)
    assert chart.shown == ()
    chart.click(*B)
    assert len(chart.shown) == 1


def test_a_horizontal_line_has_its_price_on_the_axis(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.HORIZONTAL, A)
    (label,) = chart.chart.layer.labels(chart.view)
    assert label.value == drawing.points[0].price
    assert label.text == chart.chart.text_of(drawing.points[0].price)
    assert label.edge == "overlay1"


def test_a_retracement_stands_at_its_shares(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.FIBONACCI, A, B)
    first, second = (point.price for point in drawing.points)
    prices = {share: price for share, price, _ in fibonacci_lines(chart.view, drawing.points)}
    assert list(prices) == [0, 0.236, 0.382, 0.5, 0.618, 0.786, 1]
    assert prices[0] == second
    assert prices[1] == pytest.approx(first)
    assert prices[0.618] == pytest.approx(second + (first - second) * 0.618)


def test_words_are_asked_for_and_stand_where_one_clicked(chart: DrawnChart) -> None:
    chart.choose(Tool.TEXT)
    chart.click(*A)
    bar = chart.chart.text_bar
    assert bar.isVisible()
    bar.input.field.insert("여기")  # test clicks type Latin letters alone
    chart.qtbot.keyClick(bar.input.field, Qt.Key.Key_Return)
    assert (chart.only.kind, chart.only.look.text) == (DrawingKind.TEXT, "여기")
    assert near(chart.place(chart.only.points[0]).x(), A[0])
    chart.key(Qt.Key.Key_Return)
    bar.input.set_text("거기")
    chart.qtbot.keyClick(bar.input.field, Qt.Key.Key_Return)
    assert chart.only.look.text == "거기"


@pytest.mark.parametrize("words", ["", "그만"])
def test_no_words_leave_nothing(chart: DrawnChart, words: str) -> None:
    chart.choose(Tool.TEXT)
    chart.click(*A)
    chart.chart.text_bar.input.set_text(words)
    chart.qtbot.keyClick(chart.chart.text_bar.input.field, Qt.Key.Key_Escape if words else Qt.Key.Key_Return)
    assert chart.shown == ()
    assert not chart.chart.text_bar.isVisible()


def test_the_ruler_measures_and_is_not_kept(chart: DrawnChart) -> None:
    chart.choose(Tool.RULER)
    chart.drag(A, B)
    draft = chart.chart.layer.tool.draft
    assert draft is not None
    assert near(chart.place(draft.points[1]).x(), B[0])
    assert chart.drawings.tool is Tool.CURSOR
    chart.click(700, 400)
    assert chart.chart.layer.tool.draft is None
    assert chart.stored() == ()


def test_escape_gives_up_what_was_begun_then_the_tool(chart: DrawnChart) -> None:
    chart.choose(Tool.LINE)
    chart.click(*A)
    chart.key(Qt.Key.Key_Escape)
    assert chart.chart.layer.tool.draft is None
    assert chart.drawings.state.tool is Tool.LINE
    chart.key(Qt.Key.Key_Escape)
    assert chart.drawings.tool is Tool.CURSOR
    assert chart.shown == ()


def test_control_holds_to_the_candle(chart: DrawnChart) -> None:
    row = 560
    x, high, low = chart.candle(row)
    above, below = chart.view.price.y_of(high) - 12, chart.view.price.y_of(low) + 12
    chart.choose(Tool.LINE)
    chart.click(x + 1, above, CONTROL)
    chart.press(*B)
    chart.release(x + 1, below, CONTROL)
    first, second = chart.only.points
    assert (first.price, second.price) == (high, low)
    assert near(chart.place(first).x(), x, 0.1)


def test_there_is_a_most_and_the_axis_stays_readable(chart: DrawnChart) -> None:
    made = chart.draw(Tool.HORIZONTAL, A)
    ether = Market("upbit", "KRW-ETH")
    many = [
        replace(made, id=str(number), market=ether, points=(chart.anchor(10, 50 + number / 2),))
        for number in range(MOST_DRAWINGS)
    ]
    chart.stores.drawings.change(many)
    chart.chart.set_market(ether)
    chart.settle()
    chart.choose(Tool.HORIZONTAL)
    chart.click(*A)
    assert len(chart.drawings.shown(ether)) == MOST_DRAWINGS
    assert chart.notices.all()[0].level is NoticeLevel.WARNING
    assert len(chart.chart.layer.labels(chart.view)) == MOST_LABELS


# holding and moving


def test_a_line_is_moved_whole_and_by_each_point(chart: DrawnChart) -> None:
    chart.draw(Tool.LINE, A, B)
    middle = ((A[0] + B[0]) / 2, (A[1] + B[1]) / 2)
    chart.drag(middle, (middle[0] + 40, middle[1] + 30))
    first, second = (chart.place(point) for point in chart.only.points)
    assert near(first.x(), A[0] + 40)
    assert near(second.y(), B[1] + 30)
    chart.drag((second.x(), second.y()), (600, 300))
    moved_first, moved_second = (chart.place(point) for point in chart.only.points)
    assert near(moved_first.x(), first.x())
    assert near(moved_second.x(), 600)
    assert near(moved_second.y(), 300)
    assert chart.stored() == (chart.only,)


def test_what_is_drawn_stays_with_the_candles(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.LINE, A, B)
    chart.canvas.pan(150)
    chart.canvas.zoom(0.4)
    assert chart.only.points == drawing.points
    place = chart.place(drawing.points[0])
    chart.click(700, 480)
    chart.click(place.x(), place.y())
    assert chart.chart.layer.selected == drawing.id


def test_a_press_beside_it_pans_the_chart(chart: DrawnChart) -> None:
    chart.draw(Tool.LINE, A, B)
    start = chart.canvas.time.start
    chart.drag((300, 400), (350, 400))
    assert chart.canvas.time.start < start
    assert chart.chart.layer.selected == ""


def test_the_pointer_shows_what_a_press_would_take(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.LINE, A, B)
    middle = QPointF((A[0] + B[0]) / 2, (A[1] + B[1]) / 2)
    layer = chart.chart.layer
    assert layer.cursor(chart.view, middle) is Qt.CursorShape.SizeAllCursor
    assert layer.hover(chart.view, middle)
    assert layer.hovered == drawing.id
    assert not layer.hover(chart.view, None)
    assert layer.hovered == ""
    chart.choose(Tool.CROSSHAIR)
    assert layer.cursor(chart.view, middle) is None
    chart.drag((middle.x(), middle.y()), (middle.x() + 30, middle.y()))
    assert layer.selected == ""
    assert chart.shown == (drawing,)
    chart.choose(Tool.LINE)
    assert layer.cursor(chart.view, middle) is Qt.CursorShape.CrossCursor


def test_escape_puts_back_what_is_being_dragged(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.HORIZONTAL, A)
    chart.press(300, A[1])
    chart.move(300, A[1] + 50)
    assert chart.chart.layer.drawings()[0].points != drawing.points
    chart.key(Qt.Key.Key_Escape)
    chart.release(300, A[1] + 50)
    assert chart.shown == chart.chart.layer.drawings() == (drawing,)


def test_a_locked_drawing_is_chosen_and_stays(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.HORIZONTAL, A)
    chart.drawings.restyle((drawing,), lambda look: replace(look, is_locked=True))
    chart.drag((300, A[1]), (300, A[1] + 60))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Delete):
        chart.key(key)
    assert [one.points for one in chart.shown] == [drawing.points]
    assert chart.chart.layer.selected == drawing.id


# keys


def test_arrow_keys_move_it_by_candle_and_tick(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.LINE, A, B)
    chart.key(Qt.Key.Key_Right)
    chart.key(Qt.Key.Key_Up)
    chart.key(Qt.Key.Key_Down, SHIFT)
    for before, after in zip(drawing.points, chart.only.points, strict=True):
        assert after.second == before.second + 60
        assert after.price == pytest.approx(before.price + float(TICK) - 10 * float(TICK))
    chart.key(Qt.Key.Key_Z, CONTROL)
    assert chart.only.points == drawing.points, "moves by keys that follow each other are undone as one"


def test_without_a_chosen_drawing_the_arrow_keys_are_the_charts(chart: DrawnChart) -> None:
    chart.draw(Tool.LINE, A, B)
    chart.key(Qt.Key.Key_Escape)
    before = chart.only
    chart.key(Qt.Key.Key_Left)
    assert chart.only == before
    assert chart.canvas.crosshair is not None


def test_tab_walks_the_drawings_and_then_leaves_the_chart(chart: DrawnChart) -> None:
    first = chart.draw(Tool.LINE, A, B)
    chart.clock.advance(1)
    second = chart.draw(Tool.HORIZONTAL, (300, 60))
    chart.key(Qt.Key.Key_Escape)
    walked = []
    for _ in range(2):
        chart.key(Qt.Key.Key_Tab)
        walked.append(chart.chart.layer.selected)
    assert walked == [first.id, second.id]
    assert chart.canvas.accessibleDescription() == "고른 그림: 수평선"
    chart.key(Qt.Key.Key_Backtab, SHIFT)
    assert chart.chart.layer.selected == first.id
    assert not chart.chart.layer.walk(-1)
    assert chart.chart.layer.selected == ""


def test_delete_undo_and_redo(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.LINE, A, B)
    chart.key(Qt.Key.Key_Delete)
    assert chart.stored() == ()
    chart.key(Qt.Key.Key_Z, CONTROL)
    assert chart.stored() == (drawing,)
    chart.key(Qt.Key.Key_Z, CONTROL)
    assert chart.stored() == ()
    chart.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    chart.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert chart.stored() == ()
    chart.key(Qt.Key.Key_Z, CONTROL)
    assert chart.stored() == (drawing,)


def test_a_line_is_drawn_by_keys_alone(chart: DrawnChart) -> None:
    chart.choose(Tool.LINE)
    chart.key(Qt.Key.Key_Return)
    for _ in range(3):
        chart.key(Qt.Key.Key_Left)
    draft = chart.chart.layer.tool.draft
    assert draft is not None
    assert draft.points[1] == chart.close_of(-4)
    chart.key(Qt.Key.Key_Return)
    assert chart.only.points == (chart.close_of(-1), chart.close_of(-4))
    chart.key(Qt.Key.Key_Up)
    assert chart.only.points[0].price == chart.close_of(-1).price + float(TICK)


def test_words_that_were_written_stay_when_one_turns_to_the_chart(chart: DrawnChart) -> None:
    chart.choose(Tool.TEXT)
    chart.click(*A)
    chart.chart.text_bar.input.set_text("여기")
    chart.click(700, 450)
    assert not chart.chart.text_bar.isVisible()
    assert chart.only.look.text == "여기"


# the menu


def actions(menu: QMenu) -> dict[str, QAction]:
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_menu_changes_looks_locks_hides_and_deletes(chart: DrawnChart) -> None:
    drawing = chart.draw(Tool.LINE, A, B)

    def choose(words: str) -> None:
        menu = QMenu()
        chart.chart.fill_menu(menu, drawing.points[0].second, drawing.points[0].price)
        actions(menu)[words].trigger()

    choose("끝없이 늘이기")
    assert chart.only.look.is_ray
    choose("잠그기")
    assert chart.only.look.is_locked
    choose("잠그기")
    menu = QMenu()
    chart.chart.fill_menu(menu, drawing.points[0].second, drawing.points[0].price)
    colours = actions(menu)["색"].menu()
    assert colours is not None
    actions(colours)["색 4"].trigger()
    assert (chart.only.look.colour, chart.drawings.state.colour) == (3, 3)
    choose("숨기기")
    assert chart.shown == ()
    chart.drawings.hide_all(True)
    chart.drawings.hide_all(False)
    assert not chart.only.look.is_hidden
    choose("그림 지우기")
    assert chart.stored() == ()


def test_the_menu_key_opens_the_menu_of_the_chosen_drawing(chart: DrawnChart, qtbot: QtBot) -> None:
    chart.draw(Tool.HORIZONTAL, A)
    chart.key(Qt.Key.Key_Menu)
    menus = chart.canvas.findChildren(QMenu)
    assert [menu.isVisible() for menu in menus if "잠그기" in actions(menu)] == [True]
    for menu in menus:
        menu.close()


# keeping


def test_all_charts_of_the_market_show_it_at_once(chart: DrawnChart) -> None:
    _canvas, other = chart.another_chart()
    drawing = chart.draw(Tool.LINE, A, B)
    assert other.layer.drawings() == (drawing,)
    chart.drawings.hide_all(True)
    assert other.layer.drawings() == chart.chart.layer.drawings() == ()
    other.set_market(Market("upbit", "KRW-ETH"))
    chart.drawings.hide_all(False)
    assert other.layer.drawings() == ()


def test_it_is_there_after_a_restart_and_in_another_window_at_once(chart: DrawnChart) -> None:
    other = DrawingsViewModel(chart.services)
    other.load(BITCOIN)
    chart.settle()
    chart.drawings.choose_colour(5)
    drawing = chart.draw(Tool.LINE, A, B)
    chart.settle()
    assert other.shown(BITCOIN) == (drawing,)
    later = DrawingsViewModel(chart.services)
    later.load(BITCOIN)
    chart.settle()
    assert later.shown(BITCOIN) == (drawing,)
    assert later.state.colour == drawing.look.colour == 5


def test_a_full_disk_is_told_and_loses_nothing(chart: DrawnChart) -> None:
    chart.stores.drawings.fail_next = DiskFull("settings.sqlite3")
    first = chart.draw(Tool.LINE, A, B)
    assert chart.stored() == ()
    assert [(one.level, one.title.en) for one in chart.notices.all()] == [
        (NoticeLevel.ERROR, "The drawing was not saved")
    ]
    assert chart.shown == (first,)
    chart.clock.advance(1)
    second = chart.draw(Tool.HORIZONTAL, (300, 60))
    assert chart.stored() == (first, second)


def test_what_is_painted_is_where_it_is_held(chart: DrawnChart) -> None:
    before = chart.canvas.image()
    chart.draw(Tool.HORIZONTAL, (300, 60))
    chart.key(Qt.Key.Key_Escape)
    after = chart.canvas.image()
    rows = [y for y in range(before.height()) if before.pixel(150, y) != after.pixel(150, y)]
    assert rows
    assert all(abs(y - 60) <= 2 for y in rows)
