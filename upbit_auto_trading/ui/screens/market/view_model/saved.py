"""Saved screens: listed, saved, renamed and deleted in the storage thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.screen import Screen
from upbit_auto_trading.business_logic.ports.screens import SavedScreen
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text

TOPIC = "screens"
_READING = Text("저장한 조건 검색 읽기", "Reading saved screens")
_SAVING = Text("조건 검색 저장", "Saving the screen")
_RENAMING = Text("조건 검색 이름 바꾸기", "Renaming the screen")
_DELETING = Text("조건 검색 지우기", "Deleting the screen")


@dataclass(frozen=True, slots=True)
class SavedState:
    screens: tuple[SavedScreen, ...] = ()
    #: the last change did not succeed
    error: Exception | None = None


class SavedScreens(QObject):
    state_changed = pyqtSignal(object)
    #: the screen that is open has this name from now on; empty: it is saved no more
    named = pyqtSignal(str)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state = SavedState()

    @property
    def state(self) -> SavedState:
        return self._state

    def of(self, name: str) -> SavedScreen | None:
        return next((one for one in self._state.screens if one.name == name), None)

    def load(self) -> None:
        self._services.operations.submit_to_storage(
            StorageOperation(_READING, lambda stores, _context: stores.screens.all()),
            initiator=self,
            on_success=lambda screens: self._change(screens=screens),
            on_failure=lambda error: self._change(error=error),
        )

    def save(self, screen: Screen, name: str) -> None:
        named, now = replace(screen, name=name), self._services.clock.now()
        self._do(_SAVING, lambda stores: stores.screens.save(named, now), name)

    def rename(self, name: str, new_name: str) -> None:
        now = self._services.clock.now()
        self._do(_RENAMING, lambda stores: stores.screens.rename(name, new_name, now), new_name)

    def delete(self, name: str) -> None:
        self._do(_DELETING, lambda stores: stores.screens.delete(name), "")

    def _do(self, title: Text, work: Callable[[Stores], object], name_after: str) -> None:
        def done(_answer: object) -> None:
            self._change(error=None)
            self.named.emit(name_after)
            self.load()

        self._services.operations.submit_to_storage(
            StorageOperation(title, lambda stores, _context: work(stores), TOPIC),
            initiator=self,
            on_success=done,
            on_failure=lambda error: self._change(error=error),
        )

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
