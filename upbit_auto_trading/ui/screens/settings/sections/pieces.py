"""Small parts that several sections use: a fact with its label, an error in place, a table as tall as its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QGuiApplication, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, tr, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.error_boundary import ErrorMessage
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.table import CellKind, CellState, Column, DataTable
from upbit_auto_trading.ui.widgets.table_model import Row
from upbit_auto_trading.ui.widgets.table_painter import PADDING, action_rects
from upbit_auto_trading.utils.bilingual_text import Text

_DETAILS = Text("자세히", "Details")
_COPY = Text("복사", "Copy")


class NoticeBox(QWidget):
    """Icon, a bold fact and the sentences that follow from it, in a frame; perhaps actions below."""

    def __init__(
        self,
        fact: Words = "",
        rest: Words = "",
        token: str = "info",
        icon: Icon = Icon.INFO,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._token = token
        self.mark = IconMark(icon, token, IconSize.NORMAL)
        self.fact = Label(fact, "body_bold", "t1", wrap=True)
        self.rest = Label(rest, "table", "t2", wrap=True)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(Space.M)
        self.buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(Space.XXS)
        column.addWidget(self.fact)
        column.addWidget(self.rest)
        column.addLayout(self.buttons)
        self.body = column
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        row.setSpacing(Space.L)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.set_words(fact, rest)

    def set_words(self, fact: Words, rest: Words = "") -> None:
        self.fact.set_text(fact)
        self.rest.set_text(rest)
        self.fact.setHidden(not words(fact))
        self.rest.setHidden(not words(rest))
        self.setAccessibleName(f"{words(fact)} {words(rest)}".strip())

    def set_look(self, token: str, icon: Icon) -> None:
        self._token = token
        self.mark.set_icon(icon, token)
        self.update()

    def add_action(self, button: QWidget) -> None:
        self.buttons.insertWidget(self.buttons.count() - 1, button)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        area = QRectF(self.rect())
        edge = theme.colour(self._token, 0.75)
        painting.frame(QPainter(self), area, Radius.PANEL, theme.colour("bg1"), edge)


class ErrorBox(NoticeBox):
    """What happened, what it means, what to do; details folded, with a copy button. Hidden while all is well."""

    shown = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(token="error", icon=Icon.ERROR, parent=parent)
        self._message: ErrorMessage | None = None
        self.details_button = Button(_DETAILS, ButtonRole.QUIET, size=ButtonSize.SMALL)
        self.copy_button = Button(_COPY, ButtonRole.QUIET, Icon.COPY, size=ButtonSize.SMALL)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFixedHeight(72)
        self.details.hide()
        self.add_action(self.details_button)
        self.add_action(self.copy_button)
        self.body.addWidget(self.details)
        self.details_button.clicked.connect(lambda: self.details.setHidden(not self.details.isHidden()))
        self.copy_button.clicked.connect(self._copy)
        self.hide()

    def set_message(self, message: ErrorMessage | None) -> None:
        if message == self._message:
            return
        self._message = message
        self.setHidden(message is None)
        if message is None:
            return
        self.set_words(message.title, _joined(message.meaning, message.mend))
        self.details.setPlainText(message.details)
        self.details.hide()
        self.shown.emit()

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None and self._message is not None:
            clipboard.setText(f"{tr(self._message.title)}\n{self._message.details}")


class Fact(QWidget):
    """A label above, a value below."""

    def __init__(self, label: Words, value: Words = "–", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XXS)
        self.label = Label(label, "caption", "t3")
        self.value = Label(value, "body_bold")
        column.addWidget(self.label)
        column.addWidget(self.value)


def labelled(label: Words, widget: QWidget) -> QVBoxLayout:
    """A control of a form under its name."""
    column = QVBoxLayout()
    column.setSpacing(Space.XS)
    column.addWidget(Label(label, "caption", "t3"))
    column.addWidget(widget)
    column.addStretch(1)
    return column


class TallTable(DataTable):
    """As tall as its rows, up to so many; then it scrolls, so that the page scrolls as one otherwise."""

    most_rows = 12

    def __init__(self, columns: Sequence[Column], key: Callable[[Row], Any], *, name: Words = "") -> None:
        super().__init__(columns, key, name=name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        following_theme(self, self._fit_columns)
        retranslating(self, self._fit_columns)

    def show_rows(self, rows: Sequence[Row]) -> None:
        self.set_rows(rows)
        count = min(max(len(rows), 1), self.most_rows)
        self.setFixedHeight(Height.TABLE_HEADER + count * Height.ROW)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Times and states are never elided, whatever the text scale and the language."""
        theme = current_theme()
        for place, column in enumerate(self.rows_model.columns):
            if column.stretch:
                continue
            font = theme.font(Type.TABLE_BOLD)
            widest = painting.text_width(words(column.title), theme.font(Type.CAPTION_BOLD)) + IconSize.TINY
            for row in self.rows_model.rows:
                widest = max(widest, _cell_width(column, row, font))
            self.setColumnWidth(place, max(column.width, round(widest) + 2 * PADDING + Space.XS))


def _cell_width(column: Column, row: Row, font: QFont) -> float:
    value = column.value(row)
    if column.kind is CellKind.ACTIONS:
        rects = action_rects(QRectF(0, 0, 0, Height.ROW), value or ())
        return rects[-1].right() - rects[0].left() if rects else 0.0
    if column.kind is CellKind.METER:
        return 0.0
    if isinstance(value, CellState):
        return painting.text_width(words(value.text), font) + IconSize.TINY + Space.M
    shown = words(column.text(row)) if column.text is not None else str(value)
    return painting.text_width(shown, font)


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.ko} {second.ko}".strip(), f"{first.en} {second.en}".strip())
