"""Strategies with their versions, and the component files that a user allowed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "strategies_0003"
down_revision = "strategies_0002"


def upgrade() -> None:
    op.create_table(
        "strategies",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("current", sa.Integer, nullable=False),
        sa.Column("deleted_at", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "strategy_versions",
        sa.Column("strategy_id", sa.Text, sa.ForeignKey("strategies.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("saved_at", sa.Text, nullable=False),
        sa.Column("name_ko", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("is_draft", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "allowed_components",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("allowed_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
