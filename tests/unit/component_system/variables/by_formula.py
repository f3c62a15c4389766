"""What variables must equal that are written here, or whose way matters: published formulas, candle by candle."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tests.fakes.any_variable import built, having
from upbit_auto_trading.business_logic.engine.frame import Frame

Definition = Callable[[Any, Frame], Any]
_NAN = math.nan


def _each(value: Callable[[Any, Frame, int], float], needs: Callable[[Any], int] = lambda v: 1) -> Definition:
    """Of each row from the first that can have one on."""
    return lambda v, f: np.array([value(v, f, i) if i + 1 >= needs(v) else _NAN for i in range(len(f))], dtype=float)


def _over(value: Callable[[Any, Frame, int], float]) -> Definition:
    """Of the last ``period`` rows."""
    return _each(value, lambda v: int(v.period))


def _over_changes(value: Callable[[Any, Frame, int], float]) -> Definition:
    """Of the last ``period`` rows, each against the one before."""
    return _each(value, lambda v: int(v.period) + 1)


def _rows(v: Any, i: int) -> range:
    return range(i - v.period + 1, i + 1)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else _NAN


def _place(f: Frame, i: int) -> float:
    high, low, close = f.high[i], f.low[i], f.close[i]
    return float(((close - low) - (high - close)) / (high - low)) if high > low else 0.0


def _typical(f: Frame, i: int) -> float:
    return float((f.high[i] + f.low[i] + f.close[i]) / 3)


def _obv(v: Any, f: Frame, i: int) -> float:
    return float(sum(math.copysign(f.volume[j], f.close[j] - f.close[j - 1]) for j in _rows(v, i)
                     if f.close[j] != f.close[j - 1]))  # fmt: skip


def _williams(v: Any, f: Frame, i: int) -> float:
    total = 0.0
    for j in _rows(v, i):
        if f.close[j] > f.close[j - 1]:
            total += f.close[j] - min(f.low[j], f.close[j - 1])
        elif f.close[j] < f.close[j - 1]:
            total += f.close[j] - max(f.high[j], f.close[j - 1])
    return total


def _volume_index(is_counted: Callable[[float, float], bool]) -> Definition:
    def value(v: Any, f: Frame, i: int) -> float:
        factor = 1.0
        for j in _rows(v, i):
            if is_counted(f.volume[j], f.volume[j - 1]):
                factor *= f.close[j] / f.close[j - 1]
        return (factor - 1) * 100

    return _over_changes(value)


def _volume_ratio(v: Any, f: Frame, i: int) -> float:
    if not v.with_itself and i < v.period:
        return _NAN
    counted = f.volume[i - v.period + 1 : i + 1] if v.with_itself else f.volume[i - v.period : i]
    return _share(float(f.volume[i]), float(counted.mean()))


def _z_score(v: Any, f: Frame, i: int) -> float:
    values = f.close[i - v.period + 1 : i + 1]
    return _share(float(f.close[i] - values.mean()), float(values.std()))


def _volatility(v: Any, f: Frame, i: int) -> float:
    returns = [math.log(f.close[j] / f.close[j - 1]) for j in _rows(v, i)]
    return float(np.std(returns)) * math.sqrt(1440) * 100


def _choppiness(v: Any, f: Frame, i: int) -> float:
    highs = [max(f.high[j], f.close[j - 1]) for j in _rows(v, i)]
    lows = [min(f.low[j], f.close[j - 1]) for j in _rows(v, i)]
    total = sum(high - low for high, low in zip(highs, lows, strict=True))
    return 100 * math.log10(total / (max(highs) - min(lows))) / math.log10(v.period)


def _span(f: Frame, i: int, count: int) -> float:
    if i + 1 < count:
        return _NAN
    return float((f.high[i + 1 - count : i + 1].max() + f.low[i + 1 - count : i + 1].min()) / 2)


def _ichimoku(v: Any, f: Frame, i: int) -> float:
    if v.line in ("conversion", "base"):
        return _span(f, i, v.values[v.line])
    before = i - v.shift
    if before < 0:
        return _NAN
    a = (_span(f, before, v.conversion) + _span(f, before, v.base)) / 2
    b = _span(f, before, v.span)
    if v.line in ("span-a", "span-b"):
        return {"span-a": a, "span-b": b}[v.line]
    return _NAN if math.isnan(a + b) else max(a, b) if v.line == "cloud-top" else min(a, b)


def _earlier_close(f: Frame, i: int, seconds: int) -> float:
    known = [j for j in range(i + 1) if f.closed[j] <= f.closed[i] - seconds]
    return float(f.close[known[-1]]) if known else _NAN


def _within(f: Frame, i: int, seconds: int) -> slice | None:
    begins = f.closed[i] - seconds
    if f.opened[0] > begins:
        return None
    return slice(next(j for j in range(i + 1) if f.opened[j] >= begins or j == i), i + 1)


def _in_time(value: Callable[[Any, Frame, int, slice], float]) -> Definition:
    def one(v: Any, f: Frame, i: int) -> float:
        rows = _within(f, i, {"1d": 86_400, "2h": 7200}[v.values["window"]])
        return _NAN if rows is None else value(v, f, i, rows)

    return _each(one)


def _distance(value: float, other: float) -> float:
    return (value / other - 1) * 100


def _day(f: Frame, i: int) -> int:
    """The second at which the exchange's day began in which the candle opened."""
    shift = int(f.day_start.total_seconds())
    return (int(f.opened[i]) - shift) // 86_400 * 86_400 + shift


def _today(f: Frame, i: int) -> slice | None:
    first = i
    while first and _day(f, first - 1) == _day(f, i):
        first -= 1
    return slice(first, i + 1) if first or f.opened[0] == _day(f, 0) else None


def _of_today(value: Callable[[Any, Frame, slice], float]) -> Definition:
    def one(v: Any, f: Frame, i: int) -> float:
        rows = _today(f, i)
        return _NAN if rows is None else value(v, f, rows)

    return _each(one)


def _of_yesterday(value: Callable[[Any, Frame, int, slice, slice], float]) -> Definition:
    def one(v: Any, f: Frame, i: int) -> float:
        today = _today(f, i)
        if today is None or today.start == 0:
            return _NAN
        yesterday = _today(f, today.start - 1)
        return _NAN if yesterday is None else value(v, f, i, yesterday, today)

    return _each(one)


def _pivot(v: Any, f: Frame, i: int, yesterday: slice, today: slice) -> float:
    high, low, close = f.high[yesterday].max(), f.low[yesterday].min(), f.close[yesterday][-1]
    p = (high + low + close) / 3
    return float(
        {
            "p": p, "r1": 2 * p - low, "s1": 2 * p - high, "r2": p + high - low, "s2": p - high + low,
            "r3": high + 2 * (p - low), "s3": low - 2 * (high - p),
        }[v.line]
    )  # fmt: skip


def _breakout(v: Any, f: Frame, i: int, yesterday: slice, today: slice) -> float:
    reach = (f.high[yesterday].max() - f.low[yesterday].min()) * v.factor
    return float(f.open[today.start] + (reach if v.line == "upper" else -reach))


def _divergence(v: Any, f: Frame) -> Any:
    oscillator = f.of(v.source)
    result = np.where(np.arange(len(f)) + 1 >= v.before + v.after + 1, 0.0, np.nan)
    known = np.flatnonzero(~np.isnan(oscillator))[0]
    result[: known + v.before + v.after] = np.nan
    for sign, prices in ((1, f.low), (-1, -f.high)):
        last = None
        for p in range(known + v.before, len(f) - v.after):
            before, after = prices[p - v.before : p], prices[p + 1 : p + v.after + 1]
            if prices[p] < before.min() and prices[p] <= after.min():
                is_near = last is not None and p - last <= v.most
                if is_near and prices[p] < prices[last] and sign * (oscillator[p] - oscillator[last]) > 0:
                    result[p + v.after] = sign * 100
                last = p
    return result


def _since_highest(values: Any) -> float:
    """Of equal ones the latest."""
    return min(len(values) - 1 - j for j in range(len(values)) if values[j] == max(values))


def _seoul(f: Frame, i: int) -> datetime:
    return datetime.fromtimestamp(int(f.closed[i]), UTC) + timedelta(hours=9)


def _minutes_gone(f: Frame, i: int) -> float:
    return float((f.closed[i] - _day(f, i)) // 60)


BY_FORMULA: dict[str, Definition] = {
    "open": lambda v, f: f.series.open,
    "high": lambda v, f: f.series.high,
    "low": lambda v, f: f.series.low,
    "close": lambda v, f: f.series.close,
    "volume": lambda v, f: f.series.volume,
    "turnover": lambda v, f: f.series.turnover,
    "typical-price": _each(lambda v, f, i: _typical(f, i)),
    "median-price": _each(lambda v, f, i: (f.high[i] + f.low[i]) / 2),
    "weighted-close": _each(lambda v, f, i: (f.high[i] + f.low[i] + f.close[i] + f.close[i]) / 4),
    "mean-price": _each(lambda v, f, i: (f.open[i] + f.high[i] + f.low[i] + f.close[i]) / 4),
    "candle-range": _each(lambda v, f, i: f.high[i] - f.low[i]),
    "range-percent": _each(lambda v, f, i: (f.high[i] - f.low[i]) / f.open[i] * 100),
    "body-percent": _each(lambda v, f, i: _distance(f.close[i], f.open[i])),
    "wick-percent": _each(
        lambda v, f, i: (
            (f.high[i] - max(f.open[i], f.close[i]) if v.line == "upper" else min(f.open[i], f.close[i]) - f.low[i])
            / f.open[i] * 100
        )
    ),
    "gap-percent": _each(lambda v, f, i: _distance(f.open[i], f.close[i - 1]), lambda v: 2),
    "change-percent": _each(lambda v, f, i: _distance(f.close[i], _earlier_close(f, i, 60))),
    "candles-since-highest": _over(lambda v, f, i: _since_highest(f.high[_rows(v, i).start : i + 1])),
    "candles-since-lowest": _over(lambda v, f, i: _since_highest(-f.low[_rows(v, i).start : i + 1])),
    "distance-from-high": _over(lambda v, f, i: _distance(f.close[i], f.high[_rows(v, i).start : i + 1].max())),
    "distance-from-low": _over(lambda v, f, i: _distance(f.close[i], f.low[_rows(v, i).start : i + 1].min())),
    "highest-in-time": _in_time(lambda v, f, i, rows: float(f.high[rows].max())),
    "lowest-in-time": _in_time(lambda v, f, i, rows: float(f.low[rows].min())),
    "distance-from-high-in-time": _in_time(lambda v, f, i, rows: _distance(f.close[i], f.high[rows].max())),
    "distance-from-low-in-time": _in_time(lambda v, f, i, rows: _distance(f.close[i], f.low[rows].min())),
    "obv": _over_changes(_obv),
    "price-volume-trend": _over_changes(
        lambda v, f, i: sum(f.volume[j] * (f.close[j] / f.close[j - 1] - 1) for j in _rows(v, i))
    ),
    "williams-accumulation": _over_changes(_williams),
    "accumulation": _over(lambda v, f, i: sum(_place(f, j) * f.volume[j] for j in _rows(v, i))),
    "positive-volume-change": _volume_index(lambda volume, before: volume > before),
    "negative-volume-change": _volume_index(lambda volume, before: volume < before),
    "volume-ratio": _over(_volume_ratio),
    "vwap-rolling": _over(
        lambda v, f, i: sum(_typical(f, j) * f.volume[j] for j in _rows(v, i)) / sum(f.volume[j] for j in _rows(v, i))
    ),
    "z-score": _over(_z_score),
    "historical-volatility": _over_changes(_volatility),
    "choppiness": _over_changes(_choppiness),
    "difference": _each(lambda v, f, i: f.close[i] - f.open[i]),
    "distance-percent": _each(lambda v, f, i: _distance(f.close[i], f.close[i - 19 : i + 1].mean()), lambda v: 20),
    "quotient": _each(lambda v, f, i: f.close[i] / f.open[i]),
    "larger": _each(lambda v, f, i: max(f.close[i], f.open[i])),
    "smaller": _each(lambda v, f, i: min(f.close[i], f.open[i])),
    "shifted-by": lambda v, f: f.close - 2 * f.of(built("atr")),
    "absolute": lambda v, f: np.sqrt(f.of(having("roc", period=10)) ** 2),
    "ichimoku": _each(_ichimoku),
    "rsi-divergence": _divergence,
    "macd-divergence": _divergence,
    "day-level": _of_today(
        lambda v, f, rows: float(
            {"open": f.open[rows][0], "high": f.high[rows].max(), "low": f.low[rows].min()}[v.line]
        )
    ),
    "yesterday-level": _of_yesterday(
        lambda v, f, i, yesterday, today: float(
            {
                "open": f.open[yesterday][0], "high": f.high[yesterday].max(),
                "low": f.low[yesterday].min(), "close": f.close[yesterday][-1],
            }[v.line]
        )
    ),
    "day-change": _of_yesterday(lambda v, f, i, yesterday, today: _distance(f.close[i], f.close[yesterday][-1])),
    "breakout-target": _of_yesterday(_breakout),
    "pivot-point": _of_yesterday(_pivot),
    "vwap": _of_today(
        lambda v, f, rows: float(((f.high + f.low + f.close)[rows] / 3 * f.volume[rows]).sum() / f.volume[rows].sum())
    ),
    "time-of-day": _each(lambda v, f, i: _seoul(f, i).hour * 60 + _seoul(f, i).minute),
    "weekday": _each(lambda v, f, i: _seoul(f, i).isoweekday()),
    "day-of-month": _each(lambda v, f, i: _seoul(f, i).day),
    "minutes-since-day-began": _each(lambda v, f, i: _minutes_gone(f, i)),
    "minutes-until-day-ends": _each(lambda v, f, i: 1440 - _minutes_gone(f, i)),
}  # fmt: skip
