"""Charts over the program's own parts, from the exchange's sockets to the database: candle for candle what it has."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.contract.live_candles.course import MINUTE, QUIET, START, Course, course
from tests.fakes.fake_downloads import FakeDownloads
from tests.fakes.runtime_stores import EngineStores
from tests.log_guard import LogGuard
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of, series_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.composition_root.chart_data import ExchangeCandles, StoredCandles
from upbit_auto_trading.composition_root.live_data import LiveData
from upbit_auto_trading.data_layer.exchange_feed import ExchangeFeed
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_store
from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles, ChartPhase
from upbit_auto_trading.ui.runtime.chart_ports import ChartServices
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
from upbit_auto_trading.ui.runtime.freshness_board import FreshnessBoard
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

BTC, ETH, WAXP = (Market("practice", code) for code in ("KRW-BTC", "KRW-ETH", QUIET))
UNIT = CandleUnit.MINUTE
BEGIN = START.replace(second=0)
SECONDS = 40_000


@pytest.fixture(autouse=True)
def quota(expected_log: LogGuard) -> None:
    """A busy machine may deliver at once what was sent over a second: the account's stream comes back by itself."""
    expected_log.expect("the exchange refuses a subscription", at_least=0)


class _Connection:
    """Left and opened again without the process behind it."""

    def __init__(self, one: Course) -> None:
        self.exchange, self.markets, self.streams = one.exchange, one.exchange.market_data.markets(), one.streams
        self.practice, self.world = one.practice, one.world

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        """The course ends it."""


class Charts:
    def __init__(self, one: Course, database: Path, qtbot: QtBot) -> None:
        self._course = one
        self._qtbot = qtbot
        self.operations = Operations(one.stores, one.clock)
        feed = ExchangeFeed()
        self.live = LiveData(feed, self.operations, one.clock)
        self.engine = EngineLink(lambda: feed, EngineStores().open, one.clock, live=self.live)
        self.board = MarketBoard(feed.want, one.clock)
        self.engine.market_told.connect(self.board.take)
        self.link = ExchangeLink(Text("", ""), lambda _context: _Connection(one), self.operations)
        self.link.opened.connect(self.live.take_connection)
        self.link.lost.connect(self.live.lose_connection)
        freshness = FreshnessBoard()
        self.engine.freshness_changed.connect(freshness.take)
        self._services = ChartServices(
            operations=self.operations,
            link=self.link,
            engine=self.engine,
            board=self.board,
            freshness=freshness,
            downloads=FakeDownloads(),
            clock=one.clock,
            market_now=self._market_now,
            open_store=StoredCandles(database).open,
            source_of=lambda connection: ExchangeCandles(connection, one.clock),
            view=self.live.view,
            day_start_of=day_start_of,
        )

    def _market_now(self) -> Any:
        traded = (summary.traded_at for summary in self.board.summaries.values())
        return max(traded, default=self._course.clock.now())

    def start(self) -> None:
        self.operations.start()
        self.engine.start()
        with self._qtbot.waitSignal(self.link.opened, timeout=SECONDS):
            self.link.start()

    def stop(self) -> None:
        self.engine.host.request_stop()
        assert self.engine.host.wait(30_000)
        assert self.live.stop() == ()
        stop_operations(self.operations)

    def open(self, market: Market, unit: CandleUnit) -> ChartCandles:
        chart = ChartCandles(self._services)
        chart.open(market, unit)
        return chart

    def wait(self, *charts: ChartCandles) -> None:
        """Until each shows everything that it asked for, and is fresh."""
        for chart in charts:
            self._qtbot.waitUntil(lambda chart=chart: _is_done(chart), timeout=SECONDS)  # type: ignore[misc]

    def wait_for_time(self, moment: Any) -> None:
        self._qtbot.waitUntil(lambda: self._course.practice.time().now >= moment, timeout=SECONDS)

    def check(self, chart: ChartCandles, *, least: int) -> int:
        """The market stands still: what is shown becomes what the exchange has, the forming one included."""
        market, unit = chart.market, chart.unit
        assert market is not None
        assert unit is not None
        now = self._course.practice.time().now
        end = unit.next(unit.floor(now))

        def is_equal() -> bool:
            shown = _shown(chart)
            if not len(shown):
                return False
            source = series_of(
                market, unit, self._course.source(market, Span(moment_of(int(shown.opened[0])), end), unit)
            )
            return len(source) >= least and shown.equals(source)

        self._qtbot.waitUntil(is_equal, timeout=SECONDS)
        return len(_shown(chart))


def _shown(chart: ChartCandles) -> CandleSeries:
    assert chart.columns is not None
    return chart.columns.copied()


def _is_done(chart: ChartCandles) -> bool:
    state = chart.state
    is_busy = state.is_loading_newest or state.is_loading_older or state.is_filling
    return state.phase is ChartPhase.READY and not is_busy and state.is_live


@contextmanager
def charts_over(one: Course, folder: Path, qtbot: QtBot) -> Iterator[Charts]:
    charts = Charts(one, folder / "market_data.sqlite3", qtbot)
    charts.start()
    try:
        yield charts
    finally:
        charts.stop()


def test_a_minute_and_a_day_are_what_the_exchange_has_while_it_trades(tmp_path: Path, qtbot: QtBot) -> None:
    with course(tmp_path, ("KRW-BTC",), markets=3) as one, charts_over(one, tmp_path, qtbot) as charts:
        one.control.run(60)
        shown = [charts.open(BTC, unit) for unit in (UNIT, CandleUnit.DAY)]
        charts.wait(*shown)
        charts.wait_for_time(one.practice.time().now + 1.2 * MINUTE)
        one.control.pause()
        for chart, least in zip(shown, (900, 20), strict=True):
            charts.check(chart, least=least)


@pytest.mark.long
def test_what_is_shown_is_what_the_exchange_has_through_cuts(tmp_path: Path, qtbot: QtBot) -> None:
    wanted = [
        (BTC, UNIT),
        (WAXP, UNIT),
        (ETH, CandleUnit.MINUTES_5),
        (BTC, CandleUnit.HOUR),
        (BTC, CandleUnit.DAY),
        (BTC, CandleUnit.WEEK),
        (BTC, CandleUnit.MONTH),
    ]
    with course(tmp_path, ("KRW-BTC",)) as one, charts_over(one, tmp_path, qtbot) as charts:
        one.control.run(30)
        shown = [charts.open(market, unit) for market, unit in wanted]
        charts.wait(*shown)
        was_stale: list[bool] = []
        shown[0].state_changed.connect(lambda: was_stale.append(shown[0].state.is_stale))
        one.control.add_fault("stream-cut", times=2)  # both streams
        qtbot.waitUntil(lambda: any(was_stale), timeout=SECONDS)
        one.control.add_fault("status", amount=500, path="*/candles/*", times=2)
        charts.wait_for_time(BEGIN + 4 * MINUTE)
        charts.wait(*shown)
        qtbot.waitUntil(lambda: not shown[0].state.is_stale, timeout=SECONDS)
        charts.wait_for_time(one.practice.time().now + MINUTE)
        one.control.pause()
        one.control.clear_faults()
        counts = [
            charts.check(chart, least=least) for chart, least in zip(shown, (900, 200, 800, 500, 20, 5, 2), strict=True)
        ]
        print(f"candles equal to the exchange's: {counts}")


@pytest.mark.long
def test_fast_switching_ends_with_what_was_opened_last(tmp_path: Path, qtbot: QtBot) -> None:
    with course(tmp_path, ("KRW-BTC",)) as one, charts_over(one, tmp_path, qtbot) as charts:
        one.control.run(10)
        chart = charts.open(BTC, UNIT)
        units = (UNIT, CandleUnit.MINUTES_15, CandleUnit.DAY, CandleUnit.SECOND)
        for number in range(24):
            chart.open((BTC, ETH, WAXP)[number % 3], units[number % 4])
            if number % 5 == 0:
                qtbot.waitUntil(lambda: chart.columns is not None, timeout=SECONDS)
        chart.open(ETH, UNIT)
        charts.wait(chart)
        one.control.pause()
        assert charts.check(chart, least=900) < 1_100


@pytest.mark.long
def test_older_ones_with_a_hole_in_the_store_and_up_to_the_first(tmp_path: Path, qtbot: QtBot) -> None:
    with course(tmp_path, ("KRW-BTC",)) as one:
        one.control.pause()
        store = open_candle_store(tmp_path / "market_data.sqlite3")
        for start, end in ((2_600, 1_400), (4_000, 3_000)):
            span = Span(BEGIN - start * MINUTE, BEGIN - end * MINUTE)
            store.identify("practice", one.world or "")
            store.write(series_of(BTC, UNIT, one.source(BTC, span)), span, Origin.EXCHANGE, BEGIN)
        store.close()
        with charts_over(one, tmp_path, qtbot) as charts:
            chart = charts.open(BTC, UNIT)
            qtbot.waitUntil(lambda: _is_loaded(chart), timeout=SECONDS)
            for _ in range(5):
                chart.load_older()
                qtbot.waitUntil(lambda: _is_loaded(chart), timeout=SECONDS)
            known = chart.known[0].start
            assert known <= BEGIN - 5_000 * MINUTE
            assert charts.check(chart, least=4_500)
            assert len(chart.known) == 1


def _is_loaded(chart: ChartCandles) -> bool:
    state = chart.state
    return state.phase is ChartPhase.READY and not state.is_loading_newest and not state.is_loading_older


def _is_back(one: Course) -> bool:
    try:
        return one.process.restarts == 1 and bool(one.practice.pause())
    except ExchangeUnavailable:
        return False


@pytest.mark.long
def test_the_exchange_is_killed_while_it_loads(tmp_path: Path, qtbot: QtBot, expected_log: LogGuard) -> None:
    # told where the reader asked while the exchange was away, which it need not have done
    expected_log.expect("live candles: the exchange tells no", at_least=0)
    with course(tmp_path, ("KRW-BTC",)) as one, charts_over(one, tmp_path, qtbot) as charts:
        one.control.pause()
        chart = charts.open(BTC, UNIT)
        qtbot.waitUntil(lambda: _is_loaded(chart), timeout=SECONDS)
        before = len(_shown(chart))
        number = one.process.process_id
        assert number is not None
        chart.load_older()
        os.kill(number, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        qtbot.waitUntil(lambda: not chart.state.is_loading_older, timeout=SECONDS)
        assert len(_shown(chart)) >= before, "what was shown stays"
        chart.retry()
        qtbot.waitUntil(lambda: _is_back(one), timeout=SECONDS)
        one.control.jump(BEGIN + timedelta(seconds=30))

        def is_longer() -> bool:
            if not chart.state.is_loading_older:
                chart.load_older()
            return len(_shown(chart)) > before + 500

        qtbot.waitUntil(is_longer, timeout=SECONDS)
        shown = _shown(chart)
        span = Span(moment_of(int(shown.opened[0])), BEGIN)
        ended = shown.between(span.start, span.end)
        assert ended.equals(series_of(BTC, UNIT, one.source(BTC, span)))
