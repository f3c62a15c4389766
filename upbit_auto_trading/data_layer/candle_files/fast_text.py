"""Columns of csv and csv.gz files, read at once. Whatever is unusual is left to the careful way."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.candle_files.file_columns import FileColumns
from upbit_auto_trading.data_layer.candle_files.file_rows import FIRST_IN_MS, NUMBERS, TIME, TURNOVER, columns_of
from upbit_auto_trading.data_layer.candle_files.text_rows import MOST_CHARACTERS, is_packed

if TYPE_CHECKING:
    import pyarrow

_BYTE_MARK: Final = b"\xef\xbb\xbf"
_LONGEST_HEADER: Final = 2**16
#: so much is looked at to see how times are spelled
_GLANCE: Final = 4_096


def text_columns(path: Path) -> FileColumns | None:
    """None where only the careful way can tell; OSError where the file cannot be opened."""
    import pyarrow

    content = _content(path)
    if content is None or b"0x" in content or b"0X" in content:  # whole numbers may not be written so
        return None
    head, places = _header(path.name, content)
    if places is None:
        return None
    times = _kind_of_times(content, head, places[TIME])
    try:
        table = _table(content, len(head), places, times)
        columns = _columns(table, places)
    except pyarrow.ArrowInvalid:
        return None
    if columns is not None and (columns.values[4] == 0).any() and (b"e-" in content or b"E-" in content):
        return None  # a volume may be too small for a float, and would have become nothing
    return columns


def _content(path: Path) -> bytes | None:
    """Without the mark of spreadsheets; None where it is too much, or no text."""
    if path.stat().st_size > MOST_CHARACTERS:
        return None
    try:
        with path.open("rb") as raw:
            content = (gzip.GzipFile(fileobj=raw) if is_packed(path) else raw).read(MOST_CHARACTERS + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        return None
    if len(content) > MOST_CHARACTERS:
        return None
    content = content.removeprefix(_BYTE_MARK)
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError:
            return None
    return content


def _header(name: str, content: bytes) -> tuple[list[str], dict[str, int] | None]:
    line = content[:_LONGEST_HEADER].split(b"\n", 1)[0].split(b"\r", 1)[0]
    if len(line) == _LONGEST_HEADER or line.count(b'"') % 2:
        return [], None
    names = next(csv.reader([line.decode(errors="replace")]), [])
    try:
        return names, columns_of(name, names)
    except InvalidParameter:
        return [], None


def _kind_of_times(content: bytes, head: list[str], place: int) -> pyarrow.DataType:
    """By the first row: digits are seconds or milliseconds; else with a zone, or without one."""
    import pyarrow

    lines = content[: _LONGEST_HEADER + _GLANCE].splitlines()
    cells = next(csv.reader([lines[1].decode(errors="replace")]), []) if len(lines) > 1 else []
    first = cells[place].strip() if len(cells) > place else ""
    if first.isdecimal():
        return pyarrow.int64()
    has_zone = first.endswith(("Z", "z")) or "+" in first or "-" in first[10:]
    return pyarrow.timestamp("us", tz="UTC" if has_zone else None)


def _table(content: bytes, width: int, places: Mapping[str, int], times: pyarrow.DataType) -> pyarrow.Table:
    import pyarrow
    from pyarrow import csv as arrow_csv

    kinds = {str(place): pyarrow.float64() for place in places.values()} | {str(places[TIME]): times}
    return arrow_csv.read_csv(
        pyarrow.BufferReader(content),
        arrow_csv.ReadOptions(skip_rows=1, column_names=[str(place) for place in range(width)]),
        arrow_csv.ParseOptions(newlines_in_values=b'"' in content),
        arrow_csv.ConvertOptions(
            include_columns=list(kinds), column_types=kinds, null_values=[""], strings_can_be_null=False
        ),
    )


def _columns(table: pyarrow.Table, places: Mapping[str, int]) -> FileColumns | None:
    needed = [table.column(str(places[name])) for name in (TIME, *NUMBERS)]
    if any(column.null_count for column in needed):
        return None
    opened = _seconds(needed[0])
    if opened is None:
        return None
    values = tuple(np.ascontiguousarray(column.to_numpy(), dtype=np.float64) for column in needed[1:])
    turnover = None
    if TURNOVER in places:
        told: Floats = np.asarray(table.column(str(places[TURNOVER])).to_numpy(), dtype=np.float64)
        turnover = np.where(np.isfinite(told) & (told >= 0), told, np.nan)
    return FileColumns(opened, values, turnover)


def _seconds(column: pyarrow.ChunkedArray) -> Seconds | None:
    import pyarrow

    numbers: Seconds = np.asarray(column.cast(pyarrow.int64()).to_numpy(), dtype=np.int64)
    if pyarrow.types.is_timestamp(column.type):
        divisors = np.full(len(numbers), 10**6, dtype=np.int64)
    else:
        divisors = np.where(numbers >= FIRST_IN_MS, 1_000, 1)
    return None if (numbers % divisors).any() else numbers // divisors
