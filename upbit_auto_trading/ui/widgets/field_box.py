"""The edge around a field and what stands inside with it (unit, stepper, buttons); the ring goes around it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, Qt
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space


class FieldBox(QWidget):
    def __init__(self, field: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._fault = False
        self.setFixedHeight(Height.CONTROL)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        field.setProperty("bare", "true")
        field.setProperty("focusRing", "parent")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(Space.M, 0, 0, 0)
        self.row.setSpacing(0)
        self.row.addWidget(field, 1)

    @property
    def has_fault(self) -> bool:
        return self._fault

    def set_fault(self, fault: bool) -> None:
        self._fault = fault
        self.update()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Anywhere inside the edge is inside the field."""
        self._field.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() == QEvent.Type.EnabledChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        edge = "error" if self._fault else "control" if self.isEnabled() else "line_strong"
        painter = QPainter(self)
        painting.frame(painter, QRectF(self.rect()), Radius.CONTROL, theme.colour("bg0"), theme.colour(edge))
