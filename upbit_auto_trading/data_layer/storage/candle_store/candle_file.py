"""A connection to market_data.sqlite3, owned by the thread that opened it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvariantBroken
from upbit_auto_trading.data_layer.storage.candle_store.planes import Damaged
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_writing, connect_plainly


class CandleFile:
    """Not SQLAlchemy: a chunk is read in less time than its result rows would take, and a live candle is one row."""

    def __init__(self, path: Path, *, for_writing: bool) -> None:
        self.path = path
        self._owner = threading.get_ident()
        self._is_for_writing = for_writing
        with translated(path):
            if for_writing:
                self._connection = connect_for_writing(path, MARKET_DATA_FILE)
            else:
                self._connection = connect_plainly(path, "ro", MARKET_DATA_FILE.busy_timeout_ms)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view; it waits for nobody and nobody waits for it."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it is stored when the block ends, or none."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self.alone() as connection:
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Outside of any transaction: for what SQLite does as a whole."""
        if threading.get_ident() != self._owner:
            raise InvariantBroken(f"candles used from thread {threading.current_thread().name}, not their owner")
        try:
            with translated(self.path):
                yield self._connection
        except Damaged as error:
            raise DatabaseDamaged(str(self.path), str(error)) from error

    def close(self) -> None:
        with self.alone() as connection:
            try:
                if self._is_for_writing:
                    # so that the folder can be copied as it lies, also while others read
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.close()
