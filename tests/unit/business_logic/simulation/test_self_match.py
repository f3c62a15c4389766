"""What happens where an account would trade with itself: the taker's choice counts, at the moment of the match."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.trading_floor import TradingFloor, seen
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderState, SelfMatch, Side, TimeInForce
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BookChanged,
    OrderEnded,
    OrderPrevented,
    OrderTraded,
    PublicTrade,
)
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason, VirtualOrder

D = Decimal
BUY, SELL = Side.BUY, Side.SELL
FOK = TimeInForce.FILL_OR_KILL
SELF_MATCHED = (OrderState.CANCELLED, EndReason.SELF_MATCH)


@pytest.fixture
def floor() -> TradingFloor:
    return TradingFloor({"ann": {"KRW": 10_000_000, "BTC": 10}, "bob": {"KRW": 10_000_000, "BTC": 10}})


def end(order: VirtualOrder) -> tuple[OrderState, EndReason | None]:
    return order.state, order.end_reason


def test_cancel_maker_ends_the_resting_order_and_goes_on(floor: TradingFloor) -> None:
    own = floor.limit(SELL, 100_000, 2)
    floor.limit(SELL, 100_000, 1, by="bob")

    taker = floor.order(floor.limit(BUY, 100_000, 1, self_match=SelfMatch.CANCEL_MAKER))

    maker = floor.order(own)
    assert end(maker) == SELF_MATCHED
    assert seen(maker.prevented_quantity, maker.prevented_locked) == (2, 2)
    assert seen(maker.remaining_quantity, maker.locked) == (0, 0)
    assert end(taker) == (OrderState.DONE, EndReason.FILLED)
    assert seen(taker.prevented_quantity, taker.prevented_locked) == (0, 0)
    assert floor.balance("BTC").locked == 0
    assert [event.order.order_id for event in floor.told(OrderPrevented)] == [own]
    assert [event.order.order_id for event in floor.told(OrderEnded)] == [own, "order-2", taker.order_id]
    assert floor.told(OrderPrevented)[0].quantity == 2


def test_what_prevention_frees_of_a_buy_holds_its_fee(floor: TradingFloor) -> None:
    own = floor.limit(BUY, 100_000, 2)

    floor.limit(SELL, 100_000, 1, self_match=SelfMatch.CANCEL_MAKER)

    assert seen(floor.order(own).prevented_quantity, floor.order(own).prevented_locked) == (2, 200_100)
    assert seen(floor.balance("KRW").free, floor.balance("KRW").locked) == (10_000_000, 0)
    assert floor.book() == ([(100_000, 1)], [])


def test_cancel_taker_ends_the_incoming_order(floor: TradingFloor) -> None:
    floor.limit(SELL, 100_000, 1, by="bob")
    own = floor.limit(SELL, 100_500, 2)

    taker = floor.order(floor.limit(BUY, 101_000, 3, self_match=SelfMatch.CANCEL_TAKER))

    assert end(taker) == SELF_MATCHED
    assert seen(taker.executed_quantity, taker.remaining_quantity) == (1, 0)
    assert seen(taker.prevented_quantity, taker.prevented_locked) == (2, 2 * D("101050.5"))
    assert floor.order(own).state is OrderState.OPEN
    assert floor.balance("KRW").locked == 0


def test_cancel_taker_of_a_market_buy_frees_the_rest_of_its_funds(floor: TradingFloor) -> None:
    floor.limit(SELL, 100_000, 1)

    taker = floor.order(floor.at_once(BUY, 10_000, self_match=SelfMatch.CANCEL_TAKER))

    assert end(taker) == SELF_MATCHED
    assert seen(taker.prevented_quantity, taker.prevented_locked) == (D("0.1"), 10_005)
    assert seen(taker.remaining_funds, taker.locked, taker.remaining_fee) == (0, 0, 0)
    assert floor.balance("KRW").free == 10_000_000


@pytest.mark.parametrize(("ours", "theirs"), [(1, 3), (3, 1), (2, 2)])
def test_reduce_shrinks_both_by_the_overlap(floor: TradingFloor, ours: int, theirs: int) -> None:
    own = floor.limit(SELL, 100_000, ours)

    taker_id = floor.limit(BUY, 101_000, theirs, self_match=SelfMatch.REDUCE_BOTH)

    maker, taker, overlap = floor.order(own), floor.order(taker_id), min(ours, theirs)
    assert seen(maker.prevented_quantity, maker.prevented_locked) == (overlap, overlap)
    assert seen(taker.prevented_quantity, taker.prevented_locked) == (overlap, overlap * D("101050.5"))
    assert end(maker) == (SELF_MATCHED if ours == overlap else (OrderState.OPEN, None))
    assert end(taker) == (SELF_MATCHED if theirs == overlap else (OrderState.OPEN, None))
    assert floor.balance("BTC").locked == ours - overlap
    assert floor.balance("KRW").locked == (theirs - overlap) * D("101050.5")
    assert floor.told(OrderTraded) == []
    assert floor.told(PublicTrade) == []
    assert len(floor.told(BookChanged)) == 1


def test_reduce_of_a_market_buy_counts_at_the_price_of_the_match(floor: TradingFloor) -> None:
    own = floor.limit(SELL, 100_000, 1)
    floor.limit(SELL, 200_000, 1, by="bob")

    taker = floor.order(floor.at_once(BUY, 200_000, self_match=SelfMatch.REDUCE_BOTH))

    assert end(floor.order(own)) == SELF_MATCHED
    assert seen(taker.prevented_quantity, taker.prevented_locked) == (1, 100_050)
    assert seen(taker.executed_quantity, taker.executed_funds) == (D("0.5"), 100_000)
    assert end(taker) == (OrderState.DONE, EndReason.FILLED)


def test_a_market_order_that_prevention_leaves_nothing_to_take_is_cancelled(floor: TradingFloor) -> None:
    floor.limit(BUY, 100_000, 1)

    taker = floor.order(floor.at_once(SELL, 1, self_match=SelfMatch.CANCEL_MAKER))

    assert end(taker) == (OrderState.CANCELLED, EndReason.NOT_AT_ONCE)
    assert seen(taker.executed_quantity, taker.remaining_quantity, taker.locked) == (0, 1, 1)
    assert floor.balance("BTC").free == 10


def test_allow_lets_the_account_trade_with_itself(floor: TradingFloor) -> None:
    own = floor.limit(SELL, 100_000, 1)

    taker = floor.limit(BUY, 100_000, 1, self_match=SelfMatch.ALLOW)

    (bought,), (sold,) = floor.order(taker).fills, floor.order(own).fills
    assert seen(bought.trade_id, bought.is_maker, sold.is_maker) == (sold.trade_id, False, True)
    assert floor.balance("BTC").free == 10
    assert floor.balance("KRW").free == 10_000_000 - 100


def test_the_setting_of_the_resting_order_is_irrelevant(floor: TradingFloor) -> None:
    own = floor.limit(SELL, 100_000, 1, self_match=SelfMatch.CANCEL_MAKER)
    floor.limit(BUY, 100_000, 1, self_match=SelfMatch.ALLOW)
    assert floor.order(own).state is OrderState.DONE


@pytest.mark.parametrize(
    ("self_match", "reason"),
    [
        (SelfMatch.CANCEL_MAKER, EndReason.NOT_ALL),
        (SelfMatch.CANCEL_TAKER, EndReason.NOT_ALL),
        (SelfMatch.REDUCE_BOTH, EndReason.NOT_ALL),
        (SelfMatch.ALLOW, EndReason.FILLED),
    ],
)
def test_fill_or_kill_counts_own_orders_only_where_it_may_trade_with_them(
    floor: TradingFloor, self_match: SelfMatch, reason: EndReason
) -> None:
    own = floor.limit(SELL, 100_000, 1)
    floor.limit(SELL, 100_000, 1, by="bob")

    taker = floor.order(floor.limit(BUY, 100_000, 2, FOK, self_match=self_match))

    assert taker.end_reason is reason
    assert (floor.order(own).state is OrderState.OPEN) is (reason is EndReason.NOT_ALL)


def test_fill_or_kill_passes_over_own_orders_that_it_cancels(floor: TradingFloor) -> None:
    own = floor.limit(SELL, 100_000, 1)
    floor.limit(SELL, 100_000, 1, by="bob")

    taker = floor.order(floor.limit(BUY, 100_000, 1, FOK, self_match=SelfMatch.CANCEL_MAKER))

    assert end(taker) == (OrderState.DONE, EndReason.FILLED)
    assert end(floor.order(own)) == SELF_MATCHED


def test_a_best_price_that_is_only_an_own_order_fills_nothing(floor: TradingFloor) -> None:
    own = floor.limit(SELL, 100_000, 1)
    floor.limit(SELL, 101_000, 9, by="bob")

    taker = floor.order(floor.at_once(BUY, 50_000, OrderKind.BEST, self_match=SelfMatch.CANCEL_MAKER))

    assert end(taker) == (OrderState.CANCELLED, EndReason.NOT_AT_ONCE)
    assert end(floor.order(own)) == SELF_MATCHED
    killed = floor.order(floor.at_once(BUY, 50_000, OrderKind.BEST, FOK, self_match=SelfMatch.CANCEL_MAKER))
    assert killed.end_reason is EndReason.REMAINDER


def test_a_print_reaches_orders_of_one_account_without_any_prevention(floor: TradingFloor) -> None:
    own = floor.limit(SELL, 100_000, 1, self_match=SelfMatch.CANCEL_MAKER)
    floor.prints(100_000, 1, BUY)
    assert floor.order(own).state is OrderState.DONE
