"""Candles from a file into the store, and from the store into a file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import ErrorMessage, explain
from upbit_auto_trading.ui.market_data_services import CANDLES_TOPIC, ReadFile
from upbit_auto_trading.ui.runtime.operation import (
    Operation,
    OperationContext,
    OperationHandle,
    Progress,
    StorageOperation,
)
from upbit_auto_trading.utils.bilingual_text import Text

READING = Text("파일 읽는 중", "Reading the file")
STORING = Text("캔들 넣는 중", "Storing the candles")
EXPORTING = Text("내보내는 중", "Exporting")


@dataclass(frozen=True, slots=True)
class FilesState:
    running: Text | None = None
    progress: Progress | None = None
    #: of the last import
    imported: ImportReport | None = None
    import_error: ErrorMessage | None = None
    #: file and candles of the last export
    exported: tuple[str, int] | None = None
    export_error: ErrorMessage | None = None


class FilesViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._data = services.market_data
        self._handle: OperationHandle | None = None
        self._state = FilesState()

    @property
    def state(self) -> FilesState:
        return self._state

    def import_file(self, path: str, market: Market, unit: CandleUnit) -> None:
        """Read and checked as a whole beside the window; not a candle is stored of a file that has a bad row."""
        if self._state.running is not None:
            return
        self._change(running=READING, progress=None, imported=None, import_error=None)
        self._handle = self._services.operations.run_in_background(
            Operation(READING, lambda context: self._data.read_file(path, market, unit, context.keep_going)),
            initiator=self,
            on_success=self._store,
            on_failure=self._fail_import,
            on_cancelled=self._end,
            on_progress=lambda progress: self._change(progress=progress),
        )

    def _store(self, read: ReadFile) -> None:
        self._change(running=STORING, progress=None)

        def work(stores: Stores, context: OperationContext) -> ImportReport:
            return read(stores, context.keep_going)

        self._handle = self._services.operations.submit_to_storage(
            StorageOperation(STORING, work, CANDLES_TOPIC),
            initiator=self,
            on_success=lambda report: self._change(running=None, imported=report),
            on_failure=self._fail_import,
            on_cancelled=self._end,
            on_progress=lambda progress: self._change(progress=progress),
        )

    def export(self, path: str, market: Market, unit: CandleUnit, span: Span) -> None:
        if self._state.running is not None:
            return
        self._change(running=EXPORTING, progress=None, exported=None, export_error=None)

        def work(context: OperationContext) -> int:
            return self._data.export_file(path, market, unit, span, context.keep_going)

        self._handle = self._services.operations.run_in_background(
            Operation(EXPORTING, work),
            initiator=self,
            on_success=lambda candles: self._change(running=None, exported=(path, candles)),
            on_failure=lambda error: self._change(running=None, export_error=explain(error)),
            on_cancelled=self._end,
            on_progress=lambda progress: self._change(progress=progress),
        )

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _fail_import(self, error: Exception) -> None:
        self._change(running=None, import_error=explain(error))

    def _end(self) -> None:
        self._change(running=None, progress=None)

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
