"""SQLAlchemy engines: one connection each, owned by the thread that opened it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.data_layer.storage.error_translation import translate, translated
from upbit_auto_trading.data_layer.storage.file_kinds import FileKind
from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_writing

_BEGIN = "begin_statement"
# A pool logs under the name of its class, which is ours here; its comings and goings tell a user nothing.
logging.getLogger(f"{__name__}._OwnedPool").setLevel(logging.WARNING)


class _OwnedPool(QueuePool):
    """Asks before anything is handed out: afterwards a refused connection would be closed in the wrong thread."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._owner = threading.get_ident()

    def connect(self) -> PoolProxiedConnection:
        if threading.get_ident() != self._owner:
            raise InvariantBroken(f"storage used from thread {threading.current_thread().name}, not its owner")
        return super().connect()


def open_engine(path: Path, kind: FileKind) -> Engine:
    """An engine over an existing, prepared file; it connects at once, so that errors show here.

    A transaction begins with BEGIN IMMEDIATE unless :func:`reading` opened it: a write that only upgrades
    its lock half-way can fail with "busy" without waiting.
    """

    def connect() -> sqlite3.Connection:
        return connect_for_writing(path, kind)

    # one connection, no overflow, no waiting: a second one inside a transaction is a mistake of ours
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        creator=connect,
        poolclass=_OwnedPool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=0,
    )
    event.listen(engine, "begin", _begin)
    with translated_sql(path):
        engine.connect().close()
    return engine


def close_engine(engine: Engine) -> None:
    """Empties the write-ahead log into the file, so that the folder can be copied as it lies."""
    path = path_of(engine)
    with translated_sql(path):
        raw = engine.raw_connection()  # in another thread than the owner's this raises and leaves all open
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
            engine.dispose()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view; nobody waits for it and it waits for nobody."""
    with translated_sql(path_of(engine)), engine.connect() as connection:
        yield connection.execution_options(**{_BEGIN: "BEGIN"})


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is on the disk when the block ends, or none."""
    with translated_sql(path_of(engine)), engine.begin() as connection:
        yield connection


@contextmanager
def translated_sql(path: Path) -> Iterator[None]:
    """As :func:`translated`, also for errors that SQLAlchemy has wrapped."""
    try:
        with translated(path):
            yield
    except DBAPIError as error:
        leaf = None if error.orig is None else translate(error.orig, path)
        if leaf is None:
            raise
        raise leaf from error
    except NoFreeConnection as error:
        raise InvariantBroken(f"{path.name}: a transaction inside a transaction") from error


def path_of(engine: Engine) -> Path:
    """The file an engine stands for, as errors name it."""
    return Path(engine.url.database or "")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"))
