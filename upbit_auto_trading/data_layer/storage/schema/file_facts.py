"""The one table that all three files have: what the file is, when and by which version it was made."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text


def file_facts_table(metadata: MetaData) -> Table:
    return Table(
        "file_facts",
        metadata,
        Column("name", Text, primary_key=True),
        Column("value", Text, nullable=False),
        sqlite_strict=True,
    )
