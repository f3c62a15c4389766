"""The markets of exchanges in market_data.sqlite3, and what happened to them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

from upbit_auto_trading.data_layer.storage.schema.columns import UtcTime, YesNo


def known_markets_table(metadata: MetaData) -> Table:
    """A market that was delisted stays."""
    return Table(
        "known_markets",
        metadata,
        Column("exchange", Text, primary_key=True),
        Column("code", Text, primary_key=True),
        Column("korean_name", Text, nullable=False),
        Column("english_name", Text, nullable=False),
        Column("is_warned", YesNo, nullable=False),
        #: a JSON list of their values
        Column("cautions", Text, nullable=False),
        Column("state", Text),
        #: a day as the exchange tells it
        Column("delisted_on", Text),
        Column("first_seen_at", UtcTime, nullable=False),
        Column("listed_at", UtcTime),
        Column("missing_since", UtcTime),
        Column("delisted_at", UtcTime),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def market_events_table(metadata: MetaData) -> Table:
    return Table(
        "market_events",
        metadata,
        Column("number", Integer, primary_key=True),
        Column("exchange", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("happened_at", UtcTime, nullable=False),
        Column("before", Text, nullable=False),
        Column("after", Text, nullable=False),
        Index("market_events_of_one", "exchange", "code", "number"),
        sqlite_strict=True,
    )


def market_list_worlds_table(metadata: MetaData) -> Table:
    """Whose list it is: candles and lists are each asked for their own world, so each remembers its own."""
    return Table(
        "market_list_worlds",
        metadata,
        Column("exchange", Text, primary_key=True),
        Column("fingerprint", Text, nullable=False),
        sqlite_strict=True,
    )
