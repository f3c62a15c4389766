"""What variables must equal that TA-Lib computes as it is: its function with our parameters in its places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.variables.patterns import TABLE

Definition = Callable[[Any, Frame], Any]
_TYPES: dict[str, Any] = {
    "sma": 0, "ema": 1, "wma": 2, "dema": 3, "tema": 4, "trima": 5, "kama": 6, "t3": 8, "hma": 9, "zlema": 12,
    "rma": 13,
}  # fmt: skip


def _average(values: Floats, period: int, kind: str) -> Any:
    known = int(np.flatnonzero(~np.isnan(values))[0])
    result = np.full(len(values), np.nan)
    result[known:] = values[known:] if period == 1 else talib.MA(values[known:], period, _TYPES[kind])
    return result


def _candle(function: Callable[..., Any], *more: str) -> Definition:
    return lambda v, f: function(f.high, f.low, f.close, *(v.values[name] for name in more))


def _of_close(function: Callable[..., Any], *more: str) -> Definition:
    return lambda v, f: function(f.close, *(v.values[name] for name in more))


def _line(found: Any, v: Any, *lines: str) -> Any:
    return dict(zip(lines, found, strict=True))[v.line]


def _bands(found: Any, v: Any, f: Frame) -> Any:
    upper, middle, lower = found
    relative = {"width": (upper - lower) / middle * 100, "percent-b": (f.close - lower) / (upper - lower) * 100}
    return ({"upper": upper, "middle": middle, "lower": lower} | relative)[v.line]


def _anchored(calculate: Callable[..., Any], *inputs: Floats, f: Frame) -> Any:
    """Blocks of 2,000 minutes; in each the run that began with the last 500 minutes before it."""
    quarters = f.opened // (500 * 60)
    result = np.full(len(f), np.nan)
    for block in np.unique(quarters // 4):
        rows = np.flatnonzero(quarters // 4 == block)
        before = np.flatnonzero(quarters // 4 < block)
        start = int(np.flatnonzero(quarters == quarters[before[-1]])[0]) if len(before) else 0
        end = int(rows[-1]) + 1
        result[rows] = np.asarray(calculate(*(one[start:end] for one in inputs)), dtype=float)[rows - start]
    return result


def _swing(v: Any, f: Frame) -> Any:
    found = np.abs(_line(talib.FRACTAL(f.high, f.low, v.left, v.right), v, "high", "low")) / 100
    return np.where(np.arange(len(f)) < v.left + v.right, np.nan, found)


def _super(v: Any) -> Callable[..., Any]:
    def calculate(high: Floats, low: Floats, close: Floats) -> Any:
        level, direction = talib.SUPERTREND(high, low, close, v.period, v.factor)
        return level if v.line == "level" else np.where(np.isnan(level), np.nan, direction)

    return calculate


def _whole(function: Callable[..., Any], needs: int) -> Callable[..., Any]:
    return lambda part: np.where(np.arange(len(part)) < needs - 1, np.nan, function(part))


def _pattern(function: str) -> Definition:
    def calculate(v: Any, f: Frame) -> Any:
        more = {"penetration": v.penetration} if "penetration" in v.values else {}
        found = getattr(talib, function)(f.open, f.high, f.low, f.close, **more).astype(float)
        known = np.arange(len(f)) >= v.needs - 1
        assert not found[~known].any()
        return np.where(known, found, np.nan)

    return calculate


def _stochastic(v: Any, f: Frame) -> Any:
    kind: Any = _TYPES[v.average]
    found = talib.STOCH(f.high, f.low, f.close, v.period, v.smooth_k, kind, v.smooth_d, kind)
    fast = talib.STOCHF(f.high, f.low, f.close, v.period, 1, _TYPES["sma"])[0]
    return _average(fast, v.smooth_k, v.average) if v.line == "k" else found[1]


def _kdj(v: Any, f: Frame) -> Any:
    fast = talib.STOCHF(f.high, f.low, f.close, v.period, 1, _TYPES["sma"])[0]
    k = _average(fast, v.smooth_k, "rma")
    d = _average(k, v.smooth_d, "rma")
    return {"k": k, "d": d, "j": 3 * k - 2 * d}[v.line]


def _stochastic_rsi(v: Any, f: Frame) -> Any:
    fast, slow = talib.STOCHRSI(f.close, v.period, v.range_period, v.smooth, _TYPES["sma"])
    if v.line == "d":
        return slow
    first = talib.STOCHRSI(f.close, v.period, v.range_period, 1, _TYPES["sma"])[0]
    assert np.array_equal(first[~np.isnan(fast)], fast[~np.isnan(fast)])
    return first


BY_TALIB: dict[str, Definition] = {
    "sma": _of_close(talib.SMA, "period"),
    "ema": _of_close(talib.EMA, "period"),
    "wma": _of_close(talib.WMA, "period"),
    "dema": _of_close(talib.DEMA, "period"),
    "tema": _of_close(talib.TEMA, "period"),
    "trima": _of_close(talib.TRIMA, "period"),
    "kama": _of_close(talib.KAMA, "period"),
    "t3": _of_close(talib.T3, "period", "volume_factor"),
    "hma": _of_close(talib.HMA, "period"),
    "rma": _of_close(talib.RMA, "period"),
    "zlema": _of_close(talib.ZLEMA, "period"),
    "vwma": lambda v, f: talib.VWMA(f.close, f.volume, v.period),
    "moving-average": lambda v, f: _average(f.close, v.period, v.average),
    "mama": lambda v, f: _anchored(
        lambda part: _line(talib.MAMA(part, v.fast_limit, v.slow_limit), v, "mama", "fama"), f.close, f=f
    ),
    "ht-trendline": lambda v, f: _anchored(talib.HT_TRENDLINE, f.close, f=f),
    "ht-period": lambda v, f: _anchored(talib.HT_DCPERIOD, f.close, f=f),
    "ht-phase": lambda v, f: _anchored(talib.HT_DCPHASE, f.close, f=f),
    "ht-phasor": lambda v, f: _anchored(
        lambda part: _line(talib.HT_PHASOR(part), v, "in-phase", "quadrature"), f.close, f=f
    ),
    "ht-sine": lambda v, f: _anchored(lambda part: _line(talib.HT_SINE(part), v, "sine", "lead"), f.close, f=f),
    "ht-trend": lambda v, f: _anchored(_whole(talib.HT_TRENDMODE, 64), f.close, f=f),
    "true-range": _candle(talib.TRANGE),
    "atr": _candle(talib.ATR, "period"),
    "atr-percent": lambda v, f: talib.ATR(f.high, f.low, f.close, v.period) / f.close * 100,
    "range-in-atr": lambda v, f: (f.high - f.low) / talib.ATR(f.high, f.low, f.close, v.period),
    "average-range": lambda v, f: talib.SMA(f.high - f.low, v.period),
    "chaikin-volatility": lambda v, f: talib.ROC(talib.EMA(f.high - f.low, v.period), v.change_period),
    "mass-index": lambda v, f: talib.MASSI(f.high, f.low, v.period, v.sum_period),
    "relative-volatility": lambda v, f: talib.RVI(f.close, v.period, v.deviation_period),
    "rsi": _of_close(talib.RSI, "period"),
    "cmo": _of_close(talib.CMO, "period"),
    "cmo-plain": _of_close(talib.CMOU, "period"),
    "stochastic-rsi": _stochastic_rsi,
    "momentum": _of_close(talib.MOM, "period"),
    "roc": _of_close(talib.ROC, "period"),
    "macd": lambda v, f: _line(talib.MACD(f.close, v.fast, v.slow, v.signal), v, "macd", "signal", "histogram"),
    "average-difference": lambda v, f: _average(f.close, v.fast, v.average) - _average(f.close, v.slow, v.average),
    "average-difference-percent": lambda v, f: (
        (_average(f.close, v.fast, v.average) / _average(f.close, v.slow, v.average) - 1) * 100
    ),
    "trix": _of_close(talib.TRIX, "period"),
    "tsi": _of_close(talib.TSI, "first", "second"),
    "coppock": _of_close(talib.COPPOCK, "period", "first", "second"),
    "detrended-price": _of_close(talib.DPO, "period"),
    "efficiency-ratio": _of_close(talib.ER, "period"),
    "forecast-oscillator": _of_close(talib.FOSC, "period"),
    "vhf": _of_close(talib.VHF, "period"),
    "stochastic": _stochastic,
    "kdj": _kdj,
    "williams-r": _candle(talib.WILLR, "period"),
    "cci": _candle(talib.CCI, "period"),
    "balance-of-power": lambda v, f: np.where(
        f.high > f.low, talib.BOP(f.open, f.high, f.low, f.close), np.nan
    ),
    "ultimate-oscillator": _candle(talib.ULTOSC, "short", "medium", "long"),
    "awesome-oscillator": lambda v, f: talib.AO(f.high, f.low, v.fast, v.slow),
    "accelerator-oscillator": lambda v, f: talib.AC(f.high, f.low, v.fast, v.slow, v.signal),
    "elder-ray": lambda v, f: _line(talib.ERI(f.high, f.low, f.close, v.period), v, "bull", "bear"),
    "stochastic-momentum": lambda v, f: _line(
        talib.SMI(f.high, f.low, f.close, v.period, v.fast, v.slow, v.signal), v, "smi", "signal"
    ),
    "qstick": lambda v, f: talib.SMA(f.close - f.open, v.period),
    "intraday-momentum": lambda v, f: talib.IMI(f.open, f.close, v.period),
    "adx": _candle(talib.ADX, "period"),
    "adxr": _candle(talib.ADXR, "period"),
    "dx": _candle(talib.DX, "period"),
    "plus-di": _candle(talib.PLUS_DI, "period"),
    "minus-di": _candle(talib.MINUS_DI, "period"),
    "plus-dm": lambda v, f: talib.PLUS_DM(f.high, f.low, v.period),
    "minus-dm": lambda v, f: talib.MINUS_DM(f.high, f.low, v.period),
    "aroon": lambda v, f: _line(
        (*talib.AROON(f.high, f.low, v.period), talib.AROONOSC(f.high, f.low, v.period)), v, "down", "up", "oscillator"
    ),
    "vortex": lambda v, f: _line(talib.VORTEX(f.high, f.low, f.close, v.period), v, "plus", "minus"),
    "parabolic-sar": lambda v, f: _anchored(
        lambda high, low: talib.SAR(high, low, v.step, v.most), f.high, f.low, f=f
    ),
    "swing-point": _swing,
    "supertrend": lambda v, f: _anchored(_super(v), f.high, f.low, f.close, f=f),
    "heikin-ashi": lambda v, f: _line(talib.HA(f.open, f.high, f.low, f.close), v, "open", "high", "low", "close"),
    "bollinger": lambda v, f: _bands(
        talib.BBANDS(f.close, v.period, v.deviations, v.deviations, _TYPES[v.average]), v, f
    ),
    "keltner": lambda v, f: _bands(talib.KC(f.high, f.low, f.close, v.period, v.atr_period, v.factor), v, f),
    "donchian": lambda v, f: _bands(talib.DONCHIAN(f.high, f.low, v.period), v, f),
    "acceleration-bands": lambda v, f: _bands(talib.ACCBANDS(f.high, f.low, f.close, v.period), v, f),
    "mid-point": _of_close(talib.MIDPOINT, "period"),
    "mid-price": lambda v, f: talib.MIDPRICE(f.high, f.low, v.period),
    "standard-deviation": _of_close(talib.STDDEV, "period"),
    "variance": _of_close(talib.VAR, "period"),
    "average-deviation": _of_close(talib.AVGDEV, "period"),
    "linear-regression": lambda v, f: {
        "value": talib.LINEARREG, "forecast": talib.TSF, "start": talib.LINEARREG_INTERCEPT
    }[v.line](f.close, v.period),
    "regression-slope": _of_close(talib.LINEARREG_SLOPE, "period"),
    "regression-angle": _of_close(talib.LINEARREG_ANGLE, "period"),
    "correlation": lambda v, f: talib.CORREL(f.close, f.volume, v.period),
    "beta": lambda v, f: talib.BETA(f.close, (f.high + f.low + f.close) / 3, v.period),
    "percentile": _of_close(talib.PERCENTILE, "period", "percent"),
    "percent-rank": _of_close(talib.PERCENTRANK, "period"),
    "sum": lambda v, f: talib.SUM(f.volume, v.period),
    "chaikin-oscillator": lambda v, f: talib.ADOSC(f.high, f.low, f.close, f.volume, v.fast, v.slow),
    "chaikin-flow": lambda v, f: talib.CMF(f.high, f.low, f.close, f.volume, v.period),
    "force-index": lambda v, f: talib.EFI(f.close, f.volume, v.period),
    "market-facilitation": lambda v, f: talib.MARKETFI(f.high, f.low, f.volume),
    "mfi": lambda v, f: talib.MFI(f.high, f.low, f.close, f.volume, v.period),
    "volume-oscillator": lambda v, f: talib.PVO(f.volume, v.fast, v.slow, 1),
    "highest": lambda v, f: talib.MAX(f.high, v.period),
    "lowest": lambda v, f: talib.MIN(f.low, v.period),
} | {f"pattern-{pattern_id}": _pattern(function) for function, pattern_id, _korean, _english in TABLE}  # fmt: skip
