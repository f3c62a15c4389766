"""Where the grid lines of a chart stand and what its axes say there. Moving the chart moves no line to other values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from math import ceil, exp, floor, inf, log
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import length_seconds
from upbit_auto_trading.business_logic.domain.candle_series import epoch_second, moment_of
from upbit_auto_trading.ui.charts.price_scale import PriceScale, ScaleKind
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import current_language

#: from one grid line to the next; up to two and a half times as much where the next rounder number says more
LEAST_PRICE_PIXELS: Final = 40.0
LEAST_TIME_PIXELS: Final = 80.0
#: where the next line would be less than so much higher, steps follow the values; from there on only 1, 2, 5, 10 fit
_WIDE: Final = 1.9
#: of shortened values on the axis, and of a value at the crosshair
_FIGURES: Final = 4
_CROSS_FIGURES: Final = 6
_LARGE: Final = 100_000
_MOST_TICKS: Final = 200

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_KST_SECONDS: Final = 9 * _HOUR
#: they divide a day, so that each midnight has its line
_CLOCK_STEPS: Final = tuple(
    factor * base
    for base, factors in ((1, (1, 2, 5, 10, 15, 30)), (_MINUTE, (1, 2, 5, 10, 15, 30)), (_HOUR, (1, 2, 3, 4, 6, 12)))
    for factor in factors
)
#: by days between lines: the days of a month that have one
_MONTH_DAYS: Final = {
    1: tuple(range(1, 32)),
    2: tuple(range(1, 30, 2)),
    5: (1, 6, 11, 16, 21, 26),
    7: (1, 8, 15, 22),
    10: (1, 11, 21),
    15: (1, 16),
}
_MONTH_STEPS: Final = (1, 2, 3, 6)
_YEAR_STEPS: Final = (1, 2, 5, 10, 20, 50)
_WEEK_STEPS: Final = (1, 2)
_CALENDARS: Final = (CandleUnit.MONTH, CandleUnit.YEAR)
_FIRST_MONDAY: Final = 4
_LAST_SECOND: Final = 8_000_000_000


@dataclass(frozen=True, slots=True)
class PriceTick:
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class TimeTick:
    second: float
    text: str
    #: a new day, or where lines stand for days a new month, or for months a new year
    is_day_change: bool = False


# values


def price_ticks(
    scale: PriceScale, tick: Decimal | None, least_pixels: float = LEAST_PRICE_PIXELS
) -> tuple[PriceTick, ...]:
    """By rising value; ``tick`` is the market's price grid, None where the values are no prices."""
    if not (scale.high > scale.low and scale.height > 0) or scale.high - scale.low == inf:
        return ()
    if scale.kind is ScaleKind.PERCENT and scale.base > 0:
        return _percent_ticks(scale, least_pixels)
    if scale.kind is ScaleKind.LOG and scale.low > 0:
        values, step = _log_values(scale, tick, least_pixels)
    else:
        step = _step((scale.high - scale.low) * least_pixels / scale.height, tick)
        values = list(_multiples(scale.low, scale.high, step))
    greatest = max((abs(value) for value in values), default=Decimal(0))
    if tick is None and greatest > _LARGE * step and greatest < _LARGE and scale.kind is ScaleKind.LOG:
        return tuple(PriceTick(float(value), formats.price(value)) for value in values)  # over decades: each its own
    return tuple(PriceTick(float(value), _axis_text(value, step, greatest, tick)) for value in values)


def value_text(value: float, scale: PriceScale, tick: Decimal | None) -> str:
    """Of the crosshair: a price on its grid, a percent, or as many decimals as a pixel can tell apart."""
    if scale.kind is ScaleKind.PERCENT and scale.base > 0:
        return formats.signed_percent(scale.percent_of(value) / 100)
    exact = formats.exact(value)
    if exact is None:
        return formats.NOTHING
    if tick:
        return formats.price((exact / tick).to_integral_value(ROUND_HALF_EVEN) * tick, tick)
    step = _step(max((scale.high - scale.low) / max(scale.height, 1.0), 1e-12), None)
    figures_left = max(_CROSS_FIGURES - 1 - max(exact.adjusted(), 0), 0)
    return formats.decimals(
        exact, min(formats.decimals_of(step), figures_left) if abs(exact) >= 1 else formats.decimals_of(step)
    )


def _axis_text(value: Decimal, step: Decimal, greatest: Decimal, tick: Decimal | None) -> str:
    decimals = max(formats.decimals_of(step), formats.decimals_of(tick))
    if tick is None and greatest >= _LARGE and greatest.adjusted() - step.adjusted() < _FIGURES:
        return formats.compact(value, current_language())
    return formats.decimals(value, decimals)


def _step(least: float, tick: Decimal | None) -> Decimal:
    """1, 2 or 5 times a power of ten, at least so much and no finer than the price grid."""
    power = Decimal(1).scaleb(floor(log(least, 10)))
    wanted = next(step for factor in (1, 2, 5, 10, 20) if float(step := factor * power) >= least * (1 - 1e-9))
    if tick is None or wanted >= tick:
        return wanted
    return tick


def _multiples(low: float, high: float, step: Decimal) -> Iterator[Decimal]:
    """Those of [low, high], exact."""
    value = (Decimal(repr(low)) / step).to_integral_value(ROUND_CEILING) * step
    for _ in range(_MOST_TICKS):
        if value > Decimal(repr(high)):
            return
        yield value
        value += step


def _percent_ticks(scale: PriceScale, least_pixels: float) -> tuple[PriceTick, ...]:
    low, high = scale.percent_of(scale.low), scale.percent_of(scale.high)
    step = _step((high - low) * least_pixels / scale.height, None)
    decimals = max(2, formats.decimals_of(step))
    return tuple(
        PriceTick(float(scale.base * (1 + float(percent) / 100)), formats.signed_percent(percent.scaleb(-2), decimals))
        for percent in _multiples(low, high, step)
    )


def _log_values(scale: PriceScale, tick: Decimal | None, least_pixels: float) -> tuple[list[Decimal], Decimal]:
    """And the finest step between them."""
    factor = exp(log(scale.high / scale.low) * least_pixels / scale.height)
    found = list(_powers(scale, factor) if factor >= _WIDE else _local_steps(scale, factor - 1, tick))
    return found, _common_step(found)


def _common_step(values: list[Decimal]) -> Decimal:
    """The greatest power of ten that all are multiples of."""
    exponents = [value.normalize().as_tuple().exponent for value in values]
    return Decimal(1).scaleb(min((one for one in exponents if isinstance(one, int)), default=0))


def _powers(scale: PriceScale, factor: float) -> Iterator[Decimal]:
    """1, 2, 5, 10, …; 1, 3, 10, …; or powers of ten alone, of a hundred, …"""
    mantissas = (1, 2, 5) if factor <= 2 else (1, 3) if factor <= 3 else (1,)
    every = max(1, ceil(log(factor, 10) - 1e-9))
    power = floor(log(scale.low, 10)) // every * every
    while 10.0**power <= scale.high:
        for mantissa in mantissas:
            value = Decimal(mantissa).scaleb(power)
            if scale.low <= float(value) <= scale.high:
                yield value
        power += every


def _local_steps(scale: PriceScale, share: float, tick: Decimal | None) -> Iterator[Decimal]:
    """The multiples of the step that is wide enough at each height; the next is at least that step away."""
    value = Decimal(scale.low)
    for _ in range(_MOST_TICKS):
        step = _step(max(float(value) * share, 1e-300), tick)
        value = (value / step).to_integral_value(ROUND_CEILING) * step
        coarser = _step(float(value) * share, tick)
        if value % coarser:
            continue
        if value > Decimal(scale.high):
            return
        if value > 0:
            yield value
        value += coarser


# time


def time_ticks(
    time: TimeScale,
    unit: CandleUnit,
    day_start: timedelta = timedelta(0),
    least_pixels: float = LEAST_TIME_PIXELS,
) -> tuple[TimeTick, ...]:
    """By rising second, in KST. Lines of candles of four hours and longer stand where the exchange opens them."""
    start, end = max(time.start, 0.0), min(time.end, float(_LAST_SECOND))
    least = least_pixels * time.seconds_per_pixel
    if start >= end or least <= 0:
        return ()
    shift = _opening_shift(unit, day_start)
    if _is_intraday(unit):
        step = next((one for one in _CLOCK_STEPS if one >= max(least, length_seconds(unit) or 0)), None)
        if step is not None:
            return tuple(_clock_ticks(start, end, step, shift))
    if unit is CandleUnit.WEEK:
        weeks = next((one for one in _WEEK_STEPS if one * 7 * _DAY >= least), None)
        if weeks is not None:
            return tuple(_week_ticks(start, end, weeks, shift))
    elif unit not in _CALENDARS:
        days = next((places for one, places in _MONTH_DAYS.items() if one * _DAY >= least), None)
        if days is not None:
            return tuple(_day_ticks(start, end, days, shift))
    return tuple(_month_ticks(start, end, _months_between(unit, least), shift))


def _months_between(unit: CandleUnit, least: float) -> int:
    months = [one for one in _MONTH_STEPS if unit is not CandleUnit.YEAR and one * 28 * _DAY >= least]
    years = [one for one in _YEAR_STEPS if one * 365 * _DAY >= least]
    return months[0] if months else 12 * (years or [100])[0]


def time_label(second: float, unit: CandleUnit, newest: float | None = None) -> str:
    """Of the crosshair; the year stands there where it is another than that of ``newest``."""
    moment = moment_of(floor(second))
    if unit is CandleUnit.YEAR:
        return formats.axis_year(moment)
    if unit is CandleUnit.MONTH:
        return formats.axis_month(moment)
    if not _is_intraday(unit):
        return formats.axis_day(moment, current_language(), year=True)
    is_other_year = newest is not None and formats.axis_year(moment) != formats.axis_year(moment_of(floor(newest)))
    date = formats.axis_date(moment)
    if is_other_year:
        date = f"{formats.axis_year(moment)}.{date}"
    return f"{date} {formats.axis_clock(moment, seconds=unit is CandleUnit.SECOND)}"


def _is_intraday(unit: CandleUnit) -> bool:
    length = length_seconds(unit)
    return length is not None and length < _DAY


def _opening_shift(unit: CandleUnit, day_start: timedelta) -> int:
    """From midnight in KST to where the exchange opens its day, or the first candle of it."""
    shift = (int(day_start.total_seconds()) + _KST_SECONDS) % _DAY
    return shift % (length_seconds(unit) or _DAY) if _is_intraday(unit) else shift


def _clock_ticks(start: float, end: float, step: int, shift: int) -> Iterator[TimeTick]:
    """The first of each day in KST says the day."""
    language = current_language()
    origin = shift - _KST_SECONDS
    second = ceil((start - origin) / step) * step + origin
    while second < end:
        moment = moment_of(second)
        if (second + _KST_SECONDS) % _DAY < step:
            yield TimeTick(float(second), formats.axis_day(moment, language), is_day_change=True)
        else:
            yield TimeTick(float(second), formats.axis_clock(moment, seconds=step < _MINUTE))
        second += step


def _week_ticks(start: float, end: float, weeks: int, shift: int) -> Iterator[TimeTick]:
    step, origin = weeks * 7 * _DAY, _FIRST_MONDAY * _DAY - _KST_SECONDS + shift
    second = ceil((start - origin) / step) * step + origin
    while second < end:
        moment = moment_of(second)
        is_new = formats.in_kst(moment).month != formats.in_kst(moment_of(second - step)).month
        yield TimeTick(float(second), formats.axis_date(moment), is_new)
        second += step


def _day_ticks(start: float, end: float, days: tuple[int, ...], shift: int) -> Iterator[TimeTick]:
    """A line that would stand too close to the first of the next month is left out."""
    apart = (days[1] - days[0]) * _DAY
    for first, following in _months(start, end, 1, shift):
        for second in (first + (day - 1) * _DAY for day in days):
            if second > first and second + apart > following:
                break
            if start <= second < end:
                moment = moment_of(second)
                is_first = second == first
                yield TimeTick(float(second), _month_text(moment) if is_first else formats.axis_date(moment), is_first)


def _month_ticks(start: float, end: float, months: int, shift: int) -> Iterator[TimeTick]:
    for first, _ in _months(start, end, months, shift):
        if start <= first < end:
            moment = moment_of(first)
            is_january = formats.in_kst(moment).month == 1
            yield TimeTick(float(first), _month_text(moment), is_january and months < 12)


def _month_text(moment: datetime) -> str:
    return formats.axis_year(moment) if formats.in_kst(moment).month == 1 else formats.axis_month(moment)


def _months(start: float, end: float, step: int, shift: int) -> Iterator[tuple[int, int]]:
    """Where every so many months begin and end, from the one before ``start`` on."""
    local = formats.in_kst(moment_of(floor(start) - shift))
    place = (local.year * 12 + local.month - 1) // step * step
    while (first := _month_start(place, shift)) < end:
        yield first, _month_start(place + step, shift)
        place += step


def _month_start(place: int, shift: int) -> int:
    return epoch_second(datetime(place // 12, place % 12 + 1, 1, tzinfo=formats.KST)) + shift
