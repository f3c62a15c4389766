"""Rows into chunks, and free pages back to the system."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.data_layer.storage.candle_store.candle_file import CandleFile
from upbit_auto_trading.data_layer.storage.candle_store.replacing import fold_rows
from upbit_auto_trading.data_layer.storage.candle_store.series_table import all_series

#: pages that are moved in one transaction: a few milliseconds in which nobody else can write
_PAGES_AT_ONCE = 512
#: a file of so few pages is rebuilt in no time
_SMALL_FILE_PAGES = 256
_INCREMENTAL = 2
_STEPS_BETWEEN_LOOKS = 50_000

KeepGoing = Callable[[float], bool]


def compact(file: CandleFile, keep_going: KeepGoing) -> None:
    """Each series, and each few pages, in a transaction of their own: what is done stays done. Raises Cancelled."""
    with file.reading() as connection:
        listed = all_series(connection)
    for done, series in enumerate(listed):
        _ask(keep_going, done / len(listed) / 2)
        with file.writing() as connection:
            fold_rows(connection, series)
    give_back_pages(file, lambda fraction: keep_going(0.5 + fraction / 2))


def give_back_pages(file: CandleFile, keep_going: KeepGoing = lambda _fraction: True) -> None:
    """The file ends with its last page that is used. Others may read meanwhile."""
    with file.alone() as connection:
        _make_incremental(connection, keep_going)
        free = _number(connection, "freelist_count")
        left = free
        while left:
            _ask(keep_going, 1 - left / free)
            # each step moves one page: rows must be fetched until there is none
            connection.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
            before, left = left, _number(connection, "freelist_count")
            if left >= before:
                break
        # while somebody reads an older state the log keeps what they need; the next checkpoint cuts it
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def make_small_file_incremental(file: CandleFile) -> None:
    """At opening: a file that can give pages back one by one has to be made so while it is empty, or rebuilt once."""
    with file.alone() as connection:
        if _number(connection, "page_count") > _SMALL_FILE_PAGES:
            return
        try:
            _make_incremental(connection, lambda _fraction: True)
        except sqlite3.OperationalError:
            # somebody else is writing, or the disk is full: no reason not to open. compact() does it, or says why not
            return


def used_bytes(connection: sqlite3.Connection) -> int:
    """Of pages that hold something."""
    pages = _number(connection, "page_count") - _number(connection, "freelist_count")
    return pages * _number(connection, "page_size")


def file_bytes(connection: sqlite3.Connection) -> int:
    return _number(connection, "page_count") * _number(connection, "page_size")


def _make_incremental(connection: sqlite3.Connection, keep_going: KeepGoing) -> None:
    if _number(connection, "auto_vacuum") == _INCREMENTAL:
        return
    connection.execute(f"PRAGMA auto_vacuum={_INCREMENTAL}")
    connection.set_progress_handler(lambda: 0 if keep_going(0.0) else 1, _STEPS_BETWEEN_LOOKS)
    try:
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise Cancelled from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _ask(keep_going: KeepGoing, fraction: float) -> None:
    if not keep_going(fraction):
        raise Cancelled
