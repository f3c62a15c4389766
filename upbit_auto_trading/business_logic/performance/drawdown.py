"""How far, and for how long, equity lay below its highest value so far."""

from __future__ import annotations

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds


def drawdowns(equity: Floats) -> Floats:
    """At each close, how much of the highest equity up to it is missing: 0.12 is 12 %. At a new high it is 0."""
    if not len(equity):
        return np.zeros(0)
    peaks = np.maximum.accumulate(equity)
    missing = peaks - equity
    return np.divide(missing, peaks, out=np.zeros(len(equity)), where=peaks > 0)


def max_drawdown(equity: Floats) -> float:
    """The largest of them, positive; 0 where equity never fell, and without a close.

    Only closes count: what happened inside a candle is not in it.
    """
    return float(drawdowns(equity).max(initial=0.0))


def longest_drawdown_seconds(equity: Floats, closed: Seconds) -> int:
    """The longest time from a high until equity was as high again, or until the end where it never was."""
    if not len(equity):
        return 0
    is_high = equity >= np.maximum.accumulate(equity)
    highs = closed[is_high]
    gaps = np.diff(np.append(highs, closed[-1]))
    # from one high to the next is a drawdown only where a lower close lies between them
    places = np.append(np.flatnonzero(is_high), len(equity))
    has_fallen = np.diff(places) > 1
    return int(gaps[has_fallen].max(initial=0))
