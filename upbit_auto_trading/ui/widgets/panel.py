"""A panel: header 36 with title, note and tools; the body flush below; collapsible to its header."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge, Height, Radius, Space
from upbit_auto_trading.ui.widgets.badges import CountBadge
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_COLLAPSE = Text(ko="{panel} 접기", en="Collapse {panel}")
_EXPAND = Text(ko="{panel} 펼치기", en="Expand {panel}")
#: of a panel that is collapsed: its header between its edges
FOLDED_HEIGHT = Height.PANEL_HEADER + 2
_UNLIMITED = 16777215  # QWIDGETSIZE_MAX


class _Header(QWidget):
    double_clicked = pyqtSignal()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.double_clicked.emit()
        super().mouseDoubleClickEvent(event)


class Panel(QWidget):
    """``panel.set_body(widget)``; ``panel.add_tool(button)`` puts a control at the right of the header.

    Collapsed it keeps what says what it is; its tools work on what is not seen, and go with it.
    """

    collapsed_changed = pyqtSignal(bool)

    def __init__(
        self, title: Words = "", note: Words = "", parent: QWidget | None = None, *, collapsible: bool = False
    ) -> None:
        super().__init__(parent)
        self._live = False
        self._body: QWidget | None = None
        self._collapsed = False
        self._title = title
        self._least_height = 0
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
        self._tools: QHBoxLayout | None = None
        self.toggle_button: IconButton | None = None
        if collapsible:
            self._add_toggle()
        retranslating(self, lambda: self.setAccessibleName(words(title)))

    def _add_toggle(self) -> None:
        self._tool_place = QWidget()
        self._tool_place.hide()
        self._tools = QHBoxLayout(self._tool_place)
        self._tools.setContentsMargins(0, 0, 0, 0)
        self._tools.setSpacing(Space.M)
        self.toggle_button = IconButton(Icon.UP, "", size=ButtonSize.SMALL)
        self.toggle_button.clicked.connect(self.toggle)
        # the icon stands well within the button: no more room is needed beside it
        right = QHBoxLayout()
        right.setSpacing(Space.XXS)
        right.addWidget(self._tool_place)
        right.addWidget(self.toggle_button)
        self._head.addLayout(right)
        self.header.double_clicked.connect(self.toggle)
        self._show_toggle()

    def _show_toggle(self) -> None:
        if self.toggle_button is not None:
            said = _EXPAND if self._collapsed else _COLLAPSE
            self.toggle_button.set_icon(Icon.DOWN if self._collapsed else Icon.UP)
            self.toggle_button.set_tip(_about(said, self._title))

    def set_title(self, title: Words, note: Words = "") -> None:
        self._title = title
        self._show_toggle()
        self.title.set_text(title)
        self.note.set_text(note)

    def set_count(self, count: int | None) -> None:
        self.count.set_count(count)

    def add_tool(self, widget: QWidget) -> None:
        if self._tools is None:
            self._head.addWidget(widget)
            return
        self._tools.addWidget(widget)
        self._tool_place.setVisible(not self._collapsed)

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
        self._keep_focus()
        if self._body is not None:
            self._body.setVisible(not collapsed)
        if self._tools is not None:
            self._tool_place.setVisible(not collapsed and self._tools.count() > 0)
        if collapsed:
            self._least_height = self.minimumHeight()
        self.setMinimumHeight(0 if collapsed else self._least_height)
        self.setMaximumHeight(FOLDED_HEIGHT if collapsed else _UNLIMITED)
        self._show_toggle()
        self.update()
        self.collapsed_changed.emit(collapsed)

    def _keep_focus(self) -> None:
        """What is hidden would pass it on to the next control of the window, wherever that is."""
        focus = QApplication.focusWidget()
        if self._collapsed and self.toggle_button is not None and focus is not None and self.isAncestorOf(focus):
            self.toggle_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and self.toggle_button is not None and self.toggle_button.hasFocus():
            wanted = {Qt.Key.Key_Left: True, Qt.Key.Key_Right: False}.get(Qt.Key(event.key()))
            if wanted is not None:
                self.set_collapsed(wanted)
                return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        if event is not None and self._is_plain(event.rect()):
            painter.fillRect(event.rect(), theme.colour("bg1"))
            return
        edge, width = ("live_edge", Edge.LIVE) if self._live else ("line", Edge.BORDER)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.PANEL, theme.colour("bg1"), theme.colour(edge), width)
        if self._has_line():
            line = QRectF(1, Height.PANEL_HEADER, self.width() - 2, 1)
            painting.bar(painter, line, theme.colour("line"))

    def _is_plain(self, rect: QRect) -> bool:
        """Nothing but ground: no edge, no corner, not the line below the header. Live rows ask for it all the time."""
        all_, round_ = self.rect(), Radius.PANEL + 1
        is_round = not any(all_.adjusted(x, y, -x, -y).contains(rect) for x, y in ((1, round_), (round_, 1)))
        line = QRect(0, Height.PANEL_HEADER - 1, self.width(), 3)
        return not (self._live or is_round or (self._has_line() and rect.intersects(line)))

    def _has_line(self) -> bool:
        return self._body is not None and not self._collapsed and not self.header.isHidden()


def _about(said: Text, title: Words) -> Text:
    """The name of a panel begins small within an English sentence."""
    if isinstance(title, Text):
        return said.format(panel=Text(title.ko, title.en[:1].lower() + title.en[1:]))
    return said.format(panel=title)
