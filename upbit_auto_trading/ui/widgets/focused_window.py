"""Events of the window that has the focus, before its widgets see them.

A filter on the application would do the same, but every event of every object would pass through Python, which a
window with hundreds of live prices would feel.
"""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSlot
from PyQt6.QtGui import QGuiApplication, QWindow


class FocusedWindowFilter(QObject):
    """``eventFilter`` of a subclass is given what the system delivers to the focused window while it follows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWindow | None = None
        self._is_following = False

    def follow(self) -> None:
        if self._is_following:
            return
        self._is_following = True
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._take)
        self._take(QGuiApplication.focusWindow())

    def remove(self) -> None:
        if not self._is_following:
            return
        self._is_following = False
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.disconnect(self._take)
        self._take(None)

    @pyqtSlot("QWindow*")
    def _take(self, window: QWindow | None) -> None:
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
