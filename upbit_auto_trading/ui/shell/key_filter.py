"""Application-wide shortcuts, taken before any widget and also in dialogs; the kill switch comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSlot
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.ui.design.keys import KILL_SWITCH, KeyMap, matches


class KeyFilter(QObject):
    """Follows the window that has the focus: keys come to it first, whatever widget or dialog they are meant for.

    A filter on the application would do the same, but every event of every object would pass through Python.
    While a dialog is open only the kill switch works: a dialog is answered before anything else moves.
    """

    def __init__(self, keys: KeyMap, actions: Mapping[str, Callable[[], None]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._actions = dict(actions)
        self._window: QWindow | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._follow)
        self._follow(QGuiApplication.focusWindow())

    @property
    def shortcut_ids(self) -> tuple[str, ...]:
        """What can be pressed now; tests claim each."""
        return tuple(self._actions)

    def set_keys(self, keys: KeyMap) -> None:
        self._keys = keys

    def remove(self) -> None:
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.disconnect(self._follow)
        self._follow(None)

    @pyqtSlot("QWindow*")
    def _follow(self, window: QWindow | None) -> None:
        if self._window is not None:
            self._window.destroyed.disconnect(self._forget)
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)
            window.destroyed.connect(self._forget)

    @pyqtSlot()
    def _forget(self) -> None:
        self._window = None

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
