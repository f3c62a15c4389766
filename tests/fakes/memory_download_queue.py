"""The queue of downloads in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry, DownloadPhase, DownloadRequest


class MemoryDownloadQueue:
    """Implements ``DownloadQueue``; outlives a run, as the file would."""

    def __init__(self) -> None:
        self._entries: dict[int, DownloadEntry] = {}
        self._last = 0

    def entries(self) -> tuple[DownloadEntry, ...]:
        waiting = DownloadPhase.WAITING
        return tuple(
            replace(one, phase=waiting) if one.phase is DownloadPhase.RUNNING else one for one in self._entries.values()
        )

    def add(self, request: DownloadRequest, added_at: datetime) -> DownloadEntry:
        self._last += 1
        entry = self._entries[self._last] = DownloadEntry(self._last, request, added_at)
        return entry

    def mark(self, number: int, phase: DownloadPhase, trouble: str = "") -> None:
        if number in self._entries:
            self._entries[number] = replace(self._entries[number], phase=phase, trouble=trouble)

    def remove(self, number: int) -> None:
        self._entries.pop(number, None)
