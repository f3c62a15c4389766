"""What the settings about keeping candles mean."""

from __future__ import annotations

from datetime import timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.ports.candle_store import RetentionPolicy

_GIGABYTE = 10**9
#: never shorter than a month of the calendar
_MONTH = timedelta(days=31)
_MINUTES = (
    CandleUnit.MINUTE,
    CandleUnit.MINUTES_3,
    CandleUnit.MINUTES_5,
    CandleUnit.MINUTES_10,
    CandleUnit.MINUTES_15,
    CandleUnit.MINUTES_30,
)


def retention_policy(limit_gb: int, seconds_days: int, minutes_months: int) -> RetentionPolicy:
    """0 days and 0 months are for ever. Hours and longer are always kept: years of them take next to nothing."""
    oldest = {CandleUnit.SECOND: timedelta(days=seconds_days)} if seconds_days else {}
    if minutes_months:
        oldest |= dict.fromkeys(_MINUTES, minutes_months * _MONTH)
    return RetentionPolicy(oldest, limit_gb * _GIGABYTE)
