"""Chunks in their table: sealed by checksums, with what must be known of them without reading them."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_checks import jumps_in
from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds
from upbit_auto_trading.data_layer.storage.candle_store.chunk_codec import (
    decode,
    decode_floats,
    encoded,
    encoded_floats,
)
from upbit_auto_trading.data_layer.storage.candle_store.columns import Columns, empty
from upbit_auto_trading.data_layer.storage.candle_store.planes import Damaged
from upbit_auto_trading.data_layer.storage.candle_store.series_table import StoredSeries

_HEAD = struct.Struct("<5q")
_SEAL = struct.Struct("<I")
_HEAD_COLUMNS = "part, first_opened, last_opened, candles, checksum, jumps, edges"


@dataclass(frozen=True, slots=True, eq=False)
class ChunkHead:
    """All of a chunk but its columns."""

    part: int
    first: int
    last: int
    candles: int
    #: opening times of rows far from both neighbours; not of the first and last, whose neighbours are elsewhere
    jumps: Seconds
    #: open, high, low and close of the first two and the last two rows, as far as there are so many
    edges: Floats


def edge_rows(rows: int) -> list[int]:
    """Which rows of so many are kept as edges."""
    return sorted({row for row in (0, 1, rows - 2, rows - 1) if 0 <= row < rows})


def read_heads(connection: sqlite3.Connection, series: StoredSeries, first: int, end: int) -> list[ChunkHead]:
    """Of chunks whose ends reach into [first, end), by time."""
    return [
        _head(series, row)
        for row in connection.execute(
            f"SELECT {_HEAD_COLUMNS} FROM candle_chunks WHERE series = ? AND part BETWEEN ? AND ?"
            " AND last_opened >= ? AND first_opened < ? ORDER BY part",
            (series.number, series.part_of(first), series.part_of(end - 1), first, end),
        )
    ]


def all_heads(connection: sqlite3.Connection, series: StoredSeries) -> list[ChunkHead]:
    query = f"SELECT {_HEAD_COLUMNS} FROM candle_chunks WHERE series = ? ORDER BY part"
    return [_head(series, row) for row in connection.execute(query, (series.number,))]


def nearest_head(connection: sqlite3.Connection, series: StoredSeries, opened: int, *, after: bool) -> ChunkHead | None:
    """The first chunk that begins after that time, or the last that ends before it."""
    condition = "first_opened > ? ORDER BY part" if after else "last_opened < ? ORDER BY part DESC"
    query = f"SELECT {_HEAD_COLUMNS} FROM candle_chunks WHERE series = ? AND {condition} LIMIT 1"
    found = connection.execute(query, (series.number, opened)).fetchone()
    return None if found is None else _head(series, found)


def read_chunk(connection: sqlite3.Connection, series: StoredSeries, head: ChunkHead) -> Columns:
    """With its turnover."""
    result = empty(head.candles, with_turnover=True)
    read_chunk_into(connection, series, head, result)
    return result


def read_chunk_into(connection: sqlite3.Connection, series: StoredSeries, head: ChunkHead, result: Columns) -> None:
    """Into columns of as many rows; the turnover is read where there is room for it."""
    wanted = "body" if result.turnover is None else "body, turnover"
    query = f"SELECT {wanted} FROM candle_chunks WHERE series = ? AND part = ?"
    found = connection.execute(query, (series.number, head.part)).fetchone()
    decode(_unsealed(found[0], series, head.part), result)
    if (int(result.opened[0]), int(result.opened[-1])) != (head.first, head.last):
        raise Damaged(f"chunk {series.number}/{head.part}: times of another one")
    if result.turnover is None:
        return
    if found[1] is None:
        result.turnover[:] = np.nan
    else:
        decode_floats(_unsealed(found[1], series, head.part), result.turnover)


def write_chunk(connection: sqlite3.Connection, series: StoredSeries, part: int, columns: Columns) -> None:
    """In place of what was there; without rows there is no chunk."""
    if not len(columns):
        connection.execute("DELETE FROM candle_chunks WHERE series = ? AND part = ?", (series.number, part))
        return
    jumps = columns.opened[jumps_in(series.unit, *columns.prices)].astype("<i8").tobytes()
    edges = np.stack([column[edge_rows(len(columns))] for column in columns.prices], axis=1).astype("<f8").tobytes()
    first, last = int(columns.opened[0]), int(columns.opened[-1])
    checksum = _checksum(series, part, first, last, len(columns), jumps, edges)
    turnover = columns.turnover
    connection.execute(
        "INSERT OR REPLACE INTO candle_chunks (series, part, first_opened, last_opened, candles, checksum, jumps,"
        " edges, body, turnover) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(series.number, part, first, last, len(columns), checksum, jumps, edges),
            _sealed(encoded(columns)),
            None if turnover is None or bool(np.isnan(turnover).all()) else _sealed(encoded_floats(turnover)),
        ),
    )


def _head(series: StoredSeries, row: tuple[int, int, int, int, int, bytes, bytes]) -> ChunkHead:
    part, first, last, candles, checksum, jumps, edges = row
    if checksum != _checksum(series, part, first, last, candles, jumps, edges):
        raise Damaged(f"chunk {series.number}/{part}: head")
    prices: NDArray[np.float64] = np.frombuffer(edges, dtype="<f8").reshape(-1, 4)
    return ChunkHead(part, first, last, candles, np.frombuffer(jumps, dtype="<i8"), prices)


def _checksum(series: StoredSeries, part: int, first: int, last: int, candles: int, jumps: bytes, edges: bytes) -> int:
    return zlib.crc32(edges, zlib.crc32(jumps, zlib.crc32(_HEAD.pack(series.number, part, first, last, candles))))


def _sealed(body: bytes) -> bytes:
    return _SEAL.pack(zlib.crc32(body)) + body


def _unsealed(stored: bytes, series: StoredSeries, part: int) -> memoryview:
    body = memoryview(stored)[_SEAL.size :]
    if len(stored) < _SEAL.size or zlib.crc32(body) != _SEAL.unpack_from(stored)[0]:
        raise Damaged(f"chunk {series.number}/{part}: columns")
    return body
