"""An exchange is being asked: what for, and a way to stop waiting."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, pyqtSignal
from PyQt6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Radius, Space
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.spinner import Spinner
from upbit_auto_trading.utils.bilingual_text import Text

_CANCEL = Text("확인 취소", "Stop checking")


class AskingLine(QWidget):
    """How long an exchange takes is not known beforehand: no percent is shown."""

    cancelled = pyqtSignal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spinner = Spinner(self)
        self.label = Label(words, "body", wrap=True)
        self.cancel_button = Button(_CANCEL, size=ButtonSize.SMALL)
        self.cancel_button.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * Space.L + IconSize.NORMAL, Space.M, Space.L, Space.M)
        row.setSpacing(Space.L)
        row.addWidget(self.label, 1)
        row.addWidget(self.cancel_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._spinner.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._spinner.stop()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.frame(painter, QRectF(self.rect()), Radius.PANEL, theme.colour("bg1"), theme.colour("line_strong"))
        size = IconSize.NORMAL
        spot = QRectF(Space.L, (self.height() - size) / 2, size, size)
        self._spinner.paint(painter, spot, theme.colour("accent"))
