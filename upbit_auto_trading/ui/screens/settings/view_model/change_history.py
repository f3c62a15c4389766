"""State of the history of setting changes: what was changed from what to what, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.ports.stores import SettingChange
from upbit_auto_trading.config.settings import SETTINGS_BY_ID
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import ErrorMessage, explain
from upbit_auto_trading.ui.forms.value_words import stored_words
from upbit_auto_trading.ui.settings_state import SETTINGS_TOPIC
from upbit_auto_trading.utils.bilingual_text import Text

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChangeRow:
    number: int
    changed_at: datetime
    title: Text
    before: Text
    after: Text
    #: False for a setting this version does not know
    can_roll_back: bool


@dataclass(frozen=True, slots=True)
class HistoryState:
    #: newest first; ``None`` while they are being read for the first time
    rows: tuple[ChangeRow, ...] | None = None
    error: ErrorMessage | None = None
    #: the change that was taken back just now
    rolled_back: ChangeRow | None = None


class HistoryViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state = HistoryState()
        services.operations.changed.connect(self._hear_of)

    @property
    def state(self) -> HistoryState:
        return self._state

    def load(self) -> None:
        self._services.settings.load_history(self._show_changes, self._show_error, initiator=self, limit=_SHOWN)

    def roll_back(self, number: int) -> None:
        """Writes a change of its own, so this too can be taken back."""
        row = next((row for row in self._state.rows or () if row.number == number), None)
        if row is None or not row.can_roll_back:
            return
        self._services.settings.roll_back(
            number,
            initiator=self,
            on_success=lambda _change: self._show_rolled_back(row),
            on_failure=self._show_error,
        )

    def _show_changes(self, changes: tuple[SettingChange, ...]) -> None:
        self._change(rows=tuple(row_of(change) for change in changes))

    def _show_rolled_back(self, row: ChangeRow) -> None:
        self._change(rolled_back=row, error=None)
        self.load()

    def _show_error(self, error: Exception) -> None:
        self._change(error=explain(error), rolled_back=None)

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, initiator: object) -> None:
        if topic == SETTINGS_TOPIC and initiator is not self and self._state.rows is not None:
            self.load()

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def row_of(change: SettingChange) -> ChangeRow:
    setting = SETTINGS_BY_ID.get(change.setting_id)
    if setting is None:
        name = Text(change.setting_id, change.setting_id)
        return ChangeRow(change.number, change.changed_at, name, _raw(change.before), _raw(change.after), False)
    before, after = stored_words(setting, change.before), stored_words(setting, change.after)
    return ChangeRow(change.number, change.changed_at, setting.title, before, after, True)


def _raw(stored: str | None) -> Text:
    return Text("기본값", "Default") if stored is None else Text(stored, stored)
