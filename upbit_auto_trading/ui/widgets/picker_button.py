"""A choice of one of hundreds: looks like a choice from a list, and opens the picker."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, words
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.picker_entry import PickerEntry, PickerMemory
from upbit_auto_trading.ui.widgets.component_picker import PROMPT, ComponentPicker
from upbit_auto_trading.ui.widgets.pressable import Pressable


class PickerButton(Pressable):
    """Looks like a choice from a list, and opens the picker: ``chosen`` carries the id of the user's choice."""

    chosen = pyqtSignal(str)
    memory_changed = pyqtSignal(object)

    def __init__(
        self,
        entries: Sequence[PickerEntry] = (),
        current: str = "",
        parent: QWidget | None = None,
        *,
        name: Words = "",
        memory: PickerMemory | None = None,
    ) -> None:
        self._entries = tuple(entries)
        self._current = current
        self._name = name
        self._shown: Words | None = None
        #: what the picker keeps; the owner writes it where it lasts
        self.memory = memory or PickerMemory()
        self.picker: ComponentPicker | None = None
        super().__init__("", parent)
        self.setFixedHeight(Height.CONTROL)
        self.clicked.connect(self.open)

    @property
    def current(self) -> str:
        return self._current

    @property
    def options(self) -> list[tuple[str, Words]]:
        return [(entry.id, entry.title) for entry in self._entries]

    @property
    def entries(self) -> tuple[PickerEntry, ...]:
        return self._entries

    def set_current(self, entry_id: str) -> None:
        self._current = entry_id
        self._show_words()

    def set_entries(self, entries: Sequence[PickerEntry]) -> None:
        self._entries = tuple(entries)
        if self.picker is not None:
            self.picker.set_entries(self._entries, self._current)
        self._show_words()

    def show_as(self, text: Words | None) -> None:
        """These words instead of the title: with its parameters, where the entry tells none."""
        self._shown = text
        self._show_words()

    def shown_text(self) -> str:
        if self._shown is not None:
            return words(self._shown)
        return next((words(entry.title) for entry in self._entries if entry.id == self._current), self._current)

    def _show_words(self) -> None:
        super()._show_words()
        self.setAccessibleName(f"{words(self._name)} {self.shown_text()}".strip())
        self.setToolTip(self.shown_text())

    def open(self) -> None:
        if self.picker is None:
            self.picker = ComponentPicker(
                self._entries, self, memory=self.memory, current=self._current, name=self._name or PROMPT
            )
            self.picker.chosen.connect(self._take)
            self.picker.memory_changed.connect(self._keep)
        self.picker.set_memory(self.memory)
        self.picker.set_entries(self._entries, self._current)
        self.picker.open_below(self)

    def _take(self, entry_id: str) -> None:
        self.set_current(entry_id)
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.chosen.emit(entry_id)

    def _keep(self, memory: PickerMemory) -> None:
        self.memory = memory
        self.memory_changed.emit(memory)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4):
            self.open()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        on = self.isEnabled()
        edge = self.theme.colour("control" if on else "line_strong")
        painting.frame(painter, self.area(), Radius.CONTROL, self.surface("bg2"), edge)
        size = IconSize.SMALL
        spot = QRectF(self.width() - size - Space.M, (self.height() - size) / 2, size, size)
        paint_icon(painter, Icon.SEARCH, spot, "t2" if on else "tdis")
        label = self.area().adjusted(Space.L, 0, -(size + Space.M + Space.XS), 0)
        font = self.theme.font(Type.BODY)
        shown = painting.elided(self.shown_text(), font, label.width() + 1)
        painting.text(painter, label, shown, font, self.theme.colour("t1" if on else "tdis"))
