"""Live candles, one by one: hundreds of markets close a candle in the same second, and each is one row.

The way of whole ranges would take ten times as long for a single candle.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.data_layer.storage.candle_store.columns import Row, columns_from
from upbit_auto_trading.data_layer.storage.candle_store.replacing import Replaced, replace_ranges
from upbit_auto_trading.data_layer.storage.candle_store.row_table import put_row, read_row
from upbit_auto_trading.data_layer.storage.candle_store.series_table import StoredSeries
from upbit_auto_trading.data_layer.storage.stored_time import time_to_text


def row_of(candle: Candle) -> Row:
    numbers = (candle.open, candle.high, candle.low, candle.close, candle.volume, candle.turnover)
    # minus nothing is nothing
    first, high, low, last, volume, turnover = (float(number) + 0.0 for number in numbers)
    return epoch_second(candle.opened_at), first, high, low, last, volume, turnover


def for_checking(candles: Sequence[Candle], rows: Sequence[Row]) -> CandleSeries:
    """Candles of one exchange and unit as if they were of one market: what is checked knows no neighbours."""
    return columns_from(rows).series(candles[0].market, candles[0].unit)


def is_known(connection: sqlite3.Connection, series: StoredSeries, candle: Candle) -> bool:
    query = "SELECT ends_at FROM candle_coverage WHERE series = ? AND starts_at <= ? ORDER BY starts_at DESC LIMIT 1"
    moment = time_to_text(candle.opened_at)
    found = connection.execute(query, (series.number, moment)).fetchone()
    return found is not None and found[0] > moment


def put_live_row(connection: sqlite3.Connection, series: StoredSeries, row: Row) -> Replaced:
    """Where nothing is known. A chunk that reaches around it is rewritten."""
    opened = row[0]
    query = "SELECT 1 FROM candle_chunks WHERE series = ? AND part = ? AND first_opened <= ? AND last_opened >= ?"
    if connection.execute(query, (series.number, series.part_of(opened), opened, opened)).fetchone() is not None:
        return replace_ranges(connection, series, [(opened, opened + 1)], columns_from([row]))
    before = read_row(connection, series, opened)
    if before is not None and row[:6] == before[:6] and (row[6] == before[6] or row[6] is None or math.isnan(row[6])):
        return Replaced()
    put_row(connection, series, row)
    return Replaced(new=1, rows_added=1) if before is None else Replaced(changed=1)
