"""State of the list of shortcuts: every key of the program, one being changed, why a change is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeySequence

from upbit_auto_trading.ui.design.keys import SHORTCUTS, Scope, ShortcutRefused
from upbit_auto_trading.ui.shortcuts_state import ShortcutsState
from upbit_auto_trading.utils.bilingual_text import Text

_SAVE_FAILED = Text(
    "단축키를 저장하지 못해서 이전 키로 되돌렸어요. 자료 폴더의 남은 공간을 확인하고 다시 바꿔 주세요.",
    "The shortcut could not be stored, so the previous key is back. Check the free space of the data folder, then "
    "change it again.",
)


@dataclass(frozen=True, slots=True)
class ShortcutRow:
    id: str
    title: Text
    scope: Scope
    #: as this system writes it; empty where none is set
    keys: str
    default_keys: str
    is_changed: bool
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class ShortcutListState:
    rows: tuple[ShortcutRow, ...]
    #: the shortcut that waits for its new keys
    listening: str = ""
    #: the shortcut an error or a success belongs to
    concerns: str = ""
    error: Text | None = None
    is_applied: bool = False


class ShortcutListViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, shortcuts: ShortcutsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shortcuts = shortcuts
        self._state = ShortcutListState(self._rows())
        shortcuts.changed.connect(self._read_again)
        shortcuts.save_failed.connect(self._tell_save_failed)

    @property
    def state(self) -> ShortcutListState:
        return self._state

    def listen_for(self, shortcut_id: str) -> None:
        self._change(listening=shortcut_id, concerns=shortcut_id, error=None, is_applied=False)

    def stop_listening(self) -> None:
        self._change(listening="")

    def change(self, shortcut_id: str, keys: str) -> None:
        """``keys`` as portable text. A refusal names both shortcuts and leaves everything as it was."""
        try:
            self._shortcuts.change(shortcut_id, keys)
        except ShortcutRefused as refused:
            self._change(listening="", concerns=shortcut_id, error=refused.text, is_applied=False)
            return
        self._change(listening="", concerns=shortcut_id, error=None, is_applied=True)

    def reset(self, shortcut_id: str) -> None:
        try:
            self._shortcuts.reset(shortcut_id)
        except ShortcutRefused as refused:
            self._change(listening="", concerns=shortcut_id, error=refused.text, is_applied=False)
            return
        self._change(listening="", concerns=shortcut_id, error=None, is_applied=True)

    def reset_all(self) -> None:
        self._change(listening="", concerns="", error=None, is_applied=False)
        self._shortcuts.reset_all()

    @pyqtSlot()
    def _read_again(self) -> None:
        self._change(rows=self._rows())

    @pyqtSlot()
    def _tell_save_failed(self) -> None:
        self._change(error=_SAVE_FAILED, is_applied=False)

    def _rows(self) -> tuple[ShortcutRow, ...]:
        keys = self._shortcuts.keys
        overrides = keys.overrides
        usable = set(self._shortcuts.usable)
        return tuple(
            ShortcutRow(
                id=declared.id,
                title=declared.text,
                scope=declared.scope,
                keys=keys.shown(declared.id),
                default_keys=native(declared.default),
                is_changed=declared.id in overrides and overrides[declared.id] != declared.default,
                is_fixed=declared.fixed,
            )
            for declared in SHORTCUTS
            if declared.id in usable
        )

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def native(portable: str) -> str:
    """As this system writes it: Ctrl+K, ⌘K."""
    sequence = QKeySequence.fromString(portable, QKeySequence.SequenceFormat.PortableText)
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)
