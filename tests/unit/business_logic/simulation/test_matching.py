"""Who trades with whom, at which price, and what becomes of the rest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.trading_floor import BTC, START, TradingFloor, seen
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderState, Side, TimeInForce
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BookChanged,
    OrderAccepted,
    OrderEnded,
    OrderTraded,
    PublicTrade,
)
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason

D = Decimal
BUY, SELL = Side.BUY, Side.SELL
IOC, FOK, POST_ONLY = TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL, TimeInForce.POST_ONLY
RICH = {"KRW": 100_000_000, "BTC": 100}
LADDER = [(100_000, 1), (101_000, 2), (102_000, 3)]
STAIRS = [(99_000, 1), (98_000, 2), (97_000, 3)]


@pytest.fixture
def floor() -> TradingFloor:
    trading_floor = TradingFloor({"ann": RICH, "bob": RICH, "cy": RICH})
    trading_floor.shows(LADDER, STAIRS)
    return trading_floor


def fills(floor: TradingFloor, order_id: str, by: str = "ann") -> list[tuple[object, ...]]:
    return [seen(fill.price, fill.quantity) for fill in floor.order(order_id, by).fills]


def end(floor: TradingFloor, order_id: str, by: str = "ann") -> tuple[OrderState, EndReason | None]:
    order = floor.order(order_id, by)
    return order.state, order.end_reason


@pytest.mark.parametrize(
    ("side", "price", "expected"),
    [(BUY, 101_000, [(100_000, 1), (101_000, 2)]), (SELL, 98_000, [(99_000, 1), (98_000, 2)])],
)
def test_a_limit_order_takes_level_by_level_and_rests_with_the_rest(
    floor: TradingFloor, side: Side, price: int, expected: list[tuple[int, int]]
) -> None:
    placed = floor.limit(side, price, 4)

    assert fills(floor, placed) == expected
    assert floor.order(placed).state is OrderState.OPEN
    asks, bids = floor.book()
    assert (bids if side is BUY else asks)[0] == (price, 1)
    assert (asks if side is BUY else bids) == [(102_000, 3) if side is BUY else (97_000, 3)]


def test_what_was_taken_stays_taken_until_the_next_book(floor: TradingFloor) -> None:
    floor.at_once(SELL, "1.5")
    assert floor.book()[1] == [(98_000, D("1.5")), (97_000, 3)]

    floor.shows(LADDER, STAIRS)
    assert floor.book() == (LADDER, STAIRS)


def test_users_and_levels_are_served_by_price_and_then_by_time(floor: TradingFloor) -> None:
    behind = floor.limit(SELL, 100_000, 1, by="bob")
    first = floor.limit(SELL, 99_500, 1, by="cy")
    last = floor.limit(SELL, 100_000, 1, by="cy")

    taker = floor.limit(BUY, 100_000, "3.5")

    assert fills(floor, taker) == [(99_500, 1), (100_000, 1), (100_000, 1), (100_000, D("0.5"))]
    assert fills(floor, first, "cy") == [(99_500, 1)]
    assert fills(floor, behind, "bob") == [(100_000, 1)]
    assert fills(floor, last, "cy") == [(100_000, D("0.5"))]
    assert end(floor, first, "cy") == end(floor, behind, "bob") == (OrderState.DONE, EndReason.FILLED)
    assert floor.order(last, "cy").fills[0].is_maker is True
    assert [event.order.order_id for event in floor.told(OrderEnded)] == [first, behind, taker]


def test_a_trade_between_users_is_one_line_on_the_tape(floor: TradingFloor) -> None:
    floor.limit(SELL, 99_500, 1, by="bob")
    floor.limit(BUY, 99_500, 1)

    assert [seen(trade.price, trade.quantity) for trade in floor.told(PublicTrade)] == [(99_500, 1)]
    assert len(floor.told(OrderTraded)) == 2


def test_what_a_new_book_adds_to_a_level_comes_after_the_users_there(floor: TradingFloor) -> None:
    waiting = floor.limit(SELL, 100_000, 1, by="bob")
    floor.shows([(100_000, 5)], STAIRS)

    floor.limit(BUY, 100_000, "1.5")
    assert fills(floor, waiting, "bob") == [(100_000, D("0.5"))]

    floor.limit(BUY, 100_000, "4.5")
    assert end(floor, waiting, "bob") == (OrderState.DONE, EndReason.FILLED)
    assert floor.book()[0] == []


def test_the_book_shows_levels_and_users_together(floor: TradingFloor) -> None:
    floor.limit(SELL, 100_000, 1, by="bob")
    floor.limit(SELL, 100_500, 2, by="bob")
    floor.limit(BUY, 99_500, 3, by="bob")

    asks, bids = floor.book()
    assert asks == [(100_000, 2), (100_500, 2), (101_000, 2), (102_000, 3)]
    assert bids == [(99_500, 3), *STAIRS]
    assert floor.book(depth=2) == (asks[:2], bids[:2])
    assert floor.exchange.book(BTC, 1).changed_at == floor.now


def test_a_book_of_users_alone_has_a_best_price_too() -> None:
    floor = TradingFloor()
    assert floor.book() == ([], [])
    assert floor.exchange.book(BTC, 30).changed_at < START

    floor.limit(SELL, 100_000, 1)
    floor.limit(BUY, 99_000, 1)
    assert floor.book() == ([(100_000, 1)], [(99_000, 1)])


@pytest.mark.parametrize(
    ("quantity", "state", "reason"),
    [(3, OrderState.DONE, EndReason.FILLED), (4, OrderState.CANCELLED, EndReason.NOT_AT_ONCE)],
)
def test_immediate_or_cancel_keeps_what_it_got(
    floor: TradingFloor, quantity: int, state: OrderState, reason: EndReason
) -> None:
    placed = floor.limit(BUY, 101_000, quantity, IOC)

    assert fills(floor, placed) == [(100_000, 1), (101_000, 2)]
    assert end(floor, placed) == (state, reason)
    assert floor.balance("KRW").locked == 0


@pytest.mark.parametrize(("side", "price"), [(BUY, 101_000), (SELL, 98_000)])
def test_fill_or_kill_is_all_or_nothing(floor: TradingFloor, side: Side, price: int) -> None:
    killed = floor.limit(side, price, "3.00000001", FOK)
    assert fills(floor, killed) == []
    assert end(floor, killed) == (OrderState.CANCELLED, EndReason.NOT_ALL)
    assert floor.told(BookChanged) == []

    filled = floor.limit(side, price, 3, FOK)
    assert end(floor, filled) == (OrderState.DONE, EndReason.FILLED)


def test_fill_or_kill_counts_users_among_the_levels(floor: TradingFloor) -> None:
    floor.limit(SELL, 100_000, 1, by="bob")
    floor.shows([(100_000, 3)], STAIRS)

    killed = floor.limit(BUY, 100_000, "4.1", FOK)
    assert end(floor, killed) == (OrderState.CANCELLED, EndReason.NOT_ALL)

    filled = floor.limit(BUY, 100_000, 4, FOK)
    assert fills(floor, filled) == [(100_000, 1), (100_000, 1), (100_000, 2)]


def test_fill_or_kill_into_an_empty_book_is_killed() -> None:
    floor = TradingFloor()
    assert end(floor, floor.limit(BUY, 100_000, 1, FOK)) == (OrderState.CANCELLED, EndReason.NOT_ALL)


@pytest.mark.parametrize(("side", "taking", "resting"), [(BUY, 100_000, 99_999), (SELL, 99_000, 99_001)])
def test_post_only_is_accepted_and_cancelled_rather_than_take(
    floor: TradingFloor, side: Side, taking: int, resting: int
) -> None:
    refused = floor.limit(side, taking, 1, POST_ONLY)
    assert end(floor, refused) == (OrderState.CANCELLED, EndReason.WOULD_TAKE)
    assert isinstance(floor.events[0], OrderAccepted)
    assert fills(floor, refused) == []

    rests = floor.limit(side, resting, 1, POST_ONLY)
    assert floor.order(rests).state is OrderState.OPEN


def test_post_only_rests_where_nobody_is() -> None:
    floor = TradingFloor()
    assert floor.order(floor.limit(BUY, 100_000, 1, POST_ONLY)).state is OrderState.OPEN


def test_a_best_price_order_takes_at_the_best_price_alone(floor: TradingFloor) -> None:
    bought = floor.at_once(BUY, 300_000, OrderKind.BEST)
    assert fills(floor, bought) == [(100_000, 1)]
    assert end(floor, bought) == (OrderState.CANCELLED, EndReason.NOT_AT_ONCE)

    sold = floor.at_once(SELL, 2, OrderKind.BEST)
    assert fills(floor, sold) == [(99_000, 1)]
    assert end(floor, sold) == (OrderState.CANCELLED, EndReason.NOT_AT_ONCE)


def test_best_price_with_fill_or_kill(floor: TradingFloor) -> None:
    assert end(floor, floor.at_once(BUY, 100_001, OrderKind.BEST, FOK))[1] is EndReason.NOT_ALL
    assert end(floor, floor.at_once(SELL, "1.1", OrderKind.BEST, FOK))[1] is EndReason.NOT_ALL
    assert end(floor, floor.at_once(BUY, 100_000, OrderKind.BEST, FOK))[1] is EndReason.FILLED
    assert end(floor, floor.at_once(SELL, 1, OrderKind.BEST, FOK))[1] is EndReason.FILLED


def test_a_best_price_buy_that_leaves_less_than_one_step_is_filled_all_the_same(floor: TradingFloor) -> None:
    floor.shows([(99_991, 1)], STAIRS)
    placed = floor.at_once(BUY, 50_000, OrderKind.BEST, FOK)

    assert end(floor, placed) == (OrderState.CANCELLED, EndReason.REMAINDER)
    assert floor.order(placed).executed_quantity == D("0.50004500")


def test_a_market_buy_goes_up_the_book_and_gets_its_remainder_back(floor: TradingFloor) -> None:
    placed = floor.at_once(BUY, 400_000)

    assert fills(floor, placed) == [(100_000, 1), (101_000, 2), (102_000, D("0.96078431"))]
    assert end(floor, placed) == (OrderState.CANCELLED, EndReason.REMAINDER)
    assert floor.order(placed).remaining_funds == 400_000 - 302_000 - D("0.96078431") * 102_000
    assert floor.balance("KRW").locked == 0


def test_a_market_sell_is_done_when_all_is_sold(floor: TradingFloor) -> None:
    placed = floor.at_once(SELL, "1.5")
    assert end(floor, placed) == (OrderState.DONE, EndReason.FILLED)


def test_the_tape_is_numbered_by_the_millisecond_and_never_goes_back(floor: TradingFloor) -> None:
    floor.limit(BUY, 101_000, 3)
    first, second = (trade.number for trade in floor.told(PublicTrade))
    assert first == int(floor.now.timestamp()) * 10_000_000
    assert second == first + 1

    floor.now = START
    floor.at_once(SELL, 1)
    assert floor.told(PublicTrade)[0].number == second + 1


def test_an_order_is_found_by_either_number(floor: TradingFloor) -> None:
    placed = floor.limit(BUY, 90_000, 1)

    assert floor.exchange.order("ann", placed) is floor.exchange.order("ann", order_id=placed, client_order_id="x")
    assert floor.exchange.order("ann", client_order_id="x") is None
    assert floor.exchange.order("ann") is None
    assert floor.exchange.order("bob", placed) is None


def test_orders_are_listed_as_they_were_made(floor: TradingFloor) -> None:
    open_order = floor.limit(BUY, 90_000, 1)
    done = floor.at_once(SELL, 1)
    later = floor.limit(BUY, 91_000, 1)

    def listed(*states: OrderState) -> list[str]:
        return [order.order_id for order in floor.exchange.orders("ann", states)]

    assert listed(OrderState.OPEN) == listed(OrderState.OPEN, OrderState.WATCHING) == [open_order, later]
    assert listed(OrderState.DONE) == [done]
    assert listed(*OrderState) == [open_order, done, later]
    assert [order.order_id for order in floor.exchange.orders("ann", {OrderState.OPEN}, BTC)] == [open_order, later]
    assert floor.exchange.orders("bob", list(OrderState)) == []
