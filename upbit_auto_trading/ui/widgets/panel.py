"""A panel: header 36 with title, note and tools; the body flush below; collapsible to its header."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge, Height, Radius, Space
from upbit_auto_trading.ui.widgets.badges import CountBadge
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_COLLAPSE = Text(ko="접기", en="Collapse")
_EXPAND = Text(ko="펼치기", en="Expand")
_UNLIMITED = 16777215  # QWIDGETSIZE_MAX


class _Header(QWidget):
    double_clicked = pyqtSignal()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.double_clicked.emit()
        super().mouseDoubleClickEvent(event)


class Panel(QWidget):
    """``panel.set_body(widget)``; ``panel.add_tool(button)`` puts a control at the right of the header."""

    collapsed_changed = pyqtSignal(bool)

    def __init__(
        self, title: Words = "", note: Words = "", parent: QWidget | None = None, *, collapsible: bool = False
    ) -> None:
        super().__init__(parent)
        self._live = False
        self._body: QWidget | None = None
        self._collapsed = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self.header = _Header()
        self.header.setFixedHeight(Height.PANEL_HEADER)
        self._head = QHBoxLayout(self.header)
        self._head.setContentsMargins(Space.L, 0, Space.S, 0)
        self._head.setSpacing(Space.M)
        self.title = Label(title, "heading")
        self.note = Label(note, "table", "t3")
        self.count = CountBadge()
        self._head.addWidget(self.title)
        self._head.addWidget(self.count)
        self._head.addWidget(self.note)
        self._head.addStretch(1)
        self._layout.addWidget(self.header)
        self._toggle: IconButton | None = None
        if collapsible:
            self._add_toggle()
        retranslating(self, lambda: self.setAccessibleName(words(title)))

    def _add_toggle(self) -> None:
        self._toggle = IconButton(Icon.UP, _COLLAPSE, size=ButtonSize.SMALL)
        self._toggle.clicked.connect(self.toggle)
        self._head.addWidget(self._toggle)
        self.header.double_clicked.connect(self.toggle)

    def set_title(self, title: Words, note: Words = "") -> None:
        self.title.set_text(title)
        self.note.set_text(note)

    def set_count(self, count: int | None) -> None:
        self.count.set_count(count)

    def add_tool(self, widget: QWidget) -> None:
        place = self._head.count() - (1 if self._toggle is not None else 0)
        self._head.insertWidget(place, widget)

    def add_beside_title(self, widget: QWidget) -> None:
        """After title, count and note: a mode chip, a help mark."""
        self._head.insertWidget(3, widget)

    def replace_title(self, widget: QWidget) -> None:
        """Tabs in the header instead of a title."""
        self.title.hide()
        self.note.hide()
        self._head.setContentsMargins(0, 0, Space.S, 0)
        self._head.insertWidget(0, widget)

    def set_body(self, widget: QWidget) -> None:
        if widget is self._body:
            return
        if self._body is not None:
            self._layout.removeWidget(self._body)
            # a layout shows what it was given a moment later: without a parent it would be a window of its own
            self._body.hide()
            self._body.setParent(None)
        self._body = widget
        self._layout.addWidget(widget, 1)
        widget.setVisible(not self._collapsed)

    def body_layout(self, margins: int = Space.L, spacing: int = Space.M) -> QVBoxLayout:
        """A new body with a column layout."""
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(margins, margins, margins, margins)
        layout.setSpacing(spacing)
        self.set_body(body)
        return layout

    def set_live(self, live: bool) -> None:
        """The live edge, for the ticket."""
        self._live = live
        self.update()

    @property
    def is_collapsed(self) -> bool:
        return self._collapsed

    def toggle(self) -> None:
        self.set_collapsed(not self._collapsed)

    def set_collapsed(self, collapsed: bool) -> None:
        if collapsed == self._collapsed:
            return
        self._collapsed = collapsed
        if self._body is not None:
            self._body.setVisible(not collapsed)
        self.setMaximumHeight(Height.PANEL_HEADER + 2 if collapsed else _UNLIMITED)
        if self._toggle is not None:
            self._toggle.set_icon(Icon.DOWN if collapsed else Icon.UP)
            self._toggle.set_tip(_EXPAND if collapsed else _COLLAPSE)
        self.collapsed_changed.emit(collapsed)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and self._toggle is not None and self._toggle.hasFocus():
            wanted = {Qt.Key.Key_Left: True, Qt.Key.Key_Right: False}.get(Qt.Key(event.key()))
            if wanted is not None:
                self.set_collapsed(wanted)
                return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        edge, width = ("live_edge", Edge.LIVE) if self._live else ("line", Edge.BORDER)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.PANEL, theme.colour("bg1"), theme.colour(edge), width)
        if self._body is not None and not self._collapsed and not self.header.isHidden():
            line = QRectF(1, Height.PANEL_HEADER, self.width() - 2, 1)
            painting.bar(painter, line, theme.colour("line"))
