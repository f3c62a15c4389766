"""Made histories on which a user's component is judged: what hides a look ahead in one shows it in another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.simulation.counter_noise import CounterNoise

MARKET = Market("practice", "KRW-MADE")
#: 2026-01-01, some minutes before midnight KST
_BEGIN = 1_767_279_000
_FLAT = 30


def made_histories(candles: int) -> Iterator[CandleSeries]:
    """Going to and fro, rising (the highest is always the last), falling, and one with a jump near its end; in each,
    minutes without trades and a stretch on which nothing moves."""
    noise = CounterNoise(20_261_121, "user-components")
    for stream, drift in enumerate((0.0, 0.02, -0.02, 0.0)):
        steps = 0.002 * noise.bells(2 * stream, 0, candles) + drift
        steps[candles // 3 : candles // 3 + _FLAT] = 0.0
        if stream == 3:
            steps[-5] = 0.5
        yield _series(steps, np.abs(noise.bells(2 * stream + 1, 0, candles)))


def _series(steps: Floats, sizes: Floats) -> CandleSeries:
    close = 1_000.0 * np.exp(np.cumsum(steps))
    opened = np.concatenate(([1_000.0], close[:-1]))
    wide = 1 + 0.001 * sizes
    high, low = np.maximum(opened, close) * wide, np.minimum(opened, close) / wide
    places = np.arange(len(steps)) + np.cumsum(sizes > 2.0)
    seconds = (_BEGIN + 60 * places).astype(np.int64)
    volume = 0.1 + sizes
    return CandleSeries(MARKET, CandleUnit.MINUTE, seconds, opened, high, low, close, volume, volume * close)
