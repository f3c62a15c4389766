"""The check of a strategy on made candles: before it is saved nobody may have candles at hand, and nobody waits long.

The same strategy is always judged on the same candles.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import following_seconds, length_seconds
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Seconds, epoch_second, moment_of
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
from upbit_auto_trading.business_logic.use_cases.check_strategy import StrategyCheck, check_strategy
from upbit_auto_trading.business_logic.use_cases.look_ahead import KeepGoing, Run

_SEED: Final = 20_260_101
#: a Monday, the first of a year and of a month; long ago, so that days of years are in the past
_BEGIN: Final = 946_857_600
_MARKET: Final = Market("upbit", "KRW-BTC")
#: with fewer, hours and days of minutes would hardly turn
_FEWEST, _MOST = 400, 3_000
#: what a candle moves by, as a share of its price; now and then it jumps by so many times as much
_MOVE, _JUMP = 0.004, 12.0
_MISSING: Final = 0.03


def check_at_saving(
    plan: StrategyPlan,
    run: Run | None = None,
    day_start: timedelta = timedelta(0),
    keep_going: KeepGoing = lambda _share: True,
) -> StrategyCheck:
    """As :func:`check_strategy`. A warm-up that is longer than the made candles is not judged, and named."""
    count = min(_MOST, max(_FEWEST, 2 * plan.window + 100))
    return check_strategy(plan, [made_candles(plan.unit, count, day_start)], day_start, run, keep_going)


def made_candles(unit: CandleUnit, count: int, day_start: timedelta) -> CandleSeries:
    """Calm and wild stretches, jumps, gaps in price, intervals without trades; on the exchange's grid."""
    chance = np.random.Generator(np.random.PCG64(_SEED))
    opened = _openings(unit, count, day_start)
    calm = np.exp(np.sin(np.arange(count) / 37.0))
    steps = chance.standard_normal(count) * _MOVE * calm
    steps = np.where(chance.random(count) < 0.01, steps * _JUMP, steps)
    close = np.rint(50_000 * np.exp(np.cumsum(steps - 0.05 * np.tanh(np.cumsum(steps)) * _MOVE))) * 1_000.0
    first = np.append(close[:1], close[:-1]) + chance.integers(-3, 4, count) * 1_000.0
    high = np.maximum(first, close) + chance.integers(0, 40, count) * 1_000.0
    low = np.minimum(first, close) - chance.integers(0, 40, count) * 1_000.0
    volume = np.rint(chance.lognormal(0.0, 1.0, count) * 1e8) / 1e8
    series = CandleSeries(_MARKET, unit, opened, first, high, low, close, volume, volume * close)
    is_there = chance.random(count) >= _MISSING
    is_there[0] = True
    return series.rows(is_there)


def _openings(unit: CandleUnit, count: int, day_start: timedelta) -> Seconds:
    begin = epoch_second(unit.floor(moment_of(_BEGIN), day_start))
    length = length_seconds(unit)
    if length is not None:
        return begin + np.arange(count, dtype=np.int64) * length
    opened = [begin]
    while len(opened) < count:
        opened.append(int(following_seconds(np.array(opened[-1:]), unit, day_start)[0]))
    return np.array(opened, dtype=np.int64)
