"""What a chart shows is what its exchange has, whatever is stored, late or lost meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.chart_world import BTC, ETH, CandleConnection, ChartWorld, made_candle
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
    rows_of,
)
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import series_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.errors import DiskFull, ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.live_candle import (
    FollowedSeries,
    FreshnessState,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.runtime.chart_candles import ChartPhase
from upbit_auto_trading.ui.runtime.topics import CANDLES_TOPIC

# --- opening


def test_without_anything_stored_the_newest_come_from_the_exchange_and_are_stored(
    connected: ChartWorld, chart: Chart
) -> None:
    chart.candles.open(BTC, UNIT)
    assert chart.candles.state.phase is ChartPhase.LOADING
    assert chart.candles.columns is None
    chart.wait()
    chart.check(newest(connected, 999))
    assert [len_of(one) for one in connected.exchange.asked] == [199, 200, 200, 200, 200], "the newest first"
    assert connected.exchange.asked[0].end == NOON
    (covered,) = connected.candles.covered(BTC, UNIT)
    assert (covered.span, covered.origin) == (Span(back(999), NOON), Origin.EXCHANGE)
    assert chart.candles.known == (Span(back(999), NOON),)
    assert chart.told[0] == ("opened", 0)
    assert [name for name, _ in chart.told[1:]] == ["prepended"] * 4


def test_what_is_stored_is_shown_at_once_and_only_what_is_missing_is_asked_for(
    connected: ChartWorld, chart: Chart, qtbot: QtBot
) -> None:
    connected.store(BTC, UNIT, back(1_500), back(300))
    connected.store(BTC, UNIT, back(100), back(50))
    connected.exchange.may_answer.clear()
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: chart.told != [], timeout=TIMEOUT)
    assert len(chart.rows) == 1_250, "while the exchange thinks"
    assert chart.candles.state.phase is ChartPhase.READY
    assert chart.candles.state.is_loading_newest
    connected.exchange.may_answer.set()
    chart.wait()
    chart.check(newest(connected, 1_999))
    asked = [(one.start, one.end) for one in connected.exchange.asked]
    assert asked[0] == (back(50), NOON)
    assert (back(300), back(100)) in asked
    assert sum((end - start) // MINUTE for start, end in asked) == 499 + 200 + 50
    assert chart.candles.known == (Span(back(1_999), NOON),)


def test_it_follows_what_it_shows_from_the_interval_before_on(connected: ChartWorld, chart: Chart) -> None:
    chart.candles.open(BTC, UNIT)
    assert list(connected.viewed.values()) == [FollowedSeries(BTC, UNIT, back(1))]
    chart.candles.open(ETH, CandleUnit.HOUR)
    assert list(connected.viewed.values()) == [FollowedSeries(ETH, CandleUnit.HOUR, NOON - timedelta(hours=1))]
    chart.candles.close()
    assert connected.viewed == {}
    assert chart.candles.columns is None


def test_two_charts_look_at_two_series(connected: ChartWorld, chart: Chart, qtbot: QtBot) -> None:
    other = Chart(connected, qtbot)
    chart.candles.open(BTC, UNIT)
    other.candles.open(ETH, UNIT)
    assert {one.market for one in connected.viewed.values()} == {BTC, ETH}
    chart.wait()
    other.wait()
    chart.check(newest(connected, 999))
    other.check(newest(connected, 999, ETH))


def test_answers_for_what_was_shown_before_are_dropped(connected: ChartWorld, chart: Chart, qtbot: QtBot) -> None:
    connected.exchange.may_answer.clear()
    for number in range(20):
        market, unit = (BTC, ETH)[number % 2], (UNIT, CandleUnit.MINUTES_5)[number % 3 == 0]
        chart.candles.open(market, unit)
        if number % 4 == 0:
            qtbot.waitUntil(lambda: chart.candles.state.is_loading_newest, timeout=TIMEOUT)
    chart.candles.open(ETH, UNIT)
    chart.told.clear()
    connected.exchange.may_answer.set()
    chart.wait()
    qtbot.waitUntil(lambda: not connected.operations.running(), timeout=TIMEOUT)
    chart.check(newest(connected, 999, ETH))
    assert [name for name, _ in chart.told] == ["opened"] + ["prepended"] * 4, "nothing of the others was told"
    assert chart.candles.market == ETH
    columns = chart.candles.columns
    assert columns is not None
    assert (columns.market, columns.unit) == (ETH, UNIT)


@pytest.mark.parametrize(
    "unit", [CandleUnit.SECOND, CandleUnit.HOURS_4, CandleUnit.DAY, CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR]
)
def test_every_unit_goes_back_to_the_listing(
    connected: ChartWorld, chart: Chart, clock: FakeClock, unit: CandleUnit
) -> None:
    listings = {
        CandleUnit.SECOND: datetime(2026, 11, 20, 11, 40, tzinfo=UTC),
        CandleUnit.HOURS_4: datetime(2026, 3, 1, tzinfo=UTC),
    }
    connected.exchange.listed_at = listings.get(unit, datetime(2017, 9, 25, tzinfo=UTC))
    chart.candles.open(BTC, unit)
    chart.wait()
    for _ in range(20):
        chart.older()
    assert chart.candles.state.at_the_beginning
    current = unit.floor(NOW - timedelta(seconds=5))
    source = connected.source(BTC, unit, connected.exchange.listed_at, current)
    chart.check(source)
    assert len(source) >= 8
    asked = len(connected.exchange.asked)
    chart.older()
    assert len(connected.exchange.asked) == asked, "there is nothing more to ask for"
    if unit is not CandleUnit.SECOND:
        assert chart.candles.known[0].start < connected.exchange.listed_at, "before the listing nobody can have traded"


def test_a_market_without_any_candle_is_empty_until_one_forms(connected: ChartWorld, chart: Chart) -> None:
    connected.exchange.listed_at = NOW
    chart.candles.open(BTC, UNIT)
    chart.wait(ChartPhase.EMPTY)
    assert chart.candles.columns is None
    assert chart.candles.state.at_the_beginning
    connected.told.forms(made_candle(BTC, UNIT, NOON))
    assert chart.candles.state.phase is ChartPhase.READY
    chart.check(series_of(BTC, UNIT, [made_candle(BTC, UNIT, NOON)]))
    assert chart.told == [("opened", 0)]


def test_a_market_that_was_quiet_for_long_shows_its_last_candles(connected: ChartWorld, chart: Chart) -> None:
    connected.exchange.quiet.append(Span(back(9_000), NOON + MINUTE))
    chart.candles.open(BTC, UNIT)
    chart.wait()
    source = connected.source(BTC, UNIT, back(9_000) - 200 * MINUTE, NOON)
    assert 100 < len(chart.rows) <= 200
    chart.check(source)
    assert chart.candles.known[-1].end == back(10), "the newest ten minutes may be listed late"


# --- older ones


def test_older_ones_come_from_the_store_first_and_then_from_the_exchange(
    connected: ChartWorld, chart: Chart, qtbot: QtBot
) -> None:
    connected.store(BTC, UNIT, back(3_000), back(700))
    connected.store(BTC, UNIT, back(4_500), back(3_400))
    chart.candles.open(BTC, UNIT)
    chart.wait()
    chart.check(newest(connected, 1_999))
    connected.exchange.asked.clear()
    for expected in (3_000, 3_400, 4_500, 5_500, 6_500):
        chart.older()
        chart.check(newest(connected, expected))
        assert chart.candles.known == (Span(back(expected), NOON),)
    asked = [(one.start, one.end) for one in connected.exchange.asked]
    assert asked[:2] == [(back(3_200), back(3_000)), (back(3_400), back(3_200))], "the hole, from its end on"
    assert len(asked) == 2 + 5 + 5, "at most a thousand at a time"
    assert {name for name, _ in chart.told[1:]} <= {"prepended", "changed"}, "nothing was thrown away"


def test_one_request_at_a_time(connected: ChartWorld, chart: Chart) -> None:
    chart.candles.open(BTC, UNIT)
    chart.wait()
    connected.exchange.asked.clear()
    for _ in range(10):
        chart.candles.load_older()
    assert chart.candles.state.is_loading_older
    chart.wait()
    assert len(connected.exchange.asked) == 5
    chart.check(newest(connected, 1_999))


def test_older_ones_that_are_wanted_while_the_newest_come_follow_them(
    connected: ChartWorld, chart: Chart, qtbot: QtBot
) -> None:
    connected.store(BTC, UNIT, back(100), NOON)
    connected.exchange.may_answer.clear()
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: len(chart.rows) == 100, timeout=TIMEOUT)
    chart.candles.load_older()
    connected.exchange.may_answer.set()
    qtbot.waitUntil(lambda: len(chart.rows) == 1_999, timeout=TIMEOUT)
    chart.wait()
    chart.check(newest(connected, 1_999))


def test_years_without_a_trade_are_stepped_over(connected: ChartWorld, chart: Chart) -> None:
    connected.exchange.quiet.append(Span(back(20_000), back(600)))
    chart.candles.open(BTC, UNIT)
    chart.wait()
    assert len(chart.rows) > 600
    chart.older()
    chart.older()
    assert chart.first < back(20_000).timestamp()
    columns = chart.candles.columns
    assert columns is not None
    since = datetime.fromtimestamp(chart.first, UTC)
    chart.check(connected.source(BTC, UNIT, since, NOON))
    assert len(chart.candles.known) == 1, "it is known that nobody traded"
    assert len(connected.exchange.asked) < 30


def test_a_failure_leaves_what_is_shown_and_can_be_tried_again(connected: ChartWorld, chart: Chart) -> None:
    chart.candles.open(BTC, UNIT)
    chart.wait()
    connected.exchange.failures = [ExchangeUnavailable("practice", "transport-closed")]
    chart.older()
    chart.wait()
    assert isinstance(chart.candles.state.error, ExchangeUnavailable)
    chart.check(newest(connected, 999))
    chart.candles.retry()
    chart.wait()
    assert chart.candles.state.error is None
    chart.check(newest(connected, 1_999))


def test_the_exchange_dies_in_the_middle_of_the_newest(connected: ChartWorld, chart: Chart, qtbot: QtBot) -> None:
    connected.exchange.failures = [ExchangeUnavailable("practice", "refused")]
    chart.candles.open(BTC, UNIT)
    chart.wait(ChartPhase.FAILED)
    assert isinstance(chart.candles.state.error, ExchangeUnavailable)
    chart.candles.retry()
    chart.wait()
    chart.check(newest(connected, 999))


def test_it_dies_and_there_is_something_of_long_ago(connected: ChartWorld, chart: Chart, qtbot: QtBot) -> None:
    connected.store(BTC, UNIT, back(9_000), back(8_000))
    connected.exchange.failures = [ExchangeUnavailable("practice", "refused")]
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: len(chart.rows) == 1_000, timeout=TIMEOUT)
    assert chart.candles.state.phase is ChartPhase.READY
    assert chart.candles.state.error is not None
    chart.candles.retry()
    chart.wait()
    chart.check(newest(connected, 999))
    for expected in (1_999, 2_999):
        chart.older()
        chart.check(newest(connected, expected))


def test_what_cannot_be_stored_is_shown_and_said(connected: ChartWorld, chart: Chart) -> None:
    connected.candles.fail_next_write = DiskFull("market_data.sqlite3")
    chart.candles.open(BTC, UNIT)
    chart.wait()
    chart.check(newest(connected, 999))
    assert isinstance(chart.candles.state.error, DiskFull)


# --- without the exchange


def test_offline_it_shows_what_is_stored_and_comes_back_by_itself(
    world: ChartWorld, chart: Chart, qtbot: QtBot
) -> None:
    world.store(BTC, UNIT, back(9_000), back(8_500))
    world.store(BTC, UNIT, back(8_000), back(6_500))
    chart.candles.open(BTC, UNIT)
    chart.wait(ChartPhase.OFFLINE)
    assert chart.candles.state.is_stale
    qtbot.waitUntil(lambda: chart.told != [], timeout=TIMEOUT)
    chart.older()
    assert len(chart.rows) == 2_000
    assert chart.candles.known == (Span(back(9_000), back(8_500)), Span(back(8_000), back(6_500))), "with its hole"
    chart.older()
    assert chart.candles.state.phase is ChartPhase.OFFLINE
    assert not chart.candles.state.at_the_beginning, "nobody has said so"
    connect(world, qtbot)
    chart.wait()
    chart.check(newest(world, 999))
    assert not chart.candles.state.is_stale


def test_offline_without_anything_stored(world: ChartWorld, chart: Chart, qtbot: QtBot) -> None:
    chart.candles.open(BTC, UNIT)
    chart.wait(ChartPhase.OFFLINE)
    chart.older()
    assert chart.candles.columns is None


def test_a_market_of_another_exchange_is_offline(connected: ChartWorld, chart: Chart) -> None:
    chart.candles.open(Market("upbit", "KRW-BTC"), UNIT)
    chart.wait(ChartPhase.OFFLINE)
    assert connected.viewed == {}
    assert connected.exchange.asked == []


def test_the_exchange_is_lost_while_it_loads_and_comes_back(
    connected: ChartWorld, chart: Chart, qtbot: QtBot, expected_log: LogGuard
) -> None:
    connection = connected.link.connection
    assert isinstance(connection, CandleConnection)
    connected.store(BTC, UNIT, back(60), NOON)
    connected.exchange.may_answer.clear()
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: chart.candles.state.is_loading_newest, timeout=TIMEOUT)
    connected.ahead = [CandleConnection(connected.exchange)]
    with qtbot.waitSignals([connected.link.lost, connected.link.opened], timeout=TIMEOUT):
        connection.alive = False
    connected.exchange.may_answer.set()
    chart.wait()
    chart.check(newest(connected, 999))
    assert chart.candles.state.phase is ChartPhase.READY


def test_what_fails_because_the_exchange_was_left_is_no_failure(
    connected: ChartWorld, chart: Chart, qtbot: QtBot
) -> None:
    connected.store(BTC, UNIT, back(60), NOON)
    connected.exchange.may_answer.clear()
    chart.candles.open(BTC, UNIT)
    qtbot.waitUntil(lambda: connected.exchange.asked != [], timeout=TIMEOUT)
    connected.exchange.failures = [ExchangeUnavailable("practice", "transport-closed")]
    connected.link.lost.emit()
    connected.exchange.may_answer.set()
    qtbot.waitUntil(lambda: not connected.operations.running(), timeout=TIMEOUT)
    assert chart.candles.state.error is None
    assert chart.candles.state.phase is ChartPhase.OFFLINE
    assert len(chart.rows) == 60


def test_what_somebody_stored_of_before_the_listing_is_shown_too(
    connected: ChartWorld, chart: Chart, qtbot: QtBot
) -> None:
    """Of a file: the exchange knows nothing of it."""
    older = connected.source(BTC, UNIT, back(900), back(800))
    connected.candles.write(older, Span(back(900), back(800)), Origin.FILE, NOW)
    connected.exchange.listed_at = back(300)
    chart.candles.open(BTC, UNIT)
    chart.wait()
    while not chart.candles.state.at_the_beginning:
        chart.older()
    rows = [*rows_of(older), *rows_of(newest(connected, 300))]
    assert chart.rows == rows
    oldest = series_of(BTC, UNIT, [made_candle(BTC, UNIT, back(2_000))])
    connected.candles.write(oldest, Span(back(2_000), back(1_990)), Origin.FILE, NOW)
    with qtbot.waitSignal(chart.candles.state_changed, timeout=TIMEOUT):
        connected.operations.changed.emit(CANDLES_TOPIC, None)
    while not chart.candles.state.at_the_beginning:
        chart.older()
    rows = [*rows_of(oldest), *rows]
    assert chart.rows == rows
    assert rows_of(chart.candles.columns.copied()) == rows  # type: ignore[union-attr]


def test_what_was_shown_stays_until_it_is_read_anew(connected: ChartWorld, chart: Chart, qtbot: QtBot) -> None:
    chart.candles.open(BTC, UNIT)
    chart.wait()
    phases: set[ChartPhase] = set()
    chart.candles.state_changed.connect(lambda: phases.add(chart.candles.state.phase))
    with qtbot.waitSignal(chart.candles.opened, timeout=TIMEOUT):
        connected.link.opened.emit(connected.link.connection)
    chart.wait()
    assert phases == {ChartPhase.READY}
    chart.check(newest(connected, 999))


def test_what_failed_is_asked_again_when_the_stream_is_there_again(connected: ChartWorld, chart: Chart) -> None:
    connected.exchange.failures = [ExchangeUnavailable("practice", "refused")]
    chart.candles.open(BTC, UNIT)
    chart.wait(ChartPhase.FAILED)
    connected.told.judge(BTC, UNIT, FreshnessState.FRESH)
    chart.wait()
    assert chart.candles.state.error is None
    chart.check(newest(connected, 999))
