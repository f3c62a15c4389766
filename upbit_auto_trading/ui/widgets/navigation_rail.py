"""The rail at the left: screens in their fixed order, help and settings at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import SMALLEST_TEXT_PX, Edge, IconSize, Shell, Space, Type
from upbit_auto_trading.ui.widgets.pressable import Pressable


@dataclass(frozen=True, slots=True)
class RailEntry:
    id: str
    text: Words
    icon: Icon
    at_bottom: bool = False


class RailItem(Pressable):
    def __init__(self, entry: RailEntry, parent: QWidget | None = None) -> None:
        super().__init__(entry.text, parent)
        self.entry = entry
        self.setCheckable(True)
        self.setProperty("focusRing", "inside")
        self.set_low(False)

    def set_low(self, low: bool) -> None:
        self.setFixedSize(Shell.RAIL - 1, Shell.RAIL_ITEM_LOW if low else Shell.RAIL_ITEM)

    def sizeHint(self) -> QSize:
        return self.size()

    def nextCheckState(self) -> None:
        """The rail decides which one is current."""

    def _fitting(self, font: QFont) -> QFont:
        """The rail keeps its width: at a large text scale a long word is set smaller, never cut."""
        while (
            painting.text_width(self.shown_text(), font) > self.width() - Space.XS
            and font.pixelSize() > SMALLEST_TEXT_PX
        ):
            font = QFont(font)
            font.setPixelSize(font.pixelSize() - 1)
        return font

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        current = self.isChecked()
        fill = self.theme.colour("bg3") if current or self._hovered else None
        if fill is not None:
            painting.bar(painter, self.area(), fill)
        if current:
            bar = QRectF(0, Space.M, Edge.RAIL_BAR, self.height() - 2 * Space.M)
            painting.bar(painter, bar, self.theme.colour("accent"))
        block = IconSize.NORMAL + Space.XS + Type.CAPTION.line
        top = round((self.height() - block) / 2)
        token = "t1" if current or self._hovered else "t2"
        spot = QRectF((self.width() - IconSize.NORMAL) // 2, top, IconSize.NORMAL, IconSize.NORMAL)
        paint_icon(painter, self.entry.icon, spot, token)
        label = QRectF(0, top + IconSize.NORMAL + Space.XS, self.width(), Type.CAPTION.line)
        font = self._fitting(self.theme.font(Type.CAPTION_BOLD if current else Type.CAPTION))
        painting.text(painter, label, self.shown_text(), font, self.theme.colour(token), painting.CENTRE)


class NavigationRail(QWidget):
    """``chosen`` carries the id. ↑↓ move between items, Enter opens."""

    chosen = pyqtSignal(str)

    def __init__(self, entries: Sequence[RailEntry], current: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(Shell.RAIL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.items: dict[str, RailItem] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        for entry in entries:
            if not entry.at_bottom:
                column.addWidget(self._item(entry))
        column.addStretch(1)
        for entry in entries:
            if entry.at_bottom:
                column.addWidget(self._item(entry))
        if entries:
            self.set_current(current if current is not None else entries[0].id)

    def _item(self, entry: RailEntry) -> RailItem:
        item = RailItem(entry)
        item.clicked.connect(lambda: self.chosen.emit(entry.id))
        self.items[entry.id] = item
        return item

    @property
    def current(self) -> str:
        return next((name for name, item in self.items.items() if item.isChecked()), "")

    def set_current(self, entry_id: str) -> None:
        for name, item in self.items.items():
            item.setChecked(name == entry_id)

    def set_low(self, low: bool) -> None:
        for item in self.items.values():
            item.set_low(low)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        window = self.window()
        height = window.height() if window is not None else self.height()
        self.set_low(height < Shell.RAIL_LOW_UNDER)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(Shell.RAIL, len(self.items) * Shell.RAIL_ITEM_LOW)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        step = None if event is None else {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        items = list(self.items.values())
        focused = next((place for place, item in enumerate(items) if item.hasFocus()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        items[(focused + step) % len(items)].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("bg1"))
        painting.bar(painter, QRectF(self.width() - 1, 0, 1, self.height()), theme.colour("line"))
