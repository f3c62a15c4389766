"""Of many entries at once, the candle in which each position would end: by a level, or after a rule's signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns

Rows = NDArray[np.intp]
#: candles that are looked at together, the first time and at most
_FIRST_WIDTH, _LAST_WIDTH = 16, 512


@dataclass(frozen=True, slots=True)
class Exits:
    """``row`` of the fill that ends it, the series' length where nothing does; ``by_level`` says which kind."""

    row: Rows
    by_level: NDArray[np.bool_]


def find_exits(columns: Columns, filled: Rows, stops: Floats, targets: Floats, signals: Rows) -> Exits:
    """``filled`` are the candles of the entries' fills; levels are minus and plus infinity where there are none;
    ``signals`` are the candles on whose close a rule says to sell, rising."""
    count = len(columns)
    signal = np.append(signals, count)[np.searchsorted(signals, filled)]
    touched = _first_touched(columns, filled, np.minimum(signal, count - 1), stops, targets)
    by_level = touched < count
    return Exits(np.where(by_level, touched, np.minimum(signal + 1, count)), by_level)


def _first_touched(columns: Columns, filled: Rows, last: Rows, stops: Floats, targets: Floats) -> Rows:
    """In [filled, last]; the series' length where none is."""
    count = len(columns)
    found = np.full(len(filled), count, dtype=np.intp)
    has_stops, has_targets = bool((stops > -np.inf).any()), bool((targets < np.inf).any())
    if not (has_stops or has_targets):
        return found
    pending, at, width = np.arange(len(filled)), filled.astype(np.intp), _FIRST_WIDTH
    while len(pending):
        rows = at[:, None] + np.arange(width)
        within = rows <= last[pending][:, None]
        np.minimum(rows, count - 1, out=rows)
        hit = columns.low[rows] <= stops[pending][:, None] if has_stops else np.zeros(rows.shape, dtype=bool)
        if has_targets:
            hit |= columns.high[rows] >= targets[pending][:, None]
        hit &= within
        place = hit.argmax(axis=1)
        is_hit = hit[np.arange(len(pending)), place]
        found[pending[is_hit]] = at[is_hit] + place[is_hit]
        goes_on = ~is_hit & within[:, -1]
        pending, at, width = pending[goes_on], at[goes_on] + width, min(width * 2, _LAST_WIDTH)
    return found
