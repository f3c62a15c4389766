"""Moves a damaged database out of the way: never deleted, never over another one."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.durable_files import sync_folder
from upbit_auto_trading.data_layer.storage.error_translation import translated

#: what SQLite keeps beside a database; without them a file may be older than it was
COMPANIONS = ("-wal", "-shm", "-journal")


def set_aside(path: Path, clock: Clock) -> Path:
    """Moves the file with its companions to ``damaged/<name>-<UTC time>/``; returns where it lies now.

    The database goes first: a kill in between leaves companions without a database, which the next
    start sets aside too, instead of a database that silently lost its newest transactions.
    """
    with translated(path):
        folder = _new_folder(path, clock)
        for source in (path, *companions_of(path)):
            if os.path.lexists(source):
                os.rename(source, folder / source.name)
        sync_folder(folder)
        sync_folder(path.parent)
    return folder / path.name


def companions_of(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + ending) for ending in COMPANIONS)


def _new_folder(path: Path, clock: Clock) -> Path:
    damaged = path.parent / "damaged"
    damaged.mkdir(exist_ok=True)
    stem = f"{path.stem}-{clock.now():%Y%m%dT%H%M%SZ}"
    for number in count(1):
        folder = damaged / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError("count() does not end")
