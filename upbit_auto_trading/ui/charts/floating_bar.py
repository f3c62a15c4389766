"""A bar that lies on a chart where something is asked: Enter answers, Esc gives up, nothing else is in the way."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.drawing import LONGEST_TEXT
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.utils.bilingual_text import Text

_CANCEL = Text("취소", "Cancel")
_WORDS = Text("글 넣기", "Text")
_PLACEHOLDER = Text("차트에 적을 글", "What to write on the chart")
_KEEP = Text("넣기", "Add text")
_TEXT_WIDTH = 220


class FloatingBar(QWidget):
    """``place_at`` keeps it within its chart; closing gives the focus back to the chart."""

    confirmed = pyqtSignal()
    cancelled = pyqtSignal()

    def __init__(self, chart: QWidget, confirm: Words) -> None:
        super().__init__(chart)
        self._chart = chart
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        self.column.setSpacing(Space.S)
        self.confirm = Button(confirm, ButtonRole.PRIMARY, size=ButtonSize.SMALL)
        self.cancel = Button(_CANCEL, size=ButtonSize.SMALL)
        self.confirm.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        following_theme(self, self.update)
        self.hide()

    def add_buttons(self, row: QHBoxLayout) -> None:
        row.addWidget(self.cancel)
        row.addWidget(self.confirm)

    def place_at(self, at: QPointF, room: QRectF) -> None:
        """Below the point, or above where there is no room; all of it within ``room``."""
        self.adjustSize()
        left = min(max(at.x(), room.left() + Space.M), room.right() - self.width() - Space.M)
        below = at.y() + Space.L
        above = at.y() - Space.L - self.height()
        top = below if below + self.height() <= room.bottom() else above
        top = min(max(top, room.top() + Space.M), room.bottom() - self.height() - Space.M)
        self.move(round(max(left, room.left())), round(max(top, room.top())))
        self.show()
        self.raise_()

    def accept(self) -> None:
        self.close_bar()
        self.confirmed.emit()

    def reject(self) -> None:
        if self.isVisible():
            self.close_bar()
            self.cancelled.emit()

    def close_bar(self) -> None:
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.hide()
        if had_focus:
            self._chart.setFocus(Qt.FocusReason.OtherFocusReason)

    # nothing of what is pressed in here reaches the chart below

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.reject()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            event.accept()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.PANEL, theme.colour("bg2"), theme.colour("line_strong"))


class TextBar(FloatingBar):
    """For the words of a drawing."""

    def __init__(self, chart: QWidget) -> None:
        super().__init__(chart, _KEEP)
        self.input = TextInput(_PLACEHOLDER, name=_WORDS)
        self.input.field.setMaxLength(LONGEST_TEXT)
        self.input.setFixedWidth(_TEXT_WIDTH)
        self.keep = IconButton(Icon.CHECK, _KEEP, size=ButtonSize.SMALL)
        self.give_up = IconButton(Icon.CLOSE, _CANCEL, size=ButtonSize.SMALL)
        self.keep.clicked.connect(self.accept)
        self.give_up.clicked.connect(self.reject)
        for unused in (self.confirm, self.cancel):
            unused.hide()
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        for widget in (self.input, self.keep, self.give_up):
            row.addWidget(widget)
        self.column.addLayout(row)

    def ask(self, text: str, at: QPointF, room: QRectF) -> None:
        self.input.set_text(text)
        self.place_at(at, room)
        self.input.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.input.field.selectAll()

    @property
    def text(self) -> str:
        return self.input.text().strip()
