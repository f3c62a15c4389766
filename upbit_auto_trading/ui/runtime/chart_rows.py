"""The rows of one chart and what is known of them: put together from the store, from pages and from live candles."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import (
    CandleSeries,
    Seconds,
    epoch_second,
    joined,
    moment_of,
)
from upbit_auto_trading.business_logic.domain.coverage import Span, merged
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns

#: by then the storage thread has written what was given to it
_STORED_AFTER_SECONDS = 10.0
_MOST_RECENT = 64


@dataclass(frozen=True, slots=True, eq=False)
class RowChange:
    """``series`` is all there is in ``span``; without one it is a few candles, of which nobody has said that."""

    series: CandleSeries
    span: Span | None = None

    @property
    def first_second(self) -> int | None:
        if self.span is not None:
            return epoch_second(self.span.start)
        return int(self.series.opened[0]) if len(self.series) else None

    @property
    def end_second(self) -> int:
        """Nothing that opens from then on is changed."""
        if self.span is not None:
            return epoch_second(self.span.end)
        return int(self.series.opened[-1]) + 1 if len(self.series) else -(2**62)

    def reaches(self, other: RowChange) -> bool:
        """Whether it says something of the other's last candle, or of a later one."""
        return self.end_second >= other.end_second


@dataclass(frozen=True, slots=True)
class Put:
    """What became of the columns; ``columns`` are others where ``is_new``."""

    first_row: int = 0
    prepended: int = 0
    is_new: bool = False
    is_changed: bool = True


NOTHING = Put(is_changed=False)


def put_into(series: CandleSeries, change: RowChange) -> CandleSeries:
    """The rows with the change in them."""
    rest = _without(series, change)
    both = joined([rest, change.series])
    return both.rows(np.argsort(both.opened, kind="stable"))


def _without(series: CandleSeries, change: RowChange) -> CandleSeries:
    if change.span is None:
        return series.rows(~np.isin(series.opened, change.series.opened))
    start, end = epoch_second(change.span.start), epoch_second(change.span.end)
    return series.rows((series.opened < start) | (series.opened >= end))


class RecentChanges:
    """What was told so lately may not have been stored when something is read."""

    def __init__(self) -> None:
        self._told: deque[tuple[float, RowChange]] = deque(maxlen=_MOST_RECENT)

    def note(self, told_at: float, change: RowChange) -> None:
        self._told.append((told_at, change))

    def since(self, began: float = float("-inf")) -> tuple[RowChange, ...]:
        """Those that a reading may lack that began then."""
        return tuple(change for told_at, change in self._told if told_at >= began - _STORED_AFTER_SECONDS)


@dataclass(slots=True, eq=False)
class Reading:
    """Rows as they were when something began to be read anew, and the first that changed since."""

    series: CandleSeries
    first_changed: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RowsAnew:
    """All rows of a chart as they were read again; made beside the window."""

    columns: CandleColumns
    #: so many begin as those of before
    same: int


def rows_anew(before: CandleSeries, series: CandleSeries, day_start: timedelta) -> RowsAnew:
    """In any thread."""
    plain = _plain(series)
    return RowsAnew(CandleColumns(plain, day_start), _same_rows(before, plain))


def columns_of(series: CandleSeries, day_start: timedelta) -> CandleColumns:
    """In any thread, before a window has them: of a million it takes as long as some frames."""
    return CandleColumns(_plain(series), day_start)


class ChartRows:
    """Belongs to the UI thread."""

    def __init__(
        self,
        columns: CandleColumns,
        since: datetime,
        known: tuple[Span, ...] = (),
        jumps: tuple[datetime, ...] = (),
    ) -> None:
        self.columns = columns
        #: from here on everything is shown that is known
        self.since = since
        self.known = known
        self.jumps = jumps
        self.reading: Reading | None = None

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def end(self) -> datetime:
        """Of all that is shown or known."""
        last = moment_of(self.columns.closed(len(self) - 1)) if len(self) else self.since
        return max([last, *(span.end for span in self.known)])

    def know(self, *spans: Span) -> None:
        self.known = merged((*self.known, *spans))

    def put(self, change: RowChange) -> Put:
        """Whatever lies before ``since`` is left out."""
        if change.span is not None:
            self.know(change.span)
        series = _from(_plain(change.series), epoch_second(self.since))
        first = change.first_second
        if first is None or (change.span is None and not len(series)):
            return NOTHING
        last = change.end_second
        if len(self.columns) and last <= self.columns.opened[0]:
            count = self._prepend(series) if len(series) else 0
            return Put(prepended=count) if count else NOTHING
        row, stop = np.searchsorted(self.columns.opened, (first, last)).tolist()
        return self._replace(row, stop, put_into(self._rows(row, stop), RowChange(series, change.span)))

    def begin_reading(self) -> Reading:
        """Of all that is shown; an earlier one counts no more."""
        self.reading = Reading(self.columns.rows())
        return self.reading

    def replace(self, anew: RowsAnew, known: tuple[Span, ...], jumps: tuple[datetime, ...]) -> Put:
        """All of it, as it was read again since ``begin_reading``."""
        reading, self.reading = self.reading, None
        self.known, self.jumps = known, jumps
        changed = None if reading is None else reading.first_changed
        same = anew.same if changed is None else min(anew.same, changed)
        before, rows = self.columns, anew.columns
        if same == len(rows) == len(before):
            return NOTHING
        put = self._told(same, len(before), rows.opened[same:])
        if put.is_new:
            self.columns = rows
        else:
            before.become(rows)
        return put

    def prepend(
        self, series: CandleSeries, since: datetime, known: tuple[Span, ...] = (), jumps: tuple[datetime, ...] = ()
    ) -> int:
        """What lies right before the first moment that is shown."""
        self.since = min(since, self.since)
        self.know(*known)
        self.jumps = (*jumps, *self.jumps)
        return self._prepend(_plain(series))

    def _rows(self, first: int, last: int) -> CandleSeries:
        return self.columns.rows().rows(slice(first, last))

    def _prepend(self, series: CandleSeries) -> int:
        self._note_changed(0)
        return self.columns.prepend(series)

    def _replace(self, row: int, stop: int, series: CandleSeries) -> Put:
        """The rows [row, stop) become these."""
        before = self.columns
        same = _same_rows(self._rows(row, stop), series)
        if same == len(series) == stop - row:
            return NOTHING
        first = row + same
        rest = series.rows(slice(same, None))
        put = self._told(first, stop, rest.opened if len(rest) else before.opened[stop : stop + 1])
        before.replace_rows(first, stop, rest)
        self._note_changed(first)
        if put.is_new and first < stop:  # its first rows are gone
            self.columns = before.shared()
        return put

    def _told(self, first: int, stop: int, opened: Seconds) -> Put:
        """From row ``first`` on, before ``stop``, there will be candles that open then."""
        before = self.columns
        if not len(before):
            return Put(first_row=first, is_new=True)
        next_is_later = first < stop and (not len(opened) or opened[0] > before.opened[first])
        if not next_is_later:
            return Put(first_row=first)
        return Put(first_row=first - 1) if first else Put(is_new=True)

    def _note_changed(self, row: int) -> None:
        if self.reading is not None:
            changed = self.reading.first_changed
            self.reading.first_changed = row if changed is None else min(row, changed)


def _same_rows(before: CandleSeries, series: CandleSeries) -> int:
    """How many of the rows are as ``series`` begins."""
    count = min(len(before), len(series))
    is_other = np.zeros(count, dtype=np.bool_)
    for one, other in zip(before.columns, series.columns, strict=True):
        is_other |= one[:count] != other[:count]
    return int(np.argmax(is_other)) if is_other.any() else count


def _from(series: CandleSeries, second: int) -> CandleSeries:
    return series.rows(slice(int(np.searchsorted(series.opened, second)), None))


def _plain(series: CandleSeries) -> CandleSeries:
    """Charts show no turnover."""
    if series.turnover is None:
        return series
    return replace(series, turnover=None)
