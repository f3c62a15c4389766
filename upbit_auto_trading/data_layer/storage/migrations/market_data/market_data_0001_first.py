"""The first shape of market_data.sqlite3."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "market_data_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "file_facts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_strict=True,
    )
