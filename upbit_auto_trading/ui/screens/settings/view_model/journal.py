"""State of the security journal: the newest records, and whether the chain holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.ports.credentials import SecurityRecord
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import ErrorMessage, explain
from upbit_auto_trading.ui.runtime.operation import OperationContext, StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text

_READING = Text("보안 기록 읽기", "Reading the security journal")
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class JournalState:
    #: newest first; ``None`` while they are being read for the first time
    records: tuple[SecurityRecord, ...] | None = None
    first_broken: int | None = None
    error: ErrorMessage | None = None


class JournalViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state = JournalState()

    @property
    def state(self) -> JournalState:
        return self._state

    def load(self) -> None:
        self._services.operations.submit_to_storage(
            StorageOperation(_READING, _read),
            initiator=self,
            on_success=self._show,
            on_failure=lambda error: self._show(replace(self._state, error=explain(error))),
        )

    def _show(self, state: JournalState) -> None:
        self._state = state
        self.state_changed.emit(state)


def _read(stores: Stores, _context: OperationContext) -> JournalState:
    return JournalState(stores.journal.newest(_SHOWN), stores.journal.first_broken_line())
