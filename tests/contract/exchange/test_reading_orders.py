"""Orders as they are found again: one, several, the open ones, and those that have ended over weeks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.contract.exchange.floor import Floor
from tests.contract.exchange.recorded_market import START
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, OrderNotFound
from upbit_auto_trading.business_logic.domain.order import (
    OrderReference,
    OrderState,
    PlacedOrder,
    TimeInForce,
    market_sell,
)

_DAY = timedelta(days=1)


def ids(placed: list[PlacedOrder]) -> list[str]:
    return sorted(one.order_id for one in placed)


def test_an_order_is_found_by_either_number(floor: Floor) -> None:
    placed = floor.resting()
    by_number = floor.order(placed)
    by_ours = floor.account.order(OrderReference(floor.market(), client_order_id=placed.client_order_id))
    assert by_number == by_ours
    assert by_number.reference == floor.reference(placed)
    assert abs(by_number.created_at - floor.venue.now()) < timedelta(seconds=5)


def test_what_does_not_exist_is_not_found(floor: Floor) -> None:
    for reference in (
        OrderReference(floor.market(), client_order_id="never-sent"),
        OrderReference(floor.market(), order_id="6d1f7c1e-8a52-4d5f-b7f5-1f0d9a2c7e44"),
    ):
        with pytest.raises(OrderNotFound):
            floor.account.order(reference)
        assert floor.account.orders([reference]) == ()
    with pytest.raises(InvalidParameter):
        OrderReference(floor.market())


def test_orders_of_another_account_are_not_ours(floor: Floor) -> None:
    placed = floor.other.place(floor.bid(floor.middle(), "0.01"))
    with pytest.raises(OrderNotFound):
        floor.account.order(OrderReference(floor.market(), order_id=placed.order_id))
    assert floor.account.open_orders() == ()


def test_several_by_number_in_any_state_and_by_both_kinds(floor: Floor) -> None:
    kept, cancelled, filled = floor.resting(), floor.resting(), floor.resting("0.02", below=0)
    floor.account.cancel(floor.reference(cancelled))
    floor.ended(cancelled)
    floor.sold_by_other("1")
    asked = [
        floor.reference(kept),
        OrderReference(floor.market(), client_order_id=cancelled.client_order_id),
        OrderReference(floor.market(), client_order_id="never-sent"),
    ]
    found = {order.order_id: order.state for order in floor.account.orders(asked)}
    assert found == {kept.order_id: OrderState.OPEN, cancelled.order_id: OrderState.CANCELLED}
    assert {order.order_id for order in floor.account.orders([floor.reference(filled)])} == {filled.order_id}
    assert floor.account.orders([]) == ()


def test_open_orders_of_all_markets_or_of_one(floor: Floor) -> None:
    bitcoin, ripple = floor.resting(), floor.resting("100", code="KRW-XRP")
    assert [order.order_id for order in floor.account.open_orders()] in (
        [bitcoin.order_id, ripple.order_id], sorted([bitcoin.order_id, ripple.order_id])
    )  # fmt: skip
    assert [order.order_id for order in floor.account.open_orders(floor.market("KRW-XRP"))] == [ripple.order_id]
    assert floor.account.open_orders(floor.market("BTC-ETH")) == ()
    assert floor.account.open_orders(with_watching=False) == floor.account.open_orders()
    floor.account.cancel(floor.reference(bitcoin))
    floor.ended(bitcoin)
    assert [order.order_id for order in floor.account.open_orders()] == [ripple.order_id]


def test_more_open_orders_than_a_page(floor: Floor) -> None:
    placed = floor.placed_by_many(110)
    orders = floor.account.open_orders()
    assert [order.created_at for order in orders] == sorted(order.created_at for order in orders)
    assert sorted(order.order_id for order in orders) == ids(placed)
    found = floor.account.orders(floor.reference(one) for one in placed)
    assert sorted(order.order_id for order in found) == ids(placed), "and by number, however many"


@pytest.mark.waits
def test_closed_orders_window_by_window(floor: Floor) -> None:
    """Made over five weeks; the exchange itself looks back one at a time."""
    placed: list[PlacedOrder] = []
    begin = START - 35 * _DAY
    for days in (0, 6, 8, 20, 21, 34):
        floor.venue.jump(begin + days * _DAY)
        one = floor.account.place(floor.bid(Decimal(90_000_000), "0.01"))
        floor.account.cancel(floor.reference(one))
        floor.ended(one)
        placed.append(one)
    floor.venue.jump(floor.venue.now() + timedelta(minutes=1))
    sold = floor.account.place(market_sell(floor.id(), floor.market("KRW-XRP"), quantity=Decimal(10)))
    still_open = floor.account.place(floor.bid(Decimal(90_000_000), "0.01"))
    assert floor.exchange.capabilities.closed_orders_window == 7 * _DAY

    every = floor.account.closed_orders(begin - _DAY, START)
    assert [order.order_id for order in every] == [one.order_id for one in (*placed, sold)], "oldest first"
    assert {order.state for order in every[:-1]} == {OrderState.CANCELLED}
    assert every[-1].state is OrderState.DONE
    assert still_open.order_id not in {order.order_id for order in every}
    some = floor.account.closed_orders(begin + 6 * _DAY, begin + 21 * _DAY)
    assert [order.order_id for order in some] == [one.order_id for one in placed[1:4]], "from, and not to"
    of_ripple = floor.account.closed_orders(begin, START, floor.market("KRW-XRP"))
    assert [order.order_id for order in of_ripple] == [sold.order_id]
    assert floor.account.closed_orders(START, begin) == ()


@pytest.mark.long
def test_more_closed_orders_than_a_page(floor: Floor) -> None:
    """The exchange tells at most a thousand at once, whatever the window."""
    placed = floor.placed_by_many(1_010, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
    number = floor.control.add_fault("latency", amount=0, path="/v1/orders/closed")
    every = floor.account.closed_orders(START - timedelta(minutes=1), floor.venue.now() + timedelta(minutes=1))
    assert floor.venue.hits(number) >= 2
    assert sorted(order.order_id for order in every) == ids(placed), "none twice, none missing"
    assert [order.created_at for order in every] == sorted(order.created_at for order in every)
    assert {order.state for order in every} == {OrderState.CANCELLED}


def test_threads_share_one_adapter(floor: Floor) -> None:
    """Placing, reading and cancelling at once; each sees its own."""
    price = floor.best()[1] * 9 // 10 // 1000 * 1000

    def one_life(_number: int) -> OrderState:
        placed = floor.account.place(floor.bid(price, "0.01"))
        assert floor.order(placed).client_order_id == placed.client_order_id
        return floor.account.cancel_until_final(floor.reference(placed), timedelta(seconds=10)).state

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one_life, range(6))) == [OrderState.CANCELLED] * 6
    assert floor.account.open_orders() == ()
