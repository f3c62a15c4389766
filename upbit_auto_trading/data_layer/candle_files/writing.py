"""Candles into a file of the kind that its name says: written beside it, and put in its place when whole."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, PathUnusable
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled, ProgressCallback
from upbit_auto_trading.data_layer.candle_files.file_rows import NUMBERS, TIME, TURNOVER
from upbit_auto_trading.data_layer.durable_files import sync_folder, translated_os_error

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats

_ROWS_AT_ONCE: Final = 20_000
_KINDS: Final = (".csv", ".csv.gz", ".parquet")


def write_candle_series(path: Path, series: CandleSeries, progress: ProgressCallback = lambda _fraction: True) -> None:
    """The file holds the old or the new content, never a part. Raises StorageError, InvalidParameter, Cancelled."""
    kind, series = kind_of(path), _without_empty_turnover(series)
    if not path.parent.is_dir():
        raise PathUnusable(str(path.parent), "no such folder")
    temporary = path.with_name(f".{path.name}.new")
    try:
        with ExitStack() as undo:
            undo.callback(temporary.unlink, missing_ok=True)
            with temporary.open("wb") as stream:
                if kind == ".parquet":
                    _write_parquet(stream, series, progress)
                else:
                    _write_text(stream, series, progress, is_packed=kind == ".csv.gz")
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise translated_os_error(error, path) from error


def _without_empty_turnover(series: CandleSeries) -> CandleSeries:
    import numpy as np

    if series.turnover is None or not np.isnan(series.turnover).all():
        return series
    return replace(series, turnover=None)


def kind_of(path: Path) -> str:
    """Raises InvalidParameter where the name ends in none that is written."""
    name = path.name.lower()
    for kind in _KINDS:
        if name.endswith(kind):
            return kind
    raise InvalidParameter(path.name, path.suffix, "not-a-candle-file-name", ", ".join(_KINDS))


def _write_text(stream: IO[bytes], series: CandleSeries, progress: ProgressCallback, *, is_packed: bool) -> None:
    if is_packed:
        # without name and time inside: the same candles make the same file
        with gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=6, mtime=0) as packed:
            for block in _blocks(series, progress):
                packed.write(block)
    else:
        for block in _blocks(series, progress):
            stream.write(block)


def _blocks(series: CandleSeries, progress: ProgressCallback) -> Iterator[bytes]:
    names = (TIME, *NUMBERS) if series.turnover is None else (TIME, *NUMBERS, TURNOVER)
    yield f"{','.join(names)}\n".encode()
    for first in range(0, len(series), _ROWS_AT_ONCE):
        part = series.rows(slice(first, first + _ROWS_AT_ONCE))
        columns: list[list[str]] = [_times(part)]
        columns += [_texts(getattr(part, name)) for name in names[1:]]
        yield "".join(f"{line}\n" for line in map(",".join, zip(*columns, strict=True))).encode()
        if not progress((first + len(part)) / len(series)):
            raise Cancelled


def _times(series: CandleSeries) -> list[str]:
    return [f"{moment}Z" for moment in series.opened.astype("datetime64[s]").astype(str).tolist()]


def _texts(column: Floats) -> list[str]:
    """The shortest decimals that read as the same numbers, never with an exponent; nothing for nothing."""
    return [_text(text) for text in map(repr, column.tolist())]


def _text(text: str) -> str:
    if text.endswith(".0"):
        return text[:-2]
    if "e" in text:
        return f"{Decimal(text):f}"
    return "" if text == "nan" else text


def _write_parquet(stream: IO[bytes], series: CandleSeries, progress: ProgressCallback) -> None:
    import pyarrow
    from pyarrow import parquet

    columns = {TIME: pyarrow.array(series.opened * 1_000).cast(pyarrow.timestamp("ms", tz="UTC"))}
    columns |= {name: pyarrow.array(getattr(series, name)) for name in NUMBERS}
    if series.turnover is not None:
        columns[TURNOVER] = pyarrow.array(series.turnover, from_pandas=True)
    parquet.write_table(pyarrow.table(columns), stream, compression="zstd")
    progress(1.0)
