"""Comparisons. Bases of what is declared in ``conditions/``.

An unknown value (NaN) on any side makes every comparison false.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategy import Bools, Number, Truth
from upbit_auto_trading.component_system.declaration import NOTHING, Component
from upbit_auto_trading.component_system.ordering import UNSAID, Value, Way
from upbit_auto_trading.utils.bilingual_text import Text


class Operator(Component):
    kind = ComponentKind.OPERATOR
    #: operands on its right side: rising has none, > has one, between has two
    operands: ClassVar[int]
    #: what is said of one candle, with {left}, {right} or {low} and {high}
    phrase: ClassVar[Text]
    __slots__ = ()

    def __init_subclass__(cls, *, operands: int = 1, phrase: Text = NOTHING, **others: object) -> None:
        super().__init_subclass__(**others)  # type: ignore[arg-type]
        if others.get("id"):
            cls.operands = operands
            cls.phrase = phrase

    @property
    def back(self) -> int:
        """Candles before this one that it looks at."""
        return 0

    @abstractmethod
    def over(self, left: Floats, *right: Number) -> Bools:
        """Of whole columns, candle by candle."""

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        """Ways in which known values may lie where it holds, or where it does not: one of them is so. Each must follow
        for certain; what is left unsaid is taken to be possible."""
        return UNSAID


class PointOperator(Operator):
    """Says the same of one candle whatever came before, so state may be compared with it."""

    __slots__ = ()

    @abstractmethod
    def holds(self, left: Number, *right: Number) -> Truth:
        """Of numbers and arrays alike."""

    def over(self, left: Floats, *right: Number) -> Bools:
        return self.holds(left, *right)  # type: ignore[return-value]


class LookBackOperator(Operator):
    """Looks at candles before this one, so it is for columns alone."""

    __slots__ = ()

    @property
    @abstractmethod
    def back(self) -> int: ...


def before(values: Number, candles: int) -> Number:
    """What the values were so many candles ago, in a column as long; unknown where there was none yet."""
    if not isinstance(values, np.ndarray):
        return values
    shifted = np.full(len(values), np.nan)
    if candles < len(values):
        shifted[candles:] = values[: len(values) - candles]
    return shifted
