"""Candles that are hard on indicators: jumps, constant stretches, missing minutes, volumes of nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from tests.fakes.made_candles import BITCOIN, FIRST
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, epoch_second
from upbit_auto_trading.business_logic.engine.frame import Frame

UPBIT_DAY = timedelta(0)


def odd_series(
    count: int,
    seed: int = 1,
    unit: CandleUnit = CandleUnit.MINUTE,
    first: datetime = FIRST,
    price: float = 50_000_000.0,
    tick: float = 1000.0,
    longest_stillness: int = 60,
    missing: float = 0.1,
) -> CandleSeries:
    """``count`` candles; on average every 300th begins a stretch on which nothing moves."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 1e-3, count)
    steps[chance.random(count) < 0.005] *= 60
    close = price * np.exp(np.arcsin(np.sin(np.cumsum(steps))))  # thrown back before it leaves all measure
    opens = np.concatenate((close[:1], close[:-1])) * np.exp(chance.normal(0, 1e-4, count))
    high = np.maximum(opens, close) * np.exp(chance.exponential(4e-4, count))
    low = np.minimum(opens, close) * np.exp(-chance.exponential(4e-4, count))
    volume = np.rint(chance.exponential(3e8, count)) / 1e8
    volume[chance.random(count) < 0.02] = 0.0
    for start in np.flatnonzero(chance.random(count) < 1 / 300).tolist():
        still = slice(start, start + int(chance.integers(2, longest_stillness + 1)))
        for column in (opens, high, low, close):
            column[still] = close[start]
    opened = _openings(count, unit, first, chance, missing)
    on_ticks = [np.maximum(np.rint(one / tick), 1) * tick for one in (opens, high, low, close)]
    return CandleSeries(BITCOIN, unit, opened, on_ticks[0], on_ticks[1], on_ticks[2], on_ticks[3], volume, None)


def _openings(
    count: int, unit: CandleUnit, first: datetime, chance: np.random.Generator, missing: float
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    assert unit.length is not None
    gaps = np.ones(count, dtype=np.int64)
    gaps[chance.random(count) < missing] = 2
    gaps[chance.random(count) < missing / 50] = 200
    gaps[0] = 0
    return epoch_second(first) + np.cumsum(gaps) * int(unit.length.total_seconds())


def still_series(count: int, price: float = 100.0, volume: float = 1.0) -> CandleSeries:
    """Nothing moves."""
    flat = np.full(count, price)
    opened = epoch_second(FIRST) + np.arange(count, dtype=np.int64) * 60
    return CandleSeries(
        BITCOIN, CandleUnit.MINUTE, opened, flat, flat.copy(), flat.copy(), flat.copy(), np.full(count, volume), None
    )


def upto(series: CandleSeries, count: int) -> Frame:
    return Frame(series.rows(slice(0, count)), UPBIT_DAY)


def last_of(series: CandleSeries, end: int, count: int) -> Frame:
    """The ``count`` candles before row ``end``."""
    return Frame(series.rows(slice(end - count, end)), UPBIT_DAY)


def scale_of(values: Floats) -> float:
    known = np.abs(values[~np.isnan(values)])
    return float(known.max()) if len(known) else 0.0
