"""The language in which settings are declared, and the declarations themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.config.setting import Choice, InvalidValue, Kind, Setting, Value
from upbit_auto_trading.config.settings import ALL_SETTINGS, GROUP_TITLES, SETTINGS_BY_ID
from upbit_auto_trading.utils.bilingual_text import Text

_TEXT = Text("이름", "Name")


def setting(kind: Kind, default: Value, **more: object) -> Setting:
    return Setting("group.name", _TEXT, _TEXT, kind, default, **more)  # type: ignore[arg-type]


SWITCH = setting(Kind.SWITCH, True)
WHOLE = setting(Kind.WHOLE_NUMBER, 5, minimum=Decimal(1), maximum=Decimal(10))
DECIMAL = setting(Kind.DECIMAL_NUMBER, Decimal("0.5"), minimum=Decimal(0))
CHOICE = setting(Kind.CHOICE, "a", choices=(Choice("a", _TEXT), Choice("b", _TEXT)))
TIME = setting(Kind.TIME_OF_DAY, "09:00")
TEXT = setting(Kind.TEXT, "")


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (SWITCH, "true", True),
        (SWITCH, "false", False),
        (WHOLE, "7", 7),
        (WHOLE, " 7.0 ", 7),
        (DECIMAL, "0.0000001", Decimal("0.0000001")),
        (CHOICE, "b", "b"),
        (TIME, "23:59", "23:59"),
        (TEXT, "아무 글", "아무 글"),
    ],
)
def test_texts_become_values_and_come_back(declared: Setting, text: str, value: Value) -> None:
    assert declared.from_text(text) == value
    assert declared.from_text(declared.to_text(value)) == value


@pytest.mark.parametrize(
    ("declared", "text", "reason"),
    [
        (SWITCH, "yes", "not-a-switch"),
        (WHOLE, "0", "out-of-bounds"),
        (WHOLE, "11", "out-of-bounds"),
        (WHOLE, "1.5", "not-a-number"),
        (WHOLE, "NaN", "not-a-number"),
        (WHOLE, "Infinity", "not-a-number"),
        (WHOLE, "열", "not-a-number"),
        (DECIMAL, "-1", "out-of-bounds"),
        (CHOICE, "c", "not-a-choice"),
        (TIME, "24:00", "not-a-time"),
        (TIME, "9:00", "not-a-time"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(declared: Setting, text: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        declared.from_text(text)
    assert (refused.value.setting_id, refused.value.reason) == ("group.name", reason)
    assert refused.value.allowed == declared.allowed


@pytest.mark.parametrize(
    ("declared", "value", "reason"),
    [
        (SWITCH, 1, "not-a-switch"),
        (WHOLE, True, "not-a-number"),
        (WHOLE, "5", "not-a-number"),
        (CHOICE, 1, "not-a-text"),
        (TIME, 900, "not-a-text"),
    ],
)
def test_a_value_of_another_type_is_refused(declared: Setting, value: Value, reason: str) -> None:
    with pytest.raises(InvalidValue, match=reason):
        declared.to_text(value)


@given(st.text(max_size=40))
def test_no_text_gets_through_unchecked(text: str) -> None:
    for declared in (SWITCH, WHOLE, DECIMAL, CHOICE, TIME):
        try:
            value = declared.from_text(text)
        except InvalidValue:
            continue
        assert declared.from_text(declared.to_text(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0))
def test_decimals_are_kept_exactly_and_never_scientific(number: Decimal) -> None:
    text = DECIMAL.to_text(number)
    assert "E" not in text.upper()
    assert DECIMAL.from_text(text) == number


@pytest.mark.parametrize("declared", ALL_SETTINGS, ids=lambda declared: declared.id)
def test_each_declaration_is_sound(declared: Setting) -> None:
    assert declared.check(declared.default) == declared.default
    assert declared.group in GROUP_TITLES
    assert SETTINGS_BY_ID[declared.id] is declared
    for text in (declared.title, declared.help, *(choice.label for choice in declared.choices)):
        assert text.ko.strip()
        assert text.en.strip()
    if declared.kind in (Kind.WHOLE_NUMBER, Kind.DECIMAL_NUMBER):
        assert declared.minimum is not None
        assert declared.maximum is not None
        assert bool(declared.unit.ko) is bool(declared.unit.en)  # a number of a market has none


def test_ids_are_unique() -> None:
    assert len(SETTINGS_BY_ID) == len(ALL_SETTINGS)


def test_bounds_and_choices_are_told() -> None:
    assert (WHOLE.allowed, CHOICE.allowed, SWITCH.allowed) == ("1 … 10", "a | b", "true | false")
    assert (DECIMAL.allowed, TIME.allowed, TEXT.allowed) == ("0 … ", "HH:MM", "")
