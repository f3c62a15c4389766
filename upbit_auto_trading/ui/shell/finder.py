"""Ctrl+K: finds pages, commands, settings and markets, by Korean initials too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRectF, QSize, Qt
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.hangul_search import best_rank

_PROMPT = Text("종목·화면·명령 찾기 (예: ㅂㅌ)", "Find market, page or command")
_NOTHING = Text("찾은 것이 없어요. 다른 낱말로 찾아보세요.", "Nothing found. Try another word.")
_WIDTH = 420
_ROWS_SHOWN = 9


@dataclass(frozen=True, slots=True)
class Findable:
    """Something to jump to or to do. ``names`` are searched besides the title in both languages."""

    title: Text
    kind: Text
    icon: Icon
    run: Callable[[], None]
    names: tuple[str, ...] = ()


def find(query: str, offered: tuple[Findable, ...]) -> tuple[Findable, ...]:
    """Best matches first; the order of the list decides among equals."""
    ranked = [(best_rank(query, (item.title.ko, item.title.en, *item.names)), item) for item in offered]
    fitting = [(rank, item) for rank, item in ranked if rank is not None]
    return tuple(item for _rank, item in sorted(fitting, key=lambda pair: pair[0]))


class _FoundDelegate(QStyledItemDelegate):
    """Icon and title at the left, what kind of thing it is at the right."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        found = index.data(Qt.ItemDataRole.UserRole)
        if painter is None or not isinstance(found, Findable):
            return
        theme = current_theme()
        row = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painting.frame(painter, row, Radius.CONTROL, theme.colour("sel"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painting.frame(painter, row, Radius.CONTROL, theme.colour("bg3"))
        inner = row.adjusted(Space.M, 0, -Space.M, 0)
        spot = QRectF(inner.left(), inner.center().y() - IconSize.SMALL / 2, IconSize.SMALL, IconSize.SMALL)
        paint_icon(painter, found.icon, spot, "t2")
        small = theme.font(Type.CAPTION)
        kind = painting.text(painter, inner, tr(found.kind), small, theme.colour("t3"), painting.RIGHT)
        words = inner.adjusted(IconSize.SMALL + Space.M, 0, -kind - Space.M, 0)
        font = theme.font(Type.BODY)
        painting.text(painter, words, painting.elided(tr(found.title), font, words.width()), font, theme.colour("t1"))


class Finder(QFrame):
    """Opens over the search field. ↑↓ choose, Enter runs, Esc closes."""

    def __init__(self, offered: tuple[Findable, ...], parent: QWidget, prompt: Text = _PROMPT) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        self._offered = offered
        self._found: tuple[Findable, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr(prompt))
        self.field.setAccessibleName(tr(prompt))
        self.field.setFixedHeight(Height.CONTROL)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.results = QListWidget()
        self.results.setFrameShape(QFrame.Shape.NoFrame)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.setItemDelegate(_FoundDelegate(self.results))
        on_panel(self.results)
        self.results.itemClicked.connect(lambda item: self._run(self.results.row(item)))
        self.nothing = Label(_NOTHING, "table", "t2", wrap=True)
        column.addWidget(self.field)
        column.addWidget(self.results)
        column.addWidget(self.nothing)
        self._search("")

    def open_at(self, corner: QPoint) -> None:
        """The field lies on the field that was pressed."""
        self.move(corner - QPoint(Space.M, Space.M))
        self.show()
        self.field.setFocus()

    def _search(self, query: str) -> None:
        self._found = find(query, self._offered)
        self.results.clear()
        for found in self._found:
            item = QListWidgetItem(tr(found.title))
            item.setData(Qt.ItemDataRole.UserRole, found)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{tr(found.title)}, {tr(found.kind)}")
            item.setSizeHint(QSize(0, Height.ROW))
            self.results.addItem(item)
        self.results.setCurrentRow(0)
        shown = min(len(self._found), _ROWS_SHOWN)
        self.results.setVisible(bool(shown))
        self.results.setFixedHeight(shown * Height.ROW + 2 if shown else 0)
        self.nothing.setVisible(not shown)
        self.adjustSize()

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            count = max(self.results.count(), 1)
            self.results.setCurrentRow((self.results.currentRow() + step) % count)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.results.currentRow())
            return True
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        return False

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._found):
            chosen = self._found[row]
            self.close()
            chosen.run()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        frame = QRectF(self.rect())
        painting.frame(QPainter(self), frame, Radius.PANEL, theme.colour("bg2"), theme.colour("line_strong"))
