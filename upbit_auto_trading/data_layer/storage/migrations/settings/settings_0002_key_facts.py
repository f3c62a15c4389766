"""What is known of the stored keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "settings_0002"
down_revision = "settings_0001"


def upgrade() -> None:
    op.create_table(
        "key_facts",
        sa.Column("credential_id", sa.Text, primary_key=True),
        sa.Column("checked_at", sa.Text),
        sa.Column("expires_at", sa.Text),
        sa.Column("rights", sa.Text, nullable=False),
        sa.Column("fault", sa.Text),
        sa.Column("pocket", sa.Text),
        sa.Column("trouble", sa.Text),
        sa.Column("tried_at", sa.Text),
        sa.Column("withdraw_box_confirmed_at", sa.Text),
        sa.Column("warned", sa.Integer),
        sqlite_strict=True,
    )
