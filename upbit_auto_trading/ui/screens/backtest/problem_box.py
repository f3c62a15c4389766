"""An error in its place: what happened, what it means, what to do; the details can be copied."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, tr, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space
from upbit_auto_trading.ui.error_boundary import ErrorMessage
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_COPY = Text("복사", "Copy")
_OF_FILE = Text("{file}: {title}", "{file}: {title}")


class ProblemBox(QWidget):
    """Hidden while there is none. ``action`` is the way out that the box offers, if any."""

    action = pyqtSignal()

    def __init__(self, action: Words = "") -> None:
        super().__init__()
        self._message: ErrorMessage | None = None
        self.fact = Label("", "table_bold", "t1", wrap=True)
        self.rest = Label("", "table", "t2", wrap=True)
        self.button = Button(action, size=ButtonSize.SMALL)
        self.copy_button = Button(_COPY, ButtonRole.QUIET, Icon.COPY, size=ButtonSize.SMALL)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        if words(action):
            buttons.addWidget(self.button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(Space.XXS)
        column.addWidget(self.fact)
        column.addWidget(self.rest)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.M, Space.M, Space.S)
        row.setSpacing(Space.S)
        row.addWidget(IconMark(Icon.ERROR, "error"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.button.clicked.connect(self.action)
        self.copy_button.clicked.connect(self._copy)
        self.hide()

    def show_problem(self, message: ErrorMessage | None, file: str = "") -> None:
        self._message = message
        if message is None:
            self.hide()
            return
        self.fact.set_text(_OF_FILE.format(file=file, title=message.title) if file else message.title)
        self.rest.set_text(
            Text(f"{message.mend.ko} {message.meaning.ko}".strip(), f"{message.mend.en} {message.meaning.en}".strip())
        )
        self.setAccessibleName(self.fact.text())
        self.setAccessibleDescription(self.rest.text())
        if self.parentWidget() is not None:
            self.show()

    def _copy(self) -> None:
        clipboard, message = QGuiApplication.clipboard(), self._message
        if clipboard is not None and message is not None:
            clipboard.setText("\n".join((tr(message.title), tr(message.meaning), tr(message.mend), message.details)))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painting.frame(
            QPainter(self), QRectF(self.rect()), Radius.PANEL, theme.colour("bg1"), theme.colour("error", 0.75)
        )
