"""Candles that go, and what was known of them with them."""

from __future__ import annotations

import sqlite3

from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.data_layer.storage.candle_store.columns import empty
from upbit_auto_trading.data_layer.storage.candle_store.coverage_table import cover
from upbit_auto_trading.data_layer.storage.candle_store.replacing import replace_ranges
from upbit_auto_trading.data_layer.storage.candle_store.row_table import count_rows
from upbit_auto_trading.data_layer.storage.candle_store.series_table import StoredSeries, delete_series, seconds_in


def forget_in(connection: sqlite3.Connection, series: StoredSeries, span: Span) -> int:
    """How many went."""
    gone = replace_ranges(connection, series, seconds_in([span]), empty(0, with_turnover=True)).gone
    cover(connection, series.number, [span], None)
    _delete_if_empty(connection, series)
    return gone


def forget_series(connection: sqlite3.Connection, series: StoredSeries) -> int:
    query = "SELECT coalesce(sum(candles), 0) FROM candle_chunks WHERE series = ?"
    gone = int(connection.execute(query, (series.number,)).fetchone()[0]) + count_rows(connection, series)
    delete_series(connection, series.number)
    return gone


def _delete_if_empty(connection: sqlite3.Connection, series: StoredSeries) -> None:
    tables = ("candle_rows", "candle_chunks", "candle_coverage")
    held = (f"SELECT 1 FROM {table} WHERE series = {series.number} LIMIT 1" for table in tables)
    if not any(connection.execute(query).fetchone() for query in held):
        delete_series(connection, series.number)
