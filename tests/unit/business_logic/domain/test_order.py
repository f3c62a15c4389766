"""Orders: how they are asked for, referred to, and judged by what was executed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    FilledHow,
    Order,
    OrderKind,
    OrderReference,
    OrderState,
    SelfMatch,
    Side,
    TimeInForce,
    best_buy,
    best_sell,
    filled_how,
    limit_order,
    market_buy,
    market_sell,
)

D = Decimal
BTC = Market("upbit", "KRW-BTC")
BUY, SELL = Side.BUY, Side.SELL
IOC, FOK = TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL


def test_each_side_has_an_opposite() -> None:
    assert (BUY.opposite, SELL.opposite) == (SELL, BUY)


def test_three_states_are_final() -> None:
    assert {state for state in OrderState if state.is_final} == {
        OrderState.DONE,
        OrderState.CANCELLED,
        OrderState.REJECTED,
    }


def test_a_limit_order_names_price_and_quantity() -> None:
    order = limit_order("a", BTC, SELL, price=D(5), quantity=D(2))
    assert (order.kind, order.side, order.price, order.quantity, order.funds) == (
        OrderKind.LIMIT,
        SELL,
        D(5),
        D(2),
        None,
    )
    assert (order.time_in_force, order.self_match) == (TimeInForce.UNTIL_CANCELLED, None)

    post_only = limit_order(
        "a", BTC, BUY, price=D(5), quantity=D(2), time_in_force=TimeInForce.POST_ONLY, self_match=SelfMatch.ALLOW
    )
    assert (post_only.time_in_force, post_only.self_match) == (TimeInForce.POST_ONLY, SelfMatch.ALLOW)


def test_orders_at_market_spend_funds_or_sell_a_quantity_and_never_rest() -> None:
    bought, sold = market_buy("a", BTC, funds=D(9)), market_sell("b", BTC, quantity=D(2))
    assert (bought.side, bought.kind, bought.funds, bought.quantity) == (BUY, OrderKind.MARKET, D(9), None)
    assert (sold.side, sold.kind, sold.funds, sold.quantity) == (SELL, OrderKind.MARKET, None, D(2))
    assert bought.time_in_force is sold.time_in_force is IOC


@pytest.mark.parametrize("time_in_force", [IOC, FOK])
def test_orders_at_the_best_price_are_for_at_once(time_in_force: TimeInForce) -> None:
    bought = best_buy("a", BTC, funds=D(9), time_in_force=time_in_force)
    sold = best_sell("b", BTC, quantity=D(2), time_in_force=time_in_force)
    assert (bought.side, bought.kind, bought.funds, bought.price) == (BUY, OrderKind.BEST, D(9), None)
    assert (sold.side, sold.kind, sold.quantity, sold.price) == (SELL, OrderKind.BEST, D(2), None)
    assert bought.time_in_force is sold.time_in_force is time_in_force


@pytest.mark.parametrize("time_in_force", [TimeInForce.UNTIL_CANCELLED, TimeInForce.POST_ONLY])
def test_orders_at_the_best_price_cannot_wait(time_in_force: TimeInForce) -> None:
    with pytest.raises(InvalidParameter, match="time_in_force"):
        best_buy("a", BTC, funds=D(9), time_in_force=time_in_force)
    with pytest.raises(InvalidParameter, match="time_in_force"):
        best_sell("a", BTC, quantity=D(9), time_in_force=time_in_force)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_amounts_are_positive_numbers(amount: str) -> None:
    with pytest.raises(InvalidParameter, match="price"):
        limit_order("a", BTC, BUY, price=D(amount), quantity=D(1))
    with pytest.raises(InvalidParameter, match="quantity"):
        limit_order("a", BTC, BUY, price=D(1), quantity=D(amount))
    with pytest.raises(InvalidParameter, match="funds"):
        market_buy("a", BTC, funds=D(amount))


def test_an_order_is_referred_to_by_one_of_two_numbers() -> None:
    assert OrderReference(BTC, order_id="x").client_order_id is None
    assert OrderReference(BTC, client_order_id="x").order_id is None
    with pytest.raises(InvalidParameter):
        OrderReference(BTC)
    with pytest.raises(InvalidParameter):
        OrderReference(BTC, order_id="x", client_order_id="y")


@pytest.mark.parametrize(
    ("kind", "side", "state", "quantity", "executed", "expected"),
    [
        (OrderKind.LIMIT, BUY, OrderState.OPEN, "2", "0", FilledHow.NOT_AT_ALL),
        (OrderKind.MARKET, BUY, OrderState.CANCELLED, None, "0", FilledHow.NOT_AT_ALL),
        (OrderKind.LIMIT, BUY, OrderState.CANCELLED, "2", "1", FilledHow.PARTLY),
        (OrderKind.LIMIT, BUY, OrderState.OPEN, "2", "2", FilledHow.FULLY),
        (OrderKind.MARKET, BUY, OrderState.CANCELLED, None, "1", FilledHow.FULLY),
        (OrderKind.BEST, BUY, OrderState.DONE, None, "1", FilledHow.FULLY),
        (OrderKind.MARKET, BUY, OrderState.OPEN, None, "1", FilledHow.PARTLY),
        (OrderKind.MARKET, SELL, OrderState.CANCELLED, None, "1", FilledHow.PARTLY),
        (OrderKind.LIMIT, BUY, OrderState.CANCELLED, None, "1", FilledHow.PARTLY),
    ],
)
def test_filled_is_judged_by_what_was_executed(
    kind: OrderKind, side: Side, state: OrderState, quantity: str | None, executed: str, expected: FilledHow
) -> None:
    asked = None if quantity is None else D(quantity)
    assert filled_how(kind, side, state, asked, D(executed)) is expected


def test_an_order_knows_its_reference_and_how_it_was_filled() -> None:
    order = Order(
        order_id="x",
        client_order_id="a",
        market=BTC,
        side=BUY,
        kind=OrderKind.LIMIT,
        state=OrderState.CANCELLED,
        created_at=datetime(2026, 11, 18, tzinfo=UTC),
        time_in_force=TimeInForce.UNTIL_CANCELLED,
        quantity=D(2),
        price=D(5),
        funds=None,
        executed_quantity=D(1),
        executed_funds=D(5),
        remaining_quantity=D(1),
        paid_fee=D(0),
        locked=D(5),
        trade_count=1,
    )
    assert order.reference == OrderReference(BTC, order_id="x")
    assert order.filled is FilledHow.PARTLY
    assert replace(order, executed_quantity=D(2)).filled is FilledHow.FULLY
