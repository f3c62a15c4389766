"""Candles and their units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum

from upbit_auto_trading.business_logic.domain.market import Market

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_DAY = timedelta(days=1)


class CandleUnit(Enum):
    """The value is the name in files and commands."""

    SECOND = "1s"
    MINUTE = "1m"
    MINUTES_3 = "3m"
    MINUTES_5 = "5m"
    MINUTES_10 = "10m"
    MINUTES_15 = "15m"
    MINUTES_30 = "30m"
    HOUR = "60m"
    HOURS_4 = "240m"
    DAY = "1d"
    WEEK = "1w"
    MONTH = "1M"
    YEAR = "1y"

    @property
    def length(self) -> timedelta | None:
        """None where the calendar decides: months and years."""
        return _LENGTHS.get(self)

    def floor(self, moment: datetime, day_start: timedelta = timedelta(0)) -> datetime:
        """The opening time of the candle that holds ``moment``.

        ``day_start`` is where the exchange's grid lies against UTC: Upbit's days open at 00:00 UTC, Bithumb's at
        15:00 UTC of the day before (``-9 h``), and with them its four-hour candles.
        """
        local = moment.astimezone(UTC) - day_start
        if self is CandleUnit.MONTH:
            opened = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        elif self is CandleUnit.YEAR:
            opened = local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        else:
            length = _LENGTHS[self]
            origin = _FIRST_MONDAY if self is CandleUnit.WEEK else _EPOCH
            opened = local - (local - origin) % length
        return opened + day_start

    def next(self, opened_at: datetime, day_start: timedelta = timedelta(0)) -> datetime:
        """The opening time of the candle after the one that opened then."""
        length = self.length
        if length is not None:
            return opened_at + length
        # a month and a year are longer than 27 and 365 days and shorter than 32 and 367
        step = 32 if self is CandleUnit.MONTH else 367
        return self.floor(opened_at + step * _DAY, day_start)


_LENGTHS = {
    CandleUnit.SECOND: timedelta(seconds=1),
    CandleUnit.MINUTE: timedelta(minutes=1),
    CandleUnit.MINUTES_3: timedelta(minutes=3),
    CandleUnit.MINUTES_5: timedelta(minutes=5),
    CandleUnit.MINUTES_10: timedelta(minutes=10),
    CandleUnit.MINUTES_15: timedelta(minutes=15),
    CandleUnit.MINUTES_30: timedelta(minutes=30),
    CandleUnit.HOUR: timedelta(hours=1),
    CandleUnit.HOURS_4: timedelta(hours=4),
    CandleUnit.DAY: _DAY,
    CandleUnit.WEEK: 7 * _DAY,
}


@dataclass(frozen=True, slots=True)
class Candle:
    """Of one interval in which something was traded. One that is still forming is told by the clock alone."""

    market: Market
    unit: CandleUnit
    opened_at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    #: in the base currency
    volume: Decimal
    #: in the quote currency
    turnover: Decimal
    #: of the newest trade in it; None where the exchange does not tell
    last_traded_at: datetime | None = None
