"""300 markets at 800 frames a second reach the window's board: its loop stays free, and no trade is lost on the way."""

from __future__ import annotations

import json
import queue
from time import perf_counter, thread_time

import pytest
from PyQt6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.bench.stream_wire import MARKETS
from tests.bench.test_stream_load import child
from tests.bench.yardstick import yard
from tests.fakes.rest_answers import FakeAccount, FakeMarketData
from tests.fakes.runtime_stores import EngineStores
from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import OWN_ORDERS, FakeSigner
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.data_layer.exchange_feed import ExchangeFeed
from upbit_auto_trading.data_layer.exchanges.upbit.streams import UpbitStreams
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.market_news import MarketNews

pytestmark = [pytest.mark.bench, pytest.mark.long, pytest.mark.timeout(200)]

RATE, SECONDS, ORDERS_A_SECOND = 800, 10, 5
#: of the thread's own work between two looks, in times of the yardstick. A block of ours comes with every update, ten
#: times a second, so that the tenth longest tells of it as well as the longest, which may be the machine's
MOST_YARDS, JUDGED = 0.2, 10
LOOK_EVERY_MS = 4


class Watch:
    """How long the loop was away between two looks, and what the board told."""

    def __init__(self, engine: EngineLink, board: MarketBoard) -> None:
        self.gaps: list[float] = []
        self.worked: list[float] = []
        self.busy: list[float] = []
        self.trades = self.signals = 0
        self._board = board
        self._last, self._worked = perf_counter(), thread_time()
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        engine.market_told.connect(self._take)
        board.summaries_changed.connect(self._count)

    def start(self) -> None:
        self._last, self._worked = perf_counter(), thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        now, worked = perf_counter(), thread_time()
        self.gaps.append(now - self._last)
        self.worked.append(worked - self._worked)
        self._last, self._worked = now, worked

    def _take(self, news: MarketNews) -> None:
        began = perf_counter()
        self._board.take(news)
        self.busy.append(perf_counter() - began)
        self.trades += len(news.trades)

    def _count(self, _summaries: object) -> None:
        self.signals += 1


def test_the_loop_stays_free_and_no_trade_is_lost(qtbot: QtBot) -> None:
    with child("tests.bench.frame_sender", RATE, SECONDS, ORDERS_A_SECOND) as sender:
        port = int(sender.lines.get(timeout=120))
        before = yard(thread_time)
        watch, board, report, seconds = run(f"ws://127.0.0.1:{port}/websocket/v1", sender.lines, qtbot)
        usual = (before + yard(thread_time)) / 2
    most, busiest = max(watch.gaps), max(watch.busy)
    longest = sorted(watch.worked, reverse=True)[:JUDGED]
    print(
        f"{RATE} frames a second, {seconds:.0f} s, {len(board.summaries)} markets with prices, {watch.trades} trades: "
        f"{watch.signals / seconds:.1f} signals a second; the loop was away {most * 1000:.1f} ms at most, "
        f"at work {longest[0] * 1000:.1f} ms at most, {JUDGED} times {longest[-1] * 1000:.1f} ms, "
        f"{longest[-1] / usual:.2f} times the yardstick ({usual * 1000:.1f} ms); "
        f"in the board {busiest * 1000:.1f} ms at most"
    )
    assert watch.trades == report["trades"]
    assert len(board.summaries) > len(MARKETS) / 4  # so many have a price in what is sent
    assert watch.signals / seconds <= 10.5
    assert longest[-1] < MOST_YARDS * usual


def run(url: str, lines: queue.Queue[str], qtbot: QtBot) -> tuple[Watch, MarketBoard, dict[str, float], float]:
    clock = SystemClock()
    streams = UpbitStreams(url, clock, FakeSigner(), FakeMarketData(), FakeAccount())
    feed = ExchangeFeed()
    kinds = (TopicKind.PRICES, TopicKind.BOOKS, TopicKind.TRADES)
    feed.want("all", [OWN_ORDERS, *(Topic(kind, Market("upbit", code)) for code in MARKETS for kind in kinds)])
    engine = EngineLink(lambda: feed, EngineStores().open, clock)
    board = MarketBoard(feed.want, clock)
    board.watch(Market("upbit", MARKETS[0]))
    watch = Watch(engine, board)
    engine.start()
    feed.attach(streams)
    streams.start()
    began = perf_counter()
    try:
        qtbot.waitUntil(lambda: bool(board.summaries), timeout=30_000)
        watch.start()
        qtbot.waitUntil(lambda: not lines.empty(), timeout=SECONDS * 3_000)
        report: dict[str, float] = json.loads(lines.get(timeout=5))
        qtbot.waitUntil(lambda: watch.trades >= report["trades"], timeout=10_000)
        seconds = perf_counter() - began
        watch.stop()
    finally:
        streams.stop()
        engine.host.request_stop()
        assert engine.host.wait(30_000)
    return watch, board, report, seconds
