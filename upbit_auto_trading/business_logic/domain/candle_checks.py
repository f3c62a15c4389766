"""Candles that cannot be, and candles that are hard to believe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import on_grid
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, epoch_second

Booleans = NDArray[np.bool_]

#: How far a candle's high (low) may lie above (below) both the close before it and the open after it, as a fraction of
#: the lower of the two prices that are compared. A price that really moved stays there: one of the two is near then.
JUMP_BOUNDS: dict[CandleUnit, float] = {
    CandleUnit.SECOND: 0.2,
    CandleUnit.MINUTE: 0.2,
    CandleUnit.MINUTES_3: 0.2,
    CandleUnit.MINUTES_5: 0.2,
    CandleUnit.MINUTES_10: 0.3,
    CandleUnit.MINUTES_15: 0.3,
    CandleUnit.MINUTES_30: 0.3,
    CandleUnit.HOUR: 0.3,
    CandleUnit.HOURS_4: 0.5,
    CandleUnit.DAY: 1.0,
    CandleUnit.WEEK: 1.0,
    CandleUnit.MONTH: 1.0,
    CandleUnit.YEAR: 1.0,
}


def impossible_rows(series: CandleSeries, day_start: timedelta, known_until: datetime) -> Iterator[tuple[int, str]]:
    """Each row that cannot be, with the first reason found, by row. ``known_until``: nothing can have opened later."""
    reasons = _reasons(series, day_start, known_until)
    wrong = np.logical_or.reduce([mask for _reason, mask in reasons])
    for row in np.flatnonzero(wrong).tolist():
        yield row, next(reason for reason, mask in reasons if mask[row])


def _reasons(series: CandleSeries, day_start: timedelta, known_until: datetime) -> list[tuple[str, Booleans]]:
    prices = (series.open, series.high, series.low, series.close)
    turnover = np.zeros(len(series)) if series.turnover is None else series.turnover
    odd = np.logical_or.reduce([~np.isfinite(column) for column in (*prices, series.volume)])
    return [
        ("not-a-number", odd | np.isinf(turnover)),
        ("price-not-positive", np.logical_or.reduce([column <= 0 for column in prices])),
        ("volume-negative", (series.volume < 0) | (turnover < 0)),
        ("high-too-low", series.high < np.maximum(series.open, series.close)),
        ("low-too-high", series.low > np.minimum(series.open, series.close)),
        ("off-the-grid", ~on_grid(series.opened, series.unit, day_start)),
        ("in-the-future", series.opened > epoch_second(known_until)),
    ]


def find_jumps(series: CandleSeries) -> NDArray[np.int64]:
    """Rows that lie far from both neighbours; the first and the last have but one, and are none."""
    return jumps_in(series.unit, series.open, series.high, series.low, series.close)


def jumps_in(unit: CandleUnit, opens: Floats, high: Floats, low: Floats, close: Floats) -> NDArray[np.int64]:
    """As :func:`find_jumps`, of columns."""
    if len(opens) < 3:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(far_from_both(unit, high[1:-1], low[1:-1], close[:-2], opens[2:])) + 1


def far_from_both(unit: CandleUnit, high: Floats, low: Floats, close_before: Floats, open_after: Floats) -> Booleans:
    """Row by row: whether it lies beyond the bound of its unit against both neighbours."""
    factor = 1 + JUMP_BOUNDS[unit]
    # products and no quotients: a row is judged alike whatever else lies beside it
    above = high > np.maximum(close_before, open_after) * factor
    below = low * factor < np.minimum(close_before, open_after)
    return np.asarray(above | below)
