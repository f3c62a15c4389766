"""A made-up database with two revisions, whose second rewrites every row: something to interrupt."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.data_layer.storage.file_kinds import FileKind, Synchronous
from upbit_auto_trading.data_layer.storage.making_files import create_file

_FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "growing_0001"
down_revision = None


def upgrade():
    op.create_table("file_facts", sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text))
    op.execute("CREATE TABLE accounts (number INTEGER PRIMARY KEY, owner TEXT NOT NULL)")
    op.execute(
        "CREATE TABLE orders (number INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES accounts(number)"
        " ON DELETE CASCADE, price TEXT NOT NULL)"
    )
"""

# Rebuilds both tables by hand and by Alembic's batch: with foreign keys on, dropping the old parent would
# take every child along.
_SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "growing_0002"
down_revision = "growing_0001"


def upgrade():
    op.execute("CREATE TABLE orders_new (number INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES"
               " accounts(number) ON DELETE CASCADE, price TEXT NOT NULL, market TEXT NOT NULL)")
    op.execute("INSERT INTO orders_new SELECT number, account, price, 'KRW-BTC' FROM orders")
    op.execute("DROP TABLE orders")
    op.execute("ALTER TABLE orders_new RENAME TO orders")
    op.execute("CREATE INDEX orders_of_account ON orders (account)")
    with op.batch_alter_table("accounts", recreate="always") as accounts:
        accounts.add_column(sa.Column("exchange", sa.Text, nullable=False, server_default="upbit"))
    op.execute("CREATE TABLE sums AS SELECT account, count(*) AS orders FROM orders GROUP BY account")
"""


def growing_kinds(folder: Path) -> tuple[FileKind, FileKind]:
    """The same file as an older and as a newer program sees it; ``folder`` takes the version files."""
    older, newer = folder / "older" / "versions", folder / "newer" / "versions"
    for versions in (older, newer):
        versions.mkdir(parents=True)
        (versions / "growing_0001.py").write_text(_FIRST, encoding="utf-8")
    (newer / "growing_0002.py").write_text(_SECOND, encoding="utf-8")
    return (_kind(older, "growing_0001"), _kind(newer, "growing_0001", "growing_0002"))


def _kind(versions: Path, *revisions: str) -> FileKind:
    return FileKind("growing", 0x5541_5439, revisions, Synchronous.FULL, is_checked_at_start=True, migrations=versions)


def make_older_file(path: Path, older: FileKind, rows: int) -> None:
    create_file(path, older, FakeClock())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO accounts VALUES (?, ?)", [(number, f"owner {number}") for number in range(10)]
        )
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?)",
            [(number, number % 10, f"{number * 1000}.00000001") for number in range(rows)],
        )


def whole_state(path: Path) -> str:
    """A digest of the revision, the schema and every row; fails if the file is not whole."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        for line in connection.iterdump():
            digest.update(line.encode())
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return f"{revision} {digest.hexdigest()}"
