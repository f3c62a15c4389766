"""Saved screens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "strategies_0002"
down_revision = "strategies_0001"


def upgrade() -> None:
    op.create_table(
        "screens",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("saved_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
