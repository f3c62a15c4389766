"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.number_text import parse_number, with_separators
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500만", "5000000"),
        ("1.2억", "120000000"),
        ("1억 2,000만", "120000000"),
        ("3만5천", "35000"),
        ("5천만원", "50000000"),
        ("1,000원", "1000"),
        (" 1 000 ", "1000"),
        ("1.5M KRW", "1500000"),
        ("2k", "2000"),
        ("−3", "-3"),
        ("-0.5%", "-0.5"),
        ("+5", "5"),
        ("０．５", "0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
    ],
)
def test_what_is_understood(text: str, value: str) -> None:
    found = parse_number(text)
    assert found == Decimal(value)
    assert str(found)[0] != "-" or found < 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "원",
        "1e5",
        "1,5",
        "12,34",
        "1.2.3",
        "만",
        "1만2억",
        "--1",
        "1_000",
        "nan",
        "Infinity",
        "0x10",
        "9" * 60,
        "1천천",
    ],
)
def test_what_is_not(text: str) -> None:
    assert parse_number(text) is None


def test_the_unit_of_the_field_may_be_typed() -> None:
    assert parse_number("0.5 BTC", ("BTC",)) == Decimal("0.5")
    assert parse_number("0.5 ETH", ("BTC",)) is None


@given(st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=8))
def test_what_is_shown_can_be_read_back(value: Decimal) -> None:
    assert parse_number(formats.quantity(value)) == value
    assert parse_number(formats.price(value)) == value
    assert parse_number(formats.plain(value)) == value


@given(st.integers(min_value=-(10**15), max_value=10**15), st.sampled_from(Language))
def test_money_and_estimates_can_be_read_back(value: int, language: Language) -> None:
    assert parse_number(formats.money(value, language)) == value
    estimate = parse_number(formats.compact(value, language))
    assert estimate is not None
    assert abs(estimate - value) <= abs(value) / 1000


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    value = parse_number(text)
    assert value is None or value.is_finite()


@pytest.mark.parametrize(
    ("text", "cursor", "expected"),
    [
        ("1234567", 7, ("1,234,567", 9)),
        ("12,34", 5, ("1,234", 5)),
        ("1234", 1, ("1,234", 1)),
        ("0123", 4, ("123", 3)),
        ("1234.5678", 9, ("1,234.5678", 10)),
        ("-1234", 5, ("-1,234", 6)),
        ("500만", 4, ("500만", 4)),
        ("", 0, ("", 0)),
        ("0.", 2, ("0.", 2)),
    ],
)
def test_separators_while_typing(text: str, cursor: int, expected: tuple[str, int]) -> None:
    assert with_separators(text, cursor) == expected


@given(st.from_regex(r"[0-9]{1,18}(\.[0-9]{0,8})?", fullmatch=True), st.data())
def test_grouping_changes_no_value_and_keeps_the_cursor_in_the_text(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(min_value=0, max_value=len(text)))
    grouped, place = with_separators(text, cursor)
    assert parse_number(grouped) == parse_number(text)
    assert 0 <= place <= len(grouped)
    assert with_separators(grouped, place) == (grouped, place)
