"""Candles by the exchange's own days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.variables.look_back import DAY, candle_seconds, candles_in


def candles_a_day(unit: CandleUnit) -> int:
    """At most. A longer candle is a day of its own."""
    return candles_in(DAY, unit)


@dataclass(frozen=True, slots=True)
class Days:
    """Days with candles; those without do not count. Rows of the first one are unknown to all who ask for whole days,
    unless it begins with its first moment."""

    #: of each candle
    day: NDArray[np.intp]
    #: the first candle of each day
    firsts: NDArray[np.intp]
    is_first_whole: bool

    @property
    def spans(self) -> list[tuple[int, int]]:
        """From first candle to past the last, of each day that is whole from its beginning."""
        starts = self.firsts.tolist()
        found = list(zip(starts, [*starts, len(self.day)][1:], strict=True))
        return found if self.is_first_whole else found[1:]

    def today(self, of_day: Floats) -> Floats:
        """For each candle what its day has."""
        result: Floats = of_day[self.day]
        if not self.is_first_whole:
            result[self.day == 0] = np.nan
        return result

    def yesterday(self, of_day: Floats) -> Floats:
        """For each candle what the day before had."""
        known = of_day.copy()
        if len(known) and not self.is_first_whole:
            known[0] = np.nan
        before = np.concatenate(([np.nan], known[:-1]))
        return np.asarray(before[self.day]) if len(known) else np.full(0, np.nan)

    def highs(self, columns: Columns) -> Floats:
        return np.maximum.reduceat(columns.high, self.firsts) if len(self.day) else np.zeros(0)

    def lows(self, columns: Columns) -> Floats:
        return np.minimum.reduceat(columns.low, self.firsts) if len(self.day) else np.zeros(0)

    def opens(self, columns: Columns) -> Floats:
        opens: Floats = columns.open[self.firsts]
        return opens

    def closes(self, columns: Columns) -> Floats:
        lasts = np.append(self.firsts[1:], len(self.day))[: len(self.firsts)] - 1
        closes: Floats = columns.close[lasts]
        return closes


def days_of(columns: Columns) -> Days:
    local = columns.opened - int(columns.day_start.total_seconds())
    is_long = candle_seconds(columns.unit) > DAY
    numbers = np.arange(len(local)) if is_long else local // DAY
    is_new = np.ones(len(local), dtype=np.bool_)
    is_new[1:] = numbers[1:] != numbers[:-1]
    is_whole = is_long or not len(local) or int(local[0]) % DAY == 0
    return Days(np.cumsum(is_new) - 1, np.flatnonzero(is_new), bool(is_whole))
