"""The language in which settings are declared.

One declaration gives the form, validation, storage, the documentation page and the change history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from upbit_auto_trading.utils.bilingual_text import Text

Value = bool | int | Decimal | str


class Kind(Enum):
    SWITCH = "switch"
    WHOLE_NUMBER = "whole number"
    DECIMAL_NUMBER = "decimal number"
    CHOICE = "choice"
    TEXT = "text"
    TIME_OF_DAY = "time of day"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Text


class InvalidValue(Exception):
    """Why a value is refused; callers turn it into ``InvalidParameter``."""

    def __init__(self, setting_id: str, value: object, reason: str, allowed: str) -> None:
        super().__init__(f"{setting_id}: {reason}")
        self.setting_id = setting_id
        self.value = value
        self.reason = reason
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Setting:
    """A user-visible setting. ``id`` is dotted (``appearance.theme``) and never changes."""

    id: str
    title: Text
    help: Text
    kind: Kind
    default: Value
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal = Decimal(1)
    unit: Text = Text("", "")
    choices: tuple[Choice, ...] = ()
    is_secret: bool = False
    needs_restart: bool = False
    is_risk_limit: bool = False

    @property
    def group(self) -> str:
        return self.id.partition(".")[0]

    def to_text(self, value: Value) -> str:
        """The canonical text that is stored; raises :class:`InvalidValue`."""
        checked = self.check(value)
        if isinstance(checked, bool):
            return "true" if checked else "false"
        return format(checked, "f") if isinstance(checked, Decimal) else str(checked)

    def from_text(self, text: str) -> Value:
        """The value of a stored or typed text; raises :class:`InvalidValue`."""
        if self.kind is Kind.SWITCH:
            if text not in ("true", "false"):
                raise self._invalid(text, "not-a-switch")
            return text == "true"
        if self.kind in (Kind.WHOLE_NUMBER, Kind.DECIMAL_NUMBER):
            return self.check(self._number(text))
        return self.check(text)

    def check(self, value: Value) -> Value:
        """The value if it is of the right type and in bounds; raises :class:`InvalidValue`."""
        match self.kind:
            case Kind.SWITCH:
                if not isinstance(value, bool):
                    raise self._invalid(value, "not-a-switch")
                return value
            case Kind.WHOLE_NUMBER | Kind.DECIMAL_NUMBER:
                return self._check_number(value)
            case _:
                return self._check_text(value)

    def _check_number(self, value: Value) -> Value:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._invalid(value, "not-a-number")
        number = Decimal(value)
        if not number.is_finite() or (self.kind is Kind.WHOLE_NUMBER and number != number.to_integral_value()):
            raise self._invalid(value, "not-a-number")
        if (self.minimum is not None and number < self.minimum) or (self.maximum is not None and number > self.maximum):
            raise self._invalid(value, "out-of-bounds")
        return int(number) if self.kind is Kind.WHOLE_NUMBER else number

    def _check_text(self, value: Value) -> Value:
        if not isinstance(value, str):
            raise self._invalid(value, "not-a-text")
        if self.kind is Kind.CHOICE and value not in {choice.value for choice in self.choices}:
            raise self._invalid(value, "not-a-choice")
        if self.kind is Kind.TIME_OF_DAY and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise self._invalid(value, "not-a-time")
        return value

    def _number(self, text: str) -> Value:
        try:
            number = Decimal(text.strip())
        except InvalidOperation as error:
            raise self._invalid(text, "not-a-number") from error
        if self.kind is Kind.WHOLE_NUMBER and number.is_finite() and number == number.to_integral_value():
            return int(number)
        return number

    @property
    def allowed(self) -> str:
        """The bounds or choices in a neutral notation: ``1 … 30``, ``dark | light``."""
        if self.choices:
            return " | ".join(choice.value for choice in self.choices)
        if self.minimum is not None or self.maximum is not None:
            low = "" if self.minimum is None else format(self.minimum, "f")
            high = "" if self.maximum is None else format(self.maximum, "f")
            return f"{low} … {high}"
        return {Kind.SWITCH: "true | false", Kind.TIME_OF_DAY: "HH:MM"}.get(self.kind, "")

    def _invalid(self, value: object, reason: str) -> InvalidValue:
        return InvalidValue(self.id, value, reason, self.allowed)
