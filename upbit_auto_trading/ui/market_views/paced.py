"""Repaints of what changes many times a second: at once, then no sooner than a tenth of a second later."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QTimer, pyqtSlot
from PyQt6.QtWidgets import QWidget

LEAST_APART_MS = 100


class Paced(QTimer):
    """Owned by the widget that is drawn; nothing is drawn while that cannot be seen."""

    def __init__(self, widget: QWidget, draw: Callable[[], object]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._draw = draw
        self._is_due = False
        self.setSingleShot(True)
        self.setInterval(LEAST_APART_MS)
        self.timeout.connect(self._look)

    @pyqtSlot()
    def ask(self, _what: object = None) -> None:
        self._is_due = True
        if not self.isActive():
            self._look()

    @pyqtSlot()
    def _look(self) -> None:
        if self._is_due and self._widget.isVisible():
            self._is_due = False
            self._draw()
            self.start()
