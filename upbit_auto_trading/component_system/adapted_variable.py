"""A variable on a coarser unit, some candles ago, or scaled: what every use of a variable may ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import length_seconds
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns, MarketVariable, Number, StateVariable, StateView

#: of units that have no fixed length, the longest
_LONGEST = {CandleUnit.MONTH: 31 * 86_400, CandleUnit.YEAR: 366 * 86_400}


@dataclass(frozen=True, slots=True)
class AtUnit:
    """The value of the last candle of a coarser unit that had closed. Counts are in candles of ``base``."""

    variable: MarketVariable
    unit: CandleUnit
    base: CandleUnit

    @property
    def key(self) -> str:
        return f"{self.variable.key}@{self.unit.value}"

    @property
    def needs(self) -> int:
        return (self.variable.needs + 1) * self._each

    @property
    def window(self) -> int:
        return (self.variable.window + 1) * self._each

    @property
    def _each(self) -> int:
        return -(-_seconds(self.unit) // _seconds(self.base))

    def compute(self, columns: Columns) -> Floats:
        coarser, last_closed = columns.higher(self.unit)
        values = np.append(coarser.of(self.variable), np.nan)  # -1: none has closed yet
        return np.asarray(values[last_closed])


@dataclass(frozen=True, slots=True)
class Ago:
    variable: MarketVariable
    candles: int

    @property
    def key(self) -> str:
        return f"{self.variable.key}[-{self.candles}]"

    @property
    def needs(self) -> int:
        return self.variable.needs + self.candles

    @property
    def window(self) -> int:
        return self.variable.window + self.candles

    def compute(self, columns: Columns) -> Floats:
        values = columns.of(self.variable)
        shifted = np.full(len(values), np.nan)
        shifted[self.candles :] = values[: len(values) - self.candles] if self.candles < len(values) else []
        return shifted


@dataclass(frozen=True, slots=True)
class Scaled:
    variable: MarketVariable
    times: float
    plus: float

    @property
    def key(self) -> str:
        return _scaled_key(self.variable.key, self.times, self.plus)

    @property
    def needs(self) -> int:
        return self.variable.needs

    @property
    def window(self) -> int:
        return self.variable.window

    def compute(self, columns: Columns) -> Floats:
        return columns.of(self.variable) * self.times + self.plus


@dataclass(frozen=True, slots=True)
class ScaledState:
    variable: StateVariable
    times: float
    plus: float

    @property
    def key(self) -> str:
        return _scaled_key(self.variable.key, self.times, self.plus)

    @property
    def can_be_searched(self) -> bool:
        return self.variable.can_be_searched

    def value(self, view: StateView) -> Number:
        return self.variable.value(view) * self.times + self.plus


def _scaled_key(key: str, times: float, plus: float) -> str:
    return f"{key}*{times!r}+{plus!r}"


def _seconds(unit: CandleUnit) -> int:
    length = length_seconds(unit)
    return _LONGEST[unit] if length is None else length
