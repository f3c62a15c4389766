"""Candles as columns: what indicators, charts and backtests read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market

Floats = NDArray[np.float64]
Seconds = NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def epoch_second(moment: datetime) -> int:
    """Whole seconds since 1970; a fraction is cut."""
    return (moment - _EPOCH) // _SECOND


def moment_of(second: int) -> datetime:
    return _EPOCH + timedelta(seconds=second)


@dataclass(frozen=True, slots=True, eq=False)
class CandleSeries:
    """One row a candle, by rising opening time. Each number is the float nearest to the exchange's decimal."""

    market: Market
    unit: CandleUnit
    #: seconds since 1970, UTC
    opened: Seconds
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    #: in the base currency
    volume: Floats
    #: in the quote currency, NaN where nobody told it; None where it was not asked for
    turnover: Floats | None = None

    def __len__(self) -> int:
        return len(self.opened)

    def rows(self, chosen: slice | NDArray[np.bool_] | NDArray[np.int64]) -> CandleSeries:
        return CandleSeries(
            self.market,
            self.unit,
            self.opened[chosen],
            self.open[chosen],
            self.high[chosen],
            self.low[chosen],
            self.close[chosen],
            self.volume[chosen],
            None if self.turnover is None else self.turnover[chosen],
        )

    def between(self, start: datetime, end: datetime) -> CandleSeries:
        """Those that open in [start, end)."""
        first, last = np.searchsorted(self.opened, (epoch_second(start), epoch_second(end)))
        return self.rows(slice(int(first), int(last)))

    def equals(self, other: CandleSeries) -> bool:
        """In every number; turnovers count where both know them."""
        return (
            (self.market, self.unit, len(self)) == (other.market, other.unit, len(other))
            and all(np.array_equal(one, two) for one, two in zip(self.columns, other.columns, strict=True))
            and _same_turnover(self.turnover, other.turnover)
        )

    @property
    def columns(self) -> tuple[NDArray[np.int64] | Floats, ...]:
        return (self.opened, self.open, self.high, self.low, self.close, self.volume)


def _same_turnover(one: Floats | None, two: Floats | None) -> bool:
    return one is None or two is None or np.array_equal(one, two, equal_nan=True)


def no_candles(market: Market, unit: CandleUnit, *, with_turnover: bool = False) -> CandleSeries:
    nothing = np.zeros(0)
    opened = np.zeros(0, dtype=np.int64)
    return CandleSeries(
        market, unit, opened, nothing, nothing, nothing, nothing, nothing, nothing if with_turnover else None
    )


def series_of(market: Market, unit: CandleUnit, candles: Iterable[Candle]) -> CandleSeries:
    """By rising time; they must be of this market and unit. What comes twice counts as it came last."""
    by_time = {candle.opened_at: candle for candle in candles}
    ordered = [by_time[moment] for moment in sorted(by_time)]
    numbers = np.array(
        [
            (float(c.open), float(c.high), float(c.low), float(c.close), float(c.volume), float(c.turnover))
            for c in ordered
        ],
        dtype=np.float64,
    ).reshape(len(ordered), 6)
    opened = np.array([epoch_second(candle.opened_at) for candle in ordered], dtype=np.int64)
    return CandleSeries(market, unit, opened, *np.ascontiguousarray(numbers.T))


def joined(parts: Sequence[CandleSeries]) -> CandleSeries:
    """One after the other; there must be at least one, and each begins after the one before it ended."""
    first = parts[0]
    with_turnover = any(part.turnover is not None for part in parts)
    turnovers = [np.full(len(part), np.nan) if part.turnover is None else part.turnover for part in parts]
    return CandleSeries(
        first.market,
        first.unit,
        np.concatenate([part.opened for part in parts]),
        np.concatenate([part.open for part in parts]),
        np.concatenate([part.high for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.close for part in parts]),
        np.concatenate([part.volume for part in parts]),
        np.concatenate(turnovers) if with_turnover else None,
    )


def candles_of(series: CandleSeries) -> tuple[Candle, ...]:
    """The decimals that the numbers stand for; a turnover that nobody told is the volume at the close."""
    turnover = series.volume * series.close if series.turnover is None else series.turnover
    told = np.where(np.isnan(turnover), series.volume * series.close, turnover)
    prices = (series.open, series.high, series.low, series.close)
    exact = ([decimal_of(number) for number in column.tolist()] for column in (*prices, series.volume, told))
    return tuple(
        Candle(series.market, series.unit, moment_of(opened), *(first, high, low, last), volume, turned)
        for opened, first, high, low, last, volume, turned in zip(series.opened.tolist(), *exact, strict=True)
    )


def decimal_of(number: float) -> Decimal:
    """The shortest decimal that the float stands for: what the exchange wrote, up to fifteen figures."""
    return Decimal(repr(number)).normalize() + 0 if number else Decimal(0)
