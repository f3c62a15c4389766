"""What is done in the child processes that tests kill; each function says through ``send`` how far it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# imported here, once, in the server from which children are forked
import alembic.op
import alembic.operations.batch  # noqa: F401
import sqlalchemy.dialects.sqlite  # noqa: F401

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage import making_files  # noqa: F401
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE, FileKind
from upbit_auto_trading.data_layer.storage.settings_store import SqliteSettingsStore
from upbit_auto_trading.data_layer.storage.startup import prepare_databases, prepare_file

Send = Callable[[Any], None]
NAMES = ("data.first", "data.second", "data.third")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def create_all(_send: Send, paths: AppPaths) -> None:
    prepare_databases(paths, FakeClock(), lambda path: path)


def migrate_one(_send: Send, path: Path, kind: FileKind) -> None:
    prepare_file(path, kind, FakeClock(), lambda source: Path(shutil.copy(source, f"{source}.backup")))


def write_settings(send: Send, path: Path, count: int) -> None:
    """Three settings that always change together, to the same number."""
    engine = open_engine(path, SETTINGS_FILE)
    store = SqliteSettingsStore(engine)
    for number in range(1, count + 1):
        send(("begun", number))
        store.write(dict.fromkeys(NAMES, str(number)), NOON)
        send(("confirmed", number))
    close_engine(engine)


def write_settings_forever(send: Send, path: Path) -> None:
    """Says after each confirmed write how long the log is: what lies behind it may be lost in a power cut."""
    engine = open_engine(path, SETTINGS_FILE)
    store = SqliteSettingsStore(engine)
    log = Path(f"{path}-wal")
    number = 0
    while True:
        number += 1
        store.write(dict.fromkeys(NAMES, str(number)), NOON)
        send((number, log.stat().st_size))
