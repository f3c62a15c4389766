"""The candles of a chart: columns that grow at both ends, and what of them a width of pixels can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import following_seconds, length_seconds
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, Seconds, no_candles
from upbit_auto_trading.ui.charts.reductions import GrowingColumns, Reduction, Rows
from upbit_auto_trading.ui.charts.time_scale import TimeScale

_OPENED, _OPEN, _HIGH, _LOW, _CLOSE, _VOLUME = range(6)
_LOWEST, _HIGHEST, _GREATEST_VOLUME = range(3)
_REDUCTIONS: Final = (
    Reduction(_LOW, np.minimum, np.inf),
    Reduction(_HIGH, np.maximum, -np.inf),
    Reduction(_VOLUME, np.maximum, 0.0),
)
#: the mean of the calendar that repeats itself every 400 years
_NOMINAL_SECONDS: Final = {CandleUnit.MONTH: 2_629_746.0, CandleUnit.YEAR: 31_556_952.0}


@dataclass(frozen=True, slots=True, eq=False)
class PixelBars:
    """By rising x, in pixels of the scale: one for each candle, or (``is_thinned``) for each column of device pixels.

    ``x`` is the centre of the candle, or the left edge of the column. A column has the open of its first and the close
    of its last candle, the highest high and the lowest low. Its volume is the greatest, not the sum: then a bar is as
    high as its candle's, whatever the zoom, and no spike is lost between quiet ones.
    """

    x: Floats
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    #: the first and the last candle of each; the same where nothing is thinned
    first_row: Rows
    last_row: Rows
    is_thinned: bool

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True, eq=False)
class PixelGroups:
    """The candles by columns of device pixels; columns without candles are left out."""

    #: group i holds the rows [edges[i], edges[i + 1])
    edges: Rows
    #: the left edge of each column, in pixels of the scale
    left: Floats


class CandleColumns:
    """One market and unit. Belongs to the UI thread: what computes elsewhere takes a ``copied`` range, or ``rows``."""

    def __init__(self, series: CandleSeries, day_start: timedelta) -> None:
        self.market = series.market
        self.unit = series.unit
        self.day_start = day_start
        #: grows with every change
        self.revision = 0
        self._length = length_seconds(series.unit)
        self._table = GrowingColumns(series.columns, _REDUCTIONS)
        self._grouped: tuple[TimeScale, float, int, PixelGroups] | None = None

    def __len__(self) -> int:
        return len(self._table)

    @property
    def step_seconds(self) -> float:
        """From one candle to the next; of months and years the mean."""
        return float(self._length) if self._length is not None else _NOMINAL_SECONDS[self.unit]

    @property
    def opened(self) -> Seconds:
        return self._table.column(_OPENED)

    @property
    def open(self) -> Floats:
        return self._table.column(_OPEN)

    @property
    def high(self) -> Floats:
        return self._table.column(_HIGH)

    @property
    def low(self) -> Floats:
        return self._table.column(_LOW)

    @property
    def close(self) -> Floats:
        return self._table.column(_CLOSE)

    @property
    def volume(self) -> Floats:
        return self._table.column(_VOLUME)

    def copied(self, first: int = 0, last: int | None = None) -> CandleSeries:
        """The rows [first, last) as they stand now, to be kept and handed to another thread."""
        columns = [self._table.column(place)[first:last].copy() for place in range(6)]
        return CandleSeries(self.market, self.unit, *columns)

    def rows(self) -> CandleSeries:
        """All of them, without a copy: a change shows through from its first row on, or not at all."""
        return CandleSeries(self.market, self.unit, *(self._table.column(place) for place in range(6)))

    def shared(self) -> CandleColumns:
        """Another object of the same rows."""
        made = CandleColumns(no_candles(self.market, self.unit), self.day_start)
        made.become(self)
        return made

    # changes

    def become(self, other: CandleColumns) -> None:
        """Takes over the rows of one of this market and unit that was made elsewhere, without a copy."""
        self._table = other._table
        self.revision += 1

    def replace_rows(self, first: int, last: int, series: CandleSeries) -> None:
        """The rows [first, last) become these, which lie between their neighbours."""
        self._table.replace_between(first, last, series.columns)
        self.revision += 1

    def replace_tail(self, series: CandleSeries) -> int:
        """The rows at or after the first of these become these; returns the first row that changed."""
        if not len(series):
            return len(self)
        row = int(np.searchsorted(self.opened, series.opened[0]))
        self._table.replace_from(row, series.columns)
        self.revision += 1
        return row

    def prepend(self, series: CandleSeries) -> int:
        """Those that are older than the first row; returns how many they were."""
        older = series.rows(series.opened < self.opened[0]) if len(self) else series
        self.replace_head(older)
        return len(older)

    def replace_head(self, series: CandleSeries) -> None:
        """The rows at or before the last of these become these."""
        if len(series):
            row = int(np.searchsorted(self.opened, series.opened[-1], side="right"))
            self._table.replace_until(row, series.columns)
            self.revision += 1

    # rows and seconds

    def closed(self, row: int) -> int:
        """The second at which the candle's interval ends."""
        opened = self.opened[row : row + 1] if row >= 0 else self.opened[row:][:1]
        return int(following_seconds(opened, self.unit, self.day_start)[0])

    def centres(self, first: int, last: int) -> Floats:
        """The middle of each interval of the rows [first, last), in seconds."""
        opened = self.opened[first:last]
        if self._length is not None:
            return np.asarray(opened + self._length / 2)
        return np.asarray((opened + following_seconds(opened, self.unit, self.day_start)) / 2)

    def rows_between(self, first_second: float, last_second: float) -> tuple[int, int]:
        """The rows [first, last) whose intervals meet [first_second, last_second)."""
        opened = self.opened
        # whole numbers: a float would make NumPy copy the column
        first = int(np.searchsorted(opened, floor(first_second), side="right"))
        if first and self.closed(first - 1) > first_second:
            first -= 1
        return first, max(first, int(np.searchsorted(opened, ceil(last_second))))

    def row_at(self, second: float) -> int | None:
        """The candle whose interval holds the second."""
        row = int(np.searchsorted(self.opened, floor(second), side="right")) - 1
        return row if row >= 0 and second < self.closed(row) else None

    def nearest_row(self, second: float) -> int | None:
        """The candle whose interval holds the second, else the one whose interval is nearest; None without candles."""
        if not len(self):
            return None
        row = int(np.searchsorted(self.opened, floor(second), side="right")) - 1
        if row < 0 or row == len(self) - 1:
            return max(row, 0)
        after_this, before_next = second - self.closed(row), self.opened[row + 1] - second
        return row if after_this < 0 or after_this <= before_next else row + 1

    # what is seen

    def extremes(self, first: int, last: int) -> tuple[float, float] | None:
        """The lowest low and the highest high of the rows [first, last); None where there are none."""
        first, last = max(first, 0), min(last, len(self))
        if first >= last:
            return None
        return self._table.reduced(_LOWEST, first, last), self._table.reduced(_HIGHEST, first, last)

    def greatest_volume(self, first: int, last: int) -> float:
        first, last = max(first, 0), min(last, len(self))
        return self._table.reduced(_GREATEST_VOLUME, first, last) if first < last else 0.0

    def is_thinned(self, time: TimeScale, device_pixel_ratio: float = 1.0) -> bool:
        """Whether candles stand closer than device pixels."""
        return time.pixels(self.step_seconds) * device_pixel_ratio < 1

    def columns_of(self, time: TimeScale, device_pixel_ratio: float = 1.0) -> PixelBars:
        """Of what ``time`` shows, with the candles that it cuts at its edges."""
        first, last = self.rows_between(time.start, time.end)
        is_thinned = self.is_thinned(time, device_pixel_ratio)
        if first == last or not is_thinned:
            x = time.x_of(self.centres(first, last))
            rows = np.arange(first, last, dtype=np.int64)
            open_, high, low, close, volume = (
                column[first:last] for column in (self.open, self.high, self.low, self.close, self.volume)
            )
            return PixelBars(x, open_, high, low, close, volume, rows, rows, is_thinned)
        groups = self.groups_of(time, device_pixel_ratio)
        firsts, lasts = groups.edges[:-1], groups.edges[1:] - 1
        lowest, highest, volume = self._table.grouped(groups.edges, _LOWEST, _HIGHEST, _GREATEST_VOLUME)
        open_, close = self.open[firsts], self.close[lasts]
        return PixelBars(groups.left, open_, highest, lowest, close, volume, firsts, lasts, is_thinned)

    def groups_of(self, time: TimeScale, device_pixel_ratio: float = 1.0) -> PixelGroups:
        """A candle belongs to the column of device pixels that holds its centre."""
        known = self._grouped
        if known is not None and known[:3] == (time, device_pixel_ratio, self.revision):
            return known[3]
        groups = self._group(time, device_pixel_ratio)
        self._grouped = (time, device_pixel_ratio, self.revision, groups)
        return groups

    def _group(self, time: TimeScale, device_pixel_ratio: float) -> PixelGroups:
        first, last = self.rows_between(time.start, time.end)
        if first == last:
            return PixelGroups(np.array([first], dtype=np.int64), np.zeros(0))
        ends = np.concatenate((self.centres(first, first + 1), self.centres(last - 1, last)))
        low, high = np.floor(time.x_of(ends) * device_pixel_ratio).astype(np.int64).tolist()
        columns = np.arange(low, high + 1)
        edges = np.empty(len(columns) + 1, dtype=np.int64)
        edges[0], edges[-1] = first, last
        edges[1:-1] = self._rows_from(columns[1:], time, device_pixel_ratio, first, last)
        is_filled = edges[1:] > edges[:-1]
        return PixelGroups(np.append(edges[:-1][is_filled], last), columns[is_filled] / device_pixel_ratio)

    def _rows_from(self, columns: Rows, time: TimeScale, ratio: float, first: int, last: int) -> Rows:
        """The first row, of [first, last), whose centre lies in each column or to its right."""
        seconds = time.start + columns * (time.seconds_per_pixel / ratio)
        if self._length is None:
            return np.searchsorted(self.centres(first, last), seconds) + first
        openings = np.ceil(seconds - self._length / 2).astype(np.int64)
        return np.searchsorted(self.opened[first:last], openings) + first
