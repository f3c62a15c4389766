"""Candles as columns without their market: what chunks are made of and what is read into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, Seconds
from upbit_auto_trading.business_logic.domain.market import Market

#: as a row of the table candle_rows has them
Row = tuple[int, float, float, float, float, float, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """By rising time. ``turnover`` is NaN where nobody told it, None where it was not asked for."""

    opened: Seconds
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    turnover: Floats | None

    def __len__(self) -> int:
        return len(self.opened)

    @property
    def prices(self) -> tuple[Floats, Floats, Floats, Floats]:
        return (self.open, self.high, self.low, self.close)

    def rows(self, chosen: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Columns:
        turnover = None if self.turnover is None else self.turnover[chosen]
        return Columns(
            self.opened[chosen],
            self.open[chosen],
            self.high[chosen],
            self.low[chosen],
            self.close[chosen],
            self.volume[chosen],
            turnover,
        )

    def series(self, market: Market, unit: CandleUnit) -> CandleSeries:
        return CandleSeries(
            market, unit, self.opened, self.open, self.high, self.low, self.close, self.volume, self.turnover
        )

    def as_rows(self) -> list[Row]:
        """SQLite keeps NaN as NULL."""
        turnover = np.full(len(self), np.nan) if self.turnover is None else self.turnover
        columns = (self.opened, *self.prices, self.volume, turnover)
        return list(zip(*(column.tolist() for column in columns), strict=True))


def columns_of(series: CandleSeries) -> Columns:
    """With a turnover, told or not."""
    turnover = np.full(len(series), np.nan) if series.turnover is None else series.turnover
    # one NaN is like another, and comes back from a row as NULL
    turnover = np.where(np.isnan(turnover), np.nan, turnover)
    # minus nothing is nothing: a row of SQLite knows no difference
    volume = np.asarray(series.volume, dtype=np.float64) + 0.0
    floats = (series.open, series.high, series.low, series.close, volume, turnover + 0.0)
    contiguous = [np.ascontiguousarray(column, dtype=np.float64) for column in floats]
    return Columns(np.ascontiguousarray(series.opened, dtype=np.int64), *contiguous)


def columns_from(rows: Sequence[Row]) -> Columns:
    """With their turnover."""
    if not rows:
        return empty(0, with_turnover=True)
    opened, *numbers = (list(column) for column in zip(*rows, strict=True))
    first, high, low, last, volume, turnover = (np.array(column, dtype=np.float64) for column in numbers)
    return Columns(np.array(opened, dtype=np.int64), first, high, low, last, volume, turnover)


def empty(rows: int, *, with_turnover: bool) -> Columns:
    """Room for so many; what is in it is not yet said."""
    first, high, low, last, volume = (np.empty(rows) for _column in range(5))
    turnover = np.empty(rows) if with_turnover else None
    return Columns(np.empty(rows, dtype=np.int64), first, high, low, last, volume, turnover)


def put_together(parts: Sequence[Columns]) -> Columns:
    """One after the other; all of them with a turnover or none."""
    if len(parts) == 1:
        return parts[0]
    turnovers = [part.turnover for part in parts if part.turnover is not None]
    return Columns(
        np.concatenate([part.opened for part in parts]),
        np.concatenate([part.open for part in parts]),
        np.concatenate([part.high for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.close for part in parts]),
        np.concatenate([part.volume for part in parts]),
        np.concatenate(turnovers) if len(turnovers) == len(parts) else None,
    )


def is_same(one: Columns, two: Columns) -> bool:
    """In every bit."""
    return len(one) == len(two) and not bool(differing(one, two).any())


def differing(one: Columns, two: Columns) -> NDArray[np.bool_]:
    """Rows that differ in any bit; both of the same length, with turnovers."""
    unlike = one.opened != two.opened
    for mine, yours in zip((*one.prices, one.volume), (*two.prices, two.volume), strict=True):
        unlike = unlike | (mine.view(np.int64) != yours.view(np.int64))
    if one.turnover is not None and two.turnover is not None:
        unlike = unlike | (one.turnover.view(np.int64) != two.turnover.view(np.int64))
    return np.asarray(unlike)
