"""How fresh the candles of each followed series are, for the windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

if TYPE_CHECKING:  # columns of candles, which no window needs before its first paint
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.live_candle import CandleFreshness, CandleFreshnessChanged
    from upbit_auto_trading.business_logic.domain.market import Market


class FreshnessBoard(QObject):
    """How fresh each followed series is, as last told; ``take`` is connected to the engine, ``forget`` to its loss."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.told: dict[tuple[Market, CandleUnit], CandleFreshness] = {}

    @pyqtSlot(object)
    def take(self, changes: tuple[CandleFreshnessChanged, ...]) -> None:
        for one in changes:
            self.told[one.market, one.unit] = one.freshness
        self.changed.emit()

    @pyqtSlot()
    def forget(self) -> None:
        self.told = {}
        self.changed.emit()
