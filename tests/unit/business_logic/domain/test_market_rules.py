"""Ticks, sizes and fees of a market, and which of them count on a given day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules, RuleBook, TickBand, TickTable

D = Decimal
#: won, as of August 2025, down to 10
WON = TickTable(
    tuple(
        TickBand(D(start), D(tick))
        for start, tick in (
            ("0", "0.01"),
            ("10", "0.1"),
            ("100", "1"),
            ("5000", "5"),
            ("10000", "10"),
            ("50000", "50"),
            ("100000", "100"),
            ("500000", "500"),
            ("1000000", "1000"),
        )
    )
)
FEES = FeeRates(D("0.0005"), D("0.0005"), D("0.0005"), D("0.0005"))
FIRST, SECOND = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 7, 31, tzinfo=UTC)
SOMETIMES = TickTable((TickBand(D(0), D(7)), TickBand(D(100), D(30))))


def rules(since: datetime, minimum: int) -> MarketRules:
    return MarketRules(since, WON, D(minimum), None, D("1E-8"), FEES)


@pytest.mark.parametrize(
    ("price", "tick"),
    [("9.99", "0.01"), ("10", "0.1"), ("999999", "500"), ("1000000", "1000"), ("118450000", "1000"), ("0", "0.01")],
)
def test_the_tick_follows_the_price(price: str, tick: str) -> None:
    assert WON.tick_at(D(price)) == D(tick)


def test_there_is_no_tick_below_nothing() -> None:
    with pytest.raises(InvalidParameter, match="price"):
        WON.tick_at(D("-0.01"))


@pytest.mark.parametrize(
    ("price", "expected"),
    [("118450000", True), ("118450500", False), ("999500", True), ("999600", False), ("0", False), ("9.99", True)],
)
def test_the_grid(price: str, expected: bool) -> None:
    assert WON.is_on_grid(D(price)) is expected


@pytest.mark.parametrize(
    ("price", "below", "above"),
    [
        ("118450999", "118450000", "118451000"),
        ("999999", "999500", "1000000"),
        ("100050", "100000", "100100"),
        ("99999", "99950", "100000"),
        ("10000", "10000", "10000"),
        ("0.001", "0", "0.01"),
    ],
)
def test_prices_go_to_the_grid_below_and_above(price: str, below: str, above: str) -> None:
    assert WON.floor(D(price)) == D(below)
    assert WON.ceil(D(price)) == D(above)


def test_a_price_that_rises_into_the_next_band_goes_to_that_bands_grid() -> None:
    assert SOMETIMES.ceil(D(99)) == 120
    assert SOMETIMES.is_on_grid(D(120))


@pytest.mark.parametrize(
    ("price", "steps", "expected"),
    [
        ("999500", 1, "1000000"),
        ("999500", 2, "1001000"),
        ("999600", 1, "1000000"),
        ("999600", 0, "999600"),
        ("118450000", 3, "118453000"),
    ],
)
def test_steps_up(price: str, steps: int, expected: str) -> None:
    assert WON.up(D(price), steps) == D(expected)


@pytest.mark.parametrize(
    ("price", "steps", "expected"),
    [
        ("1001000", 2, "999500"),
        ("1000000", 1, "999500"),
        ("1000100", 1, "1000000"),
        ("1000100", 0, "1000100"),
        ("0.02", 5, "0.01"),
        ("0", 1, "0"),
    ],
)
def test_steps_down(price: str, steps: int, expected: str) -> None:
    assert WON.down(D(price), steps) == D(expected)


def test_one_step_is_the_usual_one() -> None:
    assert (WON.up(D(100)), WON.down(D(100))) == (D(101), D("99.9"))


@pytest.mark.parametrize(
    ("quantity", "cut"),
    [("0.123456789", "0.12345678"), ("0.000000009", "0"), ("5", "5"), ("0.99999999999", "0.99999999")],
)
def test_quantities_are_cut_never_rounded_up(quantity: str, cut: str) -> None:
    assert rules(FIRST, 500).cut_quantity(D(quantity)) == D(cut)


def book() -> RuleBook:
    of_quotes = (("KRW", (rules(FIRST, 500), rules(SECOND, 5_000))), ("BTC", (rules(FIRST, 1),)))
    return RuleBook("upbit", of_quotes, (("KRW-USDT", (rules(SECOND, 7),)),))


@pytest.mark.parametrize(
    ("code", "at", "minimum"),
    [
        ("KRW-BTC", FIRST, 500),
        ("KRW-BTC", SECOND - timedelta(microseconds=1), 500),
        ("KRW-BTC", SECOND, 5_000),
        ("KRW-BTC", SECOND + timedelta(days=999), 5_000),
        ("KRW-BTC", FIRST - timedelta(days=999), 500),
        ("BTC-ETH", SECOND, 1),
        ("KRW-USDT", SECOND, 7),
        ("KRW-USDT", FIRST, 7),
    ],
)
def test_history_is_judged_by_its_own_rules(code: str, at: datetime, minimum: int) -> None:
    assert book().rules(Market("upbit", code), at).minimum_funds == minimum


def test_a_market_without_rules_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="market"):
        book().rules(Market("upbit", "EUR-BTC"), FIRST)
