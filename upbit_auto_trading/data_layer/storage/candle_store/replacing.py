"""What is stored in some ranges becomes exactly what was told of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Seconds as Times
from upbit_auto_trading.data_layer.storage.candle_store.chunk_table import (
    ChunkHead,
    read_chunk,
    read_heads,
    write_chunk,
)
from upbit_auto_trading.data_layer.storage.candle_store.columns import (
    Columns,
    differing,
    is_same,
    put_together,
)
from upbit_auto_trading.data_layer.storage.candle_store.row_table import (
    delete_row,
    delete_rows,
    parts_with_rows,
    put_rows,
    read_rows,
)
from upbit_auto_trading.data_layer.storage.candle_store.series_table import Seconds, StoredSeries

#: so many new candles of one chunk do not take the way over rows
_AT_ONCE = 1_024


@dataclass(frozen=True, slots=True)
class Replaced:
    new: int = 0
    #: told with other values, or gone
    changed: int = 0
    gone: int = 0
    #: rows that were added to the table of rows
    rows_added: int = 0

    def plus(self, other: Replaced) -> Replaced:
        return Replaced(
            self.new + other.new,
            self.changed + other.changed,
            self.gone + other.gone,
            self.rows_added + other.rows_added,
        )


def replace_ranges(
    connection: sqlite3.Connection, series: StoredSeries, target: Sequence[Seconds], told: Columns
) -> Replaced:
    """All rows of ``told`` lie in the target. A chunk is rewritten only if the target reaches between its ends."""
    if not target:
        return Replaced()
    heads = {
        head.part: head
        for head in read_heads(connection, series, target[0][0], target[-1][1])
        if any(first <= head.last and head.first < end for first, end in target)
    }
    if not heads and len(told) < _AT_ONCE:
        return _replace_rows(connection, series, target, told, set())
    parts = told.opened // series.chunk_seconds
    many = {int(part) for part, count in zip(*np.unique(parts, return_counts=True), strict=True) if count >= _AT_ONCE}
    result = Replaced()
    for part in sorted(many | set(heads)):
        result = result.plus(_replace_in_chunk(connection, series, part, heads.get(part), target, told))
    done = np.isin(parts, sorted(many | set(heads)))
    return result.plus(_replace_rows(connection, series, target, told.rows(~done), many | set(heads)))


def fold_rows(connection: sqlite3.Connection, series: StoredSeries) -> None:
    """All rows of a series into its chunks."""
    for part in parts_with_rows(connection, series):
        within = series.seconds_of_part(part)
        write_chunk(connection, series, part, _whole_part(connection, series, part))
        delete_rows(connection, series, within)


def _whole_part(connection: sqlite3.Connection, series: StoredSeries, part: int) -> Columns:
    """Chunk and rows; no row lies between the ends of the chunk."""
    within = series.seconds_of_part(part)
    rows = read_rows(connection, series, within)
    heads = read_heads(connection, series, *within)
    if not heads:
        return rows
    [head] = heads
    before, after = rows.opened < head.first, rows.opened > head.last
    return put_together([rows.rows(before), read_chunk(connection, series, head), rows.rows(after)])


def _replace_in_chunk(
    connection: sqlite3.Connection,
    series: StoredSeries,
    part: int,
    head: ChunkHead | None,
    target: Sequence[Seconds],
    told: Columns,
) -> Replaced:
    first, end = series.seconds_of_part(part)
    before = _whole_part(connection, series, part)
    here = told.rows(slice(*np.searchsorted(told.opened, (first, end)).tolist()))
    after, result = _replaced(before, target, here)
    if head is None or not is_same(before, after):
        write_chunk(connection, series, part, after)
        delete_rows(connection, series, (first, end))
    return result


def _replace_rows(
    connection: sqlite3.Connection, series: StoredSeries, target: Sequence[Seconds], told: Columns, done: set[int]
) -> Replaced:
    """Where no chunk is concerned. Rows of parts that are done lie outside of the target, or were stored as told."""
    result = Replaced()
    for first, end in target:
        before = read_rows(connection, series, (first, end))
        if done and len(before):
            before = before.rows(~np.isin(before.opened // series.chunk_seconds, sorted(done)))
        here = told.rows(slice(*np.searchsorted(told.opened, (first, end)).tolist()))
        if not len(before) and not len(here):
            continue
        after, found = _replaced(before, [(first, end)], here)
        if found.gone:
            for opened in np.setdiff1d(before.opened, after.opened).tolist():
                delete_row(connection, series, opened)
        put_rows(connection, series, after.rows(_are_other(before, after)))
        result = result.plus(Replaced(found.new, found.changed, found.gone, found.new))
    return result


def _are_other(before: Columns, after: Columns) -> NDArray[np.bool_]:
    """Which rows of ``after`` are not stored as they are."""
    known, place = _found_in(after.opened, before.opened)
    other = ~known
    other[known] = differing(after.rows(known), before.rows(place[known]))
    return other


def _replaced(before: Columns, target: Sequence[Seconds], told: Columns) -> tuple[Columns, Replaced]:
    in_target = np.zeros(len(before), dtype=np.bool_)
    for first, end in target:
        in_target[slice(*np.searchsorted(before.opened, (first, end)).tolist())] = True
    known, place = _found_in(told.opened, before.opened)
    told = _with_known_turnover(told, before, known, place)
    changed = int(differing(told.rows(known), before.rows(place[known])).sum())
    gone = int(in_target.sum()) - int(known.sum())
    joined = put_together([before.rows(~in_target), told])
    counts = Replaced(len(told) - int(known.sum()), changed + gone, gone)
    return joined.rows(np.argsort(joined.opened, kind="stable")), counts


def _found_in(wanted: Times, stored: Times) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which are there, and in which row."""
    place = np.searchsorted(stored, wanted)
    inside = np.minimum(place, max(len(stored) - 1, 0))
    return (stored[inside] == wanted) if len(stored) else np.zeros(len(wanted), dtype=np.bool_), inside


def _with_known_turnover(told: Columns, before: Columns, known: NDArray[np.bool_], place: NDArray[np.int64]) -> Columns:
    """A turnover that is not told now stays as it was told for the same candle."""
    if told.turnover is None or before.turnover is None or not bool(np.isnan(told.turnover[known]).any()):
        return told
    alike = ~differing(_bare(told.rows(known)), _bare(before.rows(place[known])))
    turnover = told.turnover.copy()
    kept = alike & np.isnan(turnover[known])
    turnover[known] = np.where(kept, before.turnover[place[known]], turnover[known])
    return Columns(told.opened, *told.prices, told.volume, turnover)


def _bare(columns: Columns) -> Columns:
    return Columns(columns.opened, *columns.prices, columns.volume, None)
