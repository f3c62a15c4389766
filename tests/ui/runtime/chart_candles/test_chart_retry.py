"""A page of the newest candles that failed comes by itself, ever later; until then its hole is unknown and offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PyQt6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.fakes.chart_world import BTC, ETH, ChartWorld
from tests.fakes.watched_chart import NOON, TIMEOUT, UNIT, Chart, back, newest
from upbit_auto_trading.business_logic.domain.candle_series import epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, RateLimited, RequestRefused
from upbit_auto_trading.ui.charts.gaps import GapKind, gaps_between

GONE = ExchangeUnavailable("practice", "transport-closed")


def make(world: ChartWorld, qtbot: QtBot, *waits_ms: int) -> Chart:
    world.retry_after_ms = waits_ms
    return Chart(world, qtbot)


def hole_of(world: ChartWorld) -> Span:
    """Between what is stored and what is asked for last: two pages, of which the newer one comes first."""
    world.store(BTC, UNIT, back(1_000), back(600))
    return Span(back(600), back(200))


def fail_second_page(world: ChartWorld, *errors: Exception) -> None:
    """The first page answers."""
    answered: Callable[..., object] = world.exchange.candles_between

    def answer(*asked: object) -> object:
        if world.exchange.asked and errors_left:
            world.exchange.failures = [errors_left.pop(0)]
        return answered(*asked)

    errors_left = list(errors)
    world.exchange.candles_between = answer  # type: ignore[assignment,method-assign]


def unknown(chart: Chart) -> list[tuple[int, int]]:
    """What the chart hatches, and offers to fetch."""
    columns = chart.candles.columns
    assert columns is not None
    found = gaps_between(columns, chart.candles.known, epoch_second(back(900)), epoch_second(NOON), NOON)
    return [(gap.first_second, gap.last_second) for gap in found if gap.kind is GapKind.UNKNOWN]


def test_the_hole_is_unknown_until_it_is_closed_by_itself(connected: ChartWorld, qtbot: QtBot) -> None:
    hole_of(connected)
    chart = make(connected, qtbot, 300)
    fail_second_page(connected, GONE)
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: chart.candles.state.error is GONE, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: len(chart.rows) > 400, timeout=TIMEOUT)
    [(first, last)] = unknown(chart)
    assert epoch_second(back(600)) == first < last < epoch_second(NOON)
    qtbot.waitUntil(lambda: chart.candles.state.error is None, timeout=TIMEOUT)
    chart.wait()
    assert unknown(chart) == []
    chart.check(connected.source(BTC, UNIT, datetime.fromtimestamp(chart.first, UTC), NOON))


def test_nothing_came_and_it_is_there_by_itself(connected: ChartWorld, qtbot: QtBot) -> None:
    chart = make(connected, qtbot, 1, 1, 1)
    connected.exchange.failures = [GONE, GONE, GONE]
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: len(chart.rows) == 999, timeout=TIMEOUT)
    chart.wait()
    assert chart.candles.state.error is None


def test_it_is_asked_for_so_often_and_then_left_to_the_user(connected: ChartWorld, qtbot: QtBot) -> None:
    chart = make(connected, qtbot, 1, 1)
    connected.exchange.failures = [GONE] * 4
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: len(connected.exchange.asked) == 3, timeout=TIMEOUT)
    chart_of_another = Chart(connected, qtbot)
    connected.exchange.failures = []
    chart_of_another.candles.open(ETH, UNIT)
    chart_of_another.wait()
    assert chart.candles.state.error is GONE
    assert len([asked for asked in connected.exchange.asked if asked.market == BTC]) == 3
    chart.candles.retry()
    chart.wait()
    chart.check(newest(connected, 999))


def test_whoever_refuses_for_good_is_not_asked_again(connected: ChartWorld, qtbot: QtBot) -> None:
    refused = RequestRefused("practice", "no")
    chart = make(connected, qtbot, 1)
    connected.exchange.failures = [refused]
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: chart.candles.state.error is refused, timeout=TIMEOUT)
    other = Chart(connected, qtbot)
    other.candles.open(ETH, UNIT)
    other.wait()
    assert chart.candles.state.error is refused
    assert [asked.market for asked in connected.exchange.asked].count(BTC) == 1


def test_a_limit_is_waited_for(connected: ChartWorld, qtbot: QtBot) -> None:
    """However short the wait would be else."""
    limited = RateLimited("practice", connected.clock.now() + timedelta(hours=1))
    chart = make(connected, qtbot, 1)
    connected.exchange.failures = [limited]
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: chart.candles.state.error is limited, timeout=TIMEOUT)
    other = Chart(connected, qtbot)
    other.candles.open(ETH, UNIT)
    other.wait()
    assert chart.candles.state.error is limited


def waits(chart: Chart) -> int:
    return sum(timer.isActive() for timer in chart.candles.findChildren(QTimer))


@pytest.mark.parametrize("how", ["another market", "closed"])
def test_who_looks_elsewhere_asks_for_nothing_more(connected: ChartWorld, qtbot: QtBot, how: str) -> None:
    chart = make(connected, qtbot, 60_000)
    connected.exchange.failures = [GONE]
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: chart.candles.state.error is GONE, timeout=TIMEOUT)
    assert waits(chart) == 1
    if how == "closed":
        chart.candles.close()
    other = Chart(connected, qtbot) if how == "closed" else chart
    other.candles.open(ETH, UNIT)
    other.wait()
    assert waits(chart) == 0
    assert [asked.market for asked in connected.exchange.asked].count(BTC) == 1
