"""market_data.sqlite3: candles, what is known of them, what the program fetches by itself, and the markets."""

from __future__ import annotations

from sqlalchemy import REAL, Column, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

from upbit_auto_trading.data_layer.storage.schema.columns import UtcTime
from upbit_auto_trading.data_layer.storage.schema.file_facts import file_facts_table
from upbit_auto_trading.data_layer.storage.schema.market_list_tables import (
    known_markets_table,
    market_events_table,
    market_list_worlds_table,
)

metadata = MetaData()

file_facts = file_facts_table(metadata)

candle_series = Table(
    "candle_series",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("exchange", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("unit", Text, nullable=False),
    UniqueConstraint("exchange", "code", "unit", name="candle_series_once"),
    sqlite_strict=True,
)

#: columns of up to 16,384 intervals; a candle lies in a chunk or in candle_rows, and no row inside of a chunk's ends
candle_chunks = Table(
    "candle_chunks",
    metadata,
    Column("series", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    #: seconds since 1970
    Column("first_opened", Integer, nullable=False),
    Column("last_opened", Integer, nullable=False),
    Column("candles", Integer, nullable=False),
    #: of all that is here but body and turnover, which begin with their own
    Column("checksum", Integer, nullable=False),
    Column("jumps", LargeBinary, nullable=False),
    Column("edges", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    # last: SQLite does not read what lies behind the columns that are asked for
    Column("turnover", LargeBinary),
    sqlite_strict=True,
)

#: what came last, a candle a row, until a few thousand are worth a chunk
candle_rows = Table(
    "candle_rows",
    metadata,
    Column("series", Integer, primary_key=True),
    #: seconds since 1970
    Column("opened", Integer, primary_key=True),
    Column("open", REAL, nullable=False),
    Column("high", REAL, nullable=False),
    Column("low", REAL, nullable=False),
    Column("close", REAL, nullable=False),
    Column("volume", REAL, nullable=False),
    #: NULL where nobody told it
    Column("turnover", REAL),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

candle_coverage = Table(
    "candle_coverage",
    metadata,
    Column("series", Integer, primary_key=True),
    Column("starts_at", UtcTime, primary_key=True),
    Column("ends_at", UtcTime, nullable=False),
    Column("origin", Text, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

#: which world an exchange is: a practice market that starts over is another one
exchange_worlds = Table(
    "exchange_worlds",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    sqlite_strict=True,
)

#: what the program keeps up to date by itself
kept_series = Table(
    "kept_series",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("wanted_since", UtcTime, nullable=False),
    sqlite_strict=True,
)

downloads = Table(
    "downloads",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("exchange", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False),
    # shown to users: a number that was taken is never given again
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

known_markets = known_markets_table(metadata)
market_events = market_events_table(metadata)
market_list_worlds = market_list_worlds_table(metadata)
