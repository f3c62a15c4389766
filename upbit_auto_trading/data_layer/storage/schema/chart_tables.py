"""What a user lays onto markets, in settings.sqlite3: watch lists, drawings and price alerts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Table, Text

from upbit_auto_trading.data_layer.storage.schema.columns import UtcTime, YesNo


def watch_list_table(metadata: MetaData) -> Table:
    return Table(
        "watch_list",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        #: 0 is the uppermost
        Column("position", Integer, nullable=False),
        CheckConstraint("name <> ''", name="watch_list_has_a_name"),
        CheckConstraint("position >= 0", name="watch_list_has_a_place"),
        sqlite_strict=True,
    )


def watch_list_market_table(metadata: MetaData) -> Table:
    return Table(
        "watch_list_market",
        metadata,
        Column("list_id", Integer, ForeignKey("watch_list.id", ondelete="CASCADE"), primary_key=True),
        Column("exchange", Text, primary_key=True),
        Column("code", Text, primary_key=True),
        Column("position", Integer, nullable=False),
        CheckConstraint("position >= 0", name="watch_list_market_has_a_place"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def drawing_table(metadata: MetaData) -> Table:
    """Kinds are not listed here: a new one needs no migration, and the store refuses what it does not know."""
    return Table(
        "drawing",
        metadata,
        Column("id", Text, primary_key=True),
        Column("exchange", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("kind", Text, nullable=False),
        #: a JSON list of [second, price]
        Column("points", Text, nullable=False),
        #: a JSON object: colour, words, whether it is locked, hidden, prolonged
        Column("look", Text, nullable=False),
        Column("created_at", UtcTime, nullable=False),
        Column("changed_at", UtcTime, nullable=False),
        CheckConstraint("id <> '' AND kind <> ''", name="drawing_has_a_kind"),
        Index("drawing_of_a_market", "exchange", "code"),
        sqlite_strict=True,
    )


def alert_table(metadata: MetaData) -> Table:
    return Table(
        "alert",
        metadata,
        Column("id", Text, primary_key=True),
        Column("exchange", Text, nullable=False),
        Column("code", Text, nullable=False),
        #: a decimal
        Column("price", Text, nullable=False),
        Column("direction", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("repeats", YesNo, nullable=False),
        Column("created_at", UtcTime, nullable=False),
        #: NULL: not yet
        Column("fired_at", UtcTime),
        Column("is_on", YesNo, nullable=False),
        #: where the last known price lay: what passed it while the program was off is known by that
        Column("side", Text),
        CheckConstraint("direction IN ('crosses', 'rises-to', 'falls-to')", name="alert_has_a_direction"),
        CheckConstraint("repeats IN (0, 1) AND is_on IN (0, 1)", name="alert_answers_yes_or_no"),
        CheckConstraint("side IN ('above', 'below')", name="alert_has_a_side"),
        CheckConstraint("id <> '' AND price <> ''", name="alert_has_a_price"),
        Index("alert_of_a_market", "exchange", "code"),
        sqlite_strict=True,
    )
