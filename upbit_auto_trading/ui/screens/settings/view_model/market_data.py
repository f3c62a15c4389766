"""What candles are stored: read in the background, forgotten, compacted and cleaned up in the storage thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import CleanUpReport, SeriesFacts
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import ErrorMessage, explain
from upbit_auto_trading.ui.market_data_services import CANDLES_TOPIC
from upbit_auto_trading.ui.runtime.operation import (
    Operation,
    OperationContext,
    OperationHandle,
    Progress,
    StorageOperation,
)
from upbit_auto_trading.utils.bilingual_text import Text

COMPACTING = Text("시세 파일 압축", "Compacting the market data")
CLEANING = Text("시세 자료 정리", "Cleaning up the market data")
FORGETTING = Text("캔들 지우기", "Deleting candles")
_READING = Text("시세 자료 목록 읽기", "Reading what market data there is")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done last, and what it brought."""

    title: Text
    bytes_before: int
    bytes_after: int
    candles: int = 0
    #: of a clean-up: ranges that went
    ranges: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    title: Text
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True, slots=True)
class StoredState:
    #: None while they are read for the first time
    series: tuple[SeriesFacts, ...] | None = None
    file_bytes: int = 0
    most_bytes: int = 0
    list_error: ErrorMessage | None = None
    running: Running | None = None
    done: Done | None = None
    #: the last piece of work did not succeed; said until the next try
    error: ErrorMessage | None = None


class StoredViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._data = services.market_data
        self._handle: OperationHandle | None = None
        self._state = StoredState(most_bytes=self._data.retention().most_bytes)
        services.operations.changed.connect(self._hear_of)
        services.settings.changed.connect(self._follow_settings)

    @property
    def state(self) -> StoredState:
        return self._state

    def load(self) -> None:
        """What is shown stays until the new is there."""
        data = self._data

        def read(_context: OperationContext) -> tuple[tuple[SeriesFacts, ...], int]:
            return data.read_inventory(), data.file_bytes()

        def show(answer: tuple[tuple[SeriesFacts, ...], int]) -> None:
            self._change(series=answer[0], file_bytes=answer[1], list_error=None)

        self._services.operations.run_in_background(
            Operation(_READING, read),
            initiator=self,
            on_success=show,
            on_failure=lambda error: self._change(list_error=explain(error)),
        )

    def forget(self, market: Market, unit: CandleUnit) -> None:
        def work(stores: Stores, _context: OperationContext) -> Done:
            before = self._data.file_bytes()
            candles = stores.candles.forget(market, unit)
            return Done(FORGETTING, before, self._data.file_bytes(), candles)

        self._run(FORGETTING, work)

    def compact(self) -> None:
        def work(stores: Stores, context: OperationContext) -> Done:
            before = self._data.file_bytes()
            stores.candles.compact(context.keep_going)
            return Done(COMPACTING, before, self._data.file_bytes())

        self._run(COMPACTING, work)

    def clean_up(self) -> None:
        policy, now = self._data.retention(), self._services.clock.now()

        def work(stores: Stores, _context: OperationContext) -> Done:
            report: CleanUpReport = stores.candles.clean_up(policy, now)
            return Done(CLEANING, report.bytes_before, report.bytes_after, ranges=len(report.forgotten))

        self._run(CLEANING, work)

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _run(self, title: Text, work: Callable[[Stores, OperationContext], Done]) -> None:
        if self._state.running is not None:
            return
        self._change(running=Running(title), done=None, error=None)
        self._handle = self._services.operations.submit_to_storage(
            StorageOperation(title, work, CANDLES_TOPIC),
            initiator=self,
            on_success=self._finish,
            on_failure=lambda error: self._change(running=None, error=explain(error)),
            on_cancelled=lambda: self._change(running=None),
            on_progress=self._show_progress,
        )

    def _finish(self, done: Done) -> None:
        self._change(running=None, done=done)
        self.load()

    def _show_progress(self, progress: Progress) -> None:
        if self._state.running is not None:
            self._change(running=replace(self._state.running, progress=progress))

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, initiator: object) -> None:
        if topic == CANDLES_TOPIC and initiator is not self and self._state.series is not None:
            self.load()

    @pyqtSlot(str, object)
    def _follow_settings(self, _setting_id: str, _value: object) -> None:
        self._change(most_bytes=self._data.retention().most_bytes)

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
