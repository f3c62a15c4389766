"""Backups and check-ups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from upbit_auto_trading.business_logic.domain.health import HealthFinding


@dataclass(frozen=True, slots=True)
class BackupSummary:
    #: the file's name; where backups lie is the store's matter
    file_name: str
    made_at: datetime
    size_bytes: int
    with_candles: bool
    reason: str
    #: codes of what was kept out on purpose, such as "keys-with-key-file"
    left_out: tuple[str, ...] = ()


#: called with the fraction done (0…1); returns False to cancel
ProgressCallback = Callable[[float], bool]


class Cancelled(Exception):
    """Somebody said stop, which is no error: everything is as it was before."""


class BackupStore(Protocol):
    def make(self, reason: str, with_candles: bool = False, progress: ProgressCallback | None = None) -> BackupSummary:
        """A verified copy of settings, strategies and (on request) candles."""

    def newest(self) -> tuple[BackupSummary, ...]:
        """Newest first; unusable files are left out."""

    def prune(self, keep: int, max_bytes: int) -> tuple[str, ...]:
        """Deletes what the retention rule no longer keeps; the names that went."""


class HealthCheck(Protocol):
    def __call__(self) -> tuple[HealthFinding, ...]: ...
