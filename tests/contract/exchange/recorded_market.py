"""The candles of the markets on trial, written down minute by minute: what an adapter tells of them can be foretold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from upbit_auto_trading.business_logic.domain.candle import CandleUnit

#: a Wednesday; sixty days before it lie in another year
START = datetime(2026, 2, 4, 5, 20, tzinfo=UTC)
_FIRST = datetime(2025, 12, 6, 0, 7, tzinfo=UTC)
_DENSE_FROM = datetime(2026, 2, 3, 20, 0, tzinfo=UTC)
_LAST = START + timedelta(hours=2)
_MINUTE = timedelta(minutes=1)
#: before the dense part a market trades in one minute of so many
_SPARSE = timedelta(minutes=407)


@dataclass(frozen=True, slots=True)
class Row:
    """One minute in which something was traded."""

    opened_at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True)
class Recorded:
    """``gaps``: of the dense part, the minutes of each hour without trades."""

    code: str
    price: Decimal
    tick: Decimal
    volume: Decimal
    gaps: frozenset[int]

    def rows(self) -> list[Row]:
        return [self._row(number, moment) for number, moment in enumerate(self._moments())]

    def _moments(self) -> Iterator[datetime]:
        moment = _FIRST
        while moment < _DENSE_FROM:
            yield moment
            moment += _SPARSE
        moment = _DENSE_FROM
        while moment < _LAST:
            if moment.minute not in self.gaps:
                yield moment
            moment += _MINUTE

    def _row(self, number: int, moment: datetime) -> Row:
        """Around the price by some ticks, so that no two neighbours are alike."""
        open_, close = (self.price + self.tick * (turn * 7 % 11 - 5) for turn in (number, number + 1))
        high, low = max(open_, close) + self.tick * (number % 3), min(open_, close) - self.tick * (number % 2)
        return Row(moment, open_, high, low, close, self.volume * (number % 5 + 1))

    def written(self, folder: Path) -> Path:
        file = folder / f"{self.code}.csv"
        lines = [
            f"{row.opened_at:%Y-%m-%dT%H:%M:%SZ},{row.open},{row.high},{row.low},{row.close},{row.volume}"
            for row in self.rows()
        ]
        file.write_text("\n".join(["timestamp,open,high,low,close,volume", *lines]), encoding="utf-8")
        return file


BITCOIN = Recorded("KRW-BTC", Decimal(100_000_000), Decimal(1_000), Decimal("0.5"), frozenset({7, 8, 31, 47}))
RIPPLE = Recorded("KRW-XRP", Decimal(3_000), Decimal(1), Decimal(2_000), frozenset(range(10, 40)))
ETHER = Recorded("BTC-ETH", Decimal("0.035"), Decimal("0.00000001"), Decimal(2), frozenset({3}))
ALL_RECORDED = (BITCOIN, RIPPLE, ETHER)


def candles_of(rows: Sequence[Row], unit: CandleUnit) -> dict[datetime, Row]:
    """The rows put together by the calendar alone; a month and a year begin on their first day, a week on Monday."""
    found: dict[datetime, Row] = {}
    for row in rows:
        opened_at = _beginning(row.opened_at, unit)
        known = found.get(opened_at)
        if known is None:
            found[opened_at] = Row(opened_at, row.open, row.high, row.low, row.close, row.volume)
        else:
            high, low = max(known.high, row.high), min(known.low, row.low)
            found[opened_at] = Row(opened_at, known.open, high, low, row.close, known.volume + row.volume)
    return found


def _beginning(moment: datetime, unit: CandleUnit) -> datetime:
    midnight = moment.replace(hour=0, minute=0)
    if unit is CandleUnit.YEAR:
        return midnight.replace(month=1, day=1)
    if unit is CandleUnit.MONTH:
        return midnight.replace(day=1)
    if unit is CandleUnit.WEEK:
        return midnight - timedelta(days=midnight.weekday())
    if unit is CandleUnit.DAY:
        return midnight
    minutes = int(unit.value.removesuffix("m"))
    since = (moment - midnight) // _MINUTE
    return midnight + _MINUTE * (since - since % minutes)
