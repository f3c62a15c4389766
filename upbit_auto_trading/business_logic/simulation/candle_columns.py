"""Candles as columns of whole numbers: exact like decimals, fast like arrays.

Prices count in hundred-millionths. Volume and turnover are sums of many and kept in parts that cannot overflow:
whole units, their hundred-millionths and, of a turnover, the hundred-millionths of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market

Integers = NDArray[np.int64]

#: what a price, a quantity and each part of a sum counts in
UNIT = 10**8
_STEP = Decimal(1) / UNIT
#: products of path lengths with them fit a machine word
PRICE_LIMIT = 10**9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_SECONDS = 86_400
#: 1970 began on a Thursday
_FIRST_MONDAY_SECONDS = 4 * _DAY_SECONDS


def epoch_seconds(moment: datetime) -> int:
    """Whole seconds since 1970; a fraction is cut."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def epoch_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment_of_ms(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def units_of(value: Decimal) -> int:
    """What lies beyond the eighth decimal is cut."""
    return int((value / _STEP).to_integral_value(ROUND_DOWN))


def decimal_of(units: int, decimals: int = 8) -> Decimal:
    """Exact however long the number is; without trailing zeros where it is whole."""
    whole, rest = divmod(units, 10**decimals)
    return Decimal(f"{units}E-{decimals}") if rest else Decimal(whole)


@dataclass(frozen=True, slots=True)
class CandleColumns:
    """One row a candle, by rising opening time."""

    #: seconds since 1970
    opened: Integers
    open: Integers
    high: Integers
    low: Integers
    close: Integers
    #: two parts a row
    volume: Integers
    #: three parts a row
    turnover: Integers
    #: milliseconds since 1970 of the newest trade
    last_ms: Integers

    def __len__(self) -> int:
        return len(self.opened)

    def rows(self, chosen: slice | Integers) -> CandleColumns:
        return CandleColumns(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def between(self, start_seconds: int, end_seconds: int) -> CandleColumns:
        """Those that open in [start, end)."""
        first, last = np.searchsorted(self.opened, (start_seconds, end_seconds))
        return self.rows(slice(int(first), int(last)))

    def candles(self, market: Market, unit: CandleUnit) -> tuple[Candle, ...]:
        prices = zip(self.open.tolist(), self.high.tolist(), self.low.tolist(), self.close.tolist(), strict=True)
        sums = zip(self.volume.tolist(), self.turnover.tolist(), strict=True)
        times = zip(self.opened.tolist(), self.last_ms.tolist(), strict=True)
        return tuple(
            Candle(
                market,
                unit,
                moment_of_ms(opened * 1000),
                *(decimal_of(first), decimal_of(high), decimal_of(low), decimal_of(last)),
                decimal_of(whole * UNIT + part),
                decimal_of((turned * UNIT + middle) * UNIT + small, 16),
                moment_of_ms(last_ms),
            )
            for (first, high, low, last), ((whole, part), (turned, middle, small)), (opened, last_ms) in zip(
                prices, sums, times, strict=True
            )
        )


def no_candles() -> CandleColumns:
    nothing = np.zeros(0, dtype=np.int64)
    return CandleColumns(
        nothing, nothing, nothing, nothing, nothing, nothing.reshape(0, 2), nothing.reshape(0, 3), nothing
    )


def joined(parts: Sequence[CandleColumns]) -> CandleColumns:
    if not parts:
        return no_candles()
    names = [one.name for one in fields(CandleColumns)]
    return CandleColumns(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def carried(parts: Integers) -> Integers:
    """The same sums with every part but the first below its limit."""
    carried_parts = parts.copy()
    for place in range(parts.shape[1] - 1, 0, -1):
        carried_parts[:, place - 1] += carried_parts[:, place] // UNIT
        carried_parts[:, place] %= UNIT
    return carried_parts


def opening_seconds(opened: Integers, unit: CandleUnit) -> Integers:
    """Where the candle of ``unit`` that holds each of them opens, on the grid of UTC."""
    if unit in (CandleUnit.MONTH, CandleUnit.YEAR):
        calendar = "datetime64[M]" if unit is CandleUnit.MONTH else "datetime64[Y]"
        return opened.astype("datetime64[s]").astype(calendar).astype("datetime64[s]").astype(np.int64)
    length = seconds_of(unit)
    origin = _FIRST_MONDAY_SECONDS if unit is CandleUnit.WEEK else 0
    return np.asarray(opened - (opened - origin) % length)


def seconds_of(unit: CandleUnit) -> int:
    length = unit.length
    if length is None:
        raise InvariantBroken(f"{unit.value} has no fixed length")
    return length // timedelta(seconds=1)


def aggregated(rows: CandleColumns, unit: CandleUnit) -> CandleColumns:
    """The candles of a longer unit; the rows must be of one that divides it."""
    if not len(rows):
        return rows
    opened = opening_seconds(rows.opened, unit)
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(opened)) + 1))
    return grouped(rows, firsts, opened[firsts])


def grouped(rows: CandleColumns, firsts: Integers, opened: Integers) -> CandleColumns:
    """Each of ``firsts`` begins a candle that lasts until the next one."""
    lasts = np.concatenate((firsts[1:], [len(rows)])) - 1
    return CandleColumns(
        opened,
        rows.open[firsts],
        np.maximum.reduceat(rows.high, firsts),
        np.minimum.reduceat(rows.low, firsts),
        rows.close[lasts],
        carried(np.add.reduceat(rows.volume, firsts, axis=0)),
        carried(np.add.reduceat(rows.turnover, firsts, axis=0)),
        rows.last_ms[lasts],
    )
