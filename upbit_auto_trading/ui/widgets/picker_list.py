"""The list of a picker: rows under headings, one of them highlighted, a star at the end of those that have one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PyQt6.QtCore import QAbstractListModel, QEvent, QModelIndex, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter
from PyQt6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.picker_entry import PickerEntry
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.utils.bilingual_text import Text

_FAVOURITE = Text("즐겨찾기", "favourite")
_STAR_ROOM = IconSize.SMALL + 2 * Space.S


@dataclass(frozen=True, slots=True)
class PickerRow:
    """A heading has no entry and is no choice, where other rows of the list have one."""

    title: Words
    entry: PickerEntry | None = None
    is_heading: bool = False
    is_favourite: bool = False


def picker_rows(sections: Iterable[tuple[Words, Sequence[PickerEntry]]], favourites: frozenset[str]) -> list[PickerRow]:
    rows: list[PickerRow] = []
    for heading, entries in sections:
        if words(heading):
            rows.append(PickerRow(heading, is_heading=True))
        rows += [PickerRow(entry.title, entry, is_favourite=entry.id in favourites) for entry in entries]
    return rows


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[PickerRow] = []

    def show_rows(self, rows: Sequence[PickerRow]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return words(row.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{words(row.title)}, {words(_FAVOURITE)}" if row.is_favourite else words(row.title)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and row.entry is not None:
            return words(row.entry.help)
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if self.rows[index.row()].is_heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, with_stars: bool) -> None:
        super().__init__()
        self.with_stars = with_stars

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(0, Height.ROW)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        if painter is None or not isinstance(model, _Rows):
            return
        row = model.rows[index.row()]
        theme = current_theme()
        area = QRectF(option.rect)
        if row.is_heading:
            inner = area.adjusted(Space.S, Space.S, -Space.S, 0)
            painting.text(painter, inner, words(row.title), theme.font(Type.CAPTION_BOLD), theme.colour("t3"))
            return
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_chosen or is_over:
            painting.frame(painter, area, Radius.CONTROL, theme.colour("sel" if is_chosen else "bg3"))
        inner = area.adjusted(Space.M, 0, -(_STAR_ROOM if self.with_stars else Space.M), 0)
        if self.with_stars and (row.is_favourite or is_chosen or is_over):
            icon = Icon.STARRED if row.is_favourite else Icon.STAR
            paint_icon(painter, icon, star_rect(area), "warning" if row.is_favourite else "t3")
        inner = self._paint_note(painter, inner, row)
        font = theme.font(Type.BODY)
        shown = painting.elided(words(row.title), font, inner.width())
        painting.text(painter, inner, shown, font, theme.colour("accent_text" if is_chosen else "t1"))

    @staticmethod
    def _paint_note(painter: QPainter, inner: QRectF, row: PickerRow) -> QRectF:
        note = "" if row.entry is None else words(row.entry.note)
        if not note:
            return inner
        theme = current_theme()
        width = painting.text(painter, inner, note, theme.font(Type.CAPTION), theme.colour("t3"), painting.RIGHT)
        return inner.adjusted(0, 0, -width - Space.M, 0)


def star_rect(row: QRectF) -> QRectF:
    size = IconSize.SMALL
    return QRectF(row.right() - size - Space.S, row.center().y() - size / 2, size, size)


class PickerList(QListView):
    """``moved`` with each change of the highlighted row, ``pressed_row`` with a click, ``starred`` on its star."""

    moved = pyqtSignal()
    pressed_row = pyqtSignal(object)
    starred = pyqtSignal(object)

    def __init__(self, *, with_stars: bool = False) -> None:
        super().__init__()
        self._model = _Rows()
        self._with_stars = with_stars
        self._delegate = _RowDelegate(with_stars)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        on_panel(self)
        following_theme(self, self.viewport_update)

    def viewport_update(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    @property
    def rows(self) -> list[PickerRow]:
        return self._model.rows

    def show_rows(self, rows: Sequence[PickerRow], entry_id: str = "", at: int | None = None) -> None:
        """The row of ``entry_id`` is highlighted, or the one ``at`` a place, or the first."""
        self._model.show_rows(rows)
        wanted = next(
            (place for place, row in enumerate(rows) if row.entry is not None and row.entry.id == entry_id), at
        )
        if wanted is None:
            wanted = next((place for place, row in enumerate(rows) if not row.is_heading), None)
        if wanted is not None:
            self._go_to(wanted)

    def show_stars(self, favourites: frozenset[str]) -> None:
        model = self._model
        model.rows = [
            row if row.entry is None else replace(row, is_favourite=row.entry.id in favourites) for row in model.rows
        ]
        self.viewport_update()

    def current_row(self) -> PickerRow | None:
        place = self.currentIndex().row()
        return self._model.rows[place] if 0 <= place < len(self._model.rows) else None

    def page_rows(self) -> int:
        return max(1, self.height() // Height.ROW - 1)

    def move_by(self, step: int) -> None:
        """Over the headings; from the last to the first and back by single steps."""
        choices = [place for place, row in enumerate(self._model.rows) if not row.is_heading]
        if not choices:
            return
        here = self.currentIndex().row()
        at = choices.index(here) if here in choices else -1 if step > 0 else 0
        target = at + step
        wraps = abs(step) == 1
        self._go_to(choices[target % len(choices) if wraps else min(max(target, 0), len(choices) - 1)])

    def _go_to(self, place: int) -> None:
        index = self._model.index(place, 0)
        self.setCurrentIndex(index)
        if place > 0 and self._model.rows[place - 1].is_heading:
            self.scrollTo(self._model.index(place - 1, 0))
        self.scrollTo(index)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.moved.emit()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or self._model.rows[index.row()].is_heading:
            return
        row = self._model.rows[index.row()]
        at_star = event.position().x() >= self.visualRect(index).right() - _STAR_ROOM
        self.setCurrentIndex(index)
        (self.starred if self._with_stars and at_star else self.pressed_row).emit(row)

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        """The press has chosen."""

    def leaveEvent(self, event: QEvent | None) -> None:
        self.viewport_update()
        super().leaveEvent(event)
