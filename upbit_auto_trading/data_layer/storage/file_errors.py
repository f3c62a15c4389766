"""Errors of work that reads one file and writes another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy, DatabaseDamaged
from upbit_auto_trading.data_layer.storage.error_translation import translate


@contextmanager
def file_errors(written: Path, read: Path | None = None) -> Iterator[None]:
    """As ``error_translation.translated``, for work that reads one file and writes another."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        leaf = translate(error, written)
        if leaf is None:
            raise
        if read is not None and isinstance(leaf, DatabaseBusy | DatabaseDamaged):
            leaf = type(leaf)(str(read), leaf.detail)
        raise leaf from error
