"""A key is replaced while orders are placed and streams run: nothing stops, and no order event is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.exchange.listener import Listener, as_standing, listening
from tests.fakes.fake_clock import FakeClock
from tests.fakes.key_desk import Desk
from tests.fakes.runtime_stores import RuntimeStores
from upbit_auto_trading.business_logic.domain.errors import KeyRejected
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderReference, OrderState, PlacedOrder, Side, limit_order
from upbit_auto_trading.business_logic.domain.stream import (
    OrderEventsLost,
    OrdersRepaired,
    OwnOrderChanged,
    StreamState,
    Topic,
)
from upbit_auto_trading.business_logic.domain.stream import TopicKind as Kind
from upbit_auto_trading.business_logic.ports.credentials import Credential, KeySource
from upbit_auto_trading.business_logic.ports.exchange import Account
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import keep_keys
from upbit_auto_trading.composition_root.key_users import KeyUsers
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.utils.secret import Secret

ACCOUNT = "replacing"
MARKET = Market("upbit", "KRW-BTC")
ORDERS = Topic(Kind.OWN_ORDERS)
BALANCES = {"KRW": "50000000"}
_LIMIT_SECONDS = 30.0


@pytest.fixture
def stores() -> Iterator[Stores]:
    with RuntimeStores(FakeClock(datetime(2026, 11, 21, tzinfo=UTC))).open() as opened:
        opened.vault.create(KeySource.KEY_FILE)
        yield opened


def stored(desk: Desk, stores: Stores) -> Credential:
    access, secret = desk.new_key(ACCOUNT, valid_days=1, balances=BALANCES)
    found = desk.keys.look_at("upbit", access, secret)
    summary = keep_keys.add_checked(
        stores, "upbit", "매매용", access, secret, found, desk.clock.now(), box_is_confirmed=True
    )
    return stores.vault.reveal(summary.id)


def replaced(desk: Desk, stores: Stores, old: Credential) -> Credential:
    """As the window does it: looked at, stored, and told to whoever uses it."""
    access, secret = desk.new_key(ACCOUNT, valid_days=90)
    found = desk.keys.look_at("upbit", access, secret)
    credential = keep_keys.replace_checked(
        stores, old.summary.id, access, secret, found, desk.clock.now(), box_is_confirmed=True
    )
    desk.keys.key_replaced(credential)
    return credential


@dataclass
class Trader:
    """Places and cancels without a pause, and remembers what was accepted."""

    account: Account
    placed: list[PlacedOrder] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def trade(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            order = limit_order(
                f"replacing-{number}", MARKET, Side.BUY, price=Decimal(1_000_000), quantity=Decimal("0.01")
            )
            self.placed.append(self.account.place(order))
            self.account.cancel(OrderReference(MARKET, order_id=self.placed[-1].order_id))
            self._stopping.wait(0.02)

    def stop(self) -> None:
        self._stopping.set()


@contextmanager
def trading(exchange: UpbitExchange) -> Iterator[Trader]:
    """A refusal of any order fails the test."""
    assert exchange.account is not None
    trader = Trader(exchange.account)
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(trader.trade)
        try:
            yield trader
        finally:
            trader.stop()
            work.result(_LIMIT_SECONDS)


def goes_on(listener: Listener, trader: Trader, count: int) -> None:
    """So many more orders, each told by the stream to its end."""
    wanted = len(trader.placed) + count
    listener.until(lambda: len(trader.placed) >= wanted)
    last = trader.placed[wanted - 1]
    listener.until(lambda: listener.standing().get(last.order_id, (None,))[0] is OrderState.CANCELLED)


def test_a_key_is_replaced_while_orders_are_placed_and_streams_run(desk: Desk, stores: Stores) -> None:
    """The old key even ends, and every socket is cut: what comes after is the new key's."""
    old = stored(desk, stores)
    with desk.keys.opened_with(old) as exchange, listening(exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        with trading(exchange) as trader:
            goes_on(listener, trader, 10)
            states_at_first = len(listener.told_states(ORDERS))
            new = replaced(desk, stores, old)
            goes_on(listener, trader, 10)
            assert (len(listener.of(OrdersRepaired)), listener.told_states(ORDERS)[-1]) == (1, StreamState.LIVE)
            assert len(listener.told_states(ORDERS)) == states_at_first, "the replacement disturbs no stream"
            desk.pass_time(timedelta(days=2))
            with pytest.raises(KeyRejected):
                one_request_with(desk, old)
            goes_on(listener, trader, 10)
            desk.control.add_fault("stream-cut", times=1)
            goes_on(listener, trader, 10)
            listener.until_live(ORDERS)
            goes_on(listener, trader, 10)
        listener.until(lambda: len(listener.standing()) >= len(trader.placed))
        on_record = as_standing(
            exchange.account.orders(OrderReference(MARKET, order_id=one.order_id) for one in trader.placed)  # type: ignore[union-attr]  # made with a key
        )
        assert listener.standing() == on_record
        assert {state for state, _executed in on_record.values()} == {OrderState.CANCELLED}
        assert listener.of(OrderEventsLost) == []
        told = {event.update.order_id for event in listener.of(OwnOrderChanged)}
        print(f"orders {len(trader.placed)}, told by the stream {len(told)}, repaired {len(on_record) - len(told)}")
        assert len(trader.placed) >= 50
    assert new.summary.id == old.summary.id
    assert stores.vault.reveal(old.summary.id).access_key == new.access_key != old.access_key


def one_request_with(desk: Desk, credential: Credential) -> None:
    with desk.keys.opened_with(credential) as exchange:
        assert exchange.account is not None
        exchange.account.balances()


def test_whoever_has_left_is_given_nothing_more(desk: Desk, stores: Stores) -> None:
    old = stored(desk, stores)
    other = Credential(old.summary, Secret("x" * 40), Secret("y" * 40))
    users = KeyUsers()
    taken: list[Credential] = []
    with users.using(old.summary.id, taken.append), users.using("another", taken.append):
        assert users.replaced(other) == 1
    assert users.replaced(old) == 0
    assert taken == [other]
