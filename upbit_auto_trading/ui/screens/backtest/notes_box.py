"""What a reader of a result has to know first, and all of the rest folded below it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.tokens import Height, Space
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.utils.bilingual_text import Text

_READ_FIRST = Text("먼저 읽을 것", "Read first")
_ALL_NOTES, _FEWER = Text("가정과 주의 {count}개", "Assumptions and notes: {count}"), Text("접기", "Less")


class NotesBox(QWidget):
    """The first thing that a reader has to know; the rest and every assumption on demand."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self.first = Label("", "table", "t2", wrap=True)
        self.button = Button("", size=ButtonSize.SMALL)
        self.all = Label("", "table", "t2", wrap=True)
        self.all.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea()
        self.area.setWidget(self.all)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        on_panel(self.area)
        on_panel(self.all)
        self.area.setMaximumHeight(6 * Height.ROW)
        self.area.hide()
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(IconMark(Icon.WARNING, "warning"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.first, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.XXS, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(row)
        column.addWidget(self.area)
        self.button.clicked.connect(self._fold)

    def show_notes(self, notes: tuple[Text, ...], assumed: list[str]) -> None:
        self._count = len(notes) + len(assumed)
        self.first.set_text(notes[0])
        self.all.set_text("\n".join(f"· {one}" for one in (*(tr(note) for note in notes), *assumed)))
        self.setAccessibleName(f"{tr(_READ_FIRST)}. {self.first.text()}")
        self.area.setAccessibleName(tr(_READ_FIRST))
        self._draw_button()

    def _fold(self) -> None:
        self.area.setHidden(not self.area.isHidden())
        self._draw_button()

    def _draw_button(self) -> None:
        self.button.set_text(_ALL_NOTES.format(count=self._count) if self.area.isHidden() else _FEWER)
