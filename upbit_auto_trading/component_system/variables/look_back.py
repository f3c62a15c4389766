"""Looking back by time: how many candles that takes, and the greatest and least of a stretch of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import length_seconds
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns

DAY: Final = 86_400
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": DAY, "w": 7 * DAY}
#: the shortest, so that there are never more candles in a stretch of time than counted
_SHORTEST: Final = {CandleUnit.MONTH: 28 * DAY, CandleUnit.YEAR: 365 * DAY}


def seconds_of(duration: str) -> int:
    """``90s``, ``1m``, ``4h``, ``7d``, ``2w``."""
    return int(duration[:-1]) * _SECONDS[duration[-1]]


def candle_seconds(unit: CandleUnit) -> int:
    return length_seconds(unit) or _SHORTEST[unit]


def candles_in(seconds: int, unit: CandleUnit) -> int:
    """The most that can open in so many seconds; at least one."""
    return max(1, -(-seconds // candle_seconds(unit)))


def firsts_within(columns: Columns, seconds: int) -> NDArray[np.intp]:
    """For each candle, the first that opened within so many seconds up to its close; -1 where the candles do not reach
    back that far. A candle that is longer than that is alone."""
    begins = columns.closed - max(seconds, 1)
    firsts = np.minimum(np.searchsorted(columns.opened, begins), np.arange(len(columns)))
    if len(columns):
        firsts[begins < np.minimum(columns.opened[0], columns.opened)] = -1
    return firsts


def extreme_within(values: Floats, firsts: NDArray[np.intp], greater: Callable[..., Floats]) -> Floats:
    """The extreme of each row and those before it down to its first, by extremes of 1, 2, 4 … rows."""
    result = np.full(len(values), np.nan)
    rows = np.flatnonzero(firsts >= 0)
    powers = np.frexp((rows - firsts[rows] + 1).astype(np.float64))[1] - 1  # the largest that fits, as a power of 2
    is_wanted = np.bincount(powers) > 0
    level = values
    for power, is_here in enumerate(is_wanted.tolist()):
        width = 2**power
        if is_here:
            done = rows[powers == power]
            result[done] = greater(level[firsts[done]], level[done - width + 1])
        if power + 1 < len(is_wanted):
            level = greater(level[: len(level) - width], level[width:])
    return result
