"""Watch lists, drawings on charts and price alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "settings_0003"
down_revision = "settings_0002"


def upgrade() -> None:
    _create_watch_lists()
    _create_drawings()
    _create_alerts()


def _create_watch_lists() -> None:
    op.create_table(
        "watch_list",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.CheckConstraint("name <> ''", name="watch_list_has_a_name"),
        sa.CheckConstraint("position >= 0", name="watch_list_has_a_place"),
        sqlite_strict=True,
    )
    op.create_table(
        "watch_list_market",
        sa.Column("list_id", sa.Integer, sa.ForeignKey("watch_list.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("exchange", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.CheckConstraint("position >= 0", name="watch_list_market_has_a_place"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _create_drawings() -> None:
    op.create_table(
        "drawing",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("look", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.CheckConstraint("id <> '' AND kind <> ''", name="drawing_has_a_kind"),
        sqlite_strict=True,
    )
    op.create_index("drawing_of_a_market", "drawing", ["exchange", "code"])


def _create_alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("price", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("fired_at", sa.Text),
        sa.Column("is_on", sa.Integer, nullable=False),
        sa.Column("side", sa.Text),
        sa.CheckConstraint("direction IN ('crosses', 'rises-to', 'falls-to')", name="alert_has_a_direction"),
        sa.CheckConstraint("repeats IN (0, 1) AND is_on IN (0, 1)", name="alert_answers_yes_or_no"),
        sa.CheckConstraint("side IN ('above', 'below')", name="alert_has_a_side"),
        sa.CheckConstraint("id <> '' AND price <> ''", name="alert_has_a_price"),
        sqlite_strict=True,
    )
    op.create_index("alert_of_a_market", "alert", ["exchange", "code"])
