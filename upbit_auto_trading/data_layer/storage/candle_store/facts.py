"""What a user is told of a series, without reading its candles."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_checks import jumps_in
from upbit_auto_trading.business_logic.domain.candle_series import moment_of
from upbit_auto_trading.business_logic.domain.coverage import merged
from upbit_auto_trading.business_logic.ports.candle_store import SeriesFacts
from upbit_auto_trading.data_layer.storage.candle_store.chunk_table import ChunkHead, all_heads, edge_rows
from upbit_auto_trading.data_layer.storage.candle_store.columns import Columns
from upbit_auto_trading.data_layer.storage.candle_store.coverage_table import read_coverage
from upbit_auto_trading.data_layer.storage.candle_store.row_table import read_rows
from upbit_auto_trading.data_layer.storage.candle_store.series_table import StoredSeries

#: what a row takes in its table, more or less
_BYTES_OF_A_ROW = 60
_EVERYTHING = (-(2**62), 2**62)


def facts_of(connection: sqlite3.Connection, series: StoredSeries) -> SeriesFacts:
    heads = all_heads(connection, series)
    rows = read_rows(connection, series, _EVERYTHING)
    ends = [opened for head in heads for opened in (head.first, head.last)]
    if len(rows):
        ends += [int(rows.opened[0]), int(rows.opened[-1])]
    covered = read_coverage(connection, series.number)
    known = merged(one.span for one in covered)
    length = sum((one.end - one.start for one in known), timedelta(0))
    return SeriesFacts(
        series.market,
        series.unit,
        candles=sum(head.candles for head in heads) + len(rows),
        first_at=moment_of(min(ends)) if ends else None,
        last_at=moment_of(max(ends)) if ends else None,
        known=known,
        completeness=length / (known[-1].end - known[0].start) if known else 0.0,
        origins=frozenset(one.origin for one in covered),
        jumps=_jumps(series, heads, rows),
        stored_bytes=stored_bytes(connection, series) + len(rows) * _BYTES_OF_A_ROW,
    )


def stored_bytes(connection: sqlite3.Connection, series: StoredSeries) -> int:
    """Of its chunks."""
    query = "SELECT sum(length(body) + coalesce(length(turnover), 0)) FROM candle_chunks WHERE series = ?"
    return int(connection.execute(query, (series.number,)).fetchone()[0] or 0)


def _jumps(series: StoredSeries, heads: Sequence[ChunkHead], rows: Columns) -> int:
    """Chunks know theirs but for their ends: those are looked at among rows and the edges of all chunks."""
    prices = [np.stack(rows.prices, axis=1), *(head.edges for head in heads)]
    # within a chunk by the row's number, which is less than any distance of opening times between chunks
    order = [rows.opened, *(_order(head) for head in heads)]
    counts = [np.ones(len(rows), dtype=np.bool_), *(_are_ends(head) for head in heads)]
    place = np.argsort(np.concatenate(order), kind="stable")
    opens, high, low, close = np.concatenate(prices)[place].T
    found = jumps_in(series.unit, opens, high, low, close)
    return sum(len(head.jumps) for head in heads) + int(np.concatenate(counts)[place][found].sum())


def _order(head: ChunkHead) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Sorts as the opening times of the edges would, which are not kept: no row lies between a chunk's ends."""
    edges = len(head.edges)
    return np.array([head.first] * ((edges + 1) // 2) + [head.last] * (edges // 2), dtype=np.int64)


def _are_ends(head: ChunkHead) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Of the edges the first and the last; what lies between them is among the chunk's own jumps."""
    chosen = edge_rows(head.candles)
    return np.array([row in (0, head.candles - 1) for row in chosen], dtype=np.bool_)
