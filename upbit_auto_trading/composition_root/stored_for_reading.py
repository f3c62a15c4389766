"""Opens a file of the data folder to read it, beside a running program too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.composition_root.market_data import prepared_folder
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.file_kinds import FileKind, files_of

if TYPE_CHECKING:  # heavy: only where it is used
    from sqlalchemy import Engine


@contextmanager
def opened_for_reading(paths: AppPaths, clock: Clock, kind: FileKind) -> Iterator[Engine | None]:
    """None where there is no such file: looking makes none. One of an older version is upgraded first. Works beside a
    running program."""
    path = dict(files_of(paths))[kind]
    if not path.exists():
        yield None
        return
    if not _is_of_today(path, kind):
        with prepared_folder(paths, clock):
            pass
    engine = _engine_for_reading(path, kind)
    try:
        yield engine
    finally:
        engine.dispose()


def _is_of_today(path: Path, kind: FileKind) -> bool:
    from upbit_auto_trading.data_layer.storage.error_translation import translated
    from upbit_auto_trading.data_layer.storage.file_inspection import read_known_revision, refuse_foreign_file
    from upbit_auto_trading.data_layer.storage.plain_connection import connect_plainly

    with translated(path), closing(connect_plainly(path, "ro", kind.busy_timeout_ms)) as connection:
        refuse_foreign_file(connection, path, kind)
        return read_known_revision(connection, path, kind) == kind.head


def _engine_for_reading(path: Path, kind: FileKind) -> Engine:
    from sqlalchemy import URL, create_engine
    from sqlalchemy.pool import NullPool

    from upbit_auto_trading.data_layer.storage.plain_connection import connect_plainly

    return create_engine(
        URL.create("sqlite", database=str(path)),
        creator=lambda: connect_plainly(path, "ro", kind.busy_timeout_ms),
        poolclass=NullPool,
    )
