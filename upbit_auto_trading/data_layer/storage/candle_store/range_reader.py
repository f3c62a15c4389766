"""A range out of chunks and rows, and which of its candles lie far from both neighbours."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_checks import far_from_both
from upbit_auto_trading.business_logic.domain.candle_series import Seconds as Times
from upbit_auto_trading.data_layer.storage.candle_store.chunk_table import (
    ChunkHead,
    nearest_head,
    read_chunk_into,
    read_heads,
)
from upbit_auto_trading.data_layer.storage.candle_store.columns import Columns, empty
from upbit_auto_trading.data_layer.storage.candle_store.row_table import nearest_row, read_rows
from upbit_auto_trading.data_layer.storage.candle_store.series_table import Seconds, StoredSeries

_OPEN, _CLOSE = 0, 3


def read_range(
    connection: sqlite3.Connection, series: StoredSeries, within: Seconds, *, with_turnover: bool
) -> tuple[Columns, Times]:
    """What opens in it, and the opening times of its jumps."""
    heads = read_heads(connection, series, *within)
    rows = read_rows(connection, series, within)
    result = empty(sum(head.candles for head in heads) + len(rows), with_turnover=with_turnover)
    begins = _places(heads, rows.opened)
    loose = np.ones(len(result), dtype=np.bool_)
    for head, begin in zip(heads, begins, strict=True):
        inside = slice(begin, begin + head.candles)
        loose[inside] = False
        read_chunk_into(connection, series, head, result.rows(inside))
    if len(rows):
        _fill(result, loose, rows)
    jumps = _jumps(connection, series, result, heads, begins, np.flatnonzero(loose))
    first, end = np.searchsorted(result.opened, within)
    return result.rows(slice(int(first), int(end))), jumps[(jumps >= within[0]) & (jumps < within[1])]


def _places(heads: Sequence[ChunkHead], rows: Times) -> list[int]:
    """Where each chunk begins in the result: behind the chunks before it and the rows before it."""
    before = np.searchsorted(rows, [head.first for head in heads]).tolist() if heads else []
    counts = np.cumsum([0, *(head.candles for head in heads)]).tolist()
    return [count + rows_before for count, rows_before in zip(counts, before, strict=False)]


def _fill(result: Columns, loose: NDArray[np.bool_], rows: Columns) -> None:
    result.opened[loose] = rows.opened
    for column, given in zip((*result.prices, result.volume), (*rows.prices, rows.volume), strict=True):
        column[loose] = given
    if result.turnover is not None and rows.turnover is not None:
        result.turnover[loose] = rows.turnover


def _jumps(
    connection: sqlite3.Connection,
    series: StoredSeries,
    columns: Columns,
    heads: Sequence[ChunkHead],
    begins: Sequence[int],
    loose: NDArray[np.int64],
) -> Times:
    """Chunks know theirs but for their ends; rows and ends are looked at here."""
    known = [head.jumps for head in heads]
    ends = [begins, [begin + head.candles - 1 for begin, head in zip(begins, heads, strict=True)]]
    doubtful = np.unique(np.concatenate([loose, *(np.array(end, dtype=np.int64) for end in ends)]))
    found = columns.opened[doubtful[_are_far(connection, series, columns, doubtful)]] if len(doubtful) else loose
    return np.sort(np.concatenate([*known, found]))


def _are_far(
    connection: sqlite3.Connection, series: StoredSeries, columns: Columns, rows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """The first and the last of the columns are judged against what lies beyond them, and only if that can matter."""
    before = columns.close[np.maximum(rows - 1, 0)]
    after = columns.open[np.minimum(rows + 1, len(columns) - 1)]
    is_first, is_last = rows == 0, rows == len(columns) - 1
    # one neighbour twice: who is not far from that one is not far from both
    before, after = np.where(is_first, after, before), np.where(is_last, before, after)
    alone = len(columns) == 1
    high, low = columns.high[rows], columns.low[rows]
    far = far_from_both(series.unit, high, low, before, after) | alone
    if (far[0] and is_first[0]) or (far[-1] and is_last[-1]):
        if is_first[0]:
            before[0] = _close_before(connection, series, int(columns.opened[0]))
        if is_last[-1]:
            after[-1] = _open_after(connection, series, int(columns.opened[-1]))
        # against NaN nothing is far: the first and the last candle of all have no two neighbours
        far = far_from_both(series.unit, high, low, before, after)
    return far


def _close_before(connection: sqlite3.Connection, series: StoredSeries, opened: int) -> float:
    row = nearest_row(connection, series, opened, after=False)
    head = nearest_head(connection, series, opened, after=False)
    if head is not None and (row is None or row[0] < head.last):
        return float(head.edges[-1, _CLOSE])
    return float("nan") if row is None else row[2]


def _open_after(connection: sqlite3.Connection, series: StoredSeries, opened: int) -> float:
    row = nearest_row(connection, series, opened, after=True)
    head = nearest_head(connection, series, opened, after=True)
    if head is not None and (row is None or row[0] > head.first):
        return float(head.edges[0, _OPEN])
    return float("nan") if row is None else row[1]
