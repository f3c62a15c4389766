"""The first shape of settings.sqlite3."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "settings_0001"
down_revision = None


def upgrade() -> None:
    _create_settings()
    _create_states()
    _create_security_journal()
    _create_scheduled_runs()
    _create_operations()


def _create_settings() -> None:
    op.create_table(
        "file_facts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "setting_values",
        sa.Column("setting_id", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "setting_changes",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.Column("setting_id", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("setting_changes_of_one", "setting_changes", ["setting_id", "number"])


def _create_states() -> None:
    op.create_table(
        "ui_state",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "engine_state",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _create_security_journal() -> None:
    op.create_table(
        "security_journal",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("happened_at", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("details_json", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("chain_hash", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.execute("""CREATE TRIGGER security_journal_keeps_lines BEFORE UPDATE ON security_journal
BEGIN SELECT RAISE(ABORT, 'security_journal is append-only'); END""")
    op.execute("""CREATE TRIGGER security_journal_loses_nothing BEFORE DELETE ON security_journal
BEGIN SELECT RAISE(ABORT, 'security_journal is append-only'); END""")
    op.execute("""CREATE TRIGGER security_journal_replaces_nothing BEFORE INSERT ON security_journal
WHEN EXISTS (SELECT 1 FROM security_journal WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'security_journal is append-only'); END""")


def _create_scheduled_runs() -> None:
    op.create_table(
        "scheduled_runs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("planned_at", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text),
        sa.Column("ended_at", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("scheduled_runs_open", "scheduled_runs", ["ended_at"])


def _create_operations() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("beat_at", sa.Text, primary_key=True),
        sa.Column("engine_alive", sa.Integer, nullable=False),
        sa.Column("streams_fresh", sa.Integer, nullable=False),
        sa.Column("streams_stale", sa.Integer, nullable=False),
        sa.Column("positions_watched", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "daily_operations",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("operation", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("latency_counts", sa.Text, nullable=False),
        sqlite_strict=True,
    )
