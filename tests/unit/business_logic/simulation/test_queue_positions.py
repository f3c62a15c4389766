"""How replayed trades and new books reach the orders of users."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.trading_floor import BTC, START, TradingFloor, levels, seen
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.order import OrderState, Side
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.virtual_events import BookChanged, OrderTraded, PublicTrade

D = Decimal
BUY, SELL = Side.BUY, Side.SELL
RICH = {"KRW": 100_000_000, "BTC": 100}


@pytest.fixture
def floor() -> TradingFloor:
    trading_floor = TradingFloor({"ann": RICH, "bob": RICH})
    trading_floor.shows([(101_000, 5), (102_000, 5)], [(100_000, 5), (99_000, 5)])
    return trading_floor


def got(floor: TradingFloor, order_id: str, by: str = "ann") -> list[tuple[object, ...]]:
    return [seen(fill.price, fill.quantity) for fill in floor.order(order_id, by).fills]


def test_a_print_that_reaches_nobody_is_one_line_and_eats_its_level(floor: TradingFloor) -> None:
    floor.prints(100_000, 2)

    (trade,) = floor.told(PublicTrade)
    assert seen(trade.price, trade.quantity, trade.taker_side, trade.at) == (100_000, 2, SELL, floor.now)
    assert trade.best_bid is not None
    assert seen(trade.best_bid.price, trade.best_bid.quantity) == (100_000, 3)
    assert [type(event) for event in floor.events] == [PublicTrade, BookChanged]


def test_a_print_beyond_a_level_leaves_nothing_of_it(floor: TradingFloor) -> None:
    floor.prints(99_000, 1)
    assert floor.book()[1] == [(99_000, 4)]

    floor.prints(103_000, 1, BUY)
    assert floor.book()[0] == []


@pytest.mark.parametrize(("side", "price", "taker"), [(BUY, 100_000, SELL), (SELL, 101_000, BUY)])
def test_a_print_at_the_price_serves_the_queue_first(floor: TradingFloor, side: Side, price: int, taker: Side) -> None:
    placed = floor.limit(side, price, 3)

    floor.prints(price, 4, taker)
    assert got(floor, placed) == []
    floor.prints(price, 2, taker)
    assert got(floor, placed) == [(price, 1)]
    floor.prints(price, 9, taker)
    assert got(floor, placed) == [(price, 1), (price, 2)]
    assert floor.order(placed).state is OrderState.DONE


def test_the_tape_shows_a_print_once_and_unchanged_whoever_it_reaches(floor: TradingFloor) -> None:
    placed = floor.limit(BUY, 100_500, 1)

    floor.prints(99_500, "1.5")

    assert [seen(trade.price, trade.quantity) for trade in floor.told(PublicTrade)] == [(99_500, D("1.5"))]
    (traded,) = floor.told(OrderTraded)
    assert seen(traded.order.order_id, traded.fill.is_maker, traded.fill.filled_at) == (placed, True, floor.now)


def test_a_print_through_the_price_fills_at_the_own_price_as_far_as_it_goes(floor: TradingFloor) -> None:
    better = floor.limit(BUY, 100_500, 1)
    placed = floor.limit(BUY, 100_000, 3)

    floor.prints(99_999, "1.5")

    assert got(floor, better) == [(100_500, 1)]
    assert got(floor, placed) == [(100_000, D("0.5"))]


def test_after_a_print_through_the_price_nobody_is_ahead(floor: TradingFloor) -> None:
    first, second = floor.limit(BUY, 100_000, 1), floor.limit(BUY, 100_000, 1, by="bob")
    floor.prints(99_999, "0.5")

    floor.prints(100_000, "0.75")

    assert got(floor, first) == [(100_000, D("0.5")), (100_000, D("0.5"))]
    assert got(floor, second, "bob") == [(100_000, D("0.25"))]


def test_a_print_beyond_frees_better_prices_alone_from_their_queues(floor: TradingFloor) -> None:
    floor.shows([(101_000, 5)], [(100_000, 5), (99_000, 5)])
    better, worse = floor.limit(BUY, 100_000, 1), floor.limit(BUY, 99_000, 1)

    floor.prints(99_500, "0.5")
    floor.prints(99_000, 5)

    assert got(floor, better) == [(100_000, D("0.5")), (100_000, D("0.5"))]
    assert got(floor, worse) == []


def test_whoever_the_taker_was_a_print_through_the_price_fills(floor: TradingFloor) -> None:
    bought, sold = floor.limit(BUY, 100_500, 1), floor.limit(SELL, 100_800, 1)

    floor.prints(100_400, "0.5", BUY)
    floor.prints(100_900, "0.5", SELL)

    assert got(floor, bought) == [(100_500, D("0.5"))]
    assert got(floor, sold) == [(100_800, D("0.5"))]


def test_a_print_between_the_prices_of_users_reaches_none(floor: TradingFloor) -> None:
    bought, sold = floor.limit(BUY, 100_500, 1), floor.limit(SELL, 100_800, 1)
    floor.prints(100_600, 9)
    assert got(floor, bought) == got(floor, sold) == []


def test_one_print_reaches_several_in_turn_and_no_more_than_it_holds(floor: TradingFloor) -> None:
    floor.shows([(101_000, 5)], [(99_000, 5)])
    first, second = floor.limit(BUY, 100_000, 1), floor.limit(BUY, 100_000, 1, by="bob")
    third = floor.limit(BUY, 100_000, 1)

    floor.prints(100_000, "1.5")

    assert seen(got(floor, first), got(floor, second, "bob")) == ([(100_000, 1)], [(100_000, D("0.5"))])
    assert got(floor, third) == []


def test_a_late_comer_waits_for_what_was_added_before_him(floor: TradingFloor) -> None:
    first = floor.limit(BUY, 100_000, 1)
    floor.shows([(101_000, 5)], [(100_000, 8)])
    second = floor.limit(BUY, 100_000, 1, by="bob")

    floor.prints(100_000, 8)
    assert seen(got(floor, first), got(floor, second, "bob")) == ([(100_000, 1)], [])
    floor.prints(100_000, 2)
    assert got(floor, second, "bob") == [(100_000, 1)]


def test_what_leaves_the_level_was_ahead(floor: TradingFloor) -> None:
    placed = floor.limit(BUY, 100_000, 1)
    floor.shows([(101_000, 5)], [(100_000, 2)])
    floor.shows([(101_000, 5)], [(100_000, 9)])

    floor.prints(100_000, "2.5")
    assert got(floor, placed) == [(100_000, D("0.5"))]


def test_a_level_that_vanished_from_within_the_book_has_nobody_ahead(floor: TradingFloor) -> None:
    placed = floor.limit(BUY, 100_000, 1)
    floor.shows([(101_000, 5)], [(99_000, 5)])

    floor.prints(100_000, "0.5")
    assert got(floor, placed) == [(100_000, D("0.5"))]


@pytest.mark.parametrize("bids", [[(100_500, 5)], []])
def test_a_level_beyond_the_shown_ones_keeps_its_queue(floor: TradingFloor, bids: list[tuple[int, int]]) -> None:
    placed = floor.limit(BUY, 100_000, 1)
    late = floor.limit(BUY, 100_000, 1, by="bob")
    floor.shows([(101_000, 5)], bids)
    last = floor.limit(BUY, 100_000, 1, by="bob")

    floor.prints(100_000, 5)
    assert got(floor, placed) == []
    floor.prints(100_000, "2.5")
    assert seen(got(floor, placed), got(floor, late, "bob")) == ([(100_000, 1)], [(100_000, 1)])
    assert got(floor, last, "bob") == [(100_000, D("0.5"))]


def test_who_comes_behind_a_hidden_queue_waits_for_it_even_alone(floor: TradingFloor) -> None:
    first = floor.limit(BUY, 100_000, 1)
    floor.shows([(101_000, 5)], [])
    last = floor.limit(BUY, 100_000, 1, by="bob")
    floor.cancel(first)

    floor.prints(100_000, "5.5")
    assert got(floor, last, "bob") == [(100_000, D("0.5"))]


def test_a_taker_cannot_take_what_is_not_displayed(floor: TradingFloor) -> None:
    placed = floor.limit(BUY, 100_000, 1)
    floor.shows([(101_000, 5)], [])

    floor.limit(SELL, 100_000, "0.5", by="bob")
    assert got(floor, placed) == [(100_000, D("0.5"))]


def test_an_order_that_leaves_takes_nobodys_place(floor: TradingFloor) -> None:
    first, second = floor.limit(BUY, 100_000, 1), floor.limit(BUY, 100_000, 1, by="bob")
    floor.cancel(first)

    floor.prints(100_000, "5.5")
    assert got(floor, second, "bob") == [(100_000, D("0.5"))]


@pytest.mark.parametrize(
    ("side", "price", "asks", "bids"),
    [(BUY, 100_500, [(100_400, 1), (100_500, 1), (100_600, 9)], []), (SELL, 100_500, [], [(100_600, 1), (100_500, 1)])],
)
def test_a_book_that_lies_across_an_order_fills_it_at_its_price(
    floor: TradingFloor, side: Side, price: int, asks: list[tuple[int, int]], bids: list[tuple[int, int]]
) -> None:
    placed = floor.limit(side, price, 3)

    floor.shows(asks, bids)

    assert got(floor, placed) == [(price, 2)]
    (trade,) = floor.told(PublicTrade)
    assert seen(trade.price, trade.quantity, trade.taker_side) == (price, 2, side.opposite)
    assert floor.order(placed).remaining_quantity == 1
    asks_left, bids_left = floor.book()
    assert seen(asks_left, bids_left) == (([(100_600, 9)], [(price, 1)]) if side is BUY else ([(price, 1)], []))


def test_a_book_across_several_orders_serves_the_best_and_oldest_first(floor: TradingFloor) -> None:
    old, young = floor.limit(BUY, 100_500, 1), floor.limit(BUY, 100_500, 1, by="bob")
    best = floor.limit(BUY, 100_600, 1)

    floor.shows([(100_500, "1.5")], [(99_000, 1)])

    assert seen(got(floor, best), got(floor, old)) == ([(100_600, 1)], [(100_500, D("0.5"))])
    assert got(floor, young, "bob") == []


def test_a_book_without_spread_fills_an_order_at_its_price_whatever_the_queue() -> None:
    floor = TradingFloor()
    floor.shows([(101_000, 1_000)], [(100_000, 1_000)])
    placed = floor.limit(BUY, 100_000, 1)

    floor.prints(100_000, "0.001")
    floor.shows([(100_000, 1_000)], [(100_000, 1_000)])

    assert got(floor, placed) == [(100_000, 1)]


@pytest.mark.parametrize(
    ("asks", "bids"),
    [
        ([(2, 1), (2, 1)], []),
        ([], [(1, 1), (2, 1)]),
        ([(0, 1)], []),
        ([], [(1, 0)]),
        ([(1, 1)], [(2, 1)]),
    ],
)
def test_an_impossible_book_is_refused(asks: list[tuple[int, int]], bids: list[tuple[int, int]]) -> None:
    with pytest.raises(InvariantBroken):
        SyntheticBook(BTC, START, levels(asks), levels(bids))


@pytest.mark.parametrize(("price", "quantity"), [(0, 1), (1, 0), (1, -1)])
def test_an_impossible_print_is_refused(price: int, quantity: int) -> None:
    with pytest.raises(InvariantBroken):
        Print(BTC, START, D(price), D(quantity), BUY)
