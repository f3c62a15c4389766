"""Opens the store and readers of it. Imports NumPy: nothing of this is needed before the first paint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from upbit_auto_trading.data_layer.storage.candle_store.candle_file import CandleFile
from upbit_auto_trading.data_layer.storage.candle_store.compaction import make_small_file_incremental
from upbit_auto_trading.data_layer.storage.candle_store.reader import SqliteCandleReader
from upbit_auto_trading.data_layer.storage.candle_store.store import FOLD_ROWS, SqliteCandleStore


def open_candle_store(
    path: Path, day_starts: Mapping[str, timedelta] | None = None, fold_rows_at: int = FOLD_ROWS
) -> SqliteCandleStore:
    """Over an existing, prepared file; belongs to the thread that opens it, as every connection that writes does."""
    file = CandleFile(path, for_writing=True)
    try:
        make_small_file_incremental(file)
    except BaseException:
        file.close()
        raise
    return SqliteCandleStore(file, day_starts or {}, fold_rows_at)


def open_candle_reader(path: Path) -> SqliteCandleReader:
    """In any thread; works beside a program that writes, and sees what was committed when a call begins."""
    return SqliteCandleReader(CandleFile(path, for_writing=False))
