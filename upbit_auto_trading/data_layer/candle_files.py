"""Reads candle files: csv and csv.gz, by the rules of the stable contracts.

Rows are numbered as a spreadsheet shows them: the header is row 1. A file is refused whole,
with the first bad row named.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TextIO

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market

_TIME = "timestamp"
_NUMBERS = ("open", "high", "low", "close", "volume")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: larger whole numbers are milliseconds: as seconds they would lie after the year 5000
_FIRST_IN_MS = 10**11
#: numbers beyond are damage, and arithmetic with them would take for ever
_MOST_DIGITS = 18
_UNREADABLE = (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError, csv.Error)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    opened_at: datetime
    #: open, high, low, close, volume
    values: tuple[Decimal, ...]


def read_candle_file(path: Path, market: Market, unit: CandleUnit, now: datetime) -> tuple[Candle, ...]:
    """By rising time. Rows may come in any order; equal ones collapse. A file without rows is no error."""
    try:
        with _opened(path) as lines:
            rows = _in_order(path, _checked(path, csv.reader(lines), now))
    except FileNotFoundError as error:
        raise InvalidParameter(path.name, str(path), "no-such-file") from error
    except _UNREADABLE as error:
        raise InvalidParameter(path.name, str(path), "not-a-candle-file") from error
    return tuple(_candle(row, market, unit) for row in rows)


def _opened(path: Path) -> TextIO:
    """Spreadsheets begin their files with a mark that is not part of the first name."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _checked(path: Path, lines: Iterator[list[str]], now: datetime) -> Iterator[_Row]:
    header = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in (_TIME, *_NUMBERS) if name not in header]
    if missing:
        raise InvalidParameter(path.name, ", ".join(missing), "columns-missing", ", ".join(missing))
    places = [header.index(name) for name in (_TIME, *_NUMBERS)]
    for number, cells in enumerate(lines, start=2):
        if not any(cells):
            continue
        name = f"{path.name}, {number}"
        row = _row(name, number, cells, places)
        if row.opened_at > now:
            raise InvalidParameter(name, row.opened_at.isoformat(), "in-the-future")
        _check_values(name, row.values)
        yield row


def _row(name: str, number: int, cells: Sequence[str], places: Sequence[int]) -> _Row:
    if len(cells) <= max(places):
        raise InvalidParameter(name, len(cells), "row-too-short")
    moment, *numbers = (cells[place].strip() for place in places)
    values = tuple(_number(name, text) for text in numbers)
    return _Row(number, _moment(name, moment), values)


def _number(name: str, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise InvalidParameter(name, text, "row-not-a-number") from error
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise InvalidParameter(name, text, "row-not-a-number")
    return value


def _moment(name: str, text: str) -> datetime:
    try:
        if text.replace(".", "", 1).isdecimal() and text.isascii():
            number = Decimal(text)
            seconds = number / 1000 if number >= _FIRST_IN_MS else number
            return _EPOCH + timedelta(microseconds=int(seconds * 10**6))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(name, text, "row-not-a-time") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _check_values(name: str, values: tuple[Decimal, ...]) -> None:
    first, high, low, last, volume = values
    if min(first, high, low, last) <= 0:
        raise InvalidParameter(name, str(min(first, high, low, last)), "price-not-positive")
    if volume < 0:
        raise InvalidParameter(name, str(volume), "volume-negative")
    if high < max(first, last):
        raise InvalidParameter(name, str(high), "high-too-low")
    if low > min(first, last):
        raise InvalidParameter(name, str(low), "low-too-high")


def _in_order(path: Path, rows: Iterable[_Row]) -> list[_Row]:
    by_time: dict[datetime, _Row] = {}
    for row in rows:
        known = by_time.setdefault(row.opened_at, row)
        if known.values != row.values:
            name = f"{path.name}, {row.number}"
            raise InvalidParameter(name, row.opened_at.isoformat(), "row-contradicts", str(known.number))
    return [by_time[moment] for moment in sorted(by_time)]


def _candle(row: _Row, market: Market, unit: CandleUnit) -> Candle:
    """Files carry no turnover; the close is what the volume is valued at."""
    first, high, low, last, volume = row.values
    return Candle(market, unit, row.opened_at, first, high, low, last, volume, volume * last)
