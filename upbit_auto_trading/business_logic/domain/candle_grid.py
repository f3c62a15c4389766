"""Where candles open on an exchange's own grid, and the candles of coarser units that finer ones make.

The same grid as ``CandleUnit.floor``, for whole columns at once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import (
    CandleSeries,
    Floats,
    Seconds,
    no_candles,
)
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken

_DAY: Final = 86_400
#: 1970 began on a Thursday
_FIRST_MONDAY: Final = 4 * _DAY
_CALENDARS: Final = {CandleUnit.MONTH: "datetime64[M]", CandleUnit.YEAR: "datetime64[Y]"}
_SECOND: Final = timedelta(seconds=1)
#: exchanges count quantities in these
_STEP: Final = 10**8
#: below it a float times a hundred million is the whole number that was meant
_EXACT_BELOW: Final = 1e7
#: what the sum of so many hundred-millionths stays below fits a machine word
_FITS_BELOW: Final = 9e10
_WHOLE_FLOATS: Final = 2**53


def length_seconds(unit: CandleUnit) -> int | None:
    """None where the calendar decides."""
    length = unit.length
    return None if length is None else length // _SECOND


def opening_seconds(seconds: Seconds, unit: CandleUnit, day_start: timedelta) -> Seconds:
    """Where the candle of ``unit`` that holds each of them opens; all in seconds since 1970."""
    shift = day_start // _SECOND
    local = np.asarray(seconds, dtype=np.int64) - shift
    length = length_seconds(unit)
    if length is None:
        return local.astype("datetime64[s]").astype(_CALENDARS[unit]).astype("datetime64[s]").astype(np.int64) + shift
    origin = _FIRST_MONDAY if unit is CandleUnit.WEEK else 0
    return np.asarray(local - (local - origin) % length + shift)


def following_seconds(opened: Seconds, unit: CandleUnit, day_start: timedelta) -> Seconds:
    """Where the candle after each of those that opened then opens."""
    length = length_seconds(unit)
    if length is not None:
        return np.asarray(np.asarray(opened, dtype=np.int64) + length)
    shift = day_start // _SECOND
    months = (np.asarray(opened, dtype=np.int64) - shift).astype("datetime64[s]").astype(_CALENDARS[unit])
    return (months + 1).astype("datetime64[s]").astype(np.int64) + shift


def on_grid(opened: Seconds, unit: CandleUnit, day_start: timedelta) -> NDArray[np.bool_]:
    return np.asarray(opening_seconds(opened, unit, day_start) == opened)


def divides(finer: CandleUnit, coarser: CandleUnit) -> bool:
    """Whether every candle of the coarser unit is made of whole ones of the finer."""
    if finer is coarser or coarser is CandleUnit.SECOND:
        return False
    inner, outer = length_seconds(finer), length_seconds(coarser)
    if inner is None:
        return finer is CandleUnit.MONTH and coarser is CandleUnit.YEAR
    if outer is None:  # months and years are made of days, and never of weeks
        return _DAY % inner == 0
    return outer % inner == 0


def finer_units(unit: CandleUnit) -> tuple[CandleUnit, ...]:
    """Those that divide it, the coarsest first."""
    return tuple(one for one in reversed(CandleUnit) if divides(one, unit))


def made_from(unit: CandleUnit, offered: Collection[CandleUnit]) -> CandleUnit | None:
    """The unit itself where it is offered, or the coarsest offered one that it is made of; None: there is neither."""
    return next((one for one in (unit, *finer_units(unit)) if one in offered), None)


def whole_candles_within(span: Span, unit: CandleUnit, day_start: timedelta) -> Span | None:
    """From the first opening in it to the end of the last candle that ends in it."""
    start, end = ceiling(span.start, unit, day_start), unit.floor(span.end, day_start)
    return Span(start, end) if start < end else None


def whole_candles_around(span: Span, unit: CandleUnit, day_start: timedelta) -> Span:
    """From the opening of the candle that holds its first moment to the end of the one that holds its last."""
    return Span(unit.floor(span.start, day_start), ceiling(span.end, unit, day_start))


def ceiling(moment: datetime, unit: CandleUnit, day_start: timedelta) -> datetime:
    """The first opening at it or after it."""
    opened = unit.floor(moment, day_start)
    return opened if opened == moment else unit.next(opened, day_start)


def derived(series: CandleSeries, unit: CandleUnit, day_start: timedelta) -> CandleSeries:
    """The candles of a coarser unit; whether the finer ones are complete is for the caller to know.

    Prices are exact. A sum is the float nearest to the exact sum of the decimals that the rows stand for, where each
    is below ten million and has at most eight decimals; otherwise it is nearest to the sum of the floats, which is at
    most two units in the last place away. The turnover is NaN where one of a candle's rows has none.
    """
    if not divides(series.unit, unit):
        raise InvariantBroken(f"candles of {unit.value} are not made of {series.unit.value}")
    opened = opening_seconds(series.opened, unit, day_start)
    firsts = np.flatnonzero(np.diff(opened, prepend=np.int64(-(2**62)))) if len(opened) else np.zeros(0, dtype=np.intp)
    if not len(firsts):
        return no_candles(series.market, unit, with_turnover=series.turnover is not None)
    lasts = np.append(firsts[1:], len(opened)) - 1
    return CandleSeries(
        series.market,
        unit,
        opened[firsts],
        series.open[firsts],
        np.maximum.reduceat(series.high, firsts),
        np.minimum.reduceat(series.low, firsts),
        series.close[lasts],
        _sums(series.volume, firsts),
        None if series.turnover is None else _sums(series.turnover, firsts),
    )


def _sums(values: Floats, firsts: NDArray[np.intp]) -> Floats:
    """Of each group; ``firsts`` are where the groups begin."""
    about = np.add.reduceat(np.abs(values), firsts)
    with np.errstate(invalid="ignore"):
        small = np.abs(values) < _EXACT_BELOW
    steps = np.rint(np.where(small, values, 0.0) * _STEP)
    exact_rows = small & (steps / _STEP == values)
    exact = np.logical_and.reduceat(exact_rows, firsts) & (np.nan_to_num(about, nan=np.inf) < _FITS_BELOW)
    totals = np.add.reduceat(steps.astype(np.int64), firsts)
    result = totals / _STEP
    for place in np.flatnonzero(exact & (np.abs(totals) >= _WHOLE_FLOATS)).tolist():
        result[place] = int(totals[place]) / _STEP  # as whole numbers: rounded once
    if not exact.all():
        _sum_floats(values, firsts, ~exact, result)
    return result


def _sum_floats(values: Floats, firsts: NDArray[np.intp], chosen: NDArray[np.bool_], result: Floats) -> None:
    from math import fsum

    ends = np.append(firsts[1:], len(values))
    for place in np.flatnonzero(chosen).tolist():
        result[place] = fsum(values[firsts[place] : ends[place]].tolist())
