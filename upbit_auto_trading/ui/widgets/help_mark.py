"""The "?" beside a term: its tooltip is the short definition, a press opens the glossary entry."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.glossary import entry
from upbit_auto_trading.ui.design.tokens import Height, Type
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.utils.bilingual_text import Text

_CIRCLE = 16


class HelpMark(Pressable):
    """``opened`` carries the id of the glossary entry."""

    opened = pyqtSignal(str)

    def __init__(self, term: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._term = term
        found = entry(term)
        self.set_tip(
            Text(ko="{word}: {meaning}", en="{word}: {meaning}").format(word=found.word, meaning=found.meaning)
        )
        self.setFixedSize(Height.CLICK_TARGET, Height.CLICK_TARGET)
        self.clicked.connect(lambda: self.opened.emit(self._term))

    def sizeHint(self) -> QSize:
        return QSize(Height.CLICK_TARGET, Height.CLICK_TARGET)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        inset = (Height.CLICK_TARGET - _CIRCLE) / 2
        circle = self.area().adjusted(inset, inset, -inset, -inset)
        token = "t1" if self._hovered else "t3"
        painting.frame(painter, circle, _CIRCLE / 2, self.surface(None), self.theme.colour(token))
        painting.text(
            painter, QRectF(circle), "?", self.theme.font(Type.CAPTION_BOLD), self.theme.colour(token), painting.CENTRE
        )
