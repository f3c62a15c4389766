"""Opens the candles of a data folder for a command: to read beside the program, or to write instead of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.day_starts import DAY_STARTS, day_start_of
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.utils.korean_time import KST

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.ports.candle_store import CandleReader, CandleStore


@contextmanager
def candles_for_reading(paths: AppPaths, clock: Clock) -> Iterator[CandleReader | None]:
    """None where nothing was ever stored: looking makes no file.

    A file of an older version is upgraded first, as a start of the program does it. Raises StorageError, and
    AnotherInstanceRuns where only the running program may upgrade it.
    """
    from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader

    file = paths.market_data_database
    if not file.exists():
        yield None
        return
    if not _is_of_today(file):
        with prepared_folder(paths, clock):
            pass
    reader = open_candle_reader(file)
    try:
        yield reader
    finally:
        reader.close()
        _tidy_up(file)


def _tidy_up(file: Path) -> None:
    """Who only reads may not take away the log that SQLite made for it; the last one who may write does.

    Beside a program nothing happens: it is not the last one.
    """
    from upbit_auto_trading.data_layer.storage.error_translation import translated
    from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
    from upbit_auto_trading.data_layer.storage.plain_connection import connect_plainly

    if os.access(file, os.W_OK) and Path(f"{file}-shm").exists():
        with translated(file), closing(connect_plainly(file, "rw", MARKET_DATA_FILE.busy_timeout_ms)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")


def _is_of_today(file: Path) -> bool:
    from upbit_auto_trading.data_layer.storage.error_translation import translated
    from upbit_auto_trading.data_layer.storage.file_inspection import read_known_revision, refuse_foreign_file
    from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
    from upbit_auto_trading.data_layer.storage.plain_connection import connect_plainly

    with translated(file), closing(connect_plainly(file, "ro", MARKET_DATA_FILE.busy_timeout_ms)) as connection:
        refuse_foreign_file(connection, file, MARKET_DATA_FILE)
        return read_known_revision(connection, file, MARKET_DATA_FILE) == MARKET_DATA_FILE.head


@contextmanager
def candles_for_writing(paths: AppPaths, clock: Clock) -> Iterator[CandleStore]:
    """Raises AnotherInstanceRuns while a program uses the folder, and StorageError."""
    from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_store

    with ExitStack() as undo:
        undo.enter_context(prepared_folder(paths, clock))
        store = open_candle_store(paths.market_data_database, DAY_STARTS)
        undo.callback(store.close)
        yield store


@contextmanager
def prepared_folder(paths: AppPaths, clock: Clock) -> Iterator[None]:
    """Held against programs, with all databases made, checked and of today's version."""
    from upbit_auto_trading.composition_root.held_folder import held_folder
    from upbit_auto_trading.composition_root.keys import make_vault
    from upbit_auto_trading.data_layer.storage.backup import FolderBackups
    from upbit_auto_trading.data_layer.storage.restore_journal import finish_interrupted_restore
    from upbit_auto_trading.data_layer.storage.startup import prepare_databases

    with held_folder(paths, clock):
        finish_interrupted_restore(paths)
        backups = FolderBackups(paths, clock, make_vault(paths, clock).key_source)
        prepare_databases(paths, clock, backups.copy_before_migration)
        yield


def stored_candles(
    paths: AppPaths, clock: Clock, market: Market, unit: CandleUnit, span: Span | None
) -> tuple[Candle, ...]:
    """Of the range, or of all that is known. Raises InvalidParameter where some of it is unknown: a replay would take
    that for silence.
    """
    from upbit_auto_trading.business_logic.domain.candle_series import candles_of
    from upbit_auto_trading.business_logic.use_cases.read_candles import known_range, read_candles

    with candles_for_reading(paths, clock) as reader:
        wanted = span if span is not None or reader is None else known_range(reader, market, unit)
        if reader is None or wanted is None:
            raise InvalidParameter(market.code, unit.value, "nothing-stored", unit.value)
        found = read_candles(reader, market, unit, wanted, day_start_of(market.exchange), with_turnover=True)
    if found.unknown:
        first = found.unknown[0]
        ends = (f"{moment.astimezone(KST):%Y-%m-%d %H:%M}" for moment in (first.start, first.end))
        raise InvalidParameter(market.code, first.start.isoformat(), "stored-in-part", " – ".join(ends))
    return candles_of(found.series)
