"""Candles as REST answers show them: sheet 3.6."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import NumberForms, milliseconds

_KST = timedelta(hours=9)
_OVERSHOOT_MS: Final = 54
_MILLISECOND = timedelta(milliseconds=1)
MINUTE_UNITS: Final = {
    "1": CandleUnit.MINUTE,
    "3": CandleUnit.MINUTES_3,
    "5": CandleUnit.MINUTES_5,
    "10": CandleUnit.MINUTES_10,
    "15": CandleUnit.MINUTES_15,
    "30": CandleUnit.MINUTES_30,
    "60": CandleUnit.HOUR,
    "240": CandleUnit.HOURS_4,
}
_MINUTES = {unit: int(minutes) for minutes, unit in MINUTE_UNITS.items()}
_PERIODS = (CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)


def candle_members(candle: Candle, forms: NumberForms, now: datetime, *, overshoots: bool = False) -> dict[str, object]:
    number = forms.candle
    opened = candle.opened_at
    members: dict[str, object] = {
        "market": candle.market.code,
        "candle_date_time_utc": f"{opened:%Y-%m-%dT%H:%M:%S}",
        "candle_date_time_kst": f"{opened + _KST:%Y-%m-%dT%H:%M:%S}",
        "opening_price": number(candle.open),
        "high_price": number(candle.high),
        "low_price": number(candle.low),
        "trade_price": number(candle.close),
        "timestamp": _timestamp(candle, now, overshoots),
        "candle_acc_trade_price": number(candle.turnover),
        "candle_acc_trade_volume": number(candle.volume),
    }
    if candle.unit in _MINUTES:
        members["unit"] = _MINUTES[candle.unit]
    elif candle.unit in _PERIODS:
        members["first_day_of_period"] = f"{opened:%Y-%m-%d}"
    return members


def _timestamp(candle: Candle, now: datetime, overshoots: bool) -> int:
    """Of the last trade; it can be stored a little after the candle's nominal end."""
    ends = candle.unit.next(candle.opened_at)
    if overshoots and ends <= now:
        # of each candle its own, and the same whenever it is asked for
        return milliseconds(ends) + 1 + milliseconds(candle.opened_at) // 1_000 % _OVERSHOOT_MS
    last = candle.last_traded_at or min(ends - _MILLISECOND, now)
    return milliseconds(last)


def day_members(previous_close: Decimal, close: Decimal, forms: NumberForms) -> dict[str, object]:
    """What day candles have besides; the change is signed."""
    change = close - previous_close
    return {
        "prev_closing_price": forms.candle(previous_close),
        "change_price": forms.candle(change),
        "change_rate": forms.candle_rate(change / previous_close if previous_close else Decimal(0)),
    }
