"""A tooltip also for those who come by keyboard: half a second after the focus arrives."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QPoint, QTimer, pyqtSlot
from PyQt6.QtWidgets import QApplication, QToolTip, QWidget

from upbit_auto_trading.ui.design.tokens import Motion, Space
from upbit_auto_trading.ui.design.tooltips import show_tooltip


class FocusTips(QObject):
    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._target: QWidget | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(Motion.TOOLTIP_MS)
        self._timer.timeout.connect(self._show)
        app.focusChanged.connect(self._focus_changed)

    def remove(self) -> None:
        self._forget()
        self.deleteLater()

    @pyqtSlot("QWidget*", "QWidget*")
    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._timer.stop()
        if self._target is not None:
            QToolTip.hideText()
        self._target = new if new is not None and new.toolTip() and _came_by_key() else None
        if self._target is not None:
            self._target.destroyed.connect(self._forget)
            self._timer.start()

    @pyqtSlot()
    def _forget(self) -> None:
        self._timer.stop()
        self._target = None

    @pyqtSlot()
    def _show(self) -> None:
        target = self._target
        if target is not None and target.isVisible() and target.hasFocus():
            show_tooltip(target.mapToGlobal(QPoint(0, target.height() + Space.XS)), target.toolTip(), target)


def _came_by_key() -> bool:
    """Qt keeps no reason for a change of focus; a pressed mouse button is the other one."""
    return not QApplication.mouseButtons()
