"""The dashboard's chart comes when it is loaded: the first price must not wait for it, nor the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.ui.charts.price_path import PricePath
from upbit_auto_trading.ui.notices import Notices
from upbit_auto_trading.ui.price_connection import ConnectionKind, PriceConnection
from upbit_auto_trading.ui.screens.dashboard.view import DashboardView
from upbit_auto_trading.ui.screens.dashboard.view_model import DashboardViewModel

BITCOIN = Market("upbit", "KRW-BTC")


class LateChart:
    """Keeps who asked, until the test says that the chart is loaded."""

    def __init__(self) -> None:
        self.asked: list[Callable[[PricePath], None]] = []

    def __call__(self, take: Callable[[PricePath], None]) -> None:
        self.asked.append(take)


def _price(clock: FakeClock, amount: str) -> dict[Market, LastPrice]:
    return {BITCOIN: LastPrice(BITCOIN, Decimal(amount), Decimal("99000000"), clock.now())}


def test_prices_are_shown_before_the_chart_and_it_then_has_them_all(qtbot: QtBot) -> None:
    clock = FakeClock()
    model = DashboardViewModel()
    source = LateChart()
    view = DashboardView(model, Notices(clock), {}, clock, source)
    qtbot.addWidget(view)
    view.show()
    assert source.asked == []  # nothing to draw yet

    model.show_prices(_price(clock, "100000000"))
    clock.advance(1)
    model.show_prices(_price(clock, "101000000"))
    assert view.last_card.value.text() == "101,000,000"
    assert len(source.asked) == 1

    chart = PricePath()
    source.asked[0](chart)
    assert chart.shown_path()[1] == [100_000_000.0, 101_000_000.0]
    assert view.path_panel.isAncestorOf(chart)
    clock.advance(1)
    model.show_prices(_price(clock, "99000000"))
    assert chart.shown_path()[1][-1] == 99_000_000.0
    assert len(source.asked) == 1


class CountingChart(PricePath):
    shown = 0

    def show_path(self, times: tuple[float, ...], prices: tuple[float, ...]) -> None:
        self.shown += 1
        super().show_path(times, prices)


def test_a_second_without_a_price_does_not_draw_the_chart_again(qtbot: QtBot) -> None:
    clock = FakeClock()
    model = DashboardViewModel()
    chart = CountingChart()
    view = DashboardView(model, Notices(clock), {}, clock, lambda take: take(chart))
    qtbot.addWidget(view)
    view.show()
    model.show_prices(_price(clock, "100000000"))
    drawn = chart.shown
    clock.advance(1)
    older = PriceConnection(ConnectionKind.STREAMED, timedelta(seconds=1))
    model.show_connection(older)
    assert model.state.connection == older
    assert chart.shown == drawn
    model.show_prices(_price(clock, "100000000"))
    assert chart.shown == drawn + 1
