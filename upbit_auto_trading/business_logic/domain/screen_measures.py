"""How the figures of a screen are computed. Percent are percent: 5 is five in a hundred."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, decimal_of, epoch_second, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span

_HUNDRED = Decimal(100)
_HOUR_SECONDS = 3_600
_DAY = timedelta(days=1)
#: of hours, from the first candle on; fewer say nothing about a week
LEAST_HOURS = 24


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole - 1) * _HUNDRED


def place_in_range(price: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """0 at the low, 100 at the high."""
    return (price - low) / (high - low) * _HUNDRED


def daily_volatility(hours: CandleSeries, span: Span) -> Decimal | None:
    """The standard deviation of the logarithmic returns from hour to hour, as percent of a day (× √24).

    An hour without trades closes where the one before it did. What lies before the first candle counts for nothing.
    """
    if not len(hours):
        return None
    first = int(hours.opened[0])
    count = (epoch_second(span.end) - first) // _HOUR_SECONDS
    if count < LEAST_HOURS:
        return None
    places = (hours.opened - first) // _HOUR_SECONDS
    # for each hour the newest candle up to it
    newest = np.searchsorted(places, np.arange(count), side="right") - 1
    closes = hours.close[newest]
    returns = np.diff(np.log(closes))
    return decimal_of(round(float(np.std(returns)) * 24**0.5 * 100, 6))


def mean_day_volume(days: CandleSeries, span: Span) -> Decimal | None:
    """Over the days since the first candle in it; days without trades are days of no volume."""
    if not len(days):
        return None
    count = (span.end - moment_of(int(days.opened[0]))) // _DAY
    total = float(days.volume.sum())
    return decimal_of(total / count) if count and total > 0 else None


def days_since_first(days: CandleSeries, span: Span, now: datetime) -> Decimal | None:
    """Whole days since the first candle, if it lies in the range; None: it is older, or there is none."""
    if not len(days) or moment_of(int(days.opened[0])) <= span.start:
        return None
    return Decimal((now - moment_of(int(days.opened[0]))) // _DAY)
