"""The port ``Streams`` for Upbit: two sockets in one loop thread, two lanes for REST, one mailbox.

Everything that is remembered lives in the loop thread; other threads reach it by ``StreamLoop.call``. The consumer
touches the mailbox and the table of states only, and both have a lock.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from upbit_auto_trading.business_logic.domain.stream import StreamEvent, StreamState, Topic
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Account, MarketData
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.data_layer.exchanges.upbit.candle_keeper import CandleKeeper
from upbit_auto_trading.data_layer.exchanges.upbit.delivery import Delivery
from upbit_auto_trading.data_layer.exchanges.upbit.frame_trouble import FrameTrouble
from upbit_auto_trading.data_layer.exchanges.upbit.frames import FrameDecoder
from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import Mailbox, MailboxLimits, Overflow
from upbit_auto_trading.data_layer.exchanges.upbit.poller import Poller
from upbit_auto_trading.data_layer.exchanges.upbit.private_stream import PrivateStream, StreamSigner
from upbit_auto_trading.data_layer.exchanges.upbit.public_stream import PublicStream, pushed_topics
from upbit_auto_trading.data_layer.exchanges.upbit.repair import AccountRepair, MarketRepair
from upbit_auto_trading.data_layer.exchanges.upbit.rest_lane import RestLane
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.exchanges.upbit.subscriptions import OWN, PING
from upbit_auto_trading.data_layer.exchanges.upbit.topic_states import TopicStates
from upbit_auto_trading.data_layer.transport.exchange_time import ExchangeTime
from upbit_auto_trading.data_layer.transport.reconnecting_socket import (
    ReconnectingSocket,
    SocketOwner,
    check_address,
)
from upbit_auto_trading.data_layer.transport.stream_loop import StreamLoop

_logger = logging.getLogger(__name__)
BOOK_DEPTH = 30


class UpbitStreams:
    """``market_data`` and ``account`` should ask with the lowest priority: whoever trades comes first.

    ``clock_difference`` is exchange minus ours, as far as it is known.
    """

    def __init__(
        self,
        websocket_url: str,
        clock: Clock,
        signer: StreamSigner | None,
        market_data: MarketData,
        account: Account | None,
        *,
        timing: StreamTiming | None = None,
        limits: MailboxLimits | None = None,
        book_depth: int = BOOK_DEPTH,
        compression: bool = True,
        on_failure: Callable[[BaseException], None] | None = None,
        clock_difference: Callable[[], timedelta | None] = lambda: None,
        name: str = "upbit",
    ) -> None:
        check_address(websocket_url)
        self._url = websocket_url.rstrip("/")
        self._clock = clock
        self._timing = timing or StreamTiming()
        self._compression = compression
        self.trouble = FrameTrouble(name)
        self._loop = StreamLoop(f"{name}-streams", on_failure)
        self._market_lane = RestLane(f"{name}-market-repair", clock, self._timing.rest_backoff)
        self._account_lane = RestLane(f"{name}-account-repair", clock, self._timing.rest_backoff)
        self._mailbox = Mailbox(limits or MailboxLimits(), clock.now, self._overflowed, self._loop.call)
        self._states = TopicStates(clock, self._mailbox.put)
        self._delivery = Delivery(self._mailbox.put, self._mailbox.has_room)
        repair = MarketRepair(market_data, self._market_lane, self._loop, clock, self._delivery)
        self._market_repair = repair
        exchange_time = ExchangeTime(clock, clock_difference)
        self._candles = CandleKeeper(repair, self._states, exchange_time, self._timing)
        decoder = FrameDecoder(self.trouble, name)
        self._public = PublicStream(
            lambda owner: self._socket(self._url, owner),
            decoder,
            self._delivery,
            repair,
            self._candles,
            self._states,
            clock,
            self._timing,
            book_depth,
        )
        self._private: PrivateStream | None = None
        account_repair: AccountRepair | None = None
        if signer is not None and account is not None:
            account_repair = AccountRepair(
                account, self._account_lane, self._loop, clock, exchange_time, self._delivery
            )
            self._private = PrivateStream(
                lambda owner: self._socket(f"{self._url}/private", owner),
                signer,
                decoder,
                self._delivery,
                account_repair,
                self._states,
                clock,
                self._timing,
            )
        self._poller = Poller(
            market_data,
            account_repair,
            self._market_lane,
            self._loop,
            self._delivery,
            self._states,
            clock,
            self._timing,
        )
        self._topics: frozenset[Topic] = frozenset()
        self._is_started = self._is_stopped = False

    def start(self) -> None:
        if self._is_started:
            return
        self._is_started = True
        self._market_lane.start()
        self._account_lane.start()
        self._loop.start()
        self._loop.call(self._begin)

    def stop(self) -> None:
        if not self._is_started or self._is_stopped:
            return
        self._is_stopped = True
        for part in (self._loop, self._market_lane, self._account_lane):
            if not part.stop():
                # a request that hangs; its thread is a daemon and its answer goes nowhere
                log_event(_logger, logging.WARNING, "a thread of the streams ends late", thread=part.name)

    def want(self, topics: Iterable[Topic]) -> None:
        self._topics = frozenset(topics)
        self._loop.call(self._now_want, self._topics)

    def take(self, limit: int = 1_000) -> tuple[StreamEvent, ...]:
        return self._mailbox.take(limit)

    def on_waiting(self, wake: Callable[[], None]) -> None:
        self._mailbox.on_waiting(wake)

    def states(self) -> dict[Topic, StreamState]:
        return self._states.snapshot()

    # in the loop's thread

    def _begin(self) -> None:
        self._now_want(self._topics)
        self._loop.spawn(self._tick())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._timing.tick)
            self._public.tick()
            if self._private is not None:
                self._private.tick()
            self._candles.tick()
            self._delivery.go_on()
            if self._mailbox.has_room():
                self._public.ask_for_lost()
            is_key_refused = self._private is None or self._private.is_key_refused
            self._poller.tick(self._topics, is_key_refused=is_key_refused)

    def _now_want(self, topics: frozenset[Topic]) -> None:
        if topics is not self._topics:
            return  # another wish came after this one
        self._states.keep_only(topics)
        self._candles.want(topics)
        self._public.want(pushed_topics(topics))
        own = frozenset(topic for topic in topics if topic.kind in OWN)
        if self._private is not None:
            self._private.want(own)
        else:
            for topic in own:
                self._states.change(topic, StreamState.DOWN, "no-key")

    def _overflowed(self, overflow: Overflow) -> None:
        if overflow.order_events and self._private is not None:
            self._private.events_lost(overflow.order_events)
        self._public.events_lost(overflow.trades, overflow.candles)

    def _socket(self, url: str, owner: SocketOwner) -> ReconnectingSocket:
        return ReconnectingSocket(
            url,
            owner,
            self._loop,
            self._clock,
            timing=self._timing.socket,
            keep_alive_text=PING,
            compression=self._compression,
        )
