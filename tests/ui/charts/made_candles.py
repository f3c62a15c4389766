"""Candles by the thousand, the same ones for the same seed."""

from __future__ import annotations

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Seconds
from upbit_auto_trading.business_logic.domain.market import Market

BITCOIN = Market("upbit", "KRW-BTC")
#: 2026-11-20 00:00 KST
MIDNIGHT = 1_795_100_400
MINUTE = 60


def candles_at(opened: Seconds, seed: int = 1, unit: CandleUnit = CandleUnit.MINUTE) -> CandleSeries:
    """A random walk that opens at these seconds."""
    numbers = np.random.default_rng(seed)
    count = len(opened)
    close = 1e5 + np.cumsum(numbers.normal(0, 20, count))
    open_ = np.concatenate((close[:1], close[:-1]))
    high = np.maximum(open_, close) + numbers.random(count) * 10
    low = np.minimum(open_, close) - numbers.random(count) * 10
    return CandleSeries(
        BITCOIN, unit, np.asarray(opened, dtype=np.int64), open_, high, low, close, numbers.random(count)
    )


def minutes(count: int, seed: int = 1, first: int = MIDNIGHT) -> CandleSeries:
    return candles_at(first + np.arange(count, dtype=np.int64) * MINUTE, seed)


def minutes_with_gaps(count: int, seed: int) -> CandleSeries:
    """Most follow each other; some after a few minutes, a few after a day."""
    numbers = np.random.default_rng(seed + 1000)
    steps = numbers.choice([1, 1, 1, 1, 1, 1, 1, 2, 7, 40, 1500], count, p=[0.137] * 7 + [0.02, 0.01, 0.01, 0.001])
    return candles_at(MIDNIGHT + np.cumsum(steps).astype(np.int64) * MINUTE, seed)
