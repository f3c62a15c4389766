"""What never forgets how it began, begun anew at fixed times.

A parabolic stop or a SuperTrend may differ for ever between two histories that begin on different days, though they
mostly become one within a few turns. So that a window of candles tells the same as the whole history, time is cut into
blocks; in each, the value is that of a run that began a quarter of a block before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import length_seconds
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.variables.known_runs import unknown

#: candles, where none is missing
QUARTER = 500
_QUARTERS = 4
ANCHORED_WINDOW = QUARTER * (_QUARTERS + 1)

#: the shortest, so that a block never holds more candles than it should
_SHORTEST = {CandleUnit.MONTH: 28 * 86_400, CandleUnit.YEAR: 365 * 86_400}


def anchored(columns: Columns, inputs: Sequence[Floats], calculate: Callable[..., Floats]) -> Floats:
    count = len(columns)
    result = unknown(count)
    if count == 0:
        return result
    seconds = QUARTER * (length_seconds(columns.unit) or _SHORTEST[columns.unit])
    quarters = columns.opened // seconds
    begins = np.flatnonzero(np.diff(quarters, prepend=quarters[0] - 1))
    blocks = quarters[begins] // _QUARTERS
    firsts = np.flatnonzero(np.diff(blocks, prepend=blocks[0] - 1)).tolist()
    for place, following in zip(firsts, [*firsts[1:], len(begins)], strict=True):
        start = int(begins[place])
        end = count if following == len(begins) else int(begins[following])
        run = int(begins[place - 1]) if place else 0
        result[start:end] = calculate(*(one[run:end] for one in inputs))[start - run :]
    return result
