"""From a cancel that is accepted to an order that has ended: one, many, all, and one in place of another."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from time import monotonic

import pytest

from tests.contract.exchange.cases import some_at_once
from tests.contract.exchange.floor import Floor, until
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, OrderNotFound, OutcomeUnknown
from upbit_auto_trading.business_logic.domain.order import (
    OrderKind,
    OrderReference,
    OrderState,
    Replacement,
    Side,
    TimeInForce,
)
from upbit_auto_trading.business_logic.ports.exchange import CancelScope

SOON = timedelta(seconds=5)
NEVER_SENT = "6d1f7c1e-8a52-4d5f-b7f5-1f0d9a2c7e44"


def test_a_cancel_is_accepted_and_then_done(floor: Floor) -> None:
    krw = floor.balance("KRW")
    placed = floor.resting()
    floor.account.cancel(floor.reference(placed))
    assert floor.ended(placed).state is OrderState.CANCELLED
    assert floor.balance("KRW") == krw, "what was locked is free again"


@pytest.mark.parametrize("ends", ["cancelled", "filled", "never-was"])
def test_what_has_ended_or_never_was_cannot_be_cancelled(floor: Floor, ends: str) -> None:
    reference = OrderReference(floor.market(), order_id=NEVER_SENT)
    if ends != "never-was":
        placed = floor.account.place(floor.bid(floor.middle(), "0.01"))
        reference = floor.reference(placed)
        if ends == "filled":
            floor.sold_by_other("0.01")
        else:
            floor.account.cancel(reference)
        floor.ended(placed)
    with pytest.raises(OrderNotFound):
        floor.account.cancel(reference)


def test_by_our_own_identifier(floor: Floor) -> None:
    placed = floor.resting()
    reference = OrderReference(floor.market(), client_order_id=placed.client_order_id)
    assert floor.account.cancel_until_final(reference, SOON).order_id == placed.order_id
    assert floor.account.open_orders() == ()


def test_until_final_tells_how_it_ended_whoever_ended_it(floor: Floor) -> None:
    price = floor.middle()
    partly = floor.account.place(floor.bid(price, "0.05"))
    floor.sold_by_other("0.02")
    ended = floor.account.cancel_until_final(floor.reference(partly), SOON)
    assert (ended.state, ended.executed_quantity) == (OrderState.CANCELLED, Decimal("0.02"))
    assert ended.fills is not None
    assert [fill.quantity for fill in ended.fills] == [Decimal("0.02")]

    filled = floor.account.place(floor.bid(price, "0.01"))
    floor.sold_by_other("0.01")
    assert floor.account.cancel_until_final(floor.reference(filled), SOON).state is OrderState.DONE


def test_until_final_waits_for_an_end_that_takes_its_time(floor: Floor) -> None:
    floor.control.turn("cancel-end", "later")
    placed = floor.resting()
    assert floor.account.cancel_until_final(floor.reference(placed), SOON).state is OrderState.CANCELLED


@pytest.mark.waits
def test_until_final_says_unknown_when_the_time_is_up(floor: Floor) -> None:
    placed = floor.resting()
    began = monotonic()
    with floor.venue.fault("status", amount=503, path="/v1/order"), pytest.raises(OutcomeUnknown) as unknown:
        floor.account.cancel_until_final(floor.reference(placed), timedelta(seconds=0.8))
    assert monotonic() - began < 4
    assert unknown.value.client_order_id == placed.order_id

    def state() -> OrderState | None:
        """So many failures may have opened the circuit."""
        try:
            return floor.order(placed).state
        except ExchangeUnavailable:
            return None

    assert until(state, bool) is OrderState.OPEN


@pytest.mark.long
def test_until_final_of_an_order_that_never_was_is_unknown(floor: Floor) -> None:
    """It may be on its way: that it is not found is no end."""
    with pytest.raises(OutcomeUnknown):
        floor.account.cancel_until_final(
            OrderReference(floor.market(), client_order_id="on-its-way"), timedelta(seconds=0.4)
        )


def test_many_at_once_more_than_one_request_takes(floor: Floor) -> None:
    limit = floor.exchange.capabilities.most_cancels_at_once
    placed = floor.placed_by_many(limit + 10)
    references = [floor.reference(one) for one in placed]
    report = floor.account.cancel_many([*references, OrderReference(floor.market(), order_id=NEVER_SENT)])
    assert {one.order_id for one in report.accepted} == {one.order_id for one in placed}
    assert {one.order_id for one in report.refused} <= {NEVER_SENT}
    assert all(floor.ended(one).state is OrderState.CANCELLED for one in placed[:2])
    again = floor.account.cancel_many(references[:2])
    assert again.accepted == ()
    assert {one.order_id for one in again.refused} == {one.order_id for one in references[:2]}
    nothing = floor.account.cancel_many([])
    assert (nothing.accepted, nothing.refused) == ((), ())


SCOPES = {
    "everything": (lambda _f: CancelScope(), {"buy-btc", "sell-btc", "buy-xrp", "buy-eth"}),
    "one side": (lambda _f: CancelScope(side=Side.SELL), {"sell-btc"}),
    "one market": (lambda f: CancelScope(markets=(f.market(),)), {"buy-btc", "sell-btc"}),
    "a side of a market": (lambda f: CancelScope(Side.BUY, markets=(f.market(),)), {"buy-btc"}),
    "all but one": (lambda f: CancelScope(excluded=(f.market("KRW-XRP"),)), {"buy-btc", "sell-btc", "buy-eth"}),
    "a quote": (lambda _f: CancelScope(quotes=("BTC",)), {"buy-eth"}),
    "a quote but one": (
        lambda f: CancelScope(quotes=("KRW",), excluded=(f.market("KRW-XRP"),)), {"buy-btc", "sell-btc"}
    ),
    "markets but one": (
        lambda f: CancelScope(markets=(f.market(), f.market("KRW-XRP")), excluded=(f.market(),)), {"buy-xrp"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("scope", some_at_once(SCOPES, ("everything", "a side of a market", "all but one", "a quote")))
def test_all_of_a_scope_and_nothing_else(floor: Floor, scope: str) -> None:
    wish, expected = SCOPES[scope]
    placed = {
        "buy-btc": floor.resting(),
        "sell-btc": floor.account.place(floor.ask(floor.best()[0] * 2, "0.01")),
        "buy-xrp": floor.resting("100", code="KRW-XRP"),
        "buy-eth": floor.account.place(floor.bid(Decimal("0.03"), "0.5", code="BTC-ETH")),
    }
    names = {one.order_id: name for name, one in placed.items()}
    report = floor.account.cancel_all(wish(floor))
    assert {names[one.order_id or ""] for one in report.accepted} == expected
    assert report.refused == ()
    for one in report.accepted:
        until(lambda one=one: floor.account.order(one), lambda order: order.state.is_final)  # type: ignore[misc]
    assert {names[order.order_id] for order in floor.account.open_orders()} == set(names.values()) - expected


def limit_instead(floor: Floor, price: Decimal, quantity: str | None) -> Replacement:
    return Replacement(floor.id(), OrderKind.LIMIT, price, None if quantity is None else Decimal(quantity))


def test_one_order_in_place_of_another(floor: Floor) -> None:
    assert floor.exchange.capabilities.can_replace
    old = floor.resting("0.05")
    price = floor.best()[1] * 9 // 10 // 1000 * 1000
    wish = limit_instead(floor, price, "0.02")
    new_id = floor.account.replace(floor.reference(old), wish)
    new = floor.account.order(OrderReference(floor.market(), order_id=new_id))
    assert floor.ended(old).state is OrderState.CANCELLED
    assert (new.client_order_id, new.price, new.quantity) == (wish.client_order_id, price, Decimal("0.02"))
    assert (new.side, new.market, new.state) == (Side.BUY, floor.market(), OrderState.OPEN)
    assert [order.order_id for order in floor.account.open_orders()] == [new_id]


def test_whatever_was_left_goes_on_at_another_price(floor: Floor) -> None:
    old = floor.account.place(floor.bid(floor.middle(), "0.05"))
    floor.sold_by_other("0.02")
    new_id = floor.account.replace(floor.reference(old), limit_instead(floor, floor.best()[1] - 1000, None))
    assert floor.account.order(OrderReference(floor.market(), order_id=new_id)).quantity == Decimal("0.03")


def test_a_replacement_that_is_refused_leaves_no_order(floor: Floor) -> None:
    """The old one has ended by then; that the new one does not exist is found out by looking."""
    old = floor.resting("0.05")
    new_id = floor.account.replace(floor.reference(old), limit_instead(floor, floor.best()[1], "1000"))
    with pytest.raises(OrderNotFound):
        floor.account.order(OrderReference(floor.market(), order_id=new_id))
    assert floor.ended(old).state is OrderState.CANCELLED
    assert floor.account.open_orders() == ()


def test_what_has_ended_cannot_be_replaced(floor: Floor) -> None:
    old = floor.resting()
    floor.account.cancel_until_final(floor.reference(old), SOON)
    with pytest.raises(OrderNotFound):
        floor.account.replace(floor.reference(old), limit_instead(floor, floor.best()[1], "0.01"))
    assert floor.account.open_orders() == ()


def test_a_replacement_by_a_market_order(floor: Floor) -> None:
    old = floor.resting("0.05")
    wish = Replacement(floor.id(), OrderKind.MARKET, None, None, Decimal(1_000_000), TimeInForce.IMMEDIATE_OR_CANCEL)
    new_id = floor.account.replace(floor.reference(old), wish)
    new = floor.account.order(OrderReference(floor.market(), order_id=new_id))
    assert (new.kind, new.funds) == (OrderKind.MARKET, Decimal(1_000_000))
    assert new.executed_quantity > 0
