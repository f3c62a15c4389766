"""A turning arc, painted; it stands still when motion is off and never turns in a hidden window."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QRectF, Qt, QTimer, pyqtSlot
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Motion

_STEP = 30
_ARC = 270


class Spinner(QObject):
    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._angle = 90
        self._timer = QTimer(self)
        self._timer.setInterval(Motion.SPINNER_STEP_MS)
        self._timer.timeout.connect(self._turn)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @pyqtSlot()
    def _turn(self) -> None:
        if current_theme().motion and self._owner.isVisible():
            self._angle = (self._angle - _STEP) % 360
            self._owner.update()

    def paint(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(rect.adjusted(2, 2, -2, -2), self._angle * 16, -_ARC * 16)
        painter.restore()
