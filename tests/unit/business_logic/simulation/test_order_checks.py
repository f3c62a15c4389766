"""What the virtual exchange refuses, and that a refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.fakes.trading_floor import BTC, NEW_RULES_AT, TradingFloor, seen
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.order import (
    OrderKind,
    OrderRequest,
    OrderState,
    SelfMatch,
    Side,
    TimeInForce,
    limit_order,
    market_buy,
    market_sell,
)
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode, Refused
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BalancesMoved,
    BookChanged,
    MarketStateChanged,
    OrderEnded,
)
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason

D = Decimal
BUY, SELL, ALLOW = Side.BUY, Side.SELL, SelfMatch.ALLOW
LIMIT = limit_order("", BTC, BUY, price=D(100_000), quantity=D(1), self_match=ALLOW)
SPENDING = market_buy("", BTC, funds=D(10_000), self_match=ALLOW)
SELLING = market_sell("", BTC, quantity=D("0.1"), self_match=ALLOW)
BEST_SELL = replace(SELLING, kind=OrderKind.BEST)
BEST_BUY = replace(SPENDING, kind=OrderKind.BEST)


@pytest.fixture
def floor() -> TradingFloor:
    trading_floor = TradingFloor({"ann": {"KRW": 1_000_000, "BTC": 1}})
    trading_floor.shows([(100_000, 1), (110_000, 1)], [(90_000, 1), (80_000, "0.5")])
    return trading_floor


def refusal(floor: TradingFloor, request: OrderRequest) -> RefusalCode:
    """Of ``place`` and of ``check`` alike; nothing was changed by either."""
    before = floor.exchange.state()
    with pytest.raises(Refused) as checked:
        floor.exchange.check("ann", request, floor.now)
    with pytest.raises(Refused) as placed:
        floor.exchange.place("ann", "refused", request, floor.now)
    assert checked.value.code is placed.value.code
    assert floor.exchange.state() == before
    return placed.value.code


@pytest.mark.parametrize("request_", [LIMIT, SPENDING, SELLING, BEST_SELL, BEST_BUY], ids=str)
def test_what_is_accepted_is_only_checked_by_a_check(floor: TradingFloor, request_: OrderRequest) -> None:
    before = floor.exchange.state()
    floor.exchange.check("ann", request_, floor.now)
    assert floor.exchange.state() == before
    assert floor.place(request_)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (replace(LIMIT, quantity=D(10)), RefusalCode.INSUFFICIENT_FUNDS),
        (replace(LIMIT, side=SELL, quantity=D("1.00000001")), RefusalCode.INSUFFICIENT_FUNDS),
        (replace(LIMIT, quantity=D("0.04999999")), RefusalCode.UNDER_MINIMUM),
        (replace(SPENDING, funds=D("4999.99999999")), RefusalCode.UNDER_MINIMUM),
        (replace(SELLING, quantity=D("0.05555555")), RefusalCode.UNDER_MINIMUM),
        (replace(BEST_SELL, quantity=D("0.05555555")), RefusalCode.UNDER_MINIMUM),
        (replace(LIMIT, quantity=D("10000.00000001")), RefusalCode.OVER_MAXIMUM),
        (replace(SPENDING, funds=D(1_000_000_001)), RefusalCode.OVER_MAXIMUM),
        (replace(LIMIT, price=D("100000.5")), RefusalCode.OFF_TICK),
        (replace(LIMIT, price=D("1E19")), RefusalCode.OFF_TICK),
        (replace(LIMIT, quantity=D("0.000000009")), RefusalCode.BAD_QUANTITY),
        (replace(LIMIT, quantity=D("1E18")), RefusalCode.BAD_QUANTITY),
        (replace(SPENDING, funds=D("10000.0000000000000000000000000000001")), RefusalCode.BAD_QUANTITY),
        (replace(SPENDING, funds=D("210000.1")), RefusalCode.BOOK_TOO_THIN),
        (replace(SELLING, quantity=D("1.50000001")), RefusalCode.BOOK_TOO_THIN),
        (replace(LIMIT, market=Market("upbit", "KRW-XYZ")), RefusalCode.MARKET_UNKNOWN),
    ],
    ids=str,
)
def test_refusals(floor: TradingFloor, request_: OrderRequest, code: RefusalCode) -> None:
    assert refusal(floor, request_) is code
    assert str(Refused(code)) == code.value


@pytest.mark.parametrize(
    "request_",
    [
        replace(LIMIT, funds=D(1)),
        replace(LIMIT, price=None),
        replace(LIMIT, quantity=None),
        replace(SPENDING, quantity=D(1)),
        replace(SPENDING, price=D(1)),
        replace(SPENDING, side=SELL),
        replace(SELLING, side=BUY),
        replace(SPENDING, time_in_force=TimeInForce.FILL_OR_KILL),
        replace(SPENDING, time_in_force=TimeInForce.UNTIL_CANCELLED),
        replace(BEST_SELL, time_in_force=TimeInForce.UNTIL_CANCELLED),
        replace(BEST_BUY, time_in_force=TimeInForce.POST_ONLY),
    ],
    ids=str,
)
def test_fields_that_do_not_fit_together_are_refused(floor: TradingFloor, request_: OrderRequest) -> None:
    assert refusal(floor, request_) is RefusalCode.KIND_NOT_ALLOWED


@pytest.mark.parametrize("self_match", [one for one in SelfMatch if one is not ALLOW])
def test_post_only_and_self_match_prevention_exclude_each_other(floor: TradingFloor, self_match: SelfMatch) -> None:
    request = replace(LIMIT, time_in_force=TimeInForce.POST_ONLY, self_match=self_match)
    assert refusal(floor, request) is RefusalCode.POST_ONLY_SELF_MATCH


def test_more_decimals_than_a_quantity_may_have_are_cut_off(floor: TradingFloor) -> None:
    placed = floor.place(replace(LIMIT, price=D(90_000), quantity=D("0.123456789")))
    assert floor.order(placed).quantity == D("0.12345678")


def test_a_limit_just_at_the_minimum_and_a_depth_just_enough_are_taken(floor: TradingFloor) -> None:
    assert floor.place(replace(LIMIT, quantity=D("0.05"), price=D(100_000)))
    floor.shows([(100_000, 1), (110_000, 1)], [(90_000, "0.5"), (80_000, "0.5")])
    assert floor.place(replace(SPENDING, funds=D(210_000)))
    assert floor.place(replace(SELLING, quantity=D(1)))


def test_only_visible_levels_count_for_a_market_order() -> None:
    floor = TradingFloor(depth=1)
    floor.shows([(100_000, 1), (110_000, 1)], [(90_000, 1), (80_000, 1)])
    assert refusal(floor, replace(SPENDING, funds=D(100_001))) is RefusalCode.BOOK_TOO_THIN
    assert refusal(floor, replace(SELLING, quantity=D("1.1"))) is RefusalCode.BOOK_TOO_THIN


@pytest.mark.parametrize("request_", [SPENDING, SELLING, BEST_BUY, BEST_SELL], ids=str)
def test_without_a_price_there_is_no_best_one(request_: OrderRequest) -> None:
    assert refusal(TradingFloor(), request_) is RefusalCode.BOOK_TOO_THIN


def test_a_market_may_have_no_maximum(floor: TradingFloor) -> None:
    free = Market("upbit", "KRW-FREE")
    floor.exchange.add_market(ListedMarket(free, "", ""))
    assert refusal(floor, replace(LIMIT, market=free, quantity=D(20_000))) is RefusalCode.INSUFFICIENT_FUNDS


def test_an_identifier_is_used_up_whatever_became_of_its_order(floor: TradingFloor) -> None:
    named = replace(LIMIT, client_order_id="mine", price=D(90_001))
    floor.cancel(floor.place(named))

    assert refusal(floor, named) is RefusalCode.CLIENT_ID_USED
    assert floor.exchange.client_id_used("ann", "mine")
    found = floor.exchange.order("ann", client_order_id="mine")
    assert found is not None
    assert found.state is OrderState.CANCELLED


def test_a_refusal_uses_up_no_identifier_unless_it_is_said_so(floor: TradingFloor) -> None:
    named = replace(LIMIT, client_order_id="mine", quantity=D(10))
    assert refusal(floor, named) is RefusalCode.INSUFFICIENT_FUNDS
    assert not floor.exchange.client_id_used("ann", "mine")

    floor.exchange.use_client_id("ann", "mine")
    floor.exchange.use_client_id("ann", "mine")
    floor.exchange.use_client_id("ann", "")
    assert refusal(floor, named) is RefusalCode.CLIENT_ID_USED
    assert floor.exchange.order("ann", client_order_id="mine") is None
    assert not floor.exchange.client_id_used("ann", "")


def test_accounts_do_not_share_identifiers_nor_orders(floor: TradingFloor) -> None:
    floor.exchange.open_account("bob", {"KRW": D(1_000_000)})
    placed = floor.place(replace(LIMIT, client_order_id="mine", price=D(90_001)))
    assert floor.place(replace(LIMIT, client_order_id="mine", price=D(90_001)), by="bob")
    with pytest.raises(Refused):
        floor.cancel(placed, by="bob")


def test_what_is_not_open_cannot_be_cancelled(floor: TradingFloor) -> None:
    placed = floor.place(replace(LIMIT, price=D(90_001)))
    floor.cancel(placed)
    before = floor.exchange.state()

    for order_id in (placed, "never"):
        with pytest.raises(Refused) as refused:
            floor.exchange.cancel("ann", order_id, floor.now)
        assert refused.value.code is RefusalCode.ORDER_NOT_FOUND
    assert floor.exchange.state() == before


def test_a_cancel_carries_the_reason_that_it_is_given(floor: TradingFloor) -> None:
    placed = floor.place(replace(LIMIT, price=D(90_001)))
    floor.exchange.cancel("ann", placed, floor.now, EndReason.DELISTED)
    assert floor.order(placed).end_reason is EndReason.DELISTED


def test_orders_follow_the_rules_of_the_day_they_are_placed_on(floor: TradingFloor) -> None:
    old = floor.place(replace(LIMIT, price=D(90_001)))
    floor.now = NEW_RULES_AT

    assert refusal(floor, replace(LIMIT, price=D(90_002))) is RefusalCode.OFF_TICK
    new = floor.place(replace(LIMIT, price=D(90_006), quantity=D("0.001")))

    assert seen(floor.order(old).fee_rate, floor.order(new).fee_rate) == (D("0.0005"), D("0.0007"))
    assert floor.order(old).state is OrderState.OPEN, "what rests off the new grid stays"
    floor.prints(90_000, 2)
    assert [fill.fee for fill in floor.order(old).fills] == [D("45.0005")]
    assert [fill.fee for fill in floor.order(new).fills] == [D("0.0630042")]


@pytest.mark.parametrize("state", [MarketState.HALTED, MarketState.CANCEL_ONLY, MarketState.PREVIEW])
def test_where_a_market_does_not_trade_nothing_trades(floor: TradingFloor, state: MarketState) -> None:
    placed = floor.place(replace(LIMIT, price=D(99_999)))
    floor.exchange.set_market_state(BTC, state, floor.now)
    before = floor.exchange.book(BTC, 30)

    assert refusal(floor, LIMIT) is RefusalCode.MARKET_HALTED
    assert floor.prints(50_000, 9) == ()
    assert floor.shows([(1, 1)]) == ()
    assert floor.exchange.book(BTC, 30) == before
    assert floor.order(placed).state is OrderState.OPEN

    floor.exchange.set_market_state(BTC, MarketState.TRADING, floor.now)
    floor.prints(50_000, 9)
    assert floor.order(placed).state is OrderState.DONE


def test_a_halt_holds_cancels_up_as_well(floor: TradingFloor) -> None:
    placed = floor.place(replace(LIMIT, price=D(90_001)))
    floor.exchange.set_market_state(BTC, MarketState.HALTED, floor.now)
    with pytest.raises(Refused) as refused:
        floor.cancel(placed)
    assert refused.value.code is RefusalCode.MARKET_HALTED

    (told,) = floor.exchange.set_market_state(BTC, MarketState.CANCEL_ONLY, floor.now)
    assert told == MarketStateChanged(BTC, MarketState.CANCEL_ONLY, floor.now)
    floor.cancel(placed)
    assert floor.order(placed).state is OrderState.CANCELLED


def test_delisting_cancels_what_is_open_and_forgets_the_market(floor: TradingFloor) -> None:
    bought = floor.place(replace(LIMIT, price=D(90_001)))
    sold = floor.place(replace(LIMIT, side=SELL, price=D(99_999)))

    events = floor.exchange.set_market_state(BTC, MarketState.DELISTED, floor.now)

    kinds = [type(event) for event in events]
    assert kinds == [MarketStateChanged, OrderEnded, OrderEnded, BalancesMoved, BookChanged]
    for order_id in (bought, sold):
        assert floor.order(order_id).state is OrderState.CANCELLED
        assert floor.order(order_id).end_reason is EndReason.DELISTED
    assert seen(floor.balance("KRW").locked, floor.balance("BTC").locked) == (0, 0)
    assert refusal(floor, LIMIT) is RefusalCode.MARKET_UNKNOWN
    assert floor.exchange.market_state(BTC) is MarketState.DELISTED


def test_a_market_may_be_listed_before_it_opens() -> None:
    floor = TradingFloor()
    market = Market("upbit", "KRW-NEW")
    floor.exchange.add_market(ListedMarket(market, "", "", state=MarketState.PREVIEW))
    assert floor.exchange.market_state(market) is MarketState.PREVIEW
    assert refusal(floor, replace(LIMIT, market=market)) is RefusalCode.MARKET_HALTED
    with pytest.raises(Refused):
        floor.exchange.book(Market("upbit", "KRW-XYZ"), 30)
    assert floor.exchange.state().markets[1].listed.market == market
