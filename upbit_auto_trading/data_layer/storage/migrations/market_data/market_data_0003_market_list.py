"""The markets of exchanges, and what happened to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "market_data_0003"
down_revision = "market_data_0002"


def upgrade() -> None:
    op.create_table(
        "known_markets",
        sa.Column("exchange", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("korean_name", sa.Text, nullable=False),
        sa.Column("english_name", sa.Text, nullable=False),
        sa.Column("is_warned", sa.Integer, nullable=False),
        sa.Column("cautions", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("delisted_on", sa.Text),
        sa.Column("first_seen_at", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("listed_at", "missing_since", "delisted_at")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "market_events",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("exchange", "code", "kind", "happened_at")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("before", "after")),
        sqlite_strict=True,
    )
    op.create_index("market_events_of_one", "market_events", ["exchange", "code", "number"])
    op.create_table(
        "market_list_worlds",
        sa.Column("exchange", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sqlite_strict=True,
    )
