"""Parquet files: as columns where nothing is odd, as exact rows where somebody has to say what is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.candle_files.file_columns import FileColumns
from upbit_auto_trading.data_layer.candle_files.file_rows import (
    FIRST_IN_MS,
    MOST_ROWS,
    NUMBERS,
    TIME,
    TURNOVER,
    FileRow,
    columns_of,
    moment_of_microseconds,
    moment_of_text,
    number_of,
    place_of,
    turnover_of,
)
from upbit_auto_trading.data_layer.durable_files import translated_os_error

if TYPE_CHECKING:
    import pyarrow

_MOST_BYTES: Final = 2**30
_BATCH: Final = 16_384
_PER_SECOND: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def read_table(path: Path) -> pyarrow.Table:
    """The columns that count, by our names, numbers as floats and times as they were. Raises InvalidParameter."""
    import pyarrow
    from pyarrow import parquet

    try:
        with path.open("rb") as stream, parquet.ParquetFile(stream) as file:
            _refuse_too_large(path.name, file.metadata)
            schema = file.schema_arrow
            places = columns_of(path.name, schema.names)
            chosen = [schema.names[place] for place in places.values()]
            if len(set(schema.names)) != len(schema.names):
                raise InvalidParameter(path.name, ", ".join(chosen), "not-a-candle-file")
            table = file.read(columns=chosen).select(chosen).rename_columns(list(places))
    except FileNotFoundError as error:
        raise InvalidParameter(path.name, str(path), "no-such-file") from error
    except pyarrow.ArrowException as error:
        raise InvalidParameter(path.name, str(path), "not-a-candle-file") from error
    except OSError as error:
        if error.errno is None:  # Arrow's own, about what is in the file
            raise InvalidParameter(path.name, str(path), "not-a-candle-file") from error
        raise translated_os_error(error, path) from error
    _refuse_other_kinds(path.name, table)
    return table


def _refuse_too_large(name: str, facts: Any) -> None:
    size = sum(facts.row_group(group).total_byte_size for group in range(facts.num_row_groups))
    if facts.num_rows > MOST_ROWS or size > _MOST_BYTES:
        raise InvalidParameter(name, facts.num_rows, "file-too-large", f"{MOST_ROWS:,}")


def _refuse_other_kinds(name: str, table: pyarrow.Table) -> None:
    """A list, a structure or a yes is no number."""
    from pyarrow import types

    for column in (TIME, *NUMBERS):
        kind = table.schema.field(column).type
        is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
        is_time = column == TIME and (types.is_timestamp(kind) or types.is_date(kind))
        if not (is_number or is_time or _is_text(kind)):
            raise InvalidParameter(name, column, "not-a-candle-file")


def _is_text(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def table_columns(table: pyarrow.Table) -> FileColumns | None:
    """None where only the careful way can tell."""
    import pyarrow

    if any(table.column(name).null_count for name in (TIME, *NUMBERS)):
        return None
    try:
        opened = _seconds(table.column(TIME))
        values = tuple(_floats(table.column(name)) for name in NUMBERS)
    except pyarrow.ArrowException:
        return None
    return None if opened is None else FileColumns(opened, values, _turnover(table))


def _turnover(table: pyarrow.Table) -> Floats | None:
    import pyarrow

    if TURNOVER not in table.column_names:
        return None
    try:
        told = _floats(table.column(TURNOVER))
    except pyarrow.ArrowException:
        return None
    return np.where(np.isfinite(told) & (told >= 0), told, np.nan)


def _floats(column: pyarrow.ChunkedArray) -> Floats:
    """The floats nearest to the decimals that are meant: 0.1 of four bytes is 0.1 of eight."""
    import pyarrow
    from pyarrow import types

    kind = column.type
    if types.is_decimal(kind) or types.is_float32(kind) or types.is_float16(kind):
        column = column.cast(pyarrow.string())
    return np.asarray(column.cast(pyarrow.float64()).to_numpy(), dtype=np.float64)


def _seconds(column: pyarrow.ChunkedArray) -> Seconds | None:
    import pyarrow
    from pyarrow import types

    kind = column.type
    if types.is_date(kind):
        column = column.cast(pyarrow.timestamp("ms"))
        kind = column.type
    if not (types.is_timestamp(kind) or types.is_integer(kind)):
        return None
    numbers: Seconds = np.asarray(column.cast(pyarrow.int64()).to_numpy(), dtype=np.int64)
    per_second = np.full(len(numbers), _PER_SECOND[kind.unit]) if types.is_timestamp(kind) else _per_second(numbers)
    return None if (numbers % per_second).any() else numbers // per_second


def _per_second(numbers: Seconds) -> Seconds:
    """Whole numbers are seconds, or of a unit in which they lie before the year 5000."""
    result = np.ones(len(numbers), dtype=np.int64)
    for exponent in range(3):
        result[numbers >= FIRST_IN_MS * 10 ** (3 * exponent)] = 10 ** (3 * exponent + 3)
    return result


def table_rows(name: str, table: pyarrow.Table) -> Iterator[FileRow]:
    """Numbered from 1."""
    number = 0
    for batch in table.to_batches(max_chunksize=_BATCH):
        columns = {column: _plain(batch.column(column)) for column in batch.schema.names}
        for place in range(batch.num_rows):
            number += 1
            yield _row(place_of(name, number), number, {column: cells[place] for column, cells in columns.items()})


def _plain(column: pyarrow.Array) -> list[Any]:
    """Times as whole microseconds, numbers of four bytes as they are written."""
    import pyarrow
    from pyarrow import types

    kind = column.type
    if types.is_date(kind):
        column = column.cast(pyarrow.timestamp("ms"))
        kind = column.type
    if types.is_timestamp(kind):
        factor, divisor = 10**6, _PER_SECOND[kind.unit]
        numbers = column.cast(pyarrow.int64()).to_pylist()
        return [None if number is None else _Microseconds(number * factor // divisor) for number in numbers]
    if types.is_float32(kind) or types.is_float16(kind):
        column = column.cast(pyarrow.string())
    return list(column.to_pylist())


class _Microseconds(int):
    """Not to be guessed at like other whole numbers."""


def _row(place: str, number: int, cells: dict[str, Any]) -> FileRow:
    values = tuple(number_of(place, name, _text(cells[name])) for name in NUMBERS)
    turnover = turnover_of(_text(cells.get(TURNOVER)))
    moment = cells[TIME]
    if isinstance(moment, _Microseconds):
        opened_at = moment_of_microseconds(place, moment)
    elif isinstance(moment, int):
        per_second = int(_per_second(np.array([moment], dtype=np.int64))[0])
        if moment < 0:
            raise InvalidParameter(place, moment, "row-not-a-time")
        opened_at = moment_of_microseconds(place, moment * 10**6 // per_second)
    else:
        opened_at = moment_of_text(place, _text(moment))
    return FileRow(number, opened_at, values, turnover)


def _text(cell: Any) -> str:
    """Nothing reads as nothing, which is no number and no time."""
    if cell is None:
        return ""
    return repr(cell) if isinstance(cell, float) else format(cell, "f") if isinstance(cell, Decimal) else str(cell)
