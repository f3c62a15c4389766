"""Which cells are tinted for a moment because their value moved: at most two a second each, one timer for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QElapsedTimer, QObject, QTimer, pyqtSlot

from upbit_auto_trading.ui.design.tokens import Motion

#: of a row, and a column's place
Cell = tuple[Hashable, int]


@dataclass(slots=True)
class _Flash:
    direction: int
    until_ms: int
    next_ms: int


class TableFlashes(QTimer):
    """``gone_off`` is told the cells whose tint ended, all of a moment at once."""

    def __init__(self, gone_off: Callable[[list[Cell]], object], parent: QObject) -> None:
        super().__init__(parent)
        self._gone_off = gone_off
        self._flashes: dict[Cell, _Flash] = {}
        self._clock = QElapsedTimer()
        self._clock.start()
        self.setInterval(Motion.COUNTDOWN_MS)
        self.timeout.connect(self._end)

    def note(self, key: Hashable, column: int, before: Any, after: Any) -> None:
        if before is None or after is None or before == after:
            return
        known, now = self._flashes.get((key, column)), self._clock.elapsed()
        if known is not None and now < known.next_ms:
            return
        direction = 1 if after > before else -1
        self._flashes[(key, column)] = _Flash(direction, now + Motion.FLASH_MS, now + Motion.FLASH_LEAST_APART_MS)
        if not self.isActive():
            self.start()

    def of(self, key: Hashable, column: int) -> int:
        """1, −1, or 0: usually nothing flashes at all."""
        known = self._flashes.get((key, column)) if self._flashes else None
        return known.direction if known is not None and self._clock.elapsed() < known.until_ms else 0

    @pyqtSlot()
    def _end(self) -> None:
        now = self._clock.elapsed()
        ended = [cell for cell, flash in self._flashes.items() if flash.direction and flash.until_ms <= now]
        for cell in ended:
            self._flashes[cell].direction = 0  # told once; it stays until it may flash again
        self._flashes = {cell: flash for cell, flash in self._flashes.items() if flash.next_ms > now}
        if not self._flashes:
            self.stop()
        if ended:
            self._gone_off(ended)
