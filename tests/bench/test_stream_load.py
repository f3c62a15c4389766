"""300 markets at ten times the busiest second that was seen, for a minute, and own orders beside them.

Nothing may grow: neither what waits in the mailbox nor memory; no order event and no trade may be lost; the sender may
not be held up, which it would be if we read too slowly.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from time import perf_counter, process_time

import psutil
import pytest

from tests.bench.stream_wire import MARKETS
from tests.fakes.rest_answers import FakeAccount, FakeMarketData
from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import OWN_ORDERS, FakeSigner
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import (
    OrderEventsLost,
    OwnOrderChanged,
    StreamEvent,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.data_layer.exchanges.upbit.streams import UpbitStreams
from upbit_auto_trading.data_layer.system_clock import SystemClock

pytestmark = [pytest.mark.bench, pytest.mark.long, pytest.mark.timeout(400)]

RATE, SECONDS, ORDERS_A_SECOND = 8_000, 60, 200
#: of the window: what is drawn is collated to so many a second
TAKEN_EVERY_SECONDS = 0.1
MOST_GROWTH_MB = 30.0
#: what piled up while the machine was busy elsewhere has to be gone at the end
MOST_LATE_SECONDS = 1.0


class Consumer:
    """Takes ten times a second, counts and keeps nothing."""

    def __init__(self, streams: UpbitStreams) -> None:
        self._streams = streams
        self.woken = threading.Event()
        self.kinds: Counter[str] = Counter()
        self.trades: Counter[str] = Counter()
        self.updates: set[tuple[str, str, str]] = set()
        self.most_at_once = 0
        streams.on_waiting(self.woken.set)

    def take(self) -> None:
        self.woken.wait(TAKEN_EVERY_SECONDS)
        self.woken.clear()
        events = self._streams.take(100_000)
        self.most_at_once = max(self.most_at_once, len(events))
        for event in events:
            self.kinds[type(event).__name__] += 1
            self._note(event)

    def _note(self, event: StreamEvent) -> None:
        if isinstance(event, TradePrinted):
            self.trades[event.trade.market.code] += 1
        elif isinstance(event, OwnOrderChanged):
            update = event.update
            self.updates.add((update.order_id, update.state.value, str(update.executed_quantity)))


def test_ten_times_the_load_for_a_minute() -> None:
    arguments = [str(number) for number in (RATE, SECONDS, ORDERS_A_SECOND)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.frame_sender", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as sender:
        assert sender.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        reading = threading.Thread(target=put_lines, args=(sender.stdout, lines), daemon=True)
        reading.start()
        port = int(lines.get(timeout=120))
        try:
            report, consumer, megabytes, busy = run(f"ws://127.0.0.1:{port}/websocket/v1", lines)
        finally:
            sender.kill()
            reading.join(10)
    early, late = megabytes[len(megabytes) // 4], megabytes[-1]
    print(f"sent {report}; taken {dict(consumer.kinds)}; at most {consumer.most_at_once} at once")
    print(f"memory {early:.0f} MB after a quarter, {late:.0f} MB at the end; {busy:.0%} of one core")
    assert consumer.kinds["OrderEventsLost"] == 0, OrderEventsLost
    assert len(consumer.updates) == report["orders"]
    assert consumer.trades.total() == report["trades"]
    assert report["late_at_the_end"] <= MOST_LATE_SECONDS
    assert late - early <= MOST_GROWTH_MB


def put_lines(source: Iterable[str], lines: queue.Queue[str]) -> None:
    for line in source:
        lines.put(line)


def run(url: str, lines: queue.Queue[str]) -> tuple[dict[str, float], Consumer, list[float], float]:
    streams = UpbitStreams(url, SystemClock(), FakeSigner(), FakeMarketData(), FakeAccount())
    consumer = Consumer(streams)
    kinds = (TopicKind.PRICES, TopicKind.BOOKS, TopicKind.TRADES)
    streams.want([OWN_ORDERS, *(Topic(kind, Market("upbit", code)) for code in MARKETS for kind in kinds)])
    process, megabytes = psutil.Process(), []
    began, used = perf_counter(), process_time()
    streams.start()
    try:
        next_at = began
        while lines.empty() and perf_counter() - began < SECONDS * 3:
            consumer.take()
            if perf_counter() >= next_at:
                megabytes.append(process.memory_info().rss / 2**20)
                next_at += 1.0
        busy = (process_time() - used) / (perf_counter() - began)
        report: dict[str, float] = json.loads(lines.get(timeout=5))
        ends_at = perf_counter() + 10
        while perf_counter() < ends_at and consumer.trades.total() < report["trades"]:
            consumer.take()
        consumer.take()
    finally:
        streams.stop()
    return report, consumer, megabytes, busy
