"""What an order by hand may be, before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.fakes.krw_rules import BTC, NEW_TICKS_SINCE, krw_rules
from upbit_auto_trading.business_logic.domain.order import OrderKind, Side
from upbit_auto_trading.business_logic.use_cases.manual_order import (
    Refusal,
    TicketFacts,
    buy_at_market,
    buy_refusal,
    most_funds,
    quantity_to_sell,
    sell_at_market,
    sell_refusal,
    share_of_funds,
)

RULES = krw_rules().rules(BTC, NEW_TICKS_SINCE)
FACTS = TicketFacts(BTC, RULES, Decimal(1_000_000), Decimal("0.5"), Decimal(100_000), True, False)


@pytest.mark.parametrize(
    ("funds", "refusal"),
    [
        (None, Refusal.NO_AMOUNT),
        (Decimal(0), Refusal.NO_AMOUNT),
        (Decimal(4_999), Refusal.BELOW_MINIMUM),
        (Decimal(5_000), None),
        (Decimal(999_500), None),
        (Decimal(999_501), Refusal.NOT_ENOUGH),
    ],
)
def test_a_buy_fits_what_there_is_with_its_fee(funds: Decimal | None, refusal: Refusal | None) -> None:
    assert buy_refusal(FACTS, funds) is refusal


def test_the_most_that_can_be_spent_pays_its_fee_and_no_won_more() -> None:
    most = most_funds(FACTS)
    assert most == 999_500
    assert most * (1 + RULES.fees.taker_buy) <= FACTS.free_quote < (most + 1) * (1 + RULES.fees.taker_buy)
    assert share_of_funds(FACTS, Decimal("0.25")) == 249_875
    limited = replace(FACTS, rules=replace(RULES, maximum_funds=Decimal(10_000)))
    assert most_funds(limited) == 10_000
    assert buy_refusal(limited, Decimal(10_001)) is Refusal.ABOVE_MAXIMUM
    assert most_funds(replace(FACTS, free_quote=Decimal(0))) == 0


def test_while_entries_are_stopped_nothing_is_bought_and_selling_goes_on() -> None:
    stopped = replace(FACTS, are_entries_stopped=True)
    assert buy_refusal(stopped, Decimal(5_000)) is Refusal.ENTRIES_STOPPED
    assert sell_refusal(stopped, Decimal("0.5")) is None
    unknown = replace(FACTS, knows_entries=False)
    assert buy_refusal(unknown, Decimal(5_000)) is Refusal.ENTRIES_UNKNOWN
    assert sell_refusal(unknown, Decimal("0.5")) is None


def test_what_is_sold_is_held_and_worth_an_order() -> None:
    assert quantity_to_sell(FACTS, Decimal(1)) == Decimal("0.5")
    third = replace(FACTS, free_base=Decimal("0.00000002"))
    assert quantity_to_sell(third, Decimal("0.9")) == Decimal("0.00000001")
    assert sell_refusal(FACTS, Decimal("0.05")) is None
    assert sell_refusal(FACTS, Decimal("0.049")) is Refusal.BELOW_MINIMUM
    assert sell_refusal(FACTS, None) is Refusal.NO_AMOUNT
    assert sell_refusal(FACTS, Decimal(0)) is Refusal.BELOW_MINIMUM
    assert sell_refusal(replace(FACTS, last_price=None), Decimal("0.00000001")) is None
    assert sell_refusal(replace(FACTS, free_base=Decimal(0)), Decimal(0)) is Refusal.NOTHING_HELD
    least = replace(FACTS, last_price=None, rules=replace(RULES, minimum_quantity=Decimal("0.1")))
    assert sell_refusal(least, Decimal("0.09")) is Refusal.BELOW_MINIMUM


def test_orders_are_at_market() -> None:
    bought, sold = buy_at_market(FACTS, "a", Decimal(5_000)), sell_at_market(FACTS, "b", Decimal("0.1"))
    assert (bought.side, bought.kind, bought.client_order_id) == (Side.BUY, OrderKind.MARKET, "a")
    assert bought.funds == 5_000
    assert (sold.side, sold.kind, sold.quantity) == (Side.SELL, OrderKind.MARKET, Decimal("0.1"))
