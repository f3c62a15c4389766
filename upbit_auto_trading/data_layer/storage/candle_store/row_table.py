"""Candles that lie as rows: what came last."""

from __future__ import annotations

import sqlite3

from upbit_auto_trading.data_layer.storage.candle_store.columns import Columns, Row, columns_from
from upbit_auto_trading.data_layer.storage.candle_store.series_table import Seconds, StoredSeries

_COLUMNS = "opened, open, high, low, close, volume, turnover"


def read_rows(connection: sqlite3.Connection, series: StoredSeries, within: Seconds) -> Columns:
    """With their turnover."""
    query = f"SELECT {_COLUMNS} FROM candle_rows WHERE series = ? AND opened >= ? AND opened < ? ORDER BY opened"
    return columns_from(connection.execute(query, (series.number, *within)).fetchall())


def put_rows(connection: sqlite3.Connection, series: StoredSeries, columns: Columns) -> None:
    connection.executemany(
        f"INSERT OR REPLACE INTO candle_rows (series, {_COLUMNS}) VALUES ({series.number}, ?, ?, ?, ?, ?, ?, ?)",
        columns.as_rows(),
    )


def read_row(connection: sqlite3.Connection, series: StoredSeries, opened: int) -> Row | None:
    query = f"SELECT {_COLUMNS} FROM candle_rows WHERE series = ? AND opened = ?"
    found: Row | None = connection.execute(query, (series.number, opened)).fetchone()
    return found


def put_row(connection: sqlite3.Connection, series: StoredSeries, row: Row) -> None:
    query = f"INSERT OR REPLACE INTO candle_rows (series, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    connection.execute(query, (series.number, *row))


def delete_rows(connection: sqlite3.Connection, series: StoredSeries, within: Seconds) -> None:
    connection.execute(
        "DELETE FROM candle_rows WHERE series = ? AND opened >= ? AND opened < ?", (series.number, *within)
    )


def delete_row(connection: sqlite3.Connection, series: StoredSeries, opened: int) -> None:
    delete_rows(connection, series, (opened, opened + 1))


def count_rows(connection: sqlite3.Connection, series: StoredSeries) -> int:
    query = "SELECT count(*) FROM candle_rows WHERE series = ?"
    return int(connection.execute(query, (series.number,)).fetchone()[0])


def parts_with_rows(connection: sqlite3.Connection, series: StoredSeries) -> list[int]:
    query = "SELECT opened FROM candle_rows WHERE series = ? ORDER BY opened"
    return sorted({series.part_of(opened) for (opened,) in connection.execute(query, (series.number,))})


def nearest_row(
    connection: sqlite3.Connection, series: StoredSeries, opened: int, *, after: bool
) -> tuple[int, float, float] | None:
    """Opening time, open and close of the row before or after that time."""
    condition = "opened > ? ORDER BY opened" if after else "opened < ? ORDER BY opened DESC"
    query = f"SELECT opened, open, close FROM candle_rows WHERE series = ? AND {condition} LIMIT 1"
    found: tuple[int, float, float] | None = connection.execute(query, (series.number, opened)).fetchone()
    return found
