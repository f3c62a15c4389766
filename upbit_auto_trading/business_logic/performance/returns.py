"""Returns of a run: of the whole, a year, a day."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds

DAY_SECONDS: Final = 86_400
#: crypto markets do not close
DAYS_A_YEAR: Final = 365
#: fewer daily returns say nothing about their spread
FEWEST_DAYS: Final = 30
_SECOND: Final = timedelta(seconds=1)


def total_return(cash: float, final_equity: float) -> float:
    """0.12: 12 % more than it began with."""
    return final_equity / cash - 1


def yearly_return(cash: float, final_equity: float, seconds: float) -> float | None:
    """The return of each year that would have made the same, compounded; None under a year, where it would blow up
    what a few weeks did."""
    years = seconds / (DAYS_A_YEAR * DAY_SECONDS)
    return (final_equity / cash) ** (1 / years) - 1 if years >= 1 and final_equity >= 0 else None


def daily_equity(equity: Floats, closed: Seconds, day_start: timedelta) -> Floats:
    """At the end of each of the exchange's days, from the first to the last; the last one may still be running.

    A candle that closes as a day ends belongs to that day. On a day without a candle equity is what it was.
    """
    if not len(equity):
        return np.zeros(0)
    days = (closed - 1 - day_start // _SECOND) // DAY_SECONDS
    wanted = np.arange(days[0], days[-1] + 1)
    return np.asarray(equity[np.searchsorted(days, wanted, side="right") - 1])


def daily_returns(cash: float, equity: Floats, closed: Seconds, day_start: timedelta) -> Floats:
    """From one day's end to the next; the first from the cash that the run began with."""
    ends = np.append(cash, daily_equity(equity, closed, day_start))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(ends[1:] / ends[:-1] - 1)


def sharpe(daily: Floats) -> float | None:
    """Mean of the daily returns by their standard deviation (of a sample, n - 1), times the root of 365; the risk-free
    rate is 0. None under 30 days, and where no day differs from another."""
    if len(daily) < FEWEST_DAYS or not np.isfinite(daily).all():
        return None
    spread = float(np.std(daily, ddof=1))
    # rounding alone spreads equal returns by a hair
    if spread <= 1e-12 * max(1.0, float(np.abs(daily).max())):
        return None
    return float(np.mean(daily)) / spread * sqrt(DAYS_A_YEAR)
