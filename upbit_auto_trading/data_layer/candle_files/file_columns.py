"""The columns of a candle file in the order of the file, and the series they are where nothing about them is odd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, Seconds, epoch_second
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.candle_files.file_rows import MOST_DIGITS, MOST_ROWS, FileRow

#: a turnover lies between what the volume is worth at the low and at the high; exchanges round it
_ROUNDING: Final = 1e-3
_LARGEST: Final = 10.0 ** (MOST_DIGITS + 1)
#: a little more than what the careful way refuses, so that it decides at the edge
_SMALLEST: Final = 10.0**-MOST_DIGITS * (1 + 1e-9)


@dataclass(frozen=True, slots=True, eq=False)
class FileColumns:
    opened: Seconds
    #: open, high, low, close, volume
    values: tuple[Floats, ...]
    #: NaN where there is none
    turnover: Floats | None


def sound_series(columns: FileColumns, market: Market, unit: CandleUnit, now: datetime) -> CandleSeries | None:
    """By rising time, equal rows once. None where a row is odd: the careful way says which, and why."""
    if len(columns.opened) > MOST_ROWS or not _is_possible(columns, now):
        return None
    order = np.argsort(columns.opened, kind="stable")
    opened = columns.opened[order]
    values = [column[order] for column in columns.values]
    is_first = np.append(True, opened[1:] != opened[:-1]) if len(opened) else np.zeros(0, dtype=np.bool_)
    if not is_first.all():
        place_of_first = np.maximum.accumulate(np.where(is_first, np.arange(len(opened)), 0))
        if any(not np.array_equal(column, column[place_of_first]) for column in values):
            return None
    turnover = None if columns.turnover is None else columns.turnover[order][is_first]
    first, high, low, last, volume = (column[is_first] for column in values)
    return believable(CandleSeries(market, unit, opened[is_first], first, high, low, last, volume, turnover))


def series_of_rows(rows: Sequence[FileRow], market: Market, unit: CandleUnit) -> CandleSeries:
    """Of checked rows, whose times are whole seconds."""
    numbers = np.array([[float(value) for value in row.values] for row in rows], dtype=np.float64).reshape(-1, 5)
    first, high, low, last, volume = (np.ascontiguousarray(column) for column in numbers.T)
    opened = np.array([epoch_second(row.opened_at) for row in rows], dtype=np.int64)
    turnover = None
    if any(row.turnover is not None for row in rows):
        turnover = np.array([np.nan if row.turnover is None else float(row.turnover) for row in rows])
    return believable(CandleSeries(market, unit, opened, first, high, low, last, volume, turnover))


def believable(series: CandleSeries) -> CandleSeries:
    """Others may mean something else by the word turnover: what the candle cannot have had counts as not told."""
    if series.turnover is None:
        return series
    told = series.turnover
    low, high = series.low * series.volume, series.high * series.volume
    with np.errstate(invalid="ignore"):
        can_be = (told >= low * (1 - _ROUNDING) - 1) & (told <= high * (1 + _ROUNDING) + 1)
    turnover = np.where(can_be, told, np.nan)
    known = None if np.isnan(turnover).all() else turnover
    numbers = (series.open, series.high, series.low, series.close, series.volume)
    return CandleSeries(series.market, series.unit, series.opened, *numbers, known)


def _is_possible(columns: FileColumns, now: datetime) -> bool:
    first, high, low, last, volume = columns.values
    prices = (first, high, low, last)
    if not all(np.isfinite(column).all() for column in columns.values):
        return False
    return bool(
        (columns.opened >= 0).all()
        and (columns.opened <= epoch_second(now)).all()
        and all(((price >= _SMALLEST) & (price < _LARGEST)).all() for price in prices)
        and ((volume == 0) | ((volume >= _SMALLEST) & (volume < _LARGEST))).all()
        and (high >= np.maximum(first, last)).all()
        and (low <= np.minimum(first, last)).all()
    )
