"""Application-wide shortcuts, taken before any widget and also in dialogs; the kill switch comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.ui.design.keys import KILL_SWITCH, KeyMap, matches
from upbit_auto_trading.ui.widgets.focused_window import FocusedWindowFilter


class KeyFilter(FocusedWindowFilter):
    """Keys come to it first, whatever widget or dialog they are meant for.

    While a dialog is open only the kill switch works: a dialog is answered before anything else moves.
    """

    def __init__(self, keys: KeyMap, actions: Mapping[str, Callable[[], None]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._actions = dict(actions)
        self.follow()

    @property
    def shortcut_ids(self) -> tuple[str, ...]:
        """What can be pressed now; tests claim each."""
        return tuple(self._actions)

    def set_keys(self, keys: KeyMap) -> None:
        self._keys = keys

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        if not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier and event.key() < Qt.Key.Key_F1:
            return False  # ordinary typing: nothing of ours
        shortcut_id = self._shortcut_of(event)
        if shortcut_id is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # so that the press arrives as a key, not as some widget's own shortcut
            return False
        if not event.isAutoRepeat():
            self._actions[shortcut_id]()
        return True

    def _shortcut_of(self, event: QKeyEvent) -> str | None:
        if matches(event, self._keys.sequence(KILL_SWITCH)) and KILL_SWITCH in self._actions:
            return KILL_SWITCH
        if QApplication.activeModalWidget() is not None:
            return None
        return next((known for known in self._actions if matches(event, self._keys.sequence(known))), None)
