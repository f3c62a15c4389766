"""The exchange is there and takes no streams: its gateway answers the handshake with a status of its own."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from time import monotonic

import pytest

from tests.contract.exchange.cases import some_at_once
from tests.contract.exchange.fault_table import shows
from tests.contract.exchange.floor import Floor, until
from tests.contract.exchange.listener import as_standing, listening
from upbit_auto_trading.business_logic.domain.order import OrderState
from upbit_auto_trading.business_logic.domain.stream import (
    OwnBalancesChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
)

ORDERS, BALANCES = Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)
_FILLED = (OrderState.DONE, Decimal("0.05"))


@shows("stream-refused")
@pytest.mark.parametrize("status", some_at_once((503, 429), (503,)))
@pytest.mark.waits
def test_what_is_polled_while_handshakes_are_refused_is_pushed_again_by_itself(floor: Floor, status: int) -> None:
    prices, books = Topic(TopicKind.PRICES, floor.market()), Topic(TopicKind.BOOKS, floor.market())
    with listening(floor.exchange, prices, books, ORDERS, BALANCES) as listener:
        listener.until_live(prices, books, ORDERS, BALANCES)
        listener.forget()
        with floor.venue.fault("stream-refused", amount=status) as number:
            floor.control.add_fault("stream-cut", times=2)
            listener.until_state(StreamState.POLLED, prices, ORDERS, BALANCES)
            listener.until_state(StreamState.DOWN, books)
            price = floor.middle()
            placed = floor.account.place(floor.bid(price, "0.05"))
            floor.sold_by_other("0.05")
            listener.until(lambda: listener.standing().get(placed.order_id) == _FILLED)
            listener.until(lambda: listener.balance("BTC") == floor.balance("BTC"))
            listener.until(lambda: any(one.summary.price == price for one in listener.of(PriceSummaryChanged)))
            polled = (PriceSummaryChanged, OwnBalancesChanged)
            assert all(Provenance.POLLED in listener.provenances(kind) for kind in polled)
            assert floor.venue.hits(number) >= 2, "both connections were refused"
        listener.until_live(prices, books, ORDERS, BALANCES)
        listener.forget()
        floor.bought_by_other("1000000")
        listener.until(lambda: Provenance.STREAM in listener.provenances(PriceSummaryChanged))
        later = floor.resting()
        listener.until(lambda: listener.updates(later.order_id))
        assert {one.order_id for one in floor.orders_on_record()} == {placed.order_id, later.order_id}


@pytest.mark.long
@shows("stream-refused")
def test_with_the_pauses_of_every_day_it_knocks_more_and_more_rarely(floor: Floor) -> None:
    with listening(floor.open_as_usual(is_quick=False), ORDERS) as listener:
        listener.until_live(ORDERS)
        placed = floor.account.place(floor.bid(floor.middle(), "0.02"))
        listener.until(lambda: listener.updates(placed.order_id))
        knocked = list[float]()
        with floor.venue.fault("stream-refused", amount=503) as number:
            floor.control.add_fault("stream-cut", times=1)
            for knocks in range(1, 4):
                until(lambda: floor.venue.hits(number), lambda hits, knocks=knocks: hits >= knocks)  # type: ignore[misc]
                knocked.append(monotonic())
            floor.sold_by_other("0.02")
        pauses = [later - earlier for earlier, later in pairwise(knocked)]
        print(f"pauses of {pauses}")
        assert pauses[1] > 0.9, "one to two seconds after the second time, after the first at least a quarter"
        listener.until_live(ORDERS)
        record = as_standing(floor.orders_on_record())
        listener.until(lambda: listener.standing() == record)
