"""Asks by REST, within the limits, for what the stream cannot bring: prices, own orders and balances.

Candles are polled by their keeper. It begins when a topic has been without its stream for a while and ends by itself
with the first frame, because the stream goes on being tried all the time. Lives in the stream thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.errors import KeyRejected, RateLimited, RequestRefused, TradingAppError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.stream import (
    PriceSummaryChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import MarketData
from upbit_auto_trading.data_layer.exchanges.upbit.delivery import Delivery
from upbit_auto_trading.data_layer.exchanges.upbit.repair import AccountRepair
from upbit_auto_trading.data_layer.exchanges.upbit.rest_lane import Job, RestLane
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.exchanges.upbit.topic_states import TopicStates
from upbit_auto_trading.data_layer.transport.stream_loop import StreamLoop

#: up to so many markets are asked for by name; more of them, all of their quote currencies in one answer
_MOST_BY_NAME = 50
_ORDERS, _BALANCES = Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)
#: neither can be had, and nobody can take their place
_NOT_POLLED = frozenset({TopicKind.BOOKS, TopicKind.TRADES})


class Poller:
    def __init__(
        self,
        market_data: MarketData,
        account_repair: AccountRepair | None,
        lane: RestLane,
        loop: StreamLoop,
        delivery: Delivery,
        states: TopicStates,
        clock: Clock,
        timing: StreamTiming,
    ) -> None:
        self._market_data = market_data
        self._account_repair = account_repair
        self._lane = lane
        self._loop = loop
        self._delivery = delivery
        self._states = states
        self._clock = clock
        self._timing = timing
        self._next_at: dict[str, float] = {}
        self._asked: set[str] = set()
        self._orders_since: datetime | None = None

    def tick(self, topics: frozenset[Topic], *, is_key_refused: bool) -> None:
        late = [topic for topic in topics if self._is_late(topic)]
        for topic in late:
            if topic.kind in _NOT_POLLED:
                self._states.change(topic, StreamState.DOWN, "no-stream")
        prices = [topic.market for topic in late if topic.kind is TopicKind.PRICES and topic.market is not None]
        if prices and self._is_due("prices", self._timing.poll_prices):
            self._poll_prices(tuple(sorted(prices)))
        if self._account_repair is None or is_key_refused:
            return
        if _ORDERS not in late:
            self._orders_since = None
        elif self._is_due("orders", self._timing.poll_orders):
            self._poll_orders(self._account_repair)
        if _BALANCES in late and self._is_due("balances", self._timing.poll_balances):
            self._poll_balances(self._account_repair)

    def _is_late(self, topic: Topic) -> bool:
        """A market that stays silent on a living connection is not late but unknown to the exchange."""
        return self._states.lost_seconds(topic) >= self._timing.poll_after and not self._states.is_settled(topic)

    def _is_due(self, what: str, every_seconds: float) -> bool:
        now = self._clock.monotonic()
        if what in self._asked or now < self._next_at.get(what, 0.0):
            return False
        self._asked.add(what)
        self._next_at[what] = now + every_seconds
        return True

    def _poll_prices(self, markets: tuple[Market, ...]) -> None:
        def work() -> None:
            summaries = self._read_prices(markets)
            self._loop.call(self._tell_prices, summaries, markets)

        def failed(error: TradingAppError) -> None:
            self._loop.call(self._failed, "prices", error, [Topic(TopicKind.PRICES, market) for market in markets])

        self._lane.ask(Job(("poll-prices",), work, failed, urgency=1, retries=False))

    def _read_prices(self, markets: tuple[Market, ...]) -> tuple[PriceSummary, ...]:
        if len(markets) <= _MOST_BY_NAME:
            try:
                return self._market_data.price_summaries(markets)
            except RequestRefused:
                pass  # one market that is gone spoils the answer for all: ask for all and choose
        wanted = set(markets)
        answer = self._market_data.all_price_summaries(sorted({market.quote for market in markets}))
        return tuple(summary for summary in answer if summary.market in wanted)

    def _tell_prices(self, summaries: tuple[PriceSummary, ...], markets: tuple[Market, ...]) -> None:
        self._asked.discard("prices")
        now = self._clock.now()
        for summary in summaries:
            self._delivery.price(PriceSummaryChanged(summary, Provenance.POLLED, now))
        answered = {summary.market for summary in summaries}
        for market in markets:
            topic = Topic(TopicKind.PRICES, market)
            if market in answered:
                self._change(topic, StreamState.POLLED)
            else:
                self._change(topic, StreamState.DOWN, "no-data")

    def _poll_orders(self, repair: AccountRepair) -> None:
        now = self._clock.now()
        since = self._orders_since or now - timedelta(seconds=self._timing.repair_margin + self._timing.poll_after)

        def done() -> None:
            self._orders_since = now - timedelta(seconds=self._timing.repair_margin)
            self._polled("orders", _ORDERS)

        repair.orders(since, done, self._poll_failed("orders", _ORDERS), must_tell=False, retries=False)

    def _poll_balances(self, repair: AccountRepair) -> None:
        repair.balances(
            Provenance.POLLED,
            lambda: self._polled("balances", _BALANCES),
            self._poll_failed("balances", _BALANCES),
            retries=False,
        )

    def _polled(self, what: str, topic: Topic) -> None:
        self._asked.discard(what)
        self._change(topic, StreamState.POLLED)

    def _poll_failed(self, what: str, topic: Topic) -> Callable[[TradingAppError], None]:
        return lambda error: self._failed(what, error, [topic])

    def _failed(self, what: str, error: TradingAppError, topics: list[Topic]) -> None:
        self._asked.discard(what)
        if isinstance(error, RateLimited):
            self._next_at[what] = self._clock.monotonic() + max((error.until - self._clock.now()).total_seconds(), 0.0)
            return
        reason = "key-refused" if isinstance(error, KeyRejected) else "unreachable"
        for topic in topics:
            self._change(topic, StreamState.DOWN, reason)

    def _change(self, topic: Topic, state: StreamState, reason: str | None = None) -> None:
        """Only while the stream is still away."""
        if self._states.lost_seconds(topic) > 0 and self._states.of(topic) is not StreamState.REPAIRING:
            self._states.change(topic, state, reason)
