"""How much room the user's folders take; runs in a background thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from upbit_auto_trading.config.app_paths import AppPaths


@dataclass(frozen=True, slots=True)
class FolderSizes:
    data_bytes: int
    logs_bytes: int
    backups_bytes: int


def measure_folders(paths: AppPaths, check_cancelled: Callable[[], None]) -> FolderSizes:
    return FolderSizes(
        _size_of(paths.data, check_cancelled),
        _size_of(paths.logs, check_cancelled),
        _size_of(paths.backups, check_cancelled),
    )


def _size_of(folder: Path, check_cancelled: Callable[[], None]) -> int:
    """Files that come and go while we look count for nothing; links are not followed."""
    total = 0
    waiting = [str(folder)]
    while waiting:
        check_cancelled()
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
