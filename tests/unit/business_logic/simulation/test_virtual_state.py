"""What the virtual exchange knows survives as plain values; damaged or newer content is refused, never guessed at."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.trading_floor import BTC, RULES, START, TradingFloor, same_rates, seen
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.order import SelfMatch, Side, limit_order
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.business_logic.simulation.virtual_state import from_plain, to_plain

D = Decimal
BUY, SELL = Side.BUY, Side.SELL
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def floor() -> TradingFloor:
    """With something of everything in it."""
    rich: dict[str, int | str | Decimal] = {"KRW": "10000000.123456789", "BTC": 100}
    trading_floor = TradingFloor({"ann": rich, "bob": rich}, same_rates("0.0004"))
    trading_floor.exchange.open_account("cy", {"KRW": D(0)})
    trading_floor.exchange.add_market(
        ListedMarket(
            Market("upbit", "KRW-OLD"),
            "옛",
            "Old",
            is_warned=True,
            cautions=frozenset({Caution.FEW_ACCOUNTS, Caution.OTHER}),
            state=MarketState.HALTED,
            delisted_on=date(2026, 12, 1),
        )
    )
    trading_floor.shows([(100_000, 1), (101_000, 5)], [(99_000, 4)])
    request = limit_order("mine", BTC, BUY, price=D(99_000), quantity=D(2), self_match=SelfMatch.CANCEL_MAKER)
    trading_floor.place(request)
    trading_floor.limit(BUY, 99_000, 1, by="bob")
    trading_floor.limit(SELL, 101_000, 1)
    trading_floor.at_once(BUY, 150_001)
    trading_floor.prints(99_000, "4.5")
    trading_floor.exchange.use_client_id("ann", "spent")
    return trading_floor


def kept(floor: TradingFloor) -> dict[str, Any]:
    """As a file would hold it."""
    plain: dict[str, Any] = json.loads(json.dumps(to_plain(floor.exchange.state())))
    return plain


def test_everything_survives(floor: TradingFloor) -> None:
    state = from_plain(kept(floor))

    assert state == floor.exchange.state()
    restored = VirtualExchange.from_state(RULES, state)
    assert restored.state() == state
    assert restored.book(BTC, 30) == floor.exchange.book(BTC, 30)
    for account in ("ann", "bob", "cy"):
        assert restored.balances(account) == floor.exchange.balances(account)
    assert restored.client_id_used("ann", "mine")
    assert restored.client_id_used("ann", "spent")
    assert restored.order("ann", client_order_id="mine") == floor.exchange.order("ann", "order-1")


def test_queue_positions_survive(floor: TradingFloor) -> None:
    restored = TradingFloor()
    restored.exchange = VirtualExchange.from_state(RULES, floor.exchange.state())

    for one in (floor, restored):
        one.now = START.replace(hour=9)
        one.prints(99_000, 2)
    assert restored.events == floor.events
    assert floor.exchange.state().markets[0].asks.queue[0].ahead > 4
    for one in (floor, restored):
        one.prints(101_000, "4.75", BUY)
    assert restored.events == floor.events
    assert floor.order("order-3").executed_quantity < D("0.5")
    assert restored.order("order-1") == floor.order("order-1")
    assert restored.order("order-2", "bob").executed_quantity == D("0.5")


def test_amounts_are_text_and_exact(floor: TradingFloor) -> None:
    krw = kept(floor)["state"]["accounts"][0]["balances"][0]
    assert isinstance(krw["free"], str)
    assert Decimal(krw["free"]) == floor.balance("KRW").free


def account(plain: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plain["state"]["accounts"][0]
    return found


def order(plain: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = account(plain)["orders"][0]
    return found


def market(plain: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plain["state"]["markets"][0]
    return found


UNREADABLE: dict[str, Change] = {
    "another format": lambda plain: plain.update(format="something"),
    "no version": lambda plain: plain.pop("version"),
    "a version that is no number": lambda plain: plain.update(version="1"),
    "a version that is a switch": lambda plain: plain.update(version=True),
    "an older version than the first": lambda plain: plain.update(version=0),
    "no state": lambda plain: plain.pop("state"),
    "a state that is a list": lambda plain: plain.update(state=[]),
    "a missing field": lambda plain: order(plain).pop("price"),
    "an unknown field": lambda plain: order(plain).update(colour="red"),
    "a number as amount": lambda plain: order(plain).update(price=99_000),
    "an amount that is none": lambda plain: order(plain).update(price="much"),
    "an amount without end": lambda plain: order(plain).update(price="Infinity"),
    "an amount that is not a number": lambda plain: order(plain).update(price="NaN"),
    "a huge amount": lambda plain: order(plain).update(price="1E999999"),
    "a tiny amount": lambda plain: order(plain).update(price="1E-999999"),
    "an unknown side": lambda plain: order(plain).update(side="both"),
    "a side that is a number": lambda plain: order(plain).update(side=1),
    "a time that is none": lambda plain: order(plain).update(created_at="yesterday"),
    "a time without zone": lambda plain: order(plain).update(created_at="2026-11-18T05:20:31"),
    "a date that is none": lambda plain: market(plain)["listed"].update(delisted_on="soon"),
    "a switch that is a number": lambda plain: market(plain)["listed"].update(is_warned=0),
    "a counter that is a switch": lambda plain: market(plain).update(last_number=True),
    "fills that are no list": lambda plain: order(plain).update(fills={}),
    "nothing where something must be": lambda plain: order(plain).update(order_id=None),
}


@pytest.mark.parametrize("change", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_damaged_content_is_refused(floor: TradingFloor, change: Change) -> None:
    plain = kept(floor)
    change(plain)
    with pytest.raises(InvalidParameter) as refused:
        from_plain(plain)
    assert refused.value.reason == "damaged"


def test_the_place_of_the_damage_is_named(floor: TradingFloor) -> None:
    plain = kept(floor)
    order(plain).update(side="both")
    with pytest.raises(InvalidParameter) as refused:
        from_plain(plain)
    assert refused.value.name == "state.accounts[0].orders[0].side"


def test_what_a_newer_version_wrote_is_refused(floor: TradingFloor) -> None:
    with pytest.raises(InvalidParameter) as refused:
        from_plain(kept(floor) | {"version": 2})
    assert seen(refused.value.name, refused.value.reason) == ("version", "newer-version")


@pytest.mark.parametrize("content", [None, 3, "text", [1], {}])
def test_what_is_no_state_at_all_is_refused(content: object) -> None:
    with pytest.raises(InvalidParameter):
        from_plain(content)


def swap_sides(plain: dict[str, Any]) -> None:
    market(plain)["asks"]["queue"], market(plain)["bids"]["queue"] = (
        market(plain)["bids"]["queue"],
        market(plain)["asks"]["queue"],
    )


def forget_balance(plain: dict[str, Any]) -> None:
    account(plain)["balances"] = [one for one in account(plain)["balances"] if one["currency"] != "KRW"]


CONTRADICTIONS: dict[str, Change] = {
    "the same order twice": lambda plain: account(plain)["orders"].append(copy.deepcopy(order(plain))),
    "the same identifier twice": lambda plain: account(plain)["orders"][1].update(client_order_id="mine"),
    "an order of somebody else": lambda plain: order(plain).update(account_id="bob"),
    "an executed total without fills": lambda plain: order(plain).update(fills=[]),
    "an open order with another lock": lambda plain: order(plain).update(locked="5"),
    "an open order that does not add up": lambda plain: order(plain).update(quantity="9"),
    "an open order that cannot wait": lambda plain: order(plain).update(kind="market"),
    "an open order without a price": lambda plain: order(plain).update(price=None),
    "an open order with nothing left": lambda plain: order(plain).update(remaining_quantity="0"),
    "more locked than the orders lock": lambda plain: account(plain)["balances"][0].update(locked="1"),
    "a debt": lambda plain: account(plain)["balances"][0].update(free="-1"),
    "a lock without a balance": forget_balance,
    "an open order that is in no queue": lambda plain: market(plain)["bids"]["queue"].pop(),
    "an order twice in a queue": lambda plain: market(plain)["bids"]["queue"].append(market(plain)["bids"]["queue"][0]),
    "orders on the wrong side": swap_sides,
    "less than nobody ahead": lambda plain: market(plain)["bids"]["queue"][0].update(ahead="-1"),
    "levels out of order": lambda plain: market(plain)["asks"]["levels"].append({"price": "1", "quantity": "1"}),
    "the rules of another exchange": lambda plain: plain["state"].update(exchange="bithumb"),
}


@pytest.mark.parametrize("change", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_values_that_contradict_each_other_are_refused(floor: TradingFloor, change: Change) -> None:
    plain = kept(floor)
    change(plain)
    state = from_plain(plain)
    with pytest.raises(InvalidParameter):
        VirtualExchange.from_state(RULES, state)


def test_settings_of_the_exchange_survive(floor: TradingFloor) -> None:
    state = replace(floor.exchange.state(), market_order_depth=7, home_currency="BTC")
    assert VirtualExchange.from_state(RULES, state).state() == state
