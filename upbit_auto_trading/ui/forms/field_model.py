"""One field of a form: the value in force, what was typed wrongly, and whether a change was just taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.config.setting import InvalidValue, Kind, Setting, Value
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.utils.bilingual_text import Text

_STORED_TEXT_UNUSABLE = Text(
    "저장된 값을 쓸 수 없어서 기본값을 쓰고 있어요. 새로 고르거나 기본값으로 되돌리세요.",
    "The stored value cannot be used, so the default holds. Choose anew, or go back to the default.",
)


@dataclass(frozen=True, slots=True)
class FieldState:
    value: Value
    is_default: bool
    #: why what was typed is not taken; the text stays in the field
    error: Text | None = None
    #: a change of this field was taken: the form says so until the next one
    is_applied: bool = False


class FieldModel(QObject):
    """Takes what is typed or chosen at once; what is refused stays on the screen with its reason."""

    state_changed = pyqtSignal(object)
    #: the user changed something here: other fields stop saying that theirs was taken
    applied = pyqtSignal()

    def __init__(self, setting: Setting, settings: SettingsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._settings = settings
        self._state = self._fresh()
        settings.changed.connect(self._hear_of)
        settings.write_failed.connect(self._tell_write_failed)
        settings.problems_changed.connect(self._read_again)

    @property
    def state(self) -> FieldState:
        return self._state

    def type_text(self, text: str) -> None:
        """What was typed and committed with Enter or by leaving the field."""
        try:
            value = self.setting.from_text(text)
        except InvalidValue as refused:
            self._refuse(InvalidParameter(refused.setting_id, refused.value, refused.reason, refused.allowed))
            return
        self.choose(value)

    def choose(self, value: Value) -> None:
        """A number may come as ``Decimal`` for a whole one."""
        if self.setting.kind is Kind.WHOLE_NUMBER and isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if value == self._settings.value(self.setting.id):
            self._show(replace(self._fresh(), is_applied=self._state.is_applied))
            return
        try:
            self._settings.set(self.setting.id, value)
        except InvalidParameter as error:
            self._refuse(error)
            return
        self._say_applied()

    def reset(self) -> None:
        self._settings.reset(self.setting.id)
        self._say_applied()

    def fall_silent(self) -> None:
        """Another field was changed, or the page was left: no longer say that this one was taken."""
        if self._state.is_applied:
            self._show(replace(self._state, is_applied=False))

    def _say_applied(self) -> None:
        self._show(replace(self._fresh(), is_applied=True))
        self.applied.emit()

    def _refuse(self, error: InvalidParameter) -> None:
        message = explain(error)
        self._show(replace(self._state, error=_joined(message.title, message.mend), is_applied=False))

    @pyqtSlot(str, object)
    def _hear_of(self, setting_id: str, _value: object) -> None:
        """Changed here, elsewhere, or put back because storage failed."""
        if setting_id == self.setting.id:
            self._show(self._fresh())

    @pyqtSlot(str, object)
    def _tell_write_failed(self, setting_id: str, error: Exception) -> None:
        if setting_id == self.setting.id:
            message = explain(error)
            self._show(replace(self._fresh(), error=_joined(message.title, message.mend)))

    @pyqtSlot()
    def _read_again(self) -> None:
        if self._state.error is None or self._state.error == _STORED_TEXT_UNUSABLE:
            self._show(replace(self._fresh(), is_applied=self._state.is_applied))

    def _fresh(self) -> FieldState:
        has_problem = any(problem.setting.id == self.setting.id for problem in self._settings.problems)
        return FieldState(
            self._settings.value(self.setting.id),
            # a stored text that cannot be used is something to go back from
            self._settings.is_default(self.setting.id) and not has_problem,
            _STORED_TEXT_UNUSABLE if has_problem else None,
        )

    def _show(self, state: FieldState) -> None:
        """Told even if nothing changed: a field may show a text that was never taken."""
        self._state = state
        self.state_changed.emit(state)


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.ko} {second.ko}".strip(), f"{first.en} {second.en}".strip())
