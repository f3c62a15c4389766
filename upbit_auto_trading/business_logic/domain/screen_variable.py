"""The language in which the variables of screens are declared: one declaration gives form, check, text and result."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.screen import Operator
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:  # columns bring NumPy along, which no screen needs before it is run
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket
    from upbit_auto_trading.business_logic.domain.market_view import PriceSummary

#: thousands may be grouped; no exponents, no signs but one
_NUMBER = re.compile(r"[+-]?(\d{1,20}|\d{1,3}(,\d{3}){1,6})(\.\d{1,10})?")


class ValueKind(Enum):
    """The unit of a value, and with it what can be asked of it."""

    #: in the quote currency
    MONEY = "money"
    #: 5 is five in a hundred
    PERCENT = "percent"
    #: 2 is twice as much
    RATIO = "ratio"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"

    @property
    def is_number(self) -> bool:
        return self not in (ValueKind.SWITCH, ValueKind.CHOICE)

    @property
    def operators(self) -> tuple[Operator, ...]:
        if self is ValueKind.SWITCH:
            return (Operator.IS,)
        return (Operator.IS, Operator.IS_NOT) if self is ValueKind.CHOICE else _OF_NUMBERS


_OF_NUMBERS = (
    Operator.AT_LEAST,
    Operator.AT_MOST,
    Operator.ABOVE,
    Operator.BELOW,
    Operator.BETWEEN,
    Operator.OUTSIDE,
)


class UnknownReason(Enum):
    """Why a variable of a market has no value."""

    #: the exchange told no price of this market
    NO_PRICE = "no-price"
    #: the exchange does not tell it
    NOT_TOLD = "not-told"
    #: the store does not know all of the candles that it needs; they can be downloaded
    CANDLES_MISSING = "candles-missing"
    #: the market is too young, or was not traded
    TOO_FEW_CANDLES = "too-few-candles"
    #: for instance the place in a range of no width
    NOT_DEFINED = "not-defined"


@dataclass(frozen=True, slots=True)
class Unknown:
    reason: UnknownReason


#: a choice is a set: a market can have several cautions at once
Value = Decimal | bool | frozenset[str]
Wanted = Decimal | bool | str


@dataclass(frozen=True, slots=True)
class CandleNeed:
    """Those that closed in the last so long."""

    unit: CandleUnit
    length: timedelta
    #: so much at the end may be unknown: then the range ends there
    slack: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, eq=False)
class KnownCandles:
    span: Span
    series: CandleSeries
    #: nothing may be taken for "no trade" here
    unknown: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """What is known of a market when it is judged; candles are read when they are asked for."""

    known: KnownMarket
    summary: PriceSummary | None
    now: datetime
    candles: Callable[[CandleNeed], KnownCandles]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class VariableSetting:
    """What can be chosen of a variable itself: its period, its candles. ``text`` is what it is now."""

    name: str
    label: Text
    kind: ValueKind
    text: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[Choice, ...] = ()
    #: figures behind the point
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class ScreenVariable:
    """``id`` is in saved screens and never changes."""

    id: str
    name: Text
    help: Text
    group: Text
    kind: ValueKind
    compute: Callable[[MarketFacts], Value | Unknown]
    #: what a new filter begins with
    operator: Operator
    values: tuple[str, ...]
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[Choice, ...] = ()
    candles: CandleNeed | None = None
    needs_summary: bool = True
    #: after a number, where it is neither money nor percent
    unit: Text = Text("", "")
    #: figures behind the point that are worth showing
    decimals: int = 2
    settings: tuple[VariableSetting, ...] = ()
    #: (name of a setting, its new text) → the id of the variable that has it
    having: Callable[[str, str], str] | None = None

    @property
    def operators(self) -> tuple[Operator, ...]:
        return self.kind.operators

    @property
    def allowed(self) -> str:
        """Bounds or choices, in words of the format."""
        if self.kind is ValueKind.SWITCH:
            return "true, false"
        if self.kind is ValueKind.CHOICE:
            return ", ".join(choice.value for choice in self.choices)
        low = "" if self.minimum is None else f"{self.minimum:f}"
        high = "" if self.maximum is None else f"{self.maximum:f}"
        return f"{low}…{high}" if low or high else ""

    def read(self, text: str) -> Wanted:
        """Raises InvalidParameter with the variable's id as name."""
        stripped = text.strip()
        if self.kind is ValueKind.SWITCH:
            if stripped not in ("true", "false"):
                raise InvalidParameter(self.id, text, "not-a-switch", self.allowed)
            return stripped == "true"
        if self.kind is ValueKind.CHOICE:
            if stripped not in {choice.value for choice in self.choices}:
                raise InvalidParameter(self.id, text, "not-a-choice", self.allowed)
            return stripped
        return self._number(stripped)

    def canonical(self, text: str) -> str:
        """As it is stored. Raises InvalidParameter."""
        value = self.read(text)
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else plain_number(value)

    def _number(self, text: str) -> Decimal:
        if not (text.isascii() and _NUMBER.fullmatch(text)):
            raise InvalidParameter(self.id, text, "not-a-number", self.allowed)
        number = Decimal(text.replace(",", ""))
        too_low = self.minimum is not None and number < self.minimum
        if too_low or (self.maximum is not None and number > self.maximum):
            raise InvalidParameter(self.id, text, "out-of-bounds", self.allowed)
        return number


def plain_number(number: Decimal) -> str:
    """Without exponent, sign of zero or zeros at the end."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "+0", "") else text


def passes(operator: Operator, value: Value, wanted: tuple[Wanted, ...]) -> bool:
    """``wanted`` are of the variable's kind, as many as the operator takes."""
    if isinstance(value, frozenset):
        return (wanted[0] in value) is (operator is Operator.IS)
    if isinstance(value, bool):
        return (value is wanted[0]) is (operator is Operator.IS)
    bounds = [bound for bound in wanted if isinstance(bound, Decimal)]
    return _COMPARE[operator](value, bounds)


_COMPARE: dict[Operator, Callable[[Decimal, list[Decimal]], bool]] = {
    Operator.ABOVE: lambda value, bounds: value > bounds[0],
    Operator.BELOW: lambda value, bounds: value < bounds[0],
    Operator.AT_LEAST: lambda value, bounds: value >= bounds[0],
    Operator.AT_MOST: lambda value, bounds: value <= bounds[0],
    Operator.BETWEEN: lambda value, bounds: bounds[0] <= value <= bounds[1],
    Operator.OUTSIDE: lambda value, bounds: not bounds[0] <= value <= bounds[1],
}
