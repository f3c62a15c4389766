"""A card: title 12, the number 22 bold, one line of context. The number is the largest thing in it."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space
from upbit_auto_trading.ui.widgets.label import Label


class Card(QWidget):
    """``set_value("+284,150", unit=Text("원", "KRW"), direction=1)``; direction colours the number."""

    def __init__(self, title: Words, note: Words = "", parent: QWidget | None = None, *, framed: bool = True) -> None:
        super().__init__(parent)
        self._framed = framed
        self._title_words = title
        self.title = Label(title, "table", "t2")
        self.note = Label(note, "table", "t3")
        self.value = Label(formats.NOTHING, "display")
        self.unit = Label("", "body", "t1")
        self.change = Label("", "table", "t2")
        self.context = Label("", "table", "t2")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.L + 2, Space.M + 2, Space.L + 2, Space.M)
        self._column.setSpacing(Space.XXS)
        self._add_row(self.title, self.note)
        self._add_row(self.value, self.unit, spacing=1)
        self._add_row(self.change, self.context)
        self.unit.setAlignment(Qt.AlignmentFlag.AlignBottom)
        self.unit.setContentsMargins(0, 0, 0, 4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for empty in (self.note, self.unit, self.change):
            empty.setVisible(bool(empty.text()))
        retranslating(self, self._name)

    def _add_row(self, first: QWidget, second: QWidget, spacing: int = Space.S) -> None:
        row = QHBoxLayout()
        row.setSpacing(spacing)
        row.addWidget(first)
        row.addWidget(second)
        row.addStretch(1)
        self._column.addLayout(row)

    def add_below(self, widget: QWidget) -> None:
        """A meter instead of the context line."""
        self.context.setVisible(bool(self.context.text()))
        self._column.addWidget(widget)

    def set_value(self, number: str, unit: Words = "", direction: int = 0) -> None:
        token = {1: "up", -1: "down"}.get(direction, "t1")
        self.value.set_text(number)
        self.value.set_token(token)
        self.unit.set_text(unit)
        self.unit.set_token(token)
        self.unit.setVisible(bool(words(unit)))
        self._name()

    def set_context(self, context: Words, change: str = "", direction: int = 0) -> None:
        """On cards a change always carries its ▲ or ▼."""
        mark = {1: f"{formats.UP_MARK}{formats.NO_BREAK}", -1: f"{formats.DOWN_MARK}{formats.NO_BREAK}"}.get(
            direction, ""
        )
        self.change.set_text(f"{mark}{change}")
        self.change.set_token({1: "up", -1: "down"}.get(direction, "t2"))
        self.change.setVisible(bool(change))
        self.context.set_text(context)
        self._name()

    def set_stale(self, stale: bool) -> None:
        """Values stay, greyed."""
        if stale:
            self.value.set_token("t3")

    def _name(self) -> None:
        self.setAccessibleName(f"{words(self._title_words)} {self.value.text()}{self.unit.text()}")
        self.setAccessibleDescription(f"{self.change.text()} {self.context.text()}".strip())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if self._framed:
            theme = current_theme()
            painter = QPainter(self)
            painting.frame(painter, QRectF(self.rect()), Radius.PANEL, theme.colour("bg1"), theme.colour("line"))
