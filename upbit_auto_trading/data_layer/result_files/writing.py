"""A file of a result, put in its place when it is whole."""

from __future__ import annotations

from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import PathUnusable
from upbit_auto_trading.data_layer.durable_files import translated_os_error, write_whole


def refuse_unwritable(path: Path) -> None:
    """Before a long run whose result could not be kept. Raises StorageError."""
    if not path.parent.is_dir():
        raise PathUnusable(str(path.parent), "no such folder")
    if path.is_dir():
        raise PathUnusable(str(path), "a folder")


def write_result(path: Path, content: bytes) -> None:
    """The old file or the new one, never a part; nothing is left behind. Raises StorageError."""
    refuse_unwritable(path)
    try:
        write_whole(path, content)
    except OSError as error:
        path.with_name(f".{path.name}.new").unlink(missing_ok=True)
        raise translated_os_error(error, path) from error
