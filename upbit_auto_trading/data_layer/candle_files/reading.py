"""A candle file, whatever its kind: as exact candles, or as columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.candle_files.file_rows import FileRow, checked, place_of
from upbit_auto_trading.data_layer.candle_files.text_rows import UNREADABLE_TEXT, is_packed, text_rows
from upbit_auto_trading.data_layer.durable_files import translated_os_error

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries


def read_candle_file(path: Path, market: Market, unit: CandleUnit, now: datetime) -> tuple[Candle, ...]:
    """By rising time. Rows may come in any order; equal ones collapse. A file without rows is no error.

    Raises InvalidParameter, with the first bad row named, and StorageError.
    """
    with _refused_by_name(path):
        rows = checked(path.name, _rows(path), now)
    return tuple(_candle(row, market, unit) for row in rows)


def read_candle_series(
    path: Path, market: Market, unit: CandleUnit, now: datetime, day_start: timedelta
) -> CandleSeries:
    """The same rows as columns, in a fraction of the time; every one has to open where candles of the unit do.

    Raises InvalidParameter, with the first bad row named, and StorageError.
    """
    from upbit_auto_trading.business_logic.domain.candle_grid import on_grid
    from upbit_auto_trading.data_layer.candle_files.file_columns import series_of_rows
    from upbit_auto_trading.data_layer.candle_spacing import refuse_other_spacing

    with _refused_by_name(path):
        series = _fast_series(path, market, unit, now)
        if series is not None and on_grid(series.opened, unit, day_start).all():
            refuse_other_spacing(path.name, series.opened, unit)
            return series
        rows = checked(path.name, _rows(path), now)
    series = series_of_rows(rows, market, unit)
    refuse_other_spacing(path.name, series.opened, unit)
    for row in rows:
        if unit.floor(row.opened_at, day_start) != row.opened_at:
            raise InvalidParameter(
                place_of(path.name, row.number), row.opened_at.isoformat(), "off-the-grid", unit.value
            )
    return series


def read_series_as_spaced(
    path: Path, market: Market, wanted: CandleUnit, now: datetime, day_start: timedelta
) -> CandleSeries:
    """In the unit that its rows are of, which a file does not say; ``wanted`` where they are too few to tell.

    Raises as :func:`read_candle_series`.
    """
    from dataclasses import replace

    from upbit_auto_trading.business_logic.domain.candle_grid import on_grid
    from upbit_auto_trading.data_layer.candle_spacing import spaced_unit

    with _refused_by_name(path):
        series = _fast_series(path, market, wanted, now)
    if series is not None:
        unit = spaced_unit(series.opened, wanted)
        if on_grid(series.opened, unit, day_start).all():
            return replace(series, unit=unit)
        wanted = unit
    with _refused_by_name(path):
        rows = checked(path.name, _rows(path), now)
    moments = [row.opened_at for row in rows]
    return read_candle_series(path, market, _unit_of_moments(moments, wanted), now, day_start)


def _unit_of_moments(moments: list[datetime], wanted: CandleUnit) -> CandleUnit:
    import numpy as np

    from upbit_auto_trading.business_logic.domain.candle_series import epoch_second
    from upbit_auto_trading.data_layer.candle_spacing import spaced_unit

    return spaced_unit(np.array([epoch_second(moment) for moment in moments], dtype=np.int64), wanted)


def ending_of(path: Path) -> str:
    """Of the kind that the file is read as."""
    return ".parquet" if is_parquet(path) else ".csv.gz" if is_packed(path) else ".csv"


def is_parquet(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")


def _fast_series(path: Path, market: Market, unit: CandleUnit, now: datetime) -> CandleSeries | None:
    from upbit_auto_trading.data_layer.candle_files.fast_text import text_columns
    from upbit_auto_trading.data_layer.candle_files.file_columns import sound_series

    if is_parquet(path):
        from upbit_auto_trading.data_layer.candle_files.parquet_table import read_table, table_columns

        columns = table_columns(read_table(path))
    else:
        columns = text_columns(path)
    return None if columns is None else sound_series(columns, market, unit, now)


def _rows(path: Path) -> Iterator[FileRow]:
    if not is_parquet(path):
        return text_rows(path)
    from upbit_auto_trading.data_layer.candle_files.parquet_table import read_table, table_rows

    return table_rows(path.name, read_table(path))


@contextmanager
def _refused_by_name(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise InvalidParameter(path.name, str(path), "no-such-file") from error
    except UNREADABLE_TEXT as error:
        raise InvalidParameter(path.name, str(path), "not-a-candle-file") from error
    except OSError as error:
        raise translated_os_error(error, path) from error


def _candle(row: FileRow, market: Market, unit: CandleUnit) -> Candle:
    """Most files carry no turnover; the close is what the volume is valued at."""
    first, high, low, last, volume = row.values
    told = row.turnover
    turnover = told if told is not None and low * volume <= told <= high * volume else volume * last
    return Candle(market, unit, row.opened_at, first, high, low, last, volume, turnover)
