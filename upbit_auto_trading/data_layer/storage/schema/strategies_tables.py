"""strategies.sqlite3: what a user made: strategies with all their versions, saved screens, allowed components."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from upbit_auto_trading.data_layer.storage.schema.columns import UtcTime, YesNo
from upbit_auto_trading.data_layer.storage.schema.file_facts import file_facts_table

metadata = MetaData()

file_facts = file_facts_table(metadata)

#: each as the JSON that it can be handed on in
screens = Table(
    "screens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
    sqlite_strict=True,
)

#: ``current`` is the number of the version that counts; ``deleted_at`` is set in the bin
strategies = Table(
    "strategies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("current", Integer, nullable=False),
    Column("deleted_at", UtcTime),
    sqlite_strict=True,
)

#: added and never changed
strategy_versions = Table(
    "strategy_versions",
    metadata,
    Column("strategy_id", Text, ForeignKey("strategies.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("saved_at", UtcTime, nullable=False),
    Column("name_ko", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("is_draft", YesNo, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_strict=True,
)

#: contents of component files that the user allowed to run after reading them
allowed_components = Table(
    "allowed_components",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("allowed_at", UtcTime, nullable=False),
    sqlite_strict=True,
)
