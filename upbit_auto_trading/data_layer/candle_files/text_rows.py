"""Rows of csv and csv.gz files, one by one: the careful way, which names what is wrong."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.candle_files.file_rows import (
    MOST_ROWS,
    NUMBERS,
    TIME,
    TURNOVER,
    FileRow,
    columns_of,
    moment_of_text,
    number_of,
    place_of,
    turnover_of,
)

UNREADABLE_TEXT: Final = (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError, csv.Error)
#: a row is less than two hundred signs long; what unpacks to more than this is no candle file but a trap
MOST_CHARACTERS: Final = 2**29
_LONGEST_LINE: Final = 2**20
#: an empty line counts as a long row: half a billion of them would be read for minutes before they are too much
_LEAST_COUNTED: Final = 80


def text_rows(path: Path) -> Iterator[FileRow]:
    """Raises InvalidParameter, OSError, and UNREADABLE_TEXT."""
    with _opened(path) as text:
        lines = csv.reader(_bounded(path, text))
        places = columns_of(path.name, next(lines, []))
        for number, cells in enumerate(lines, start=2):
            if any(cells):
                yield _row(place_of(path.name, number), number, cells, places)


def is_packed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _opened(path: Path) -> TextIO:
    """Spreadsheets begin their files with a mark that is not part of the first name."""
    if is_packed(path):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _bounded(path: Path, text: TextIO) -> Iterator[str]:
    """Lines, never more of one than fits the memory, never more of all than a candle file can have."""
    total = 0
    while line := text.readline(_LONGEST_LINE):
        total += max(len(line), _LEAST_COUNTED)
        if len(line) >= _LONGEST_LINE:
            raise InvalidParameter(path.name, len(line), "not-a-candle-file")
        if total > MOST_CHARACTERS:
            raise InvalidParameter(path.name, total, "file-too-large", f"{MOST_ROWS:,}")
        yield line


def _row(place: str, number: int, cells: Sequence[str], places: Mapping[str, int]) -> FileRow:
    if len(cells) <= max(places[name] for name in (TIME, *NUMBERS)):
        raise InvalidParameter(place, len(cells), "row-too-short")
    values = tuple(number_of(place, name, cells[places[name]].strip()) for name in NUMBERS)
    opened_at = moment_of_text(place, cells[places[TIME]].strip())
    where = places.get(TURNOVER, len(cells))
    turnover = turnover_of(cells[where].strip()) if where < len(cells) else None
    return FileRow(number, opened_at, values, turnover)
