"""The list of price alerts: switched, changed, deleted, by pointer and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.charts.drawn_chart import DrawnChart
from tests.ui.charts.made_candles import BITCOIN
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.price_alert import MOST_ALERTS, AlertDirection, PriceAlert
from upbit_auto_trading.ui.charts.alert_wish import AlertWish
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.screens.chart.alerts_panel import AlertsPanel
from upbit_auto_trading.utils.bilingual_text import Language

ETHER = Market("upbit", "KRW-ETH")


@pytest.fixture
def chart(qtbot: QtBot) -> Iterator[DrawnChart]:
    clock = FakeClock()
    stores = RuntimeStores(clock)
    operations = Operations(stores.open, clock)
    operations.start()
    yield DrawnChart(qtbot, operations, stores, clock)
    stop_operations(operations)


@pytest.fixture
def panel(chart: DrawnChart, qtbot: QtBot) -> AlertsPanel:
    panel = AlertsPanel(chart.alerts, chart.clock.now)
    qtbot.addWidget(panel)
    panel.resize(720, panel.height())
    panel.show_market(BITCOIN)
    panel.show()
    return panel


def add(chart: DrawnChart, price: str, market: Market = BITCOIN, **wish: object) -> PriceAlert:
    chart.clock.advance(1)
    chart.alerts.add(market, AlertWish(Decimal(price), **wish))  # type: ignore[arg-type]
    return chart.watch.alerts[-1]


def texts(panel: AlertsPanel) -> list[list[str]]:
    model = panel.table.rows_model
    shown = [at for at in range(model.columnCount()) if not panel.table.isColumnHidden(at)]
    return [[str(model.index(row, at).data() or "") for at in shown] for row in range(model.rowCount())]


def test_without_alerts_it_says_how_to_make_one(panel: AlertsPanel, qtbot: QtBot) -> None:
    assert panel.stack.currentWidget() is panel.empty
    with qtbot.waitSignal(panel.add_asked):
        panel.empty.action.emit()
    with qtbot.waitSignal(panel.add_asked):
        qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)


def test_it_lists_this_market_or_all(panel: AlertsPanel, chart: DrawnChart, qtbot: QtBot) -> None:
    chart.trade(100_000)
    add(chart, "101000", note="팔기", direction=AlertDirection.RISES_TO, repeats=True)
    add(chart, "5000", ETHER)
    assert [row[:5] for row in texts(panel)] == [["101,000", "+1.00%", "오르면", "지켜보는 중", "팔기"]]
    qtbot.keyClick(panel.which, Qt.Key.Key_Right)
    assert [row[:3] for row in texts(panel)] == [["비트코인", "101,000", "+1.00%"], ["비트코인", "5,000", "–"]]
    assert [row is not None for row in map(panel.table.rows_model.columns[3].icon, panel.table.rows_model.rows)] == [
        True,
        False,
    ]
    language_state().set_language(Language.ENGLISH)
    assert texts(panel)[0][3] == "Rises to"


@pytest.mark.parametrize(("width", "shown"), [(720, 6), (640, 5), (480, 4)])
def test_in_little_room_less_is_shown_and_nothing_cut(
    panel: AlertsPanel, chart: DrawnChart, width: int, shown: int
) -> None:
    add(chart, "101000", note="팔기")
    panel.resize(width, panel.height())
    assert len(texts(panel)[0]) == shown
    columns = panel.table.rows_model.columns
    widths = [panel.table.columnWidth(at) for at in range(len(columns)) if not panel.table.isColumnHidden(at)]
    assert sum(widths) <= width


def test_keys_change_switch_and_delete(panel: AlertsPanel, chart: DrawnChart, qtbot: QtBot) -> None:
    made = add(chart, "101000")
    panel.table.select_key(made.id)
    qtbot.keyClick(panel.table, Qt.Key.Key_Space)
    assert texts(panel)[0][3] == "꺼짐"
    assert chart.alerts.shown(BITCOIN) == ()
    qtbot.keyClick(panel.table, Qt.Key.Key_Space)
    assert chart.alerts.shown(BITCOIN) == chart.watch.alerts
    with qtbot.waitSignal(panel.edit_asked) as asked:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.args[0].id == made.id
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    chart.settle()
    assert chart.stores.alerts.all() == ()


def test_the_buttons_of_a_row_do_the_same(panel: AlertsPanel, chart: DrawnChart, qtbot: QtBot) -> None:
    add(chart, "101000")
    (row,) = panel.table.rows_model.rows
    panel.table.action.emit(row, "switch")
    assert texts(panel)[0][3] == "꺼짐"
    with qtbot.waitSignal(panel.edit_asked):
        panel.table.action.emit(row, "edit")
    panel.table.action.emit(row, "delete")
    assert chart.watch.alerts == ()


def test_what_fired_says_when_and_goes_together(panel: AlertsPanel, chart: DrawnChart, qtbot: QtBot) -> None:
    chart.trade(100_000)
    fired, waiting = add(chart, "101000"), add(chart, "200000")
    assert not panel.clear.isEnabled()
    chart.trade(102_000)
    assert texts(panel)[0][3] == "울림 09:00:02"
    assert panel.table.rows_model.columns[4].tip(panel.table.rows_model.rows[0]) is not None
    qtbot.mouseClick(panel.clear, Qt.MouseButton.LeftButton)
    assert [one.id for one in chart.watch.alerts] == [waiting.id]
    assert fired.id not in {one.id for one in chart.watch.alerts}


def test_there_is_a_most(panel: AlertsPanel, chart: DrawnChart) -> None:
    made = add(chart, "101000")
    chart.stores.alerts.change(replace(made, id=str(number)) for number in range(MOST_ALERTS))
    chart.watch.load()
    chart.settle()
    before = len(chart.watch.alerts)
    chart.alerts.add(BITCOIN, AlertWish(Decimal(7)))
    assert len(chart.watch.alerts) == before
    assert chart.notices.all()[0].title.ko == "알림을 더 만들 수 없어요"
