"""Candles, coverage, the world an exchange is, what is kept up to date, and downloads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "market_data_0002"
down_revision = "market_data_0001"


def upgrade() -> None:
    _candles()
    _coverage()
    _wishes()


def _candles() -> None:
    op.create_table(
        "candle_series",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.UniqueConstraint("exchange", "code", "unit", name="candle_series_once"),
        sqlite_strict=True,
    )
    op.create_table(
        "candle_chunks",
        sa.Column("series", sa.Integer, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("first_opened", sa.Integer, nullable=False),
        sa.Column("last_opened", sa.Integer, nullable=False),
        sa.Column("candles", sa.Integer, nullable=False),
        sa.Column("checksum", sa.Integer, nullable=False),
        sa.Column("jumps", sa.LargeBinary, nullable=False),
        sa.Column("edges", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("turnover", sa.LargeBinary),
        sqlite_strict=True,
    )
    op.create_table(
        "candle_rows",
        sa.Column("series", sa.Integer, primary_key=True),
        sa.Column("opened", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.REAL, nullable=False) for name in ("open", "high", "low", "close", "volume")),
        sa.Column("turnover", sa.REAL),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _coverage() -> None:
    op.create_table(
        "candle_coverage",
        sa.Column("series", sa.Integer, primary_key=True),
        sa.Column("starts_at", sa.Text, primary_key=True),
        sa.Column("ends_at", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "exchange_worlds",
        sa.Column("exchange", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _wishes() -> None:
    op.create_table(
        "kept_series",
        sa.Column("exchange", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("wanted_since", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "downloads",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("exchange", "code", "unit")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("starts_at", "ends_at", "asked_at")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("state", "detail")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
