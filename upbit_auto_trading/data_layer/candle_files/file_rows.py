"""Rows of a candle file as they are written, exact, and what no row may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

TIME: Final = "timestamp"
NUMBERS: Final = ("open", "high", "low", "close", "volume")
#: read where it is there; whoever has none leaves it out
TURNOVER: Final = "turnover"
#: what would not fit the memory of a small computer: eleven years of minutes
MOST_ROWS: Final = 6_000_000
#: larger whole numbers are milliseconds: as seconds they would lie after the year 5000
FIRST_IN_MS: Final = 10**11
#: numbers beyond are damage, and arithmetic with them would take for ever
MOST_DIGITS: Final = 18
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FileRow:
    #: as a spreadsheet shows it: the header of a csv file is row 1; Parquet has none
    number: int
    opened_at: datetime
    #: open, high, low, close, volume
    values: tuple[Decimal, ...]
    #: None where there is none, or none that can be read
    turnover: Decimal | None = None


def place_of(file: str, number: int) -> str:
    return f"{file}, {number}"


def columns_of(file: str, names: Iterable[str]) -> dict[str, int]:
    """Where each column that counts lies; the first of several of one name. Raises InvalidParameter."""
    header = [name.strip().lower() for name in names]
    missing = [name for name in (TIME, *NUMBERS) if name not in header]
    if missing:
        raise InvalidParameter(file, ", ".join(missing), "columns-missing", ", ".join(missing))
    return {name: header.index(name) for name in (TIME, *NUMBERS, TURNOVER) if name in header}


def number_of(place: str, column: str, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise InvalidParameter(place, text, "row-not-a-number", column) from error
    if not value.is_finite() or (value and abs(value.adjusted()) > MOST_DIGITS):
        raise InvalidParameter(place, text, "row-not-a-number", column)
    return value


def turnover_of(text: str) -> Decimal | None:
    """Others may mean something else by the word: what is no amount is no reason to refuse the file."""
    try:
        value = number_of("", TURNOVER, text)
    except InvalidParameter:
        return None
    return value if value >= 0 else None


def moment_of_text(place: str, text: str) -> datetime:
    try:
        if text.replace(".", "", 1).isdecimal() and text.isascii():
            number = Decimal(text)
            seconds = number / 1000 if number >= FIRST_IN_MS else number
            return _EPOCH + timedelta(microseconds=int(seconds * 10**6))
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(place, text, "row-not-a-time") from error


def moment_of_microseconds(place: str, microseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError as error:
        raise InvalidParameter(place, microseconds, "row-not-a-time") from error


def checked(file: str, rows: Iterable[FileRow], now: datetime) -> list[FileRow]:
    """By rising time, equal ones once. Raises InvalidParameter with the first row that cannot be."""
    by_time: dict[datetime, FileRow] = {}
    for row in _possible(file, rows, now):
        known = by_time.setdefault(row.opened_at, row)
        if known.values != row.values:
            raise InvalidParameter(
                place_of(file, row.number), row.opened_at.isoformat(), "row-contradicts", str(known.number)
            )
    return [by_time[moment] for moment in sorted(by_time)]


def _possible(file: str, rows: Iterable[FileRow], now: datetime) -> Iterator[FileRow]:
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise InvalidParameter(file, count, "file-too-large", f"{MOST_ROWS:,}")
        place = place_of(file, row.number)
        if row.opened_at > now:
            raise InvalidParameter(place, row.opened_at.isoformat(), "in-the-future")
        _check_values(place, row.values)
        yield row


def _check_values(place: str, values: tuple[Decimal, ...]) -> None:
    first, high, low, last, volume = values
    for column, price in zip(NUMBERS, values[:4], strict=False):
        if price <= 0:
            raise InvalidParameter(place, str(price), "price-not-positive", column)
    if volume < 0:
        raise InvalidParameter(place, str(volume), "volume-negative")
    if high < max(first, last):
        raise InvalidParameter(place, str(high), "high-too-low")
    if low > min(first, last):
        raise InvalidParameter(place, str(low), "low-too-high")
