"""Small pure parts: numbers, times, endpoints, order members."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.practice_exchange import query_times
from upbit_auto_trading.data_layer.practice_exchange.accounts_and_keys import new_key
from upbit_auto_trading.data_layer.practice_exchange.endpoints import ENDPOINTS, EndpointTable
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import (
    DOUBLE,
    EIGHT,
    EXPONENT,
    PLAIN,
    SIXTEEN,
    TEN,
    NumberForms,
    encode,
)
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.mark.sheet("1.1")
@pytest.mark.parametrize(
    ("form", "number", "written"),
    [
        (EIGHT, "118450000", "118450000.00000000"),
        (EIGHT, "0", "0"),
        (EIGHT, "-0.1", "-0.10000000"),
        (TEN, "0.00466497031382527565", "0.0046649703"),
        (SIXTEEN, "61284417392.88412", "61284417392.8841200000000000"),
        (DOUBLE, "118450000", "118450000.0"),
        (DOUBLE, "0.00421873", "0.00421873"),
        (PLAIN, "118449000", "118449000"),
        (PLAIN, "0.00000412", "0.00000412"),
        (PLAIN, "1E+3", "1000"),
        (EXPONENT, "118451000", "1.18451E8"),
        (EXPONENT, "0.0005", "5.0E-4"),
        (EXPONENT, "3120", "3120.0"),
    ],
)
def test_forms_of_numbers(form: object, number: str, written: str) -> None:
    assert encode(form(Decimal(number))).decode() == written  # type: ignore[operator]


@given(st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, places=8))
def test_every_form_is_the_number(number: Decimal) -> None:
    for form in (EIGHT, DOUBLE, PLAIN, EXPONENT, SIXTEEN):
        assert Decimal(encode(form(number)).decode()) == number


@given(st.decimals(min_value=0, max_value=10**15, allow_nan=False, places=8))
def test_amounts_are_exact_texts(number: Decimal) -> None:
    for position in ("plain", "point-zero"):
        assert Decimal(NumberForms(Switches({"amount-texts": position})).amount(number)) == number


@pytest.mark.sheet("3.6")
@pytest.mark.parametrize(
    "written",
    [
        "2026-11-18T12:00:00Z",
        "2026-11-18T12:00:00",
        "2026-11-18 12:00:00",
        "2026-11-18T21:00:00+09:00",
        "2026-11-18T12:00:00.999Z",
    ],
)
def test_moments(written: str) -> None:
    assert query_times.moment(written) == NOON


@pytest.mark.parametrize(
    "written",
    ["", "12:00:00", "2026-11-18", "2026-11-31T00:00:00", "2026-11-18T24:00:01Z", "0001-01-01T00:00:00+09:00"],
)
def test_what_is_no_moment(written: str) -> None:
    with pytest.raises(InvalidParameter):
        query_times.moment(written)


@pytest.mark.sheet("4.6")
def test_moments_with_their_zone_or_milliseconds() -> None:
    assert query_times.moment_with_zone("2026-11-18T21:00:00+09:00") == NOON
    assert query_times.moment_with_zone("1795003200000") == NOON
    for written in ("2026-11-18T12:00:00", "x", "-1"):
        with pytest.raises(InvalidParameter):
            query_times.moment_with_zone(written)


@pytest.mark.sheet("3.5")
def test_times_of_day() -> None:
    assert query_times.time_of_day("052031") == query_times.time_of_day("05:20:31") == time(5, 20, 31)
    for written in ("5:20:31", "256000", "0520"):
        with pytest.raises(InvalidParameter):
            query_times.time_of_day(written)


def test_keys_are_random_long_and_never_repeat_a_given_value_in_an_error() -> None:
    keys = {new_key("a", NOON).access_key for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {40}
    with pytest.raises(InvalidParameter) as refused:
        new_key("a", NOON, secret_key="한글 키")
    assert refused.value.value is None
    assert new_key("a", NOON, access_key="mine").access_key == "mine"


def test_every_endpoint_is_found_and_nothing_else() -> None:
    table = EndpointTable()
    for endpoint in ENDPOINTS:
        found = table.find(endpoint.method, endpoint.path.replace("{}", "5"))
        assert found is not None
        assert found[0] is endpoint
    assert table.find("GET", "/v1/candles/minutes/{}") is not None
    for method, path in (("GET", "/v1/candles/minutes/"), ("GET", "/v1/candles/minutes/1/2"), ("PATCH", "/v1/order")):
        assert table.find(method, path) is None
    assert table.methods("/v1/orders/open") == ["DELETE", "GET", "HEAD", "OPTIONS"]
