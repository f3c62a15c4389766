"""The list of sections at the left: icon and name, the current one marked; ↑↓ Home End move."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Edge, Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.utils.bilingual_text import Text

#: logical pixels at a text scale of 100 %
LIST_WIDTH = 212
_NAME = Text("설정 항목", "Settings sections")


class SectionItem(Pressable):
    def __init__(self, section_id: str, text: Text, icon: Icon, parent: QWidget | None = None) -> None:
        self.section_id = section_id
        self._icon = icon
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setProperty("focusRing", "inside")
        self.setFixedHeight(Height.ROW_COMFORTABLE + Space.XXS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = painting.text_width(self.shown_text(), self.theme.font(Type.BODY_BOLD))
        return QSize(round(Space.L + IconSize.NORMAL + Space.M + width + Space.L), self.height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        current = self.isChecked()
        fill = self.theme.colour("bg3") if current else self.surface(None)
        painting.frame(painter, self.area(), Radius.CONTROL, fill)
        if current:
            mark = QRectF(0, Space.S, Edge.RAIL_BAR, self.height() - 2 * Space.S)
            painting.frame(painter, mark, 1, self.theme.colour("accent"))
        size = IconSize.SMALL
        spot = QRectF(Space.L, (self.height() - size) / 2, size, size)
        paint_icon(painter, self._icon, spot, "t1" if current else "t2")
        words = QRectF(spot.right() + Space.M, 0, self.width() - spot.right() - Space.M, self.height())
        font = self.theme.font(Type.BODY_BOLD if current else Type.BODY)
        painting.text(painter, words, self.shown_text(), font, self.theme.colour("t1" if current else "t2"))


class SectionList(QWidget):
    chosen = pyqtSignal(str)

    def __init__(self, sections: Sequence[tuple[str, Text, Icon]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.L, Space.M, Space.L)
        column.setSpacing(Space.XXS)
        self.items = [SectionItem(*section) for section in sections]
        for item in self.items:
            column.addWidget(item)
            item.clicked.connect(self._choose)
        column.addStretch(1)
        retranslating(self, lambda: self.setAccessibleName(tr(_NAME)))
        following_theme(self, self._set_width)

    def item(self, section_id: str) -> SectionItem:
        return next(item for item in self.items if item.section_id == section_id)

    def set_current(self, section_id: str) -> None:
        self.item(section_id).setChecked(True)
        for item in self.items:  # one stop for Tab; the arrows move inside
            policy = Qt.FocusPolicy.StrongFocus if item.isChecked() else Qt.FocusPolicy.ClickFocus
            item.setFocusPolicy(policy)
            item.update()

    def _choose(self) -> None:
        item = self.sender()
        if isinstance(item, SectionItem):
            self.set_current(item.section_id)
            self.chosen.emit(item.section_id)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        now = next((place for place, item in enumerate(self.items) if item.isChecked()), 0)
        last = len(self.items) - 1
        moves = {Qt.Key.Key_Up: now - 1, Qt.Key.Key_Down: now + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        target = moves.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        elif 0 <= target <= last:
            self.items[target].setFocus(Qt.FocusReason.OtherFocusReason)
            self.items[target].click()

    def _set_width(self) -> None:
        self.setFixedWidth(round(LIST_WIDTH * max(1.0, current_theme().text_scale / 100)))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.frame(painter, QRectF(self.rect()), Radius.PANEL, theme.colour("bg1"), theme.colour("line"))
