"""Every kind of order that the adapter declares, what it costs, and every "no"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.exchange.floor import NOTHING, Floor
from tests.contract.exchange.venue import BUILT_IN
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    InvalidParameter,
    OrderNotFound,
    OrderRefused,
)
from upbit_auto_trading.business_logic.domain.order import (
    FilledHow,
    OrderKind,
    OrderReference,
    OrderRequest,
    OrderState,
    SelfMatch,
    Side,
    TimeInForce,
    best_buy,
    best_sell,
    market_buy,
    market_sell,
)

AT_ONCE, ALL_OR_NOTHING = TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL
FEE = Decimal("0.0005")
SIXTH = Decimal("0.06")
#: the youngest of them, of the exchanges whose adapters are tried
ALL_CHOICES_SINCE = datetime(2026, 11, 18, tzinfo=UTC)
EVERY_KIND = [
    (side, kind, force)
    for side in Side
    for kind, forces in {
        OrderKind.LIMIT: tuple(TimeInForce),
        OrderKind.MARKET: (AT_ONCE,),
        OrderKind.BEST: (AT_ONCE, ALL_OR_NOTHING),
    }.items()
    for force in forces
]


def some_order(floor: Floor, side: Side, kind: OrderKind, force: TimeInForce) -> OrderRequest:
    """Worth about six million won; a limit order crosses the book, unless it may not."""
    market, name = floor.market(), floor.id()
    if kind is OrderKind.LIMIT:
        ask, bid = floor.best()
        crosses = force is not TimeInForce.POST_ONLY
        price = ask if (side is Side.BUY) is crosses else bid
        return OrderRequest(name, market, side, kind, SIXTH, price, None, force)
    if side is Side.BUY:
        funds = SIXTH * floor.best()[0]
        return (
            market_buy(name, market, funds=funds)
            if kind is OrderKind.MARKET
            else best_buy(name, market, funds=funds, time_in_force=force)
        )
    if kind is OrderKind.MARKET:
        return market_sell(name, market, quantity=SIXTH)
    return best_sell(name, market, quantity=SIXTH, time_in_force=force)


def test_what_is_declared_is_what_is_tried_here(floor: Floor) -> None:
    assert floor.exchange.capabilities.orders == set(EVERY_KIND)


@pytest.mark.parametrize(("side", "kind", "force"), EVERY_KIND)
def test_every_declared_order_is_taken_and_becomes_what_it_should(
    floor: Floor, side: Side, kind: OrderKind, force: TimeInForce
) -> None:
    request = some_order(floor, side, kind, force)
    if floor.exchange.capabilities.can_test_orders:
        floor.account.check(request)
    placed = floor.account.place(request)
    assert (placed.client_order_id, placed.market) == (request.client_order_id, request.market)
    assert abs(placed.accepted_at - floor.venue.now()) < timedelta(seconds=5)
    order = floor.order(placed)
    assert (order.order_id, order.client_order_id) == (placed.order_id, request.client_order_id)
    assert (order.side, order.kind, order.time_in_force) == (side, kind, force)
    assert (order.quantity, order.price, order.funds) == (request.quantity, request.price, request.funds)
    if force is TimeInForce.POST_ONLY:
        assert (order.state, order.executed_quantity) == (OrderState.OPEN, NOTHING)
        assert order.fills == ()
        assert order.remaining_quantity == request.quantity
        return
    assert order.state.is_final
    assert order.filled is FilledHow.FULLY
    assert order.fills is not None
    assert sum(fill.quantity for fill in order.fills) == order.executed_quantity == SIXTH
    assert order.trade_count == len(order.fills)
    expected = floor.best()[0] if side is Side.BUY else floor.best()[1]
    for fill in order.fills:
        assert (fill.price, fill.side, fill.order_id, fill.market) == (expected, side, placed.order_id, floor.market())
        assert fill.funds == fill.price * fill.quantity
        assert fill.fee_currency == "KRW"
    assert order.paid_fee == SIXTH * expected * FEE


def test_money_moves_to_the_last_digit(floor: Floor) -> None:
    krw, btc = floor.balance("KRW")[0], floor.balance("BTC")[0]
    placed = floor.account.place(market_buy(floor.id(), floor.market(), funds=Decimal("12345.6789")))
    order = floor.order(placed)
    ask = floor.best()[0]
    quantity = (Decimal("12345.6789") / ask).quantize(Decimal("1E-8"), rounding="ROUND_DOWN")
    assert (order.executed_quantity, order.paid_fee) == (quantity, quantity * ask * FEE)
    # the part of the funds that buys no whole step is given back, so that the exchange calls it cancelled
    assert (order.state, order.filled) == (OrderState.CANCELLED, FilledHow.FULLY)
    assert floor.balance("KRW") == (krw - quantity * ask * (1 + FEE), NOTHING)
    assert floor.balance("BTC") == (btc + quantity, NOTHING)


def test_a_resting_order_locks_what_it_may_cost_and_fills_as_maker(floor: Floor) -> None:
    krw = floor.balance("KRW")[0]
    price = floor.middle()
    placed = floor.account.place(floor.bid(price, "0.05"))
    assert floor.order(placed).locked == price * Decimal("0.05") * (1 + FEE)
    assert floor.balance("KRW")[1] == price * Decimal("0.05") * (1 + FEE)
    floor.sold_by_other("0.02")
    partly = floor.order(placed)
    assert (partly.state, partly.filled, partly.executed_quantity) == (
        OrderState.OPEN,
        FilledHow.PARTLY,
        Decimal("0.02"),
    )
    assert partly.remaining_quantity == Decimal("0.03")
    floor.sold_by_other("0.03")
    done = floor.order(placed)
    assert (done.state, done.filled) == (OrderState.DONE, FilledHow.FULLY)
    assert done.fills is not None
    assert [(fill.quantity, fill.price) for fill in done.fills] == [
        (Decimal("0.02"), price), (Decimal("0.03"), price)
    ]  # fmt: skip
    assert len({fill.trade_id for fill in done.fills}) == 2
    assert floor.balance("KRW") == (krw - price * Decimal("0.05") * (1 + FEE), NOTHING)


def test_at_once_or_not_takes_what_there_is_and_no_more(floor: Floor) -> None:
    price = floor.middle()
    floor.other.place(replace(floor.ask(price, "0.02"), client_order_id=floor.id()))
    taken = floor.order(floor.account.place(floor.bid(price, "0.05", time_in_force=AT_ONCE)))
    assert (taken.state, taken.executed_quantity) == (OrderState.CANCELLED, Decimal("0.02"))
    assert taken.filled is FilledHow.PARTLY


def test_all_or_nothing_is_nothing_where_there_is_not_enough(floor: Floor) -> None:
    price = floor.middle()
    floor.other.place(floor.ask(price, "0.02"))
    killed = floor.order(floor.account.place(floor.bid(price, "0.05", time_in_force=ALL_OR_NOTHING)))
    assert (killed.state, killed.filled, killed.executed_quantity) == (
        OrderState.CANCELLED,
        FilledHow.NOT_AT_ALL,
        NOTHING,
    )


def test_post_only_is_cancelled_rather_than_take(floor: Floor) -> None:
    price = floor.middle()
    floor.other.place(floor.ask(price, "0.02"))
    placed = floor.account.place(floor.bid(price, "0.01", time_in_force=TimeInForce.POST_ONLY))
    ended = floor.ended(placed)
    assert (ended.state, ended.executed_quantity) == (OrderState.CANCELLED, NOTHING)


@pytest.mark.parametrize("choice", list(SelfMatch))
def test_what_happens_where_we_would_trade_with_ourselves(floor: Floor, choice: SelfMatch) -> None:
    assert choice in floor.exchange.capabilities.self_match
    floor.venue.jump(ALL_CHOICES_SINCE)
    price = floor.middle(BUILT_IN)
    maker = floor.account.place(floor.ask(price, "0.03", code=BUILT_IN))
    taker = floor.account.place(floor.bid(price, "0.01", code=BUILT_IN, self_match=choice))
    made, took = floor.order(maker), floor.order(taker)
    assert took.self_match is choice
    if choice is SelfMatch.ALLOW:
        assert (made.executed_quantity, took.executed_quantity) == (Decimal("0.01"), Decimal("0.01"))
        return
    assert made.executed_quantity == took.executed_quantity == 0
    expected = {
        SelfMatch.CANCEL_MAKER: (OrderState.CANCELLED, OrderState.OPEN),
        SelfMatch.CANCEL_TAKER: (OrderState.OPEN, OrderState.CANCELLED),
        SelfMatch.REDUCE_BOTH: (OrderState.OPEN, OrderState.CANCELLED),
    }
    assert (made.state, took.state) == expected[choice]
    if choice is SelfMatch.REDUCE_BOTH:
        assert made.prevented_quantity == Decimal("0.01")


# --- refusals


Wish = Callable[[Floor], OrderRequest]
REFUSALS: dict[str, tuple[Wish, str]] = {
    "more money than there is": (lambda f: f.bid(f.best()[1], "6"), "insufficient_funds_bid"),
    "more coins than there are": (lambda f: f.ask(f.best()[0], "9"), "insufficient_funds_ask"),
    "a buy under the minimum": (lambda f: f.bid(f.best()[1], "0.00004"), "under_min_total_bid"),
    "a sale under the minimum": (lambda f: f.ask(f.best()[0], "0.00004"), "under_min_total_ask"),
    "funds under the minimum": (
        lambda f: market_buy(f.id(), f.market(), funds=Decimal("4999.99")), "under_min_total_bid"
    ),
    "a price off the grid of bids": (lambda f: f.bid(f.best()[1] + 1, "0.01"), "invalid_price_bid"),
    "a price off the grid of asks": (lambda f: f.ask(f.best()[0] + 1, "0.01"), "invalid_price_ask"),
    "more than the largest order": (
        lambda f: market_buy(f.id(), f.market(), funds=Decimal("1000000001")), "over_krw_funds_bid"
    ),
    "a market that there is not": (lambda f: f.bid(Decimal(1_000), "10", code="KRW-NOPE"), "notfoundmarket"),
    "post-only with self-match prevention": (
        lambda f: f.bid(
            f.best()[1], "0.01", time_in_force=TimeInForce.POST_ONLY, self_match=SelfMatch.CANCEL_MAKER
        ),
        "invalid_post_only",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refused_order_says_why_and_does_not_exist(floor: Floor, case: str) -> None:
    wish, code = REFUSALS[case]
    request = wish(floor)
    krw = floor.balance("KRW")
    with pytest.raises(OrderRefused) as refused:
        floor.account.check(request)
    assert refused.value.detail == code
    with pytest.raises(OrderRefused) as refused:
        floor.account.place(request)
    assert (refused.value.detail, refused.value.exchange) == (code, floor.name)
    assert refused.value.message
    assert not floor.exists(request.client_order_id)
    assert (floor.account.open_orders(), floor.balance("KRW")) == ((), krw)


def test_a_repeated_client_order_id_places_one_order(floor: Floor) -> None:
    request = floor.bid(floor.best()[1] * Decimal("0.9") // 1000 * 1000, "0.01")
    placed = floor.account.place(request)
    with pytest.raises(OrderRefused) as refused:
        floor.account.place(request)
    assert refused.value.detail == "duplicated_identifier"
    assert [order.order_id for order in floor.account.open_orders()] == [placed.order_id]
    floor.account.cancel_until_final(floor.reference(placed), timedelta(seconds=5))
    with pytest.raises(OrderRefused):
        floor.account.place(request)
    assert floor.account.open_orders() == ()


def test_an_identifier_that_may_not_be_sent_is_refused_here(floor: Floor) -> None:
    with pytest.raises(InvalidParameter):
        floor.account.place(floor.bid(floor.best()[1], "0.01", client_order_id="with a space"))
    with pytest.raises(InvalidParameter):
        floor.account.place(floor.bid(floor.best()[1], "0.01", client_order_id="x" * 65))


def test_a_market_that_stands_still_takes_no_order_for_now(floor: Floor) -> None:
    floor.control.set_market("KRW-BTC", "halted")
    request = floor.bid(Decimal(99_000_000), "0.01")
    with pytest.raises(ExchangeUnavailable) as offline:
        floor.account.place(request)
    assert offline.value.detail == "market_offline"
    assert not floor.exists(request.client_order_id)
    floor.control.set_market("KRW-BTC", "trading")
    placed = floor.account.place(floor.bid(Decimal(99_000_000), "0.01"))
    assert floor.order(placed).state is OrderState.OPEN


def test_a_check_places_nothing_and_uses_nothing_up(floor: Floor) -> None:
    request = floor.bid(floor.best()[1], "0.01")
    floor.account.check(request)
    floor.account.check(request)
    assert floor.account.open_orders() == ()
    with pytest.raises(OrderNotFound):
        floor.account.order(OrderReference(floor.market(), client_order_id=request.client_order_id))
    assert floor.order(floor.account.place(request)).state is OrderState.OPEN
