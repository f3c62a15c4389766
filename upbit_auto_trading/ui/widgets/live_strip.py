"""The amber strip across the top of every window, dialogs included, while the live account is in view."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge
from upbit_auto_trading.ui.widgets.mode_badge import ModeShape, mode_title


class LiveStrip(QWidget):
    """First in the window's column; ``set_live`` shows and hides it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Edge.LIVE_STRIP)
        self.hide()
        retranslating(self, lambda: self.setAccessibleName(tr(mode_title(ModeShape.LIVE))))

    def set_live(self, live: bool) -> None:
        self.setHidden(not live)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painting.bar(QPainter(self), QRectF(self.rect()), current_theme().colour("live_plate"))
