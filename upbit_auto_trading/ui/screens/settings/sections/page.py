"""The frame of a section: title, one sentence, a column no wider than reads well; scrolls down, never sideways."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

#: logical pixels at a text scale of 100 %; the column grows with the text
COLUMN_WIDTH = 760


class SectionPage(QScrollArea):
    #: of its column at the most
    column_width = COLUMN_WIDTH

    def __init__(self, title: Text, line: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setProperty("plain", "true")
        outer = QHBoxLayout(body)
        outer.setContentsMargins(Space.XXL, Space.XL, Space.XXL, Space.XXL)
        self._holder = QWidget()
        self.column = QVBoxLayout(self._holder)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.XL)
        self.heading = Label(title, "title")
        head = QVBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(self.heading)
        head.addWidget(Label(line, "body", "t2", wrap=True))
        self.column.addLayout(head)
        outer.addWidget(self._holder, 1)
        outer.addStretch(0)
        self.setWidget(body)
        retranslating(self, lambda: self.setAccessibleName(tr(title)))
        following_theme(self, self._set_width)

    def add(self, widget: QWidget) -> None:
        self.column.addWidget(widget)

    def finish(self) -> None:
        """After the last part: what is left over stays empty below."""
        self.column.addStretch(1)

    def reveal(self, widget: QWidget) -> None:
        self.ensureWidgetVisible(widget, 0, Space.XXL)

    def show_part(self, part: str) -> None:
        """One thing of the page, as a place names it (``settings/security/<key>``); not known, it is left alone."""

    def load(self) -> None:
        """Called each time the page is shown; reads what may have changed since."""

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if event is not None and not event.spontaneous():
            self.load()

    def _set_width(self) -> None:
        self._holder.setMaximumWidth(round(self.column_width * max(1.0, current_theme().text_scale / 100)))
