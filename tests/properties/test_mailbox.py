"""Whatever is put and taken in whatever order: the policies of the mailbox hold, and it stays bounded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fakes.rest_answers import candle_of, summary_of, trade_of
from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderState, OrderUpdate, Side, TimeInForce
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderEventsLost,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    Provenance,
    StreamEvent,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import Mailbox, MailboxLimits, Overflow

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MARKETS = tuple(Market("upbit", f"KRW-M{number}") for number in range(4))
LIMITS = MailboxLimits(order_events=12, trades=15, candles=10)
numbers = st.integers(0, 3)


def update(order: int) -> OrderUpdate:
    return OrderUpdate(
        MARKETS[0], f"order-{order}", None, Side.BUY, OrderKind.LIMIT, OrderState.OPEN, TimeInForce.UNTIL_CANCELLED,
        Decimal(0), None, None, None, None, NOW,
    )  # fmt: skip


class MailboxMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.overflows: list[Overflow] = []
        self.mailbox = Mailbox(LIMITS, lambda: NOW, self.overflows.append, lambda wake: wake())
        self.wakes = 0
        self.mailbox.on_waiting(self._wake)
        self.serial = 0
        #: what a consumer must still be able to learn
        self.newest: dict[tuple[str, Any], Any] = {}
        self.orders_put: list[str] = []
        self.orders_seen: list[str] = []
        self.trades_put: list[int] = []
        self.trades_seen: list[int] = []

    def _wake(self) -> None:
        self.wakes += 1

    def _put(self, event: Any) -> None:
        before, was_empty = self.wakes, len(self.mailbox) == 0
        self.mailbox.put(event)
        if was_empty:
            assert self.wakes == before + 1, "nothing waited before: the consumer has to be woken"

    @rule(market=numbers, price=st.integers(1, 99))
    def price(self, market: int, price: int) -> None:
        self.newest[("price", MARKETS[market])] = Decimal(price)
        self._put(PriceSummaryChanged(summary_of(MARKETS[market], str(price)), Provenance.STREAM, NOW))

    @rule(minute=st.integers(0, 4), volume=st.integers(1, 99))
    def candle(self, minute: int, volume: int) -> None:
        candle = candle_of(NOW + timedelta(minutes=minute), str(volume))
        self.newest[("candle", candle.opened_at)] = candle.volume
        self._put(CandleChanged(candle, Provenance.STREAM, NOW))

    @rule(currency=st.sampled_from(["KRW", "BTC", "ETH"]), amount=st.integers(0, 99), whole=st.booleans())
    def balance(self, currency: str, amount: int, whole: bool) -> None:
        self.newest[("balance", currency)] = Decimal(amount)
        balances: tuple[Balance, ...] = (Balance(currency, Decimal(amount), Decimal(0)),)
        if whole:
            for other in ("KRW", "BTC", "ETH"):
                self.newest[("balance", other)] = Decimal(amount)
            balances = tuple(Balance(one, Decimal(amount), Decimal(0)) for one in ("KRW", "BTC", "ETH"))
        self._put(OwnBalancesChanged(balances, Provenance.REPAIR if whole else Provenance.STREAM, NOW))

    @rule(market=numbers, state=st.sampled_from(StreamState))
    def state(self, market: int, state: StreamState) -> None:
        topic = Topic(TopicKind.PRICES, MARKETS[market])
        self.newest[("state", topic)] = state
        self._put(StreamStateChanged(topic, state, NOW))

    @rule()
    def order(self) -> None:
        self.serial += 1
        self.orders_put.append(f"order-{self.serial}")
        self._put(OwnOrderChanged(update(self.serial), Provenance.STREAM, NOW))

    @rule()
    def trade(self) -> None:
        self.serial += 1
        self.trades_put.append(self.serial)
        self._put(TradePrinted(trade_of(self.serial), Provenance.STREAM, NOW))

    @rule(limit=st.integers(1, 30))
    def take(self, limit: int) -> None:
        before = self.wakes
        taken = self.mailbox.take(limit)
        assert len(taken) <= limit
        for event in taken:
            self._learn(event)
        if len(self.mailbox):
            assert self.wakes == before + 1, "something was left: the consumer has to come back"

    def _learn(self, event: StreamEvent) -> None:
        if isinstance(event, OwnOrderChanged):
            self.orders_seen.append(event.update.order_id)
        elif isinstance(event, TradePrinted):
            self.trades_seen.append(event.trade.number)
        elif isinstance(event, PriceSummaryChanged):
            self._seen(("price", event.summary.market), event.summary.price)
        elif isinstance(event, CandleChanged):
            self._seen(("candle", event.candle.opened_at), event.candle.volume)
        elif isinstance(event, OwnBalancesChanged):
            for balance in event.balances:
                self._seen(("balance", balance.currency), balance.free, may_be_old=True)
        elif isinstance(event, StreamStateChanged):
            self._seen(("state", event.topic), event.state)

    def _seen(self, key: tuple[str, Any], value: Any, *, may_be_old: bool = False) -> None:
        if self.newest.get(key) == value:
            del self.newest[key]
        else:
            assert may_be_old, f"{key}: {value} was not the newest"

    @invariant()
    def it_is_bounded(self) -> None:
        assert len(self.mailbox) <= 12 + 15 + 10 + 2 * len(MARKETS) + 2

    def teardown(self) -> None:
        while len(self.mailbox):
            self.take(1_000)
        thrown_orders = [
            event.update.order_id
            for overflow in self.overflows
            for event in overflow.order_events
            if isinstance(event, OwnOrderChanged)
        ]
        thrown_trades = [event.trade.number for overflow in self.overflows for event in overflow.trades]
        assert sorted(self.orders_seen + thrown_orders) == sorted(self.orders_put), "seen, or said to be lost"
        assert sorted(self.trades_seen + thrown_trades) == sorted(self.trades_put)
        assert self.orders_seen == sorted(self.orders_seen, key=lambda order: int(order.split("-")[1])), "in order"
        left = {key for key in self.newest if key[0] != "candle"}
        assert left == set() or not left, left


TestMailbox = MailboxMachine.TestCase


def test_one_thread_fills_while_another_empties() -> None:
    count, seen = 20_000, list[str]()
    wake = threading.Event()
    mailbox = Mailbox(MailboxLimits(order_events=count), lambda: NOW, lambda _overflow: None, _never)
    mailbox.on_waiting(wake.set)
    one = update(0)

    def fill() -> None:
        for number in range(count):
            mailbox.put(OwnOrderChanged(replace(one, order_id=str(number)), Provenance.STREAM, NOW))

    filling = threading.Thread(target=fill)
    filling.start()
    while len(seen) < count:
        assert wake.wait(20), "woken for the last time too early"
        wake.clear()
        while taken := mailbox.take(100):
            seen += [event.update.order_id for event in taken if isinstance(event, OwnOrderChanged)]
    filling.join()
    assert seen == [str(number) for number in range(count)]


def _never(_wake: Callable[[], None]) -> None:
    """A consumer that takes until nothing is left needs no second call."""


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_lost_order_events_are_announced_before_what_came_after_them(bursts: list[int]) -> None:
    overflows: list[Overflow] = []
    mailbox = Mailbox(LIMITS, lambda: NOW, overflows.append, lambda wake: None)
    serial = 0
    for burst in bursts:
        for _ in range(burst):
            serial += 1
            mailbox.put(OwnOrderChanged(update(serial), Provenance.STREAM, NOW))
    kinds = [type(event) for event in mailbox.take(1_000)]
    assert (OrderEventsLost in kinds) is (serial > LIMITS.order_events)
    if overflows:
        assert kinds[0] is OrderEventsLost
        assert kinds.count(OrderEventsLost) == 1
