"""300 markets at ten times the busiest second that was seen, for a minute, and own orders beside them.

Nothing may grow: neither what waits in the mailbox nor memory; no order event and no trade may be lost. What a frame
takes of the processor is judged against a bare client that is sent the same at the same time: the same library, and
``json.loads`` of each frame. How late the sender is because the machine does other things is printed.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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

pytestmark = [pytest.mark.bench, pytest.mark.long, pytest.mark.timeout(900)]

RATE, SECONDS, ORDERS_A_SECOND = 8_000, 60, 200
#: of the window: what is drawn is collated to so many a second
TAKEN_EVERY_SECONDS = 0.1
MOST_GROWTH_MB = 30.0
#: of the bare client's processor time for a frame
MOST_TIMES_BARE = 2.4
#: a machine that does other things makes the minute longer
_LONGEST_SECONDS = 5 * SECONDS


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


class Child:
    """A process, and the lines that it prints."""

    def __init__(self, module: str, *arguments: object) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", module, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdout is not None
        self.lines: queue.Queue[str] = queue.Queue()
        self._reading = threading.Thread(target=put_lines, args=(self.process.stdout, self.lines), daemon=True)
        self._reading.start()

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.kill()
        self._reading.join(10)
        self.process.communicate()


@contextmanager
def child(module: str, *arguments: object) -> Iterator[Child]:
    started = Child(module, *arguments)
    try:
        yield started
    finally:
        started.end()


def test_ten_times_the_load_for_a_minute() -> None:
    with child("tests.bench.frame_sender", RATE, SECONDS, ORDERS_A_SECOND) as sender:
        url = f"ws://127.0.0.1:{int(sender.lines.get(timeout=120))}/websocket/v1"
        with child("tests.bench.bare_listener", f"{url}/bare", RATE * SECONDS) as bare:
            assert bare.lines.get(timeout=120) == "connected\n"
            bare.say("go")
            report, consumer, megabytes, busy = run(url, sender.lines)
            theirs = float(bare.lines.get(timeout=_LONGEST_SECONDS)) / (RATE * SECONDS)
    early, late = megabytes[len(megabytes) // 4], megabytes[-1]
    ours = busy / report["frames"]
    print(f"sent {report}; taken {dict(consumer.kinds)}; at most {consumer.most_at_once} at once")
    print(
        f"memory {early:.0f} MB after a quarter, {late:.0f} MB at the end; {ours * 1e6:.0f} µs of processor a frame, "
        f"websockets and json.loads alone {theirs * 1e6:.0f} µs: {ours / theirs:.2f} ×"
    )
    assert consumer.kinds["OrderEventsLost"] == 0, OrderEventsLost
    assert len(consumer.updates) == report["orders"]
    assert consumer.trades.total() == report["trades"]
    assert late - early <= MOST_GROWTH_MB
    assert ours / theirs <= MOST_TIMES_BARE


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
        while lines.empty() and perf_counter() - began < _LONGEST_SECONDS:
            consumer.take()
            if perf_counter() >= next_at:
                megabytes.append(process.memory_info().rss / 2**20)
                next_at += 1.0
        busy = process_time() - used
        report: dict[str, float] = json.loads(lines.get(timeout=5))
        ends_at = perf_counter() + SECONDS
        while perf_counter() < ends_at and consumer.trades.total() < report["trades"]:
            consumer.take()
        consumer.take()
    finally:
        streams.stop()
    return report, consumer, megabytes, busy
