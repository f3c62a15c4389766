"""One line over the candles of a chart: a value for each candle, NaN where there is none."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns, PixelGroups
from upbit_auto_trading.ui.charts.reductions import GrowingColumns, Reduction, Rows
from upbit_auto_trading.ui.charts.time_scale import TimeScale

_LOWEST, _HIGHEST = range(2)
#: fmin and fmax pass over NaN
_REDUCTIONS: Final = (Reduction(0, np.fmin, np.nan), Reduction(0, np.fmax, np.nan))
#: so many groups that begin or end without a value are looked into one by one
_FEW: Final = 32


class LineColumns:
    """As long as the candles it belongs to; rows that the candles have not yet, or it has not yet, are not drawn."""

    def __init__(self, values: Floats) -> None:
        self._table = GrowingColumns((np.asarray(values, dtype=np.float64),), _REDUCTIONS)
        #: a line and the room below it ask for the same
        self._points: tuple[CandleColumns, int, TimeScale, float, tuple[Floats, Floats]] | None = None

    def __len__(self) -> int:
        return len(self._table)

    @property
    def values(self) -> Floats:
        return self._table.column(0)

    def replace_tail(self, first_row: int, values: Floats) -> None:
        """The values at ``first_row`` and after it become these."""
        self._points = None
        self._table.replace_from(first_row, (np.asarray(values, dtype=np.float64),))

    def become(self, other: LineColumns) -> None:
        """Takes over the values of one that was made elsewhere, which is not used any more: nothing is copied."""
        self._points = None
        self._table = other._table

    def prepend(self, values: Floats) -> None:
        self.replace_head(0, values)

    def replace_head(self, row: int, values: Floats) -> None:
        """The values before ``row`` become these."""
        self._points = None
        self._table.replace_until(row, (np.asarray(values, dtype=np.float64),))

    def extremes(self, first: int, last: int) -> tuple[float, float] | None:
        """The least and the greatest value of the rows [first, last); None where there is none."""
        first, last = max(first, 0), min(last, len(self))
        if first >= last:
            return None
        low, high = self._table.reduced(_LOWEST, first, last), self._table.reduced(_HIGHEST, first, last)
        return None if np.isnan(low) else (low, high)

    def points_of(
        self, candles: CandleColumns, time: TimeScale, device_pixel_ratio: float = 1.0
    ) -> tuple[Floats, Floats]:
        """x in pixels of the scale and the values there; a value of NaN ends a piece.

        One point for each candle, at its centre, with the neighbours on either side of what is seen; or, where candles
        stand closer than device pixels, up to four in the middle of each column: the first, the least, the greatest
        and the last value. As they share their x, the two in the middle come in the order of the shorter way. A column
        breaks the line where none of its candles has a value. What is returned is not to be written.
        """
        asked, known = (candles, candles.revision, time, device_pixel_ratio), self._points
        if known is not None and known[:4] == asked:
            return known[4]
        points = self._made_points(candles, time, device_pixel_ratio)
        self._points = (*asked, points)
        return points

    def _made_points(self, candles: CandleColumns, time: TimeScale, device_pixel_ratio: float) -> tuple[Floats, Floats]:
        first, last = candles.rows_between(time.start, time.end)
        count = min(len(self), len(candles))
        before, after = min(max(first - 1, 0), count), min(last + 1, count)
        if before >= after:
            return np.zeros(0), np.zeros(0)
        if not candles.is_thinned(time, device_pixel_ratio):
            return time.x_of(candles.centres(before, after)), self.values[before:after]
        groups = _cut(candles.groups_of(time, device_pixel_ratio), count)
        x, y = self._thinned(groups, device_pixel_ratio)
        left, right = slice(before, min(first, after)), slice(max(last, before), after)
        outer = [
            np.floor(time.x_of(candles.centres(rows.start, rows.stop)) * device_pixel_ratio) / device_pixel_ratio
            + 0.5 / device_pixel_ratio
            for rows in (left, right)
        ]
        return np.concatenate((outer[0], x, outer[1])), np.concatenate((self.values[left], y, self.values[right]))

    def _thinned(self, groups: PixelGroups, device_pixel_ratio: float) -> tuple[Floats, Floats]:
        if not len(groups.left):
            return np.zeros(0), np.zeros(0)
        low, high = self._table.grouped(groups.edges, _LOWEST, _HIGHEST)
        first, last = self._ends(groups.edges, ~np.isnan(low))
        rises = last >= first
        y = np.column_stack((first, np.where(rises, low, high), np.where(rises, high, low), last)).ravel()
        x = np.repeat(groups.left + 0.5 / device_pixel_ratio, 4)
        # a point like the one before it in its column shows nothing, and one NaN is as good as four
        unknown = np.isnan(y)
        shown = np.ones(len(y), dtype=np.bool_)
        shown[1:] = (y[1:] != y[:-1]) & ~(unknown[1:] & unknown[:-1])
        shown[::4] = True
        return x[shown], y[shown]

    def _ends(self, edges: Rows, has_value: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """The first and the last value of each group, NaN where it has none."""
        values = self.values
        first, last = values[edges[:-1]], values[edges[1:] - 1]
        unclear = np.flatnonzero(has_value & (np.isnan(first) | np.isnan(last)))
        if len(unclear) > _FEW:
            there = np.flatnonzero(~np.isnan(values[edges[0] : edges[-1]])) + edges[0]
            first[unclear] = values[there[np.searchsorted(there, edges[unclear])]]
            last[unclear] = values[there[np.searchsorted(there, edges[unclear + 1]) - 1]]
            return first, last
        for group in unclear.tolist():
            inner = values[edges[group] : edges[group + 1]]
            there = np.flatnonzero(~np.isnan(inner))
            first[group], last[group] = inner[there[0]], inner[there[-1]]
        return first, last


def _cut(groups: PixelGroups, count: int) -> PixelGroups:
    """Without the rows at ``count`` and after it."""
    if groups.edges[-1] <= count:
        return groups
    kept = int(np.searchsorted(groups.edges, count))
    return PixelGroups(np.append(groups.edges[:kept], count), groups.left[:kept])
