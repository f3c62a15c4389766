"""A setting's value, bounds and default in words, taken from its declaration alone."""

from __future__ import annotations

from decimal import Decimal

from upbit_auto_trading.config.setting import InvalidValue, Kind, Setting, Value
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.utils.bilingual_text import Language, Text

ON = Text("켜짐", "On")
OFF = Text("꺼짐", "Off")
_EMPTY = Text("비어 있음", "Empty")
_SECRET = Text("비밀 값", "Secret")
_BETWEEN = Text("{low}부터 {high}까지", "{low} to {high}")
_AT_LEAST = Text("{low} 이상", "{low} or more")
_AT_MOST = Text("{high} 이하", "{high} or less")
_DEFAULT = Text("기본값 {value}", "Default: {value}")
_BY_DEFAULT = Text("{value} (기본값)", "{value} (default)")


def value_words(setting: Setting, value: Value) -> Text:
    """어둡게, 켜짐, 24시간: as the user reads it, never as it is stored."""
    if setting.is_secret:
        return _SECRET
    if setting.kind is Kind.SWITCH:
        return ON if value is True else OFF
    if setting.kind is Kind.CHOICE:
        return next((choice.label for choice in setting.choices if choice.value == value), _plain(value))
    if setting.kind in (Kind.WHOLE_NUMBER, Kind.DECIMAL_NUMBER):
        return _number_words(setting, value)
    return _plain(value) if value else _EMPTY


def stored_words(setting: Setting, stored: str | None) -> Text:
    """The words of a stored text; ``None`` stands for the default. What no longer fits is shown as it is."""
    if stored is None:
        return _BY_DEFAULT.format(value=value_words(setting, setting.default))
    try:
        return value_words(setting, setting.from_text(stored))
    except InvalidValue:
        return Text(stored, stored)


def default_words(setting: Setting) -> Text:
    return _DEFAULT.format(value=value_words(setting, setting.default))


def bounds_words(setting: Setting) -> Text | None:
    """0부터 1,440분까지; nothing where any value of the kind will do."""
    low, high = setting.minimum, setting.maximum
    if low is not None and high is not None:
        return _BETWEEN.format(low=_digits(low), high=_number_words(setting, high))
    if low is not None:
        return _AT_LEAST.format(low=_number_words(setting, low))
    if high is not None:
        return _AT_MOST.format(high=_number_words(setting, high))
    return None


def _number_words(setting: Setting, value: Value | Decimal) -> Text:
    digits = _digits(Decimal(value))
    return Text(
        formats.with_unit(digits, setting.unit.ko, Language.KOREAN),
        formats.with_unit(digits, setting.unit.en, Language.ENGLISH),
    )


def _digits(number: Decimal) -> str:
    return formats.decimals(number, formats.decimals_of(number))


def _plain(value: Value) -> Text:
    return Text(str(value), str(value))
