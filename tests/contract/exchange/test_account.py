"""What an account holds, what an order costs in it, and what its key may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.exchange.floor import NOTHING, Floor, account_of
from tests.contract.exchange.venue import BALANCES, Key
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, KeyRejected
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.order import OrderKind, Side, TimeInForce
from upbit_auto_trading.business_logic.ports.exchange import Account
from upbit_auto_trading.utils.secret import Secret

_ALL_RIGHTS = [right.value for right in NEEDED_RIGHTS]


def test_balances_are_free_and_locked_apart(floor: Floor) -> None:
    held = {one.currency: one.total for one in floor.account.balances()}
    assert held == {currency: Decimal(amount) for currency, amount in BALANCES.items()}
    placed = floor.account.place(floor.ask(floor.best()[0] * 2, "0.25"))
    assert floor.balance("BTC") == (Decimal("7.75"), Decimal("0.25"))
    floor.account.cancel_until_final(floor.reference(placed), timedelta(seconds=5))
    assert floor.balance("BTC") == (Decimal(8), NOTHING)


def test_what_was_bought_has_an_average_price(floor: Floor) -> None:
    floor.account.place(floor.bid(floor.best()[0], "0.5"))
    bitcoin = next(one for one in floor.account.balances() if one.currency == "BTC")
    assert bitcoin.total == Decimal("8.5")


def test_terms_of_a_market(floor: Floor) -> None:
    terms = floor.account.order_terms(floor.market())
    assert terms.market == floor.market()
    assert terms.state is MarketState.TRADING
    fees = terms.fees
    assert {fees.maker_buy, fees.taker_buy, fees.maker_sell, fees.taker_sell} == {Decimal("0.0005")}
    assert (terms.minimum_funds, terms.maximum_funds) == (Decimal(5_000), Decimal(1_000_000_000))
    assert (terms.quote.currency, terms.quote.free) == ("KRW", Decimal(BALANCES["KRW"]))
    assert (terms.base.currency, terms.base.free) == ("BTC", Decimal(BALANCES["BTC"]))
    assert terms.allowed <= floor.exchange.capabilities.orders
    assert (Side.BUY, OrderKind.LIMIT, TimeInForce.UNTIL_CANCELLED) in terms.allowed
    in_bitcoin = floor.account.order_terms(floor.market("BTC-ETH"))
    assert (in_bitcoin.fees.taker_buy, in_bitcoin.minimum_funds) == (Decimal("0.0025"), Decimal("0.00005"))


def test_terms_are_those_of_the_rule_book(floor: Floor) -> None:
    for code in ("KRW-BTC", "BTC-ETH"):
        terms = floor.account.order_terms(floor.market(code))
        rules = floor.exchange.rules.rules(floor.market(code), floor.venue.now())
        assert (rules.minimum_funds, rules.fees) == (terms.minimum_funds, terms.fees)
        tick = floor.market_data.instruments([floor.market(code)])[0].tick
        assert rules.ticks.tick_at(floor.best(code)[0]) == tick


def test_states_of_wallets(floor: Floor) -> None:
    states = floor.account.wallet_states()
    assert {one.currency for one in states} >= {"BTC", "XRP"}
    assert all(one.state for one in states)


# --- keys


def status(floor: Floor, **members: Any) -> KeyStatus:
    return account_of(floor.open(floor.venue.new_key(**members))).key_status()


def test_a_key_with_all_rights_says_when_it_ends(floor: Floor) -> None:
    found = status(floor, rights=_ALL_RIGHTS, valid_days=30)
    assert found.fault is None
    assert [found.has(right) for right in NEEDED_RIGHTS] == [Granted.YES] * 3
    assert found.has(Right.WITHDRAW) is Granted.CANNOT_BE_CHECKED
    assert not floor.exchange.capabilities.tells_rights
    assert found.expires_at is not None
    assert abs(found.expires_at - floor.venue.now() - timedelta(days=30)) < timedelta(minutes=1)


@pytest.mark.parametrize("missing", NEEDED_RIGHTS)
def test_each_right_that_is_missing_is_named(floor: Floor, missing: Right) -> None:
    found = status(floor, rights=[right for right in _ALL_RIGHTS if right != missing.value])
    assert found.fault is None
    assert {right for right in NEEDED_RIGHTS if found.has(right) is Granted.NO} == {missing}
    assert {right for right in NEEDED_RIGHTS if found.has(right) is Granted.YES} == set(NEEDED_RIGHTS) - {missing}


BAD_KEYS = {
    "expired": KeyFault.EXPIRED,
    "of another address": KeyFault.ADDRESS_NOT_ALLOWED,
    "unknown": KeyFault.UNKNOWN_KEY,
    "with a wrong secret": KeyFault.WRONG_SECRET,
}


def bad_key(floor: Floor, how: str) -> Key:
    if how == "expired":
        key = floor.venue.new_key(valid_days=1)
        floor.venue.jump(floor.venue.now() + timedelta(days=2))
        return key
    if how == "of another address":
        return floor.venue.new_key(addresses=["203.0.113.7"])
    key = floor.venue.new_key()
    if how == "unknown":
        return replace(key, access_key="PRACTICE" + "x" * 32)
    return replace(key, secret_key=Secret("y" * 40))


@pytest.mark.parametrize("how", BAD_KEYS)
def test_a_key_that_is_refused_altogether_says_why(floor: Floor, how: str) -> None:
    account = account_of(floor.open(bad_key(floor, how)))
    found = account.key_status()
    assert found.fault is BAD_KEYS[how]
    assert all(found.has(right) is Granted.UNKNOWN for right in NEEDED_RIGHTS)
    for ask in (account.balances, account.open_orders, account.wallet_states):
        with pytest.raises(KeyRejected) as rejected:
            ask()
        assert rejected.value.fault is BAD_KEYS[how]
    with pytest.raises(KeyRejected):
        account.place(floor.bid(Decimal(90_000_000), "0.01"))


def asked(account: Account, floor: Floor, right: Right) -> None:
    if right is Right.VIEW_BALANCES:
        account.balances()
    elif right is Right.VIEW_ORDERS:
        account.open_orders()
    else:
        account.place(floor.bid(Decimal(90_000_000), "0.01"))


@pytest.mark.parametrize("missing", NEEDED_RIGHTS)
def test_what_needs_a_right_that_the_key_lacks_says_which(floor: Floor, missing: Right) -> None:
    key = floor.venue.new_key(rights=[right for right in _ALL_RIGHTS if right != missing.value])
    account = account_of(floor.open(key))
    with pytest.raises(KeyRejected) as rejected:
        asked(account, floor, missing)
    assert (rejected.value.fault, rejected.value.right) == (KeyFault.RIGHT_MISSING, missing)
    for right in set(NEEDED_RIGHTS) - {missing}:
        asked(account, floor, right)


def test_asking_about_a_key_moves_nothing(floor: Floor) -> None:
    before = floor.account.balances()
    floor.account.key_status()
    assert floor.account.balances() == before
    assert floor.orders_on_record() == []


def test_nothing_can_be_found_out_while_the_exchange_is_away(floor: Floor) -> None:
    with floor.venue.fault("status", amount=503), pytest.raises(ExchangeUnavailable):
        account_of(floor.open_as_usual(read_seconds=0.3)).key_status()


def test_without_a_key_there_is_no_account_but_the_market(floor: Floor) -> None:
    exchange = floor.open(None)
    assert exchange.account is None
    assert len(exchange.market_data.markets()) > 2
