"""How alike two markets moved: of their hourly returns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import divides
from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds
from upbit_auto_trading.business_logic.ports.strategy import Columns

_DAY = 86_400
#: of the hours that there could be, so many must be known of both
_FEWEST_SHARE = 0.5


class Correlations:
    """Of returns from close to close of hours, or of the candles themselves where those are longer."""

    def __init__(self, columns: Sequence[Columns]) -> None:
        self._columns = columns

    def between(self, one: int, two: int, days: int, now: int) -> float | None:
        """Of the last so many days before ``now``; None where less than half of them is known of both."""
        first, second = self._closes(one, days, now), self._closes(two, days, now)
        _, mine, theirs = np.intersect1d(first[0], second[0], assume_unique=True, return_indices=True)
        possible = days * _DAY // first[2]
        if len(mine) < max(3, possible * _FEWEST_SHARE):
            return None
        returns = np.diff(np.log(first[1][mine])), np.diff(np.log(second[1][theirs]))
        if not (returns[0].std() > 0.0 and returns[1].std() > 0.0):
            return None
        return float(np.corrcoef(*returns)[0, 1])

    def _closes(self, market: int, days: int, now: int) -> tuple[Seconds, Floats, int]:
        columns = self._columns[market]
        if divides(columns.unit, CandleUnit.HOUR):
            columns = columns.higher(CandleUnit.HOUR)[0]
        first, end = np.searchsorted(columns.closed, (now - days * _DAY, now), side="right")
        length = 3_600 if columns.unit is CandleUnit.HOUR else int(columns.closed[0] - columns.opened[0])
        return columns.opened[first:end], columns.close[first:end], length
