"""Real streams against a scripted server, with short waits: what the tests of streams share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from tests.fakes import upbit_frames as frames
from tests.fakes.rest_answers import BTC, FakeAccount, FakeMarketData
from tests.fakes.scripted_stream_server import ScriptedStreamServer
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.stream import (
    StreamEvent,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
)
from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import MailboxLimits
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.exchanges.upbit.streams import UpbitStreams
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.backoff import Backoff
from upbit_auto_trading.data_layer.transport.reconnecting_socket import SocketTiming

T = TypeVar("T", bound=StreamEvent)
PRICES = Topic(TopicKind.PRICES, BTC)
BOOKS = Topic(TopicKind.BOOKS, BTC)
TRADES = Topic(TopicKind.TRADES, BTC)
CANDLES = Topic(TopicKind.CANDLES, BTC, CandleUnit.MINUTE)
OWN_ORDERS = Topic(TopicKind.OWN_ORDERS)
OWN_BALANCES = Topic(TopicKind.OWN_BALANCES)

SOON = Backoff(0.02, 0.1)
FAST = StreamTiming(
    socket=SocketTiming(
        ping_seconds=0.3, silent_seconds=15.0, open_seconds=5.0, close_seconds=0.2, stable_seconds=0.2, backoff=SOON
    ),
    tick=0.02,
    snapshot=15.0,
    quiet_few=0.6,
    quiet_many=0.3,
    confirm_every=0.3,
    confirm=15.0,
    confirm_again=0.05,
    second_look=0.2,
    poll_after=0.3,
    poll_prices=0.05,
    poll_orders=0.05,
    poll_balances=0.05,
    poll_candles=0.05,
    candle_grace=0.1,
    candle_rest=0.1,
    rest_backoff=SOON,
)
#: where the test is about nothing coming; elsewhere a slow machine must not look like a dead exchange
HASTY = replace(FAST, socket=replace(FAST.socket, silent_seconds=1.2), snapshot=0.5, confirm=0.5)


class FakeSigner:
    def __init__(self) -> None:
        self.key = object()
        self.tokens = 0

    def authorization(self) -> str:
        self.tokens += 1
        return f"Bearer token-{self.tokens}"


def snapshots(kind: str, code: str) -> list[str]:
    """One market is unknown; the others have one of everything."""
    bare = code.partition(".")[0]
    if bare == "KRW-GONE":
        return []
    if kind == "ticker":
        return [frames.ticker(bare, st="SNAPSHOT")]
    if kind == "trade":
        return [frames.trade(bare, st="SNAPSHOT")]
    return [frames.book(bare, st="SNAPSHOT")] if kind == "orderbook" else []


class RunningStreams:
    def __init__(self, server: ScriptedStreamServer, timing: StreamTiming, limits: MailboxLimits | None) -> None:
        self.server = server
        self.market_data = FakeMarketData()
        self.account = FakeAccount()
        self.signer = FakeSigner()
        self.failures: list[BaseException] = []
        self.events: list[StreamEvent] = []
        self._waiting = threading.Event()
        self.streams = UpbitStreams(
            server.url,
            SystemClock(),
            self.signer,
            self.market_data,
            self.account,
            timing=timing,
            limits=limits,
            on_failure=self.failures.append,
        )
        self.streams.on_waiting(self._waiting.set)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def take_until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Takes what comes, woken as a real consumer is, until ``condition`` holds."""
        clock = SystemClock()
        ends_at = clock.monotonic() + seconds
        while not condition():
            left = ends_at - clock.monotonic()
            assert left > 0, f"not seen: {self.events[-20:]} {self.streams.states()}"
            self._waiting.wait(min(left, 0.05))
            self._waiting.clear()
            self.events.extend(self.streams.take())

    def until_state(self, topic: Topic, state: StreamState) -> None:
        """It is so and was told: of states that nobody took, the newest alone is kept, and counts would be off."""
        self.take_until(lambda: self.streams.states().get(topic) is state and self.told_states(topic)[-1:] == [state])

    def told_states(self, topic: Topic) -> list[StreamState]:
        return [event.state for event in self.of(StreamStateChanged) if event.topic == topic]

    def until_seen(self, kind: type[T], count: int = 1) -> list[T]:
        self.take_until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)


@contextmanager
def running(
    *topics: Topic, timing: StreamTiming = FAST, limits: MailboxLimits | None = None
) -> Iterator[RunningStreams]:
    with ScriptedStreamServer(snapshots) as server:
        world = RunningStreams(server, timing, limits)
        world.streams.want(topics)
        world.streams.start()
        try:
            yield world
        finally:
            world.streams.stop()
            assert world.failures == [], world.failures
