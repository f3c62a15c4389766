"""settings.sqlite3: settings, window and engine state, what lies on markets, security journal, runs and counters."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text, event

from upbit_auto_trading.data_layer.storage.schema.chart_tables import (
    alert_table,
    drawing_table,
    watch_list_market_table,
    watch_list_table,
)
from upbit_auto_trading.data_layer.storage.schema.columns import UtcTime, YesNo
from upbit_auto_trading.data_layer.storage.schema.file_facts import file_facts_table

metadata = MetaData()

file_facts = file_facts_table(metadata)

setting_values = Table(
    "setting_values",
    metadata,
    Column("setting_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    sqlite_strict=True,
)

setting_changes = Table(
    "setting_changes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("changed_at", UtcTime, nullable=False),
    Column("setting_id", Text, nullable=False),
    #: NULL is the default
    Column("before", Text),
    Column("after", Text),
    Index("setting_changes_of_one", "setting_id", "number"),
    # numbers are shown to users and named in roll-backs: one that was taken is never given again
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

ui_state = Table(
    "ui_state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    sqlite_strict=True,
)

engine_state = Table(
    "engine_state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

security_journal = Table(
    "security_journal",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("happened_at", UtcTime, nullable=False),
    Column("event", Text, nullable=False),
    Column("details_json", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("chain_hash", Text, nullable=False),
    sqlite_strict=True,
)

# Append-only. The third is needed because INSERT OR REPLACE deletes without firing delete triggers.
APPEND_ONLY_TRIGGERS = (
    """CREATE TRIGGER security_journal_keeps_lines BEFORE UPDATE ON security_journal
BEGIN SELECT RAISE(ABORT, 'security_journal is append-only'); END""",
    """CREATE TRIGGER security_journal_loses_nothing BEFORE DELETE ON security_journal
BEGIN SELECT RAISE(ABORT, 'security_journal is append-only'); END""",
    """CREATE TRIGGER security_journal_replaces_nothing BEFORE INSERT ON security_journal
WHEN EXISTS (SELECT 1 FROM security_journal WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'security_journal is append-only'); END""",
)


def _guard_journal(_table: Table, connection: Connection, **_options: object) -> None:
    for trigger in APPEND_ONLY_TRIGGERS:
        connection.exec_driver_sql(trigger)


event.listen(security_journal, "after_create", _guard_journal)

key_facts = Table(
    "key_facts",
    metadata,
    Column("credential_id", Text, primary_key=True),
    Column("checked_at", UtcTime),
    Column("expires_at", UtcTime),
    #: a JSON object, answer by right
    Column("rights", Text, nullable=False),
    Column("fault", Text),
    Column("pocket", Text),
    Column("trouble", Text),
    Column("tried_at", UtcTime),
    Column("withdraw_box_confirmed_at", UtcTime),
    #: days left at most, of the last warning
    Column("warned", Integer),
    sqlite_strict=True,
)

scheduled_runs = Table(
    "scheduled_runs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("job_id", Text, nullable=False),
    Column("planned_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("result", Text),
    Column("detail", Text, nullable=False),
    Index("scheduled_runs_open", "ended_at"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("beat_at", UtcTime, primary_key=True),
    Column("engine_alive", YesNo, nullable=False),
    Column("streams_fresh", Integer, nullable=False),
    Column("streams_stale", Integer, nullable=False),
    Column("positions_watched", Integer, nullable=False),
    sqlite_strict=True,
)

daily_operations = Table(
    "daily_operations",
    metadata,
    #: a KST day, 2026-11-21
    Column("day", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    #: a JSON list, one count per bucket of LATENCY_BOUNDS_MS and one more
    Column("latency_counts", Text, nullable=False),
    sqlite_strict=True,
)

watch_list = watch_list_table(metadata)

watch_list_market = watch_list_market_table(metadata)

drawing = drawing_table(metadata)

alert = alert_table(metadata)
