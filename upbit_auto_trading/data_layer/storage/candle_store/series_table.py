"""Which series there are, and how their intervals are divided into chunks."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market

#: intervals of a chunk: 150 KB of a liquid market, read in half a millisecond and rewritten in ten
CHUNK_INTERVALS = 16_384
_SECOND = timedelta(seconds=1)
#: months and years have no length: these only divide them among chunks
_NOMINAL_DAYS = {CandleUnit.MONTH: 30, CandleUnit.YEAR: 365}

#: opening times in whole seconds, [first, end)
Seconds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StoredSeries:
    number: int
    market: Market
    unit: CandleUnit

    @property
    def chunk_seconds(self) -> int:
        length = self.unit.length or timedelta(days=_NOMINAL_DAYS[self.unit])
        return CHUNK_INTERVALS * (length // _SECOND)

    def part_of(self, opened: int) -> int:
        return opened // self.chunk_seconds

    def seconds_of_part(self, part: int) -> Seconds:
        return part * self.chunk_seconds, (part + 1) * self.chunk_seconds


def find_series(connection: sqlite3.Connection, market: Market, unit: CandleUnit) -> StoredSeries | None:
    found = connection.execute(
        "SELECT number FROM candle_series WHERE exchange = ? AND code = ? AND unit = ?",
        (market.exchange, market.code, unit.value),
    ).fetchone()
    return None if found is None else StoredSeries(found[0], market, unit)


def found_or_made(connection: sqlite3.Connection, market: Market, unit: CandleUnit) -> StoredSeries:
    found = find_series(connection, market, unit)
    if found is not None:
        return found
    made = connection.execute(
        "INSERT INTO candle_series (exchange, code, unit) VALUES (?, ?, ?)", (market.exchange, market.code, unit.value)
    )
    return StoredSeries(int(made.lastrowid or 0), market, unit)


def all_series(connection: sqlite3.Connection) -> list[StoredSeries]:
    """By exchange, market and unit, short units first."""
    units = list(CandleUnit)
    found = [
        StoredSeries(number, Market(exchange, code), CandleUnit(unit))
        for number, exchange, code, unit in connection.execute("SELECT number, exchange, code, unit FROM candle_series")
    ]
    return sorted(found, key=lambda one: (one.market, units.index(one.unit)))


def delete_series(connection: sqlite3.Connection, number: int) -> None:
    for table in ("candle_rows", "candle_chunks", "candle_coverage"):
        connection.execute(f"DELETE FROM {table} WHERE series = ?", (number,))
    connection.execute("DELETE FROM candle_series WHERE number = ?", (number,))


def seconds_in(spans: Iterable[Span]) -> list[Seconds]:
    """Whole seconds that lie in them; candles open at whole seconds."""
    ranges = [(_ceiled(span.start), _ceiled(span.end)) for span in spans]
    return [(first, end) for first, end in ranges if first < end]


def _ceiled(moment: datetime) -> int:
    return epoch_second(moment) + math.ceil(moment.microsecond / 1_000_000)
