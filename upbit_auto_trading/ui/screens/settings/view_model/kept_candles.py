"""The series that are kept up to date by themselves, and how fresh each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.live_candle import CandleFreshness
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.kept_series import TOPIC, KeptSeries
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import ErrorMessage, explain
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text

_READING = Text("최신으로 유지하는 캔들 읽기", "Reading which candles are kept up to date")
_ADDING = Text("캔들 최신 유지", "Keeping candles up to date")
_REMOVING = Text("캔들 최신 유지 그만하기", "No longer keeping candles up to date")


@dataclass(frozen=True, slots=True)
class KeptRow:
    series: KeptSeries
    #: None: its exchange is not connected, or has told nothing yet
    freshness: CandleFreshness | None = None


@dataclass(frozen=True, slots=True)
class KeptState:
    #: None while they are read for the first time
    rows: tuple[KeptRow, ...] | None = None
    error: ErrorMessage | None = None


class KeptViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state = KeptState()
        self._series: tuple[KeptSeries, ...] | None = None
        self._freshness = services.market_data.freshness
        self._freshness.changed.connect(self._renew)
        services.operations.changed.connect(self._hear_of)

    @property
    def state(self) -> KeptState:
        return self._state

    def load(self) -> None:
        self._submit(_READING, lambda _stores: None)

    def add(self, market: Market, unit: CandleUnit) -> None:
        self._submit(_ADDING, lambda stores: stores.kept_series.add(KeptSeries(market, unit)), TOPIC)

    def remove(self, series: KeptSeries) -> None:
        self._submit(_REMOVING, lambda stores: stores.kept_series.remove(series), TOPIC)

    def holds(self, market: Market, unit: CandleUnit) -> bool:
        return KeptSeries(market, unit) in (self._series or ())

    def _submit(self, title: Text, change: Callable[[Stores], object], topic: str = "") -> None:
        def work(stores: Stores, _context: object) -> tuple[KeptSeries, ...]:
            change(stores)
            return stores.kept_series.kept()

        self._services.operations.submit_to_storage(
            StorageOperation(title, work, topic),
            initiator=self,
            on_success=self._take,
            on_failure=lambda error: self._change(error=explain(error)),
        )

    def _take(self, series: tuple[KeptSeries, ...]) -> None:
        self._series = series
        self._change(error=None)
        self._renew()

    @pyqtSlot()
    def _renew(self) -> None:
        if self._series is not None:
            told = self._freshness.told
            self._change(rows=tuple(KeptRow(one, told.get((one.market, one.unit))) for one in self._series))

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, initiator: object) -> None:
        if topic == TOPIC and initiator is not self and self._series is not None:
            self.load()

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
