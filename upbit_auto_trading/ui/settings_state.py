"""The settings as the windows see them: shown at once, written behind, put back where that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.stores import SettingChange, Stores
from upbit_auto_trading.business_logic.use_cases.change_settings import (
    change_settings,
    find_change,
    roll_back_setting,
)
from upbit_auto_trading.config.setting import InvalidValue, Setting, Value
from upbit_auto_trading.config.settings import ALL_SETTINGS
from upbit_auto_trading.ui.runtime.operation import OperationContext, StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

#: the topic under which a change is announced by ``Operations.changed``
SETTINGS_TOPIC = "settings"
_SAVING = Text("설정 저장", "Saving settings")
_READING = Text("설정 읽기", "Reading settings")
_ROLLING_BACK = Text("설정 되돌리기", "Rolling a setting back")


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """A stored text that the declaration refuses: the default holds, the text stays in the store."""

    setting: Setting
    stored_text: str
    reason: str


@dataclass(slots=True)
class _Current:
    """``stored`` is what the store has confirmed (``None``: nothing, the default holds)."""

    setting: Setting
    value: Value
    stored: str | None = None
    #: the number of the newest write that was sent; an older one that fails puts nothing back
    newest_write: int = 0
    problem: SettingProblem | None = field(default=None)


class SettingsState(QObject):
    """Lives in the UI thread."""

    changed = pyqtSignal(str, object)  # setting id, value
    write_failed = pyqtSignal(str, object)  # setting id, error; the old value is shown again
    problems_changed = pyqtSignal()

    def __init__(
        self,
        texts: Mapping[str, str],
        operations: Operations,
        clock: Clock,
        settings: Iterable[Setting] = ALL_SETTINGS,
        parent: QObject | None = None,
    ) -> None:
        """``texts`` as first read from the store; ids that nobody declares any more are left alone there."""
        super().__init__(parent)
        self._operations = operations
        self._clock = clock
        self._last_write = 0
        self._current: dict[str, _Current] = {}
        for setting in settings:
            if setting.is_secret:
                raise InvariantBroken(f"a secret is no setting: {setting.id}")
            self._current[setting.id] = _read(setting, texts.get(setting.id))
        self._risk_limit_ids = frozenset(c.setting.id for c in self._current.values() if c.setting.is_risk_limit)

    def value(self, setting: Setting | str) -> Value:
        return self._of(setting).value

    def is_on(self, setting: Setting | str) -> bool:
        value = self._of(setting).value
        if not isinstance(value, bool):
            raise InvariantBroken(f"not a switch: {setting}")
        return value

    def whole_number(self, setting: Setting | str) -> int:
        value = self._of(setting).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvariantBroken(f"not a whole number: {setting}")
        return value

    def text(self, setting: Setting | str) -> str:
        value = self._of(setting).value
        if not isinstance(value, str):
            raise InvariantBroken(f"not a text: {setting}")
        return value

    def is_default(self, setting: Setting | str) -> bool:
        current = self._of(setting)
        return current.value == current.setting.default

    def texts_that_differ(self) -> dict[str, str]:
        """Canonical texts of everything that is not at its default, for reports."""
        currents = self._current.values()
        return {c.setting.id: c.setting.to_text(c.value) for c in currents if c.value != c.setting.default}

    @property
    def problems(self) -> tuple[SettingProblem, ...]:
        return tuple(current.problem for current in self._current.values() if current.problem is not None)

    def set(self, setting: Setting | str, value: Value) -> None:
        """Holds at once and is written behind. Raises InvalidParameter, and then nothing has changed."""
        current = self._of(setting)
        try:
            text = current.setting.to_text(value)
            checked = current.setting.check(value)
        except InvalidValue as error:
            raise InvalidParameter(error.setting_id, error.value, error.reason, error.allowed) from error
        self._write(current, text, checked)

    def reset(self, setting: Setting | str) -> None:
        """Back to the default, also where the stored text is a problem."""
        current = self._of(setting)
        self._write(current, None, current.setting.default)

    def roll_back(
        self,
        change_number: int,
        *,
        initiator: QObject | None = None,
        on_success: Callable[[SettingChange], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Give a setting the value it had before a change of the history (that is a change too)."""

        def work(stores: Stores, _context: OperationContext) -> SettingChange:
            self._check_can_be_shown(find_change(stores.settings, change_number))
            now = self._clock.now()
            return roll_back_setting(stores.settings, stores.journal, change_number, self._risk_limit_ids, now)

        def show(change: SettingChange) -> None:
            self._take_stored(self._of(change.setting_id), change.before)
            if on_success is not None:
                on_success(change)

        self._operations.submit_to_storage(
            StorageOperation(_ROLLING_BACK, work, SETTINGS_TOPIC),
            initiator=initiator,
            on_success=show,
            on_failure=on_failure,
        )

    def load_history(
        self,
        on_success: Callable[[tuple[SettingChange, ...]], None],
        on_failure: Callable[[Exception], None] | None = None,
        *,
        initiator: QObject | None = None,
        setting_id: str | None = None,
        limit: int = 200,
    ) -> None:
        """Newest first."""
        self._operations.submit_to_storage(
            StorageOperation(_READING, lambda stores, _context: stores.settings.history(limit, setting_id)),
            initiator=initiator,
            on_success=on_success,
            on_failure=on_failure,
        )

    def refresh(self, on_failure: Callable[[Exception], None] | None = None) -> None:
        """Read again: after the first look failed, or after the files were replaced."""
        asked_after = self._last_write

        def show(texts: Mapping[str, str]) -> None:
            for current in self._current.values():
                if current.newest_write <= asked_after:
                    self._take_stored(current, texts.get(current.setting.id))

        self._operations.submit_to_storage(
            StorageOperation(_READING, lambda stores, _context: dict(stores.settings.read_all())),
            on_success=show,
            on_failure=on_failure,
        )

    def _of(self, setting: Setting | str) -> _Current:
        setting_id = setting if isinstance(setting, str) else setting.id
        current = self._current.get(setting_id)
        if current is None:
            raise InvalidParameter(setting_id, None, "unknown-setting")
        return current

    def _write(self, current: _Current, text: str | None, value: Value) -> None:
        setting = current.setting
        self._last_write += 1
        number = current.newest_write = self._last_write
        self._show(current, value)
        self._set_problem(current, None)

        def work(stores: Stores, _context: OperationContext) -> None:
            now = self._clock.now()
            change_settings(stores.settings, stores.journal, {setting.id: text}, self._risk_limit_ids, now)

        def confirm(_nothing: None) -> None:
            current.stored = text

        def put_back(error: Exception) -> None:
            if current.newest_write == number:
                self._take_stored(current, current.stored)
            self.write_failed.emit(setting.id, error)

        self._operations.submit_to_storage(
            StorageOperation(_SAVING, work, SETTINGS_TOPIC),
            initiator=self,
            on_success=confirm,
            on_failure=put_back,
        )

    def _take_stored(self, current: _Current, text: str | None) -> None:
        fresh = _read(current.setting, text)
        current.stored = text
        self._show(current, fresh.value)
        self._set_problem(current, fresh.problem)

    def _show(self, current: _Current, value: Value) -> None:
        if value != current.value:
            current.value = value
            self.changed.emit(current.setting.id, value)

    def _set_problem(self, current: _Current, problem: SettingProblem | None) -> None:
        if problem != current.problem:
            current.problem = problem
            self.problems_changed.emit()

    def _check_can_be_shown(self, change: SettingChange) -> None:
        """Raises InvalidParameter for an undeclared setting, or a value that is refused today."""
        current = self._of(change.setting_id)
        if change.before is not None and (problem := _read(current.setting, change.before).problem) is not None:
            raise InvalidParameter(change.setting_id, change.before, problem.reason, current.setting.allowed)


def _read(setting: Setting, text: str | None) -> _Current:
    if text is None:
        return _Current(setting, setting.default)
    try:
        return _Current(setting, setting.from_text(text), stored=text)
    except InvalidValue as error:
        problem = SettingProblem(setting, text, error.reason)
        return _Current(setting, setting.default, stored=text, problem=problem)
