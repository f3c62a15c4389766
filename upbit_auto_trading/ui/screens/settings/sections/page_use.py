"""Notices when a page is used by hand: keys, clicks and the wheel in it, in its popups and in its dialogs."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, pyqtSignal
from PyQt6.QtGui import QSinglePointEvent, QWindow
from PyQt6.QtWidgets import QApplication, QWidget

from upbit_auto_trading.ui.widgets.focused_window import FocusedWindowFilter

_USED = {QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel}


class PageUse(FocusedWindowFilter):
    used = pyqtSignal()

    def __init__(self, page: QWidget, dialogs: tuple[type[QWidget], ...]) -> None:
        super().__init__(page)
        self._page = page
        self._dialogs = dialogs

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        is_input = event is not None and event.type() in _USED
        if event is not None and is_input and isinstance(watched, QWindow) and self._is_use(watched, event):
            self.used.emit()
        return False

    def _is_use(self, window: QWindow, event: QEvent) -> bool:
        top = next((widget for widget in QApplication.topLevelWidgets() if widget.windowHandle() is window), None)
        if top is None:
            return False
        if top is not self._page.window():
            return isinstance(top, self._dialogs) or self._page.isAncestorOf(top)
        if isinstance(event, QSinglePointEvent):
            target = QApplication.widgetAt(event.globalPosition().toPoint())
        else:
            target = QApplication.focusWidget()
        return target is not None and (target is self._page or self._page.isAncestorOf(target))
