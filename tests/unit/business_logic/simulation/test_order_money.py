"""Locks, fees and refunds to the last digit: the examples of the exchange's facts, sections 4.3 to 4.5."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.trading_floor import BTC, START, TradingFloor, same_rates, seen
from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import (
    OrderState,
    SelfMatch,
    Side,
    limit_order,
    market_buy,
)
from upbit_auto_trading.business_logic.simulation.market_tick import SyntheticBook
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BalancesMoved,
    BookChanged,
    OrderAccepted,
    OrderEnded,
    OrderTraded,
    PublicTrade,
)
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason

D = Decimal
BUY, SELL = Side.BUY, Side.SELL


def test_a_market_buy_of_10_000_won_ends_as_in_the_facts() -> None:
    floor = TradingFloor({"ann": {"KRW": 10_005}})
    floor.shows(asks=[(118_450_000, "0.03190044")])

    order = floor.order(floor.at_once(BUY, 10_000))

    assert order.state is OrderState.CANCELLED
    assert order.end_reason is EndReason.REMAINDER
    assert order.executed_quantity == D("0.00008442")
    assert order.executed_funds == D("9999.549")
    assert order.reserved_fee == 5
    assert order.paid_fee == D("4.9997745")
    assert order.remaining_fee == D("0.0002255")
    assert order.locked == D("0.4512255")
    assert order.trade_count == 1
    assert seen(order.fills[0].price, order.fills[0].quantity) == (118_450_000, D("0.00008442"))
    assert seen(order.fills[0].funds, order.fills[0].fee) == (D("9999.549"), D("4.9997745"))
    assert order.fills[0].is_maker is False
    assert seen(floor.balance("KRW").free, floor.balance("KRW").locked) == (D("0.4512255"), 0)
    assert floor.balance("BTC").free == D("0.00008442")


def test_a_market_buy_needs_its_fee_on_top() -> None:
    floor = TradingFloor({"ann": {"KRW": 10_005}})
    floor.shows(asks=[(118_450_000, 1)])

    floor.at_once(BUY, 10_000)

    accepted, locked, *_ = floor.events
    assert isinstance(accepted, OrderAccepted)
    assert seen(accepted.order.state, accepted.order.locked) == (OrderState.OPEN, 10_005)
    assert isinstance(locked, BalancesMoved)
    assert [seen(one.currency, one.free, one.locked) for one in locked.balances] == [("KRW", 0, 10_005)]


def test_a_market_buy_that_divides_evenly_is_done() -> None:
    floor = TradingFloor({"ann": {"KRW": 10_005}})
    floor.shows(asks=[(100_000, 1)])

    order = floor.order(floor.at_once(BUY, 10_000))

    assert seen(order.state, order.end_reason) == (OrderState.DONE, EndReason.FILLED)
    assert seen(order.executed_quantity, order.locked, order.remaining_fee) == (D("0.1"), 0, 0)
    assert floor.balance("KRW").total == 0


def test_a_limit_buy_locks_price_and_fee() -> None:
    floor = TradingFloor({"ann": {"KRW": 1_284_120}})

    order = floor.order(floor.limit(BUY, 118_000_000, "0.001"))

    assert seen(order.locked, order.reserved_fee, order.remaining_fee, order.paid_fee) == (118_059, 59, 59, 0)
    assert order.remaining_quantity == D("0.001")
    assert seen(floor.balance("KRW").free, floor.balance("KRW").locked) == (1_166_061, 118_059)
    assert floor.book() == ([], [(118_000_000, D("0.001"))])


def test_a_cancelled_order_keeps_its_last_values_and_frees_the_balance() -> None:
    floor = TradingFloor({"ann": {"KRW": 1_284_120}})
    placed = floor.limit(BUY, 118_000_000, "0.001")
    floor.prints(117_999_000, "0.0004")

    floor.cancel(placed)

    order = floor.order(placed)
    assert seen(order.state, order.end_reason, order.ended_at) == (OrderState.CANCELLED, EndReason.USER, floor.now)
    assert seen(order.remaining_quantity, order.executed_quantity) == (D("0.0006"), D("0.0004"))
    assert seen(order.locked, order.remaining_fee, order.paid_fee) == (D("70835.4"), D("35.4"), D("23.6"))
    assert seen(floor.balance("KRW").free, floor.balance("KRW").locked) == (1_284_120 - 47_200 - D("23.6"), 0)
    assert [type(event) for event in floor.events] == [OrderEnded, BalancesMoved, BookChanged]


def test_a_sell_locks_coins_and_pays_its_fee_from_the_proceeds() -> None:
    floor = TradingFloor({"ann": {"BTC": "0.01342"}})
    placed = floor.limit(SELL, 118_000_000, "0.001")
    assert seen(floor.order(placed).locked, floor.order(placed).reserved_fee) == (D("0.001"), 0)
    assert floor.balance("BTC").locked == D("0.001")

    floor.prints(118_000_000, 1, BUY)

    order = floor.order(placed)
    assert seen(order.state, order.locked, order.remaining_fee, order.paid_fee) == (OrderState.DONE, 0, 0, 59)
    assert floor.balance("KRW").free == 117_941
    assert floor.balance("BTC").total == D("0.01242")


def test_fees_are_not_rounded() -> None:
    floor = TradingFloor({"ann": {"BTC": 1}})
    floor.shows(bids=[("152388462", 1)])

    order = floor.order(floor.at_once(SELL, "0.00010001"))

    assert order.executed_funds == D("15240.37008462")
    assert order.paid_fee == D("7.62018504231")
    assert floor.balance("KRW").free == D("15240.37008462") - D("7.62018504231")


def test_a_better_price_than_the_limit_frees_the_difference_at_once() -> None:
    floor = TradingFloor({"ann": {"KRW": 200_100}})
    floor.shows(asks=[(90_000, 1)])

    order = floor.order(floor.limit(BUY, 100_000, 2))

    assert seen(order.executed_quantity, order.remaining_quantity, order.locked) == (1, 1, 100_050)
    assert seen(floor.balance("KRW").free, floor.balance("KRW").locked) == (200_100 - 90_045 - 100_050, 100_050)


def test_makers_and_takers_pay_their_own_rates_of_the_account() -> None:
    rates = FeeRates(maker_buy=D("0.001"), taker_buy=D("0.003"), maker_sell=D("0.002"), taker_sell=D("0.004"))
    floor = TradingFloor({"ann": {"KRW": 10_000_000, "BTC": 9}}, rates)
    floor.shows(asks=[(100_000, 1)], bids=[(90_000, 1)])
    bought = floor.limit(BUY, 100_000, 2)
    assert seen(floor.order(bought).fee_rate, floor.order(bought).reserved_fee) == (D("0.003"), 600)
    floor.shows(bids=[(90_000, 9)])
    floor.prints(99_999, 1)
    sold = floor.at_once(SELL, 1)

    assert [fill.fee for fill in floor.order(bought).fills] == [300, 100]
    assert floor.order(bought).paid_fee == 400
    assert [fill.fee for fill in floor.order(sold).fills] == [360]
    assert floor.balance("KRW").total == 10_000_000 - 200_400 + 90_000 - 360
    assert floor.exchange.fees("ann", BTC, START) is rates


def test_without_rates_of_its_own_an_account_pays_those_of_the_day() -> None:
    assert TradingFloor().exchange.fees("ann", BTC, START) == same_rates("0.0005")


def test_each_fill_and_each_balance_is_told_in_order() -> None:
    floor = TradingFloor()
    floor.shows(asks=[(100_000, 1), (101_000, 2)], bids=[(99_000, 5)])

    placed = floor.limit(BUY, 101_000, 4)

    kinds = [type(event) for event in floor.events]
    trades = [OrderTraded, PublicTrade] * 2
    assert kinds == [OrderAccepted, BalancesMoved, *trades, BalancesMoved, BookChanged]
    first, second = floor.told(OrderTraded)
    assert seen(first.order.executed_quantity, second.order.executed_quantity) == (1, 3)
    assert first.order.fills == (first.fill,)
    assert [seen(trade.price, trade.quantity, trade.taker_side) for trade in floor.told(PublicTrade)] == [
        (100_000, 1, BUY),
        (101_000, 2, BUY),
    ]
    assert floor.told(PublicTrade)[0].best_ask == BookLevel(D(101_000), D(2))
    assert floor.told(PublicTrade)[1].best_ask is None
    assert floor.told(PublicTrade)[1].best_bid == BookLevel(D(99_000), D(5))
    assert {one.currency for one in floor.told(BalancesMoved)[1].balances} == {"KRW", "BTC"}
    assert floor.order(placed).fills == (first.fill, second.fill)


def test_the_average_price_is_of_the_buys() -> None:
    floor = TradingFloor({"ann": {"KRW": 10_000_000}})
    floor.shows(asks=[(100_000, 1), (130_000, 2)])
    floor.limit(BUY, 130_000, 3)
    assert floor.balance("BTC").average_price == 120_000
    floor.shows(bids=[(200_000, 3)])

    floor.at_once(SELL, 1)
    assert floor.balance("BTC").average_price == 120_000

    floor.at_once(SELL, 2)
    assert floor.balance("BTC").average_price is None


def test_what_was_paid_in_another_currency_says_nothing_of_the_average_price() -> None:
    floor = TradingFloor({"ann": {"BTC": 10}})
    ethereum = Market("upbit", "BTC-ETH")
    floor.exchange.add_market(ListedMarket(ethereum, "", ""))
    floor.exchange.apply_book(SyntheticBook(ethereum, START, (BookLevel(D("0.03"), D(9)),), ()))

    floor.place(market_buy("", ethereum, funds=D("0.27"), self_match=SelfMatch.ALLOW))

    assert seen(floor.balance("ETH").free, floor.balance("ETH").average_price) == (9, None)


def test_an_average_price_without_end_is_shown_to_twenty_digits() -> None:
    floor = TradingFloor({"ann": {"KRW": 10_000_000}})
    floor.shows(asks=[(100_000, 1), (100_001, 2)])

    floor.limit(BUY, 100_001, 3)

    assert floor.balance("BTC").average_price == D("100000.66666666666667")


def test_deposits_move_the_balance_and_refuse_nonsense() -> None:
    floor = TradingFloor({"ann": {"KRW": 0}})
    events = floor.exchange.deposit("ann", "XRP", D("12.5"), START)

    assert isinstance(events[0], BalancesMoved)
    assert [seen(one.currency, one.free) for one in events[0].balances] == [("XRP", D("12.5"))]
    assert [one.currency for one in floor.exchange.balances("ann")] == ["KRW", "XRP"]
    for nonsense in ("-1", "NaN", "Infinity", "1E30", "1E-31"):
        with pytest.raises(InvalidParameter):
            floor.exchange.deposit("ann", "XRP", D(nonsense), START)
        with pytest.raises(InvalidParameter):
            floor.exchange.open_account("bob", {"XRP": D(nonsense)})
    assert floor.balance("XRP").free == D("12.5")


@pytest.mark.parametrize("rate", ["-0.1", "1", "NaN", "1E-31"])
def test_impossible_fees_are_refused(rate: str) -> None:
    with pytest.raises(InvalidParameter, match="fees"):
        TradingFloor(fees=same_rates(rate))


def test_accounts_orders_and_markets_are_made_once() -> None:
    floor = TradingFloor()
    request = limit_order("", BTC, BUY, price=D(100), quantity=D(100), self_match=SelfMatch.ALLOW)
    floor.exchange.place("ann", "one", request, START)

    for again in (
        lambda: floor.exchange.open_account("ann", {}),
        lambda: floor.exchange.add_market(ListedMarket(BTC, "", "")),
        lambda: floor.exchange.place("ann", "one", request, START),
        lambda: floor.exchange.balances("bob"),
        lambda: floor.exchange.place("ann", "two", market_buy("", BTC, funds=D(5000)), START),
    ):
        with pytest.raises(InvariantBroken):
            again()


def test_names_of_trades_may_come_from_outside() -> None:
    floor = TradingFloor()
    floor.shows(asks=[(100_000, 1)])
    request = market_buy("", BTC, funds=D(10_000), self_match=SelfMatch.ALLOW)

    floor.exchange.place("ann", "one", request, START, iter(["a-trade"]).__next__)

    assert [fill.trade_id for fill in floor.order("one").fills] == ["a-trade"]


def test_both_sides_of_a_trade_carry_its_name_and_a_replay_gives_others() -> None:
    floor = TradingFloor({"ann": {"BTC": 1}, "bob": {"KRW": 1_000_000}})
    maker = floor.limit(SELL, 100_000, 1)
    taker = floor.limit(BUY, 100_000, "0.5", by="bob")
    second = floor.limit(BUY, 100_000, "0.5", by="bob")

    ours, theirs, others = (
        [fill.trade_id for fill in floor.order(order_id, by).fills]
        for order_id, by in ((maker, "ann"), (taker, "bob"), (second, "bob"))
    )
    assert ours == theirs + others
    assert len(set(ours)) == 2
    assert [len(part) for part in ours[0].split("-")] == [8, 4, 4, 4, 12]


def test_a_book_cannot_be_crossed_at_birth() -> None:
    with pytest.raises(InvariantBroken, match="crossed"):
        SyntheticBook(BTC, START, (BookLevel(D(1), D(1)),), (BookLevel(D(2), D(1)),))
