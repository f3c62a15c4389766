"""What a chart shows while it trades, and what others change below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.chart_world import BTC, ETH, ChartWorld, made_candle
from tests.fakes.fake_clock import FakeClock
from tests.fakes.watched_chart import (
    MINUTE,
    NOON,
    NOW,
    TIMEOUT,
    UNIT,
    Chart,
    back,
    connect,
    len_of,
    newest,
)
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, series_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleConfirmed,
    CandleCorrected,
    CandlesSettled,
    Correction,
    FreshnessState,
)
from upbit_auto_trading.business_logic.ports.downloads import DownloadPhase
from upbit_auto_trading.ui.runtime.chart_candles import ChartPhase
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.topics import CANDLES_TOPIC
from upbit_auto_trading.utils.bilingual_text import Text

# --- live


@pytest.fixture
def live(connected: ChartWorld, chart: Chart) -> Chart:
    chart.candles.open(BTC, UNIT)
    chart.wait()
    chart.told.clear()
    return chart


def with_(world: ChartWorld, *candles: Candle, without: datetime | None = None) -> CandleSeries:
    rows = {one.opened_at: one for one in world.exchange.candles(BTC, UNIT, back(999), NOON)}
    rows |= {one.opened_at: one for one in candles}
    return series_of(BTC, UNIT, [one for one in rows.values() if one.opened_at != without])


def test_a_candle_forms_closes_and_is_corrected_where_it_lies(connected: ChartWorld, live: Chart) -> None:
    first, second = (made_candle(BTC, UNIT, NOON, price) for price in (100, 101))
    connected.told.forms(first)
    connected.told.forms(second)
    live.check(with_(connected, second))
    connected.told.tell(CandleClosed(second))
    following = made_candle(BTC, UNIT, NOON + MINUTE, 103)
    connected.told.forms(following)
    corrected = made_candle(BTC, UNIT, NOON, 102)
    connected.told.tell(CandleCorrected(second, corrected, Correction.LATE_TRADE), CandleConfirmed(corrected))
    live.check(with_(connected, corrected, following))
    assert live.told == [("changed", 999), ("changed", 999), ("changed", 1_000), ("changed", 999)]


def test_one_that_comes_late_lies_at_its_place(connected: ChartWorld, live: Chart) -> None:
    late = made_candle(BTC, UNIT, back(500), 7)
    connected.told.tell(CandleCorrected(late, late, Correction.EXCHANGE_DIFFERS))
    live.check(with_(connected, late))
    assert live.told == [("changed", 499)]
    connected.told.tell(CandleConfirmed(made_candle(BTC, UNIT, back(2_000))))
    live.check(with_(connected, late))
    assert live.told == [("changed", 499)], "nothing of before what is shown"


def test_what_is_settled_replaces_its_range(connected: ChartWorld, live: Chart) -> None:
    connected.told.forms(made_candle(BTC, UNIT, NOON + 2 * MINUTE, 5))
    other = made_candle(BTC, UNIT, back(3), 6)
    connected.told.tell(CandlesSettled(BTC, UNIT, Span(back(4), NOON + MINUTE), (other,), Origin.EXCHANGE))
    expected = connected.exchange.candles(BTC, UNIT, back(999), back(4))
    live.check(series_of(BTC, UNIT, [*expected, other, made_candle(BTC, UNIT, NOON + 2 * MINUTE, 5)]))
    assert live.candles.known == (Span(back(999), NOON + MINUTE),)


def test_the_last_row_may_turn_out_to_have_been_nothing(connected: ChartWorld, live: Chart) -> None:
    connected.told.tell(CandleClosed(made_candle(BTC, UNIT, NOON, 5)))
    connected.told.tell(CandlesSettled(BTC, UNIT, Span(NOON, NOON + MINUTE), (), Origin.EXCHANGE))
    live.check(with_(connected))


def test_a_forming_one_that_the_closed_one_overtook_is_old_news(connected: ChartWorld, live: Chart) -> None:
    closed = made_candle(BTC, UNIT, NOON, 9)
    connected.told.tell(CandleClosed(closed))
    connected.told.forms(made_candle(BTC, UNIT, NOON, 8))
    live.check(with_(connected, closed))


def test_candles_of_other_series_are_left_out(connected: ChartWorld, live: Chart) -> None:
    connected.told.forms(made_candle(ETH, UNIT, NOON))
    connected.told.tell(CandleClosed(made_candle(BTC, CandleUnit.HOUR, NOON)))
    live.check(with_(connected))
    assert live.told == []


def test_what_is_told_while_it_loads_is_in_it(connected: ChartWorld, chart: Chart) -> None:
    connected.exchange.may_answer.clear()
    chart.candles.open(BTC, UNIT)
    closed, forming = made_candle(BTC, UNIT, NOON, 3), made_candle(BTC, UNIT, NOON + MINUTE, 4)
    connected.told.tell(CandleClosed(closed))
    connected.told.forms(forming)
    connected.exchange.may_answer.set()
    chart.wait()
    chart.check(with_(connected, closed, forming))


def test_how_fresh_it_is(connected: ChartWorld, live: Chart, clock: FakeClock) -> None:
    states: list[bool] = []
    live.candles.state_changed.connect(lambda: states.append(live.candles.state.is_stale))
    connected.told.judge(BTC, UNIT, FreshnessState.STALE, "no-stream")
    assert not live.candles.state.is_stale, "its stream only begins"
    connected.told.judge(ETH, UNIT, FreshnessState.STALE, "down")
    connected.told.judge(BTC, UNIT, FreshnessState.FRESH)
    assert not live.candles.state.is_stale
    connected.told.judge(BTC, UNIT, FreshnessState.FILLING)
    assert not live.candles.state.is_stale, "it asks for a candle that it saw the end of"
    connected.told.judge(BTC, UNIT, FreshnessState.STALE, "connecting")
    connected.told.judge(BTC, UNIT, FreshnessState.FILLING)
    assert live.candles.state.is_stale, "what was missed is not there yet"
    connected.told.judge(BTC, UNIT, FreshnessState.FRESH)
    assert [state for state, _ in groupby(states)] == [False, True, False]


def test_a_series_that_cannot_be_fetched_is_stale_though_it_never_was_fresh(connected: ChartWorld, live: Chart) -> None:
    connected.told.judge(BTC, UNIT, FreshnessState.STALE, "not-fetched")
    assert live.candles.state.is_stale


def test_what_ended_just_now_is_not_unknown_while_it_is_fresh(connected: ChartWorld, live: Chart) -> None:
    connected.told.judge(BTC, UNIT, FreshnessState.FRESH)
    connected.told.forms(made_candle(BTC, UNIT, NOON + 3 * MINUTE))
    assert live.candles.known == (Span(back(999), NOON + 4 * MINUTE),), "nobody traded for three minutes"
    connected.told.judge(BTC, UNIT, FreshnessState.STALE, "down")
    assert live.candles.known == (Span(back(999), NOON),)


# --- what others change, and what the user asks for


def test_candles_that_another_window_imports_are_shown(
    connected: ChartWorld, live: Chart, qtbot: QtBot, clock: FakeClock
) -> None:
    connected.told.forms(made_candle(BTC, UNIT, NOON))
    clock.advance(11)
    imported = series_of(BTC, UNIT, [made_candle(BTC, UNIT, back(300), 1)])

    def work(stores: object, _context: object) -> None:
        connected.candles.write(imported, Span(back(300), back(299)), Origin.EXCHANGE, NOW)

    connected.operations.submit_to_storage(StorageOperation(Text("", ""), work, CANDLES_TOPIC))
    qtbot.waitUntil(lambda: ("changed", 699) in live.told, timeout=TIMEOUT)
    live.check(with_(connected, made_candle(BTC, UNIT, back(300), 1), made_candle(BTC, UNIT, NOON)))


def test_candles_that_are_forgotten_go_and_are_unknown(
    connected: ChartWorld, live: Chart, qtbot: QtBot, clock: FakeClock
) -> None:
    clock.advance(60)

    def work(_stores: object, _context: object) -> None:
        connected.candles.forget(BTC, UNIT, Span(back(999), back(500)))

    connected.operations.submit_to_storage(StorageOperation(Text("", ""), work, CANDLES_TOPIC))
    qtbot.waitUntil(lambda: len(live.rows) == 500, timeout=TIMEOUT)
    live.check(newest(connected, 500))
    assert live.candles.known == (Span(back(500), NOON),)


def test_a_hole_that_the_user_asks_for_is_filled(
    connected: ChartWorld, chart: Chart, clock: FakeClock, qtbot: QtBot
) -> None:
    chart.candles.open(BTC, UNIT)
    chart.wait()
    clock.advance(60)
    connected.candles.forget(BTC, UNIT, Span(back(500), back(100)))
    connected.operations.changed.emit(CANDLES_TOPIC, None)
    qtbot.waitUntil(lambda: len(chart.rows) == 599, timeout=TIMEOUT)
    connected.exchange.asked.clear()
    chart.candles.fill(Span(back(500), back(100)))
    assert chart.candles.state.is_filling
    chart.wait()
    chart.check(newest(connected, 999))
    assert [len_of(one) for one in connected.exchange.asked] == [200, 200]
    chart.candles.fill(Span(back(500), back(100)))
    assert not chart.candles.state.is_filling, "it is known already"


def test_a_long_one_is_a_download_and_shown_as_it_comes(world: ChartWorld, chart: Chart, qtbot: QtBot) -> None:
    world.store(BTC, UNIT, back(9_000), back(8_500))
    world.store(BTC, UNIT, back(2_000), NOON)
    connect(world, qtbot)
    world.link.connection = None
    chart.candles.open(BTC, UNIT)
    chart.wait(ChartPhase.OFFLINE)
    chart.older()
    chart.older()
    qtbot.waitUntil(lambda: len(chart.rows) == 2_500, timeout=TIMEOUT)
    hole = Span(back(8_500), back(2_000))
    chart.candles.fill(Span(hole.start, hole.start + 10 * MINUTE))
    (entry,) = world.downloads.entries
    world.downloads.remove(entry.number)
    chart.candles.fill(hole)
    (entry,) = world.downloads.entries
    assert (entry.request.market, entry.request.unit, entry.request.span) == (BTC, UNIT, hole)
    world.store(BTC, UNIT, back(8_500), back(2_000))
    world.downloads.show(entry.number, DownloadPhase.COMPLETE)
    qtbot.waitUntil(lambda: len(chart.rows) == 9_000, timeout=TIMEOUT)
    chart.check(world.source(BTC, UNIT, back(9_000), NOON))


# --- units that the exchange does not have


def without_unit(world: ChartWorld, *units: CandleUnit) -> None:
    capabilities = world.exchange.capabilities
    world.exchange.capabilities = replace(capabilities, candle_units=capabilities.candle_units - set(units))


def test_a_unit_that_the_exchange_does_not_have_is_made_of_finer_ones(
    connected: ChartWorld, chart: Chart, qtbot: QtBot
) -> None:
    from upbit_auto_trading.business_logic.domain.candle_grid import derived

    ten, five = CandleUnit.MINUTES_10, CandleUnit.MINUTES_5
    without_unit(connected, ten)
    chart.candles.open(BTC, ten)
    chart.wait()
    since = NOON + 10 * MINUTE - 1_000 * timedelta(minutes=5)
    expected = derived(connected.source(BTC, five, since, NOON), ten, timedelta(0))
    qtbot.waitUntil(lambda: len(chart.rows) >= len(expected), timeout=TIMEOUT)
    assert next(iter(connected.viewed.values())).unit is five
    forming = [made_candle(BTC, five, NOON, 40), made_candle(BTC, five, NOON + 5 * MINUTE, 50)]
    connected.told.forms(forming[0])
    connected.told.tell(CandleClosed(forming[0]))
    connected.told.forms(forming[1])
    source = [*connected.exchange.candles(BTC, five, since, NOON), *forming]
    chart.check(derived(series_of(BTC, five, source), ten, timedelta(0)))
    halves = [Span(NOON + number * 5 * MINUTE, NOON + (number + 1) * 5 * MINUTE) for number in range(2)]
    connected.told.tell(CandlesSettled(BTC, five, halves[0], (forming[0],), Origin.STREAM))
    assert chart.candles.known[-1].end == NOON
    connected.told.tell(CandlesSettled(BTC, five, halves[1], (forming[1],), Origin.STREAM))
    assert chart.candles.known[-1].end == NOON + 10 * MINUTE, "of both halves it is known"
    before = len(chart.rows)
    chart.older()
    qtbot.waitUntil(lambda: len(chart.rows) > before + 400, timeout=TIMEOUT)
    chart.check(
        derived(
            series_of(
                BTC, five, [*connected.exchange.candles(BTC, five, since - timedelta(minutes=5_000), NOON), *forming]
            ),
            ten,
            timedelta(0),
        )
    )


def test_a_unit_that_nobody_has_says_so(connected: ChartWorld, chart: Chart) -> None:
    without_unit(connected, CandleUnit.SECOND)
    chart.candles.open(BTC, CandleUnit.SECOND)
    chart.wait(ChartPhase.FAILED)
    error = chart.candles.state.error
    assert isinstance(error, InvalidParameter)
    assert connected.viewed == {}
    assert connected.exchange.asked == []


def test_a_chart_that_is_gone_follows_nothing(connected: ChartWorld, qtbot: QtBot) -> None:
    from PyQt6 import sip

    chart = Chart(connected, qtbot)
    connected.exchange.may_answer.clear()
    chart.candles.open(BTC, UNIT)
    sip.delete(chart.candles)
    connected.exchange.may_answer.set()
    assert connected.viewed == {}
    qtbot.waitUntil(lambda: not connected.operations.running(), timeout=TIMEOUT)
