"""The server is killed, with orders under way: afterwards everybody knows what became of each."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.contract.exchange.adapters import ADAPTERS, Manner
from tests.contract.exchange.fault_table import shows
from tests.contract.exchange.floor import Floor, until
from tests.contract.exchange.listener import as_standing, listening
from tests.contract.exchange.venue import Key, Venue, served
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeError,
    ExchangeUnavailable,
    OrderNotFound,
    OutcomeUnknown,
)
from upbit_auto_trading.business_logic.domain.order import OrderReference
from upbit_auto_trading.business_logic.domain.stream import StreamState, Topic, TopicKind

ORDERS = Topic(TopicKind.OWN_ORDERS)
LOW = Decimal(90_000_000)


@contextmanager
def mortal_floor(name: str, folder: Path) -> Iterator[Floor]:
    """A venue of its own that keeps its state, and is started again where it was."""
    options = ("--state", str(folder / "state.json"), "--krw", "1,000,000,000")
    with served(folder, options) as venue:
        venue.clock.set(venue.now())
        with Floor(ADAPTERS[name], name, venue, Key("practice", venue.access_key, venue.secret_key)) as floor:
            yield floor


def kill(venue: Venue) -> None:
    number = venue.process.process_id
    assert number is not None
    os.kill(number, getattr(signal, "SIGKILL", signal.SIGTERM))


def is_back(floor: Floor) -> bool:
    try:
        return bool(floor.open_as_usual(read_seconds=0.2).market_data.markets())
    except ExchangeUnavailable:
        return False


def found(floor: Floor, client_order_id: str) -> bool:
    try:
        floor.account.order(OrderReference(floor.market(), client_order_id=client_order_id))
    except OrderNotFound:
        return False
    return True


@pytest.mark.long
@shows("killed", "refused")
@pytest.mark.parametrize("name", sorted(ADAPTERS))
@pytest.mark.parametrize("exists", [True, False])
def test_an_order_that_was_under_way_is_found_or_not_by_its_identifier(tmp_path: Path, name: str, exists: bool) -> None:
    with mortal_floor(name, tmp_path) as floor, listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        before = floor.account.place(floor.bid(LOW, "0.01"))
        listener.until(lambda: listener.updates(before.order_id))
        kind = "drop-reply" if exists else "hang"
        number = floor.control.add_fault(kind, method="POST", path="/v1/orders", amount=600)
        request = floor.bid(LOW, "0.02")
        outcome: list[BaseException] = []

        def place() -> None:
            try:
                floor.account.place(request)
            except ExchangeError as error:
                outcome.append(error)

        placing = threading.Thread(target=place)
        placing.start()
        until(lambda: floor.venue.hits(number), bool)
        kill(floor.venue)
        placing.join(10)
        assert [type(error) for error in outcome] == [OutcomeUnknown]
        until(lambda: is_back(floor), bool)
        assert found(floor, request.client_order_id) is exists
        listener.until_live(ORDERS)
        listener.until(lambda: listener.standing() == as_standing(floor.orders_on_record()))
        assert len(listener.standing()) == 1 + exists
        again = floor.account.place(floor.bid(LOW, "0.01"))
        listener.until(lambda: listener.updates(again.order_id))


@dataclass
class Tried:
    client_order_id: str
    error: ExchangeError | None = None


@pytest.mark.long
@shows("killed")
@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_killed_at_any_moment_among_many_orders(tmp_path: Path, name: str) -> None:
    kills, orders, unknown = 12, 0, 0
    for number in range(kills):
        folder = tmp_path / str(number)
        folder.mkdir()
        tried = killed_among_orders(folder, name, 6 + 2 * number)
        orders += len(tried)
        unknown += sum(isinstance(one.error, OutcomeUnknown) for one in tried)
    print(f"{kills} kills, {orders} orders, {unknown} of them unknown at first")
    assert orders >= 150
    assert unknown >= 6


def killed_among_orders(folder: Path, name: str, kill_after: int) -> list[Tried]:
    """What was answered is on record, what was refused is not, and nothing is there that nobody sent."""
    with mortal_floor(name, folder) as floor, listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        floor.control.add_fault("jitter", amount=60, method="POST")
        tried: list[Tried] = []
        is_over = threading.Event()

        def trade(_thread: int) -> None:
            account = floor.account
            while not is_over.is_set():
                request = floor.bid(LOW, "0.001")
                one = Tried(request.client_order_id)
                tried.append(one)
                try:
                    account.place(request)
                except ExchangeError as error:
                    one.error = error

        with ThreadPoolExecutor(3) as pool:
            trading = pool.map(trade, range(3))
            until(lambda: len(tried), lambda count: count >= kill_after)
            kill(floor.venue)
            is_over.set()
            assert list(trading) == [None] * 3
        until(lambda: is_back(floor), bool)
        on_record = {order.client_order_id for order in floor.orders_on_record()}
        for one in tried:
            if one.error is None:
                assert one.client_order_id in on_record
            elif not isinstance(one.error, OutcomeUnknown):
                assert one.client_order_id not in on_record
        assert on_record <= {one.client_order_id for one in tried}
        listener.until_live(ORDERS)
        listener.until(lambda: listener.standing() == as_standing(floor.orders_on_record()))
        return tried


@pytest.mark.long
@shows("killed")
@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_streams_come_back_after_each_of_several_kills(tmp_path: Path, name: str) -> None:
    with mortal_floor(name, tmp_path) as floor:
        prices = Topic(TopicKind.PRICES, floor.market())
        with listening(floor.open(floor.key, Manner(is_quick=True)), prices, ORDERS) as listener:
            for _round in range(3):
                listener.until_live(prices, ORDERS)
                kill(floor.venue)
                listener.until(lambda: listener.streams.states()[prices] is not StreamState.LIVE)
            listener.until_live(prices, ORDERS)
            placed = floor.account.place(floor.bid(LOW, "0.01"))
            listener.until(lambda: listener.updates(placed.order_id))
            floor.account.cancel_until_final(floor.reference(placed), timedelta(seconds=5))
