"""When the result of a screen has to be computed anew. Time comes in; nothing waits here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum

from upbit_auto_trading.business_logic.domain.candle import CandleUnit

_LEAST_PAUSE = timedelta(seconds=1)
#: after a candle's end the exchange and the store still need a moment for it
_GRACE = timedelta(seconds=10)


class Refresh(Enum):
    NOTHING = "nothing"
    #: prices are others: what was read of candles still holds (``KeptCandles``)
    PRICES = "prices"
    #: a candle closed, or the store holds more: candles are read again (``KeptCandles.forget``)
    CANDLES = "candles"


class ScreenRefresh:
    """One for a screen as it is; another screen takes another."""

    def __init__(self, units: Iterable[CandleUnit], day_start: timedelta = timedelta(0)) -> None:
        """``units`` as ``needed_candles`` names them."""
        self._units = tuple(units)
        self._day_start = day_start
        self._are_prices_new = True
        self._are_candles_new = True
        self._ran_at: datetime | None = None
        self._closed: tuple[datetime, ...] = ()

    def prices_changed(self) -> None:
        self._are_prices_new = True

    def candles_changed(self) -> None:
        """More is stored of some market: a download went on, a live candle was confirmed."""
        self._are_candles_new = bool(self._units) or self._are_candles_new

    def due(self, now: datetime) -> Refresh:
        if self._ran_at is None:
            return Refresh.CANDLES
        if self._ran_at <= now < self._ran_at + _LEAST_PAUSE:
            return Refresh.NOTHING
        if self._are_candles_new or self._closed != self._closed_at(now):
            return Refresh.CANDLES
        return Refresh.PRICES if self._are_prices_new else Refresh.NOTHING

    def begun(self, what: Refresh, now: datetime) -> None:
        """Called when a computation begins, so that what changes meanwhile is not lost."""
        self._ran_at = now
        self._are_prices_new = False
        if what is Refresh.CANDLES:
            self._are_candles_new = False
            self._closed = self._closed_at(now)

    def next_at(self, now: datetime) -> datetime:
        """When to ask again, if nothing changes meanwhile."""
        if self.due(now) is not Refresh.NOTHING:
            return now
        assert self._ran_at is not None  # the first computation is due at once
        if self._are_prices_new or self._are_candles_new or self._closed != self._closed_at(now):
            return self._ran_at + _LEAST_PAUSE
        ends = [
            unit.next(opened, self._day_start) + _GRACE for unit, opened in zip(self._units, self._closed, strict=True)
        ]
        return min(ends, default=now + timedelta(days=1))

    def _closed_at(self, now: datetime) -> tuple[datetime, ...]:
        return tuple(unit.floor(now - _GRACE, self._day_start) for unit in self._units)
