"""Price alerts on a real chart: made, moved, changed and deleted there, and asked about in a bar at the line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.charts.drawn_chart import DrawnChart, near
from tests.ui.charts.made_candles import BITCOIN
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.price_alert import AlertDirection, PriceAlert
from upbit_auto_trading.ui.charts.alert_wish import AlertWish
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.runtime.operations import Operations

X = 300.0


@pytest.fixture
def chart(qtbot: QtBot) -> Iterator[DrawnChart]:
    clock = FakeClock()
    stores = RuntimeStores(clock)
    operations = Operations(stores.open, clock)
    operations.start()
    yield DrawnChart(qtbot, operations, stores, clock)
    stop_operations(operations)


def at(chart: DrawnChart, y: float) -> Decimal:
    """The price on the grid at a height."""
    return chart.chart.on_grid(chart.view.price.value_at(y))


def alert(chart: DrawnChart, y: float = 150.0, **wish: object) -> PriceAlert:
    chart.alerts.add(BITCOIN, AlertWish(at(chart, y), **wish))  # type: ignore[arg-type]
    return chart.alerts.shown(BITCOIN)[-1]


def height(chart: DrawnChart, price: Decimal) -> float:
    return chart.view.price.y_of(float(price))


def stored(chart: DrawnChart) -> tuple[PriceAlert, ...]:
    chart.settle()
    return chart.stores.alerts.all()


def test_the_bell_asks_at_the_price_and_enter_makes_it(chart: DrawnChart) -> None:
    chart.choose(Tool.ALERT)
    chart.click(X, 150)
    bar = chart.chart.alert_bar
    assert bar.isVisible()
    assert bar.price.value == at(chart, 150)
    assert bar.price.value % 10 == 0, "on the market's grid"
    assert chart.chart.alert_lines.labels(chart.view)[0].value == float(bar.price.value)
    bar.direction.set_current(AlertDirection.RISES_TO.value)
    bar.note.set_text("팔기")
    bar.repeats.set_on(True)
    chart.qtbot.keyClick(bar.price.field, Qt.Key.Key_Return)
    (made,) = stored(chart)
    assert (made.price, made.direction, made.note, made.repeats) == (
        at(chart, 150),
        AlertDirection.RISES_TO,
        "팔기",
        True,
    )
    assert not bar.isVisible()
    assert len(chart.chart.alert_lines.labels(chart.view)) == 1
    assert chart.drawings.tool is Tool.CURSOR
    assert chart.shown == ()


def test_escape_makes_none(chart: DrawnChart) -> None:
    chart.choose(Tool.ALERT)
    chart.click(X, 150)
    chart.qtbot.keyClick(chart.chart.alert_bar.note.field, Qt.Key.Key_Escape)
    assert stored(chart) == ()
    assert chart.chart.alert_lines.labels(chart.view) == ()


@pytest.mark.parametrize("typed", ["", "0", "abc"])
def test_a_price_that_is_none_is_not_taken(chart: DrawnChart, typed: str) -> None:
    chart.chart.ask_new(100_000.0)
    bar = chart.chart.alert_bar
    bar.price.field.setText(typed)
    bar.price.field.textEdited.emit(typed)
    chart.qtbot.keyClick(bar.price.field, Qt.Key.Key_Return)
    assert bar.isVisible()
    assert stored(chart) == ()


def test_the_menu_makes_one_at_the_price_under_the_pointer(chart: DrawnChart) -> None:
    menu = QMenu()
    chart.chart.fill_menu(menu, chart.view.time.second_at(X), chart.view.price.value_at(200))
    (entry,) = menu.actions()
    assert entry.text() == f"{chart.chart.text_of(chart.view.price.value_at(200))}에 알림 만들기"
    entry.trigger()
    chart.qtbot.keyClick(chart.chart.alert_bar.price.field, Qt.Key.Key_Return)
    assert [one.price for one in stored(chart)] == [at(chart, 200)]


def test_a_drag_asks_and_moves_on_enter(chart: DrawnChart) -> None:
    before = alert(chart)
    y = height(chart, before.price)
    chart.drag((X, y), (X, y + 60))
    bar, wanted = chart.chart.alert_bar, at(chart, y + 60)
    assert bar.isVisible()
    assert f"{before.price:,} → {wanted:,}" in bar.moved.text()
    assert stored(chart)[0].price == before.price, "nothing is moved before it was answered"
    assert near(chart.chart.alert_lines.labels(chart.view)[0].value, float(wanted), 10)
    chart.qtbot.keyClick(bar.confirm, Qt.Key.Key_Return)
    assert abs(stored(chart)[0].price - wanted) <= 10
    assert stored(chart)[0].id == before.id


def test_escape_leaves_it_where_it_was(chart: DrawnChart) -> None:
    before = alert(chart)
    y = height(chart, before.price)
    chart.drag((X, y), (X, y + 60))
    chart.qtbot.keyClick(chart.chart.alert_bar, Qt.Key.Key_Escape)
    assert stored(chart) == (before,)
    assert chart.chart.alert_lines.labels(chart.view)[0].value == float(before.price)
    assert chart.canvas.hasFocus()
    chart.press(X, y)
    chart.move(X, y + 40)
    chart.key(Qt.Key.Key_Escape)
    chart.release(X, y + 40)
    assert not chart.chart.alert_bar.isVisible()
    assert stored(chart) == (before,)


def test_turning_to_the_chart_moves_nothing(chart: DrawnChart) -> None:
    before = alert(chart)
    y = height(chart, before.price)
    chart.drag((X, y), (X, y + 60))
    chart.click(X, 400)
    assert not chart.chart.alert_bar.isVisible()
    chart.drag((X, y), (X, y + 60))
    chart.key(Qt.Key.Key_Escape)
    assert not chart.chart.alert_bar.isVisible()
    assert stored(chart) == (before,)
    assert chart.chart.alert_lines.labels(chart.view)[0].value == float(before.price)


def test_a_double_click_changes_it_and_the_menu_deletes_it(chart: DrawnChart) -> None:
    before = alert(chart)
    y = height(chart, before.price)
    chart.qtbot.mouseDClick(
        chart.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(X), round(y))
    )
    bar = chart.chart.alert_bar
    assert bar.isVisible()
    bar.note.set_text("다르게")
    bar.accept()
    assert [(one.id, one.note) for one in stored(chart)] == [(before.id, "다르게")]
    menu = QMenu()
    chart.chart.fill_menu(menu, chart.view.time.second_at(X), float(before.price))
    next(one for one in menu.actions() if "지우기" in one.text()).trigger()
    assert stored(chart) == ()
    assert near(y, height(chart, before.price))


def test_one_that_fired_leaves_the_chart_while_it_is_asked_about(chart: DrawnChart) -> None:
    last = float(chart.candles.close[-1])
    chart.trade(last)
    made = alert(chart, 30.0)
    y = height(chart, made.price)
    chart.press(X, y)
    chart.trade(float(made.price) + 1000)
    chart.release(X, y + 50)
    assert chart.alerts.shown(BITCOIN) == ()
    assert not chart.chart.alert_bar.isVisible()
    assert [one.is_on for one in stored(chart)] == [False]


def test_changed_it_is_on_again_and_counts_from_now(chart: DrawnChart) -> None:
    last = float(chart.candles.close[-1])
    chart.trade(last)
    made = alert(chart, 30.0)
    chart.trade(float(made.price) + 1000)
    (fired,) = stored(chart)
    assert not fired.is_on
    chart.chart.ask_change(fired)
    chart.chart.alert_bar.accept()
    assert [one.is_on for one in stored(chart)] == [True]
    chart.trade(float(made.price) + 2000)
    assert [one.is_on for one in stored(chart)] == [True]
    chart.trade(float(made.price) - 1000)
    assert [one.is_on for one in stored(chart)] == [False]


def test_without_a_pointer_it_is_asked_at_the_last_price(chart: DrawnChart) -> None:
    chart.chart.ask_new()
    assert chart.chart.alert_bar.price.value == chart.chart.on_grid(float(chart.candles.close[-1]))
    chart.chart.alert_bar.reject()
    chart.trade(100_120.0)
    chart.chart.ask_new()
    bar = chart.chart.alert_bar
    chart.qtbot.keyClick(bar.price.field, Qt.Key.Key_Up)
    assert bar.price.value == Decimal(100_130), "the keys go by the market's tick"
    chart.qtbot.keyClick(bar.price.field, Qt.Key.Key_Return)
    assert [one.price for one in stored(chart)] == [Decimal(100_130)]


def test_the_line_is_painted_at_its_price(chart: DrawnChart) -> None:
    before = chart.canvas.image()
    made = alert(chart, 150.0)
    after = chart.canvas.image()
    y = height(chart, made.price)
    rows = {
        row for row in range(before.height()) for x in range(100, 140) if before.pixel(x, row) != after.pixel(x, row)
    }
    assert rows
    assert all(abs(row - y) <= 1.5 for row in rows)
