"""Own orders and balances as they are pushed: whole sequences, exact totals, and keys that are refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.contract.exchange.floor import Floor
from tests.contract.exchange.listener import as_standing, listening
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.order import OrderState, TimeInForce, market_buy, market_sell
from upbit_auto_trading.business_logic.domain.stream import (
    OrderEventsLost,
    OrdersRepaired,
    OwnOrderChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
)

ORDERS, BALANCES = Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)
OPEN, DONE, CANCELLED = OrderState.OPEN, OrderState.DONE, OrderState.CANCELLED
FEE = Decimal("0.0005")


def test_the_beginning_is_how_everything_stands(floor: Floor) -> None:
    kept, gone = floor.resting(), floor.resting()
    floor.account.cancel(floor.reference(gone))
    with listening(floor.exchange, ORDERS, BALANCES) as listener:
        listener.until_live(ORDERS, BALANCES)
        repaired = listener.of(OrdersRepaired)[0]
        assert as_standing(repaired.orders) == {
            kept.order_id: (OPEN, Decimal(0)),
            gone.order_id: (CANCELLED, Decimal(0)),
        }
        assert listener.balance("KRW") == floor.balance("KRW")


def test_a_resting_order_is_told_from_its_acceptance_to_its_end(floor: Floor) -> None:
    price = floor.middle()
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        placed = floor.account.place(floor.bid(price, "0.05"))
        floor.sold_by_other("0.02")
        floor.sold_by_other("0.03")
        listener.until(lambda: listener.ended_by_stream(placed.order_id))
        updates = listener.updates(placed.order_id)
        assert [update.state for update in updates] == [OPEN, OPEN, OPEN, DONE]
        assert [update.executed_quantity for update in updates] == [
            Decimal(text) for text in ("0", "0.02", "0.05", "0.05")
        ]
        fills = [update.fill for update in updates if update.fill is not None]
        assert [(fill.quantity, fill.price, fill.is_maker) for fill in fills] == [
            (Decimal("0.02"), price, True), (Decimal("0.03"), price, True)
        ]  # fmt: skip
        assert [fill.fee for fill in fills] == [price * Decimal("0.02") * FEE, price * Decimal("0.03") * FEE]
        assert {update.client_order_id for update in updates} == {placed.client_order_id}
        assert updates[-1].paid_fee == price * Decimal("0.05") * FEE
        on_record = floor.order(placed).fills
        assert on_record is not None
        assert {fill.trade_id for fill in fills} == {fill.trade_id for fill in on_record}


def test_a_market_buy_ends_cancelled_and_filled(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        placed = floor.account.place(market_buy(floor.id(), floor.market(), funds=Decimal("12345.6789")))
        listener.until(lambda: listener.ended_by_stream(placed.order_id))
        updates = listener.updates(placed.order_id)
        assert [update.state for update in updates] == [OPEN, OPEN, CANCELLED]
        assert updates[1].fill is not None
        assert updates[1].fill.is_maker is False
        assert updates[-1].executed_quantity == floor.order(placed).executed_quantity > 0


def test_a_cancel_of_ours_and_an_order_that_never_rests(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        cancelled = floor.resting()
        floor.account.cancel(floor.reference(cancelled))
        killed = floor.account.place(floor.bid(floor.middle(), "0.01", time_in_force=TimeInForce.FILL_OR_KILL))
        sold = floor.account.place(market_sell(floor.id(), floor.market(), quantity=Decimal("0.01")))
        listener.until(lambda: listener.standing().get(sold.order_id, (None,))[0] is DONE)
        listener.until(lambda: listener.standing()[cancelled.order_id][0] is CANCELLED)
        listener.until(lambda: all(listener.ended_by_stream(one.order_id) for one in (cancelled, killed)))
        assert [update.state for update in listener.updates(cancelled.order_id)] == [OPEN, CANCELLED]
        assert listener.updates(killed.order_id)[-1].state is CANCELLED
        assert listener.standing() == as_standing(floor.orders_on_record())


def test_balances_follow_every_order(floor: Floor) -> None:
    with listening(floor.exchange, BALANCES) as listener:
        listener.until_live(BALANCES)
        for act in (
            lambda: floor.resting("0.5"),
            lambda: floor.account.place(market_buy(floor.id(), floor.market(), funds=Decimal(1_000_000))),
            lambda: floor.control.deposit("XRP", "12.5", floor.key.account),
        ):
            act()
            listener.until(lambda: all(listener.balance(name) == floor.balance(name) for name in ("KRW", "BTC", "XRP")))


@pytest.mark.long
def test_orders_and_balances_of_others_are_not_told(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS, BALANCES) as listener:
        listener.until_live(ORDERS, BALANCES)
        listener.forget()
        floor.sold_by_other("0.5")
        floor.other.place(floor.bid(floor.best()[1], "0.01"))
        ours = floor.resting()
        listener.until(lambda: listener.updates(ours.order_id))
        assert {update.order_id for update in listener.updates()} == {ours.order_id}


@pytest.mark.long
def test_own_topics_come_and_go_without_losing_the_other(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        first = floor.resting()
        listener.streams.want([ORDERS, BALANCES])
        second = floor.resting()
        listener.until_live(ORDERS, BALANCES)
        listener.streams.want([ORDERS])
        third = floor.resting()
        listener.until(lambda: {one.order_id for one in (first, second, third)} <= set(listener.standing()))
        assert listener.standing() == as_standing(floor.orders_on_record())


@pytest.mark.long
def test_what_happens_while_nobody_listens_is_told_with_the_next_beginning(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        placed = floor.account.place(floor.bid(floor.middle(), "0.05"))
        listener.until(lambda: listener.updates(placed.order_id))
        listener.streams.want([])
        listener.until_topics()
        floor.sold_by_other("0.05")
        listener.streams.want([ORDERS])
        listener.until(lambda: listener.standing()[placed.order_id] == (DONE, Decimal("0.05")))
        assert {fill.quantity for fill in listener.fills()} == {Decimal("0.05")}


def test_a_refused_key_is_down_and_another_one_brings_it_back(floor: Floor, expected_log: LogGuard) -> None:
    expected_log.expect("key refused|cannot be read", at_least=0)
    key = floor.venue.new_key(addresses=["203.0.113.7"])
    exchange = floor.open(key)
    with listening(exchange, ORDERS, Topic(TopicKind.PRICES, floor.market())) as listener:
        listener.until_state(StreamState.DOWN, ORDERS)
        listener.until(lambda: listener.reason(ORDERS) == "key-refused")
        listener.until_live(Topic(TopicKind.PRICES, floor.market()))
        floor.replace_key(exchange, floor.key)
        listener.until_live(ORDERS)
        placed = floor.resting()
        listener.until(lambda: listener.updates(placed.order_id))


@pytest.mark.long
def test_a_key_is_replaced_without_a_stop(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        placed = floor.account.place(floor.bid(floor.middle(), "0.05"))
        floor.replace_key(floor.exchange, floor.venue.new_key(floor.key.account))
        floor.sold_by_other("0.05")
        assert floor.order(placed).state is DONE
        listener.until(lambda: listener.standing().get(placed.order_id, (None,))[0] is DONE)


@pytest.mark.long
def test_every_event_says_when_and_whence(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        placed = floor.resting()
        listener.until(lambda: listener.updates(placed.order_id))
        event = listener.of(OwnOrderChanged)[-1]
        assert event.provenance is Provenance.STREAM
        assert abs(event.update.happened_at - floor.venue.now()) < timedelta(seconds=2)
        assert event.received_at.tzinfo is not None


@pytest.mark.waits
def test_a_consumer_that_does_not_take_loses_nothing_for_good(floor: Floor) -> None:
    """Order events are not dropped one by one: all that wait go, that is said, and how everything stands is read."""
    trades = Topic(TopicKind.TRADES, floor.market())
    with listening(floor.open_as_usual(most_waiting=12), ORDERS, trades) as listener:
        listener.until_live(ORDERS, trades)
        before = max(listener.numbers())
        price = floor.middle()
        placed = [floor.account.place(floor.bid(price, "0.02")) for _order in range(8)]
        for _sale in range(20):
            floor.sold_by_other("0.005")
        last = floor.ended(placed[4])
        assert last.executed_quantity == Decimal("0.02")
        listener.until(lambda: listener.of(OrderEventsLost))
        record = as_standing(floor.orders_on_record())
        listener.until(lambda: listener.standing() == record)
        lost = next(n for n, event in enumerate(listener.events) if isinstance(event, OrderEventsLost))
        assert listener.of(OrdersRepaired, since=lost), "entries may go on after this"
        filled = {fill.trade_id for one in placed[:5] for fill in floor.order(one).fills or ()}
        assert len(filled) == 20
        listener.until(lambda: {fill.trade_id for fill in listener.fills()} == filled)
        on_tape = {trade.number for trade in floor.market_data.trades(floor.market(), count=50)}
        expected = {number for number in on_tape if number > before}
        listener.until(lambda: expected <= listener.numbers())
        assert len(listener.trades()) == len(listener.numbers()), "none twice"
