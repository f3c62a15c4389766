"""The table of every screen: header 26, rows 24, 28 or 34, sorted by one or two columns, its layout kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PyQt6.QtCore import QEvent, QItemSelection, QModelIndex, QPoint, QRect, QRectF, Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PyQt6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QTableView, QToolTip, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Type
from upbit_auto_trading.ui.design.tooltips import show_tooltip
from upbit_auto_trading.ui.widgets.table_header import NARROWEST, TableHeader
from upbit_auto_trading.ui.widgets.table_menu import columns_menu, row_menu
from upbit_auto_trading.ui.widgets.table_model import (
    CellAction,
    CellKind,
    CellRole,
    CellState,
    Column,
    Row,
    TableModel,
)
from upbit_auto_trading.ui.widgets.table_painter import GROUND, PADDING, Cell, TablePainter, action_rects

__all__ = ["CellAction", "CellKind", "CellState", "Column", "DataTable", "TableModel"]

_STATE_VERSION = 1


class DataTable(QTableView):
    """``DataTable(columns, key=…)``, then ``set_rows`` as often as values change; of hundreds, ``update_rows``.

    ``activated_row(row)`` on Enter or double click, ``selected_row(row | None)``, ``action(row, id)`` from
    the buttons of an ACTIONS column. ``save_state`` / ``restore_state`` keep widths, order, hidden columns, sorting.
    """

    activated_row = pyqtSignal(object)
    selected_row = pyqtSignal(object)
    action = pyqtSignal(object, str)
    layout_changed = pyqtSignal()

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[Row], Any],
        parent: QWidget | None = None,
        *,
        row_height: int = Height.ROW,
        name: Words = "",
    ) -> None:
        super().__init__(parent)
        self.rows_model = TableModel(columns, key, self)
        self.rows_model.in_sight = self.rows_in_sight
        self._painter = TablePainter(self.rows_model)
        self.setModel(self.rows_model)
        self._header = TableHeader(self.rows_model, self)
        self._scale = 100
        self._wanted_widths: dict[int, int] = {}
        self._widen_timer = QTimer(self)
        #: columns that widened by themselves: how wide they were, at a text size of 1
        self._before_widening: dict[int, float] = {}
        self.setHorizontalHeader(self._header)
        self._set_up_view(row_height)
        self._set_up_columns(columns)
        self._connect()
        following_theme(self, self._follow_scale)
        retranslating(self, lambda: self._retranslate(name))

    def _retranslate(self, name: Words) -> None:
        self.setAccessibleName(words(name))
        self._narrow_again()
        self._fit_titles()

    def _set_up_view(self, row_height: int) -> None:
        vertical = self.verticalHeader()
        if vertical is not None:
            vertical.setVisible(False)
            vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            vertical.setMinimumSectionSize(Height.ROW_COMPACT)
            vertical.setDefaultSectionSize(row_height)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setProperty("focusRing", "inside")
        viewport = self.viewport()
        if viewport is not None:
            viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def _set_up_columns(self, columns: Sequence[Column]) -> None:
        for place, column in enumerate(columns):
            self.setColumnWidth(place, column.width)
            stretch = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive
            self._header.setSectionResizeMode(place, stretch)
        self._header.setStretchLastSection(not any(column.stretch for column in columns))
        self._painter.ask_for_width = self._ask_for_width
        self._widen_timer.setSingleShot(True)
        self._widen_timer.timeout.connect(self._widen)

    def _follow_scale(self) -> None:
        """Columns grow and shrink with the user's text."""
        scale = current_theme().text_scale
        factor = scale / self._scale
        if factor != 1:
            self._narrow_again()
            self._scale = scale
            for place in range(len(self.rows_model.columns)):
                self._scale_column(place, factor)
        self._fit_titles()
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    @property
    def has_followed_scale(self) -> bool:
        """Whether its columns are as wide as the text of this moment wants them."""
        return self._scale == current_theme().text_scale

    def _scale_column(self, place: int, factor: float) -> None:
        """A hidden one says that it has no width, and would have none when it is shown again."""
        is_hidden = self.isColumnHidden(place)
        self.setColumnHidden(place, False)
        self.setColumnWidth(place, round(self.columnWidth(place) * factor))
        self.setColumnHidden(place, is_hidden)

    def _narrow_again(self) -> None:
        """Other words, or another size, need other room: what widened for the old ones has no reason to stay."""
        narrow, self._before_widening = self._before_widening, {}
        for place, width in narrow.items():
            stretches = self.rows_model.columns[place].stretch
            mode = QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.Interactive
            self._header.setSectionResizeMode(place, mode)
            self.setColumnWidth(place, round(width * self._scale))
        self._header.setStretchLastSection(not any(column.stretch for column in self.rows_model.columns))

    def _note_width(self, place: int) -> None:
        self._before_widening.setdefault(place, self.columnWidth(place) / self._scale)

    def _fit_titles(self) -> None:
        font = current_theme().font(Type.CAPTION_BOLD)
        for place, column in enumerate(self.rows_model.columns):
            needed = painting.text_width(words(column.title), font) + 2 * PADDING + IconSize.TINY + 2
            if self.columnWidth(place) < needed and not self.isColumnHidden(place):
                self._note_width(place)
                self.setColumnWidth(place, round(needed + 0.5))

    def _ask_for_width(self, place: int, width: int) -> None:
        """From painting, so it is done afterwards."""
        self._wanted_widths[place] = max(width, self._wanted_widths.get(place, 0))
        self._widen_timer.start(0)

    @pyqtSlot()
    def _widen(self) -> None:
        wanted, self._wanted_widths = self._wanted_widths, {}
        for place, width in wanted.items():
            if self.columnWidth(place) < width:
                self._give_width(place, width)

    def _give_width(self, place: int, width: int) -> None:
        """The last column takes what is left; one that stretches stops doing so."""
        self._note_width(place)
        if place == self._header.logicalIndex(self._header.count() - 1):
            self._header.setStretchLastSection(False)
        self._header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
        self.setColumnWidth(place, width)

    def _connect(self) -> None:
        self._header.sectionPressed.connect(self._sort_by)
        self._header.sectionResized.connect(self.layout_changed)
        self._header.sectionMoved.connect(self.layout_changed)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._offer_columns)
        self.doubleClicked.connect(self._activate)

    # rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.rows_model.set_rows(rows)

    def update_rows(self, rows: Iterable[Row]) -> None:
        self.rows_model.update_rows(rows)

    def rows_in_sight(self) -> range:
        if not self.isVisible():
            return range(0)  # painted whole when it is shown
        first, last = self.rowAt(0), self.rowAt(self.height())
        return range(max(first, 0), self.rows_model.rowCount() if last < 0 else last + 1)

    def current_row(self) -> Row | None:
        selection = self.selectionModel()
        chosen = selection.selectedRows() if selection is not None else []
        return self.rows_model.row_at(chosen[0].row()) if chosen else None

    def select_key(self, key: Any) -> None:
        place = self.rows_model.place_of(key)
        if place >= 0:
            self.selectRow(place)

    def set_row_height(self, height: int) -> None:
        vertical = self.verticalHeader()
        if vertical is not None:
            vertical.setDefaultSectionSize(height)

    def set_flash(self, enabled: bool) -> None:
        self.rows_model.flash_enabled = enabled

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selected_row.emit(self.current_row())

    @pyqtSlot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        row = index.data(CellRole.ROW)
        if row is not None and self._action_at(index, self._pointer()) is None:
            self.activated_row.emit(row)

    def _pointer(self) -> QPoint:
        viewport = self.viewport()
        return viewport.mapFromGlobal(self.cursor().pos()) if viewport is not None else QPoint()

    # sorting and columns

    @pyqtSlot(int)
    def _sort_by(self, section: int) -> None:
        shift = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.sort_by(section, bool(shift))

    def sort_by(self, section: int, second: bool = False) -> None:
        self.rows_model.sort_by(section, second)
        self._header.viewport().update()  # type: ignore[union-attr]
        self.layout_changed.emit()

    @pyqtSlot(QPoint)
    def _offer_columns(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns_menu(self, menu)
        menu.popup(self._header.mapToGlobal(point))

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """By the right button for the row under the pointer, by the menu key for the current row."""
        if event is None:
            return
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        place = self.visualRect(index).bottomLeft() if by_key else event.pos()
        viewport = self.viewport()
        if viewport is not None:
            row_menu(self, self, index.data(CellRole.ROW)).popup(viewport.mapToGlobal(place))

    def show_column(self, place: int, shown: bool) -> None:
        self.setColumnHidden(place, not shown)
        self.layout_changed.emit()

    def save_state(self) -> bytes:
        """By column key, so that a new version may add columns."""
        columns = self.rows_model.columns
        state = {
            "version": _STATE_VERSION,
            "order": [columns[self._header.logicalIndex(at)].key for at in range(len(columns))],
            "widths": self._chosen_widths(),
            "hidden": [column.key for at, column in enumerate(columns) if self.isColumnHidden(at)],
            "sort": [[columns[at].key, down] for at, down in self.rows_model.sort_keys],
        }
        return json.dumps(state, separators=(",", ":")).encode()

    def _chosen_widths(self) -> dict[str, int]:
        """At a text size of 100 %, without those that the width of the window decides, or the words of the moment."""
        shown = [at for at in range(len(self.rows_model.columns)) if not self.isColumnHidden(at)]
        last = max(shown, key=self._header.visualIndex, default=-1) if self._header.stretchLastSection() else -1
        fixed = [at for at in shown if at != last and not self.rows_model.columns[at].stretch]
        widths = {at: self._before_widening.get(at, self.columnWidth(at) / self._scale) for at in fixed}
        return {self.rows_model.columns[at].key: round(width * 100) for at, width in widths.items()}

    def restore_state(self, saved: bytes) -> bool:
        """False, and nothing changed, where the bytes are none of ours."""
        try:
            state = json.loads(saved)
            if state["version"] != _STATE_VERSION:
                return False
            order, widths, hidden, sort = state["order"], dict(state["widths"]), set(state["hidden"]), state["sort"]
            sort_keys = [(self._place(str(key)), bool(down)) for key, down in sort]
        except (ValueError, KeyError, TypeError):
            return False
        for key, width in widths.items():
            if self._place(key) >= 0 and isinstance(width, int):
                self.setColumnWidth(self._place(key), max(NARROWEST, round(width * self._scale / 100)))
        for place, column in enumerate(self.rows_model.columns):
            self.setColumnHidden(place, column.key in hidden and place > 0)
        for target, key in enumerate(key for key in order if self._place(key) >= 0):
            self._header.moveSection(self._header.visualIndex(self._place(key)), target)
        self.rows_model.set_sort_keys([(place, down) for place, down in sort_keys if place >= 0])
        return True

    def _place(self, key: str) -> int:
        return next((at for at, column in enumerate(self.rows_model.columns) if column.key == key), -1)

    # pointer

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self.rows_model.hold_sorting(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._hover(-1)
        self.rows_model.hold_sorting(False)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        left, self._painter.hovered_row = self._painter.hovered_row, row
        viewport = self.viewport()
        if viewport is not None and row != left:
            for one in (left, row):
                viewport.update(0, self.rowViewportPosition(one), viewport.width(), self.rowHeight(one))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            index = self.indexAt(event.position().toPoint())
            pressed = self._action_at(index, event.position().toPoint())
            if pressed is not None:
                self._painter.pressed_action = (index.row(), index.column(), pressed.id)
                self.update(index)
                return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        pressed, self._painter.pressed_action = self._painter.pressed_action, None
        if event is not None and pressed is not None:
            index = self.indexAt(event.position().toPoint())
            released = self._action_at(index, event.position().toPoint())
            self.viewport().update()  # type: ignore[union-attr]
            if released is not None and (index.row(), index.column(), released.id) == pressed:
                self.action.emit(index.data(CellRole.ROW), released.id)
            return
        super().mouseReleaseEvent(event)

    def _action_at(self, index: QModelIndex, point: QPoint) -> CellAction | None:
        column = index.data(CellRole.COLUMN)
        if not isinstance(column, Column) or column.kind is not CellKind.ACTIONS:
            return None
        actions = column.value(index.data(CellRole.ROW)) or ()
        inner = QRectF(self.visualRect(index)).adjusted(PADDING, 0, -PADDING, 0)
        for action, rect in zip(actions, action_rects(inner, actions), strict=True):
            if action.enabled and rect.contains(point.toPointF()):
                return action
        return None

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Lays its own ground: only what covers all below it is moved by scrolling instead of being painted anew."""
        viewport, selection = self.viewport(), self.selectionModel()
        if event is None or viewport is None or selection is None:
            return
        area, region = event.rect(), event.region()
        painter = QPainter(viewport)
        painter.fillRect(area, current_theme().colour(GROUND))
        cells = self._cells_between(area.left(), area.right())
        if not cells:
            return
        self._painter.begin(painter)
        left, width, root = -self._header.offset(), self._header.length(), self.rootIndex()
        is_whole = region.rectCount() == 1
        for row in self._rows_between(area.top(), area.bottom()):
            line = QRect(left, self.rowViewportPosition(row), width, self.rowHeight(row))
            asked = cells if is_whole else [cell for cell in cells if _meets(region, cell, line)]
            if asked:
                self._painter.paint_row(painter, row, QRectF(line), asked, selection.isRowSelected(row, root))

    def _rows_between(self, top: int, bottom: int) -> range:
        first, last = self.rowAt(top), self.rowAt(bottom)
        count = self.rows_model.rowCount()
        return range(first if first >= 0 else count, last + 1 if last >= 0 else count)

    def _cells_between(self, left: int, right: int) -> list[Cell]:
        places = (self._header.logicalIndex(at) for at in range(self._header.count()))
        shown = [place for place in places if not self.isColumnHidden(place)]
        cells = (Cell(place, self.columnViewportPosition(place), self.columnWidth(place)) for place in shown)
        return [cell for cell in cells if cell.left <= right and cell.left + cell.width > left]

    def hideEvent(self, event: QHideEvent | None) -> None:
        """What nobody sees takes no memory; seen again, it is painted in one go as the first time."""
        if event is not None and not event.spontaneous():
            self._painter.rest()
        super().hideEvent(event)

    def viewportEvent(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self.tip_at(event.pos())
            if tip:
                show_tooltip(event.globalPos(), tip, self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def tip_at(self, point: QPoint) -> str:
        """Of the action under the pointer, of the cell, or the whole of a name that did not fit."""
        index = self.indexAt(point)
        action = self._action_at(index, point)
        if action is not None:
            return words(action.text)
        tip = index.data(Qt.ItemDataRole.ToolTipRole)
        if tip:
            return str(tip)
        column = index.data(CellRole.COLUMN)
        if not isinstance(column, Column) or column.kind is not CellKind.TEXT:
            return ""
        shown = str(index.data() or "")
        suffix = column.suffix(index.data(CellRole.ROW)) or ""
        font = current_theme().font(Type.TABLE_BOLD if column.bold else Type.TABLE)
        needed = painting.text_width(f"{shown} {suffix}".strip(), font) + 2 * PADDING
        return shown if needed > self.columnWidth(index.column()) else ""

    # keyboard

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self.current_row()
            if row is not None:
                self.activated_row.emit(row)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._header.setFixedHeight(Height.TABLE_HEADER)


def _meets(region: QRegion, cell: Cell, line: QRect) -> bool:
    return region.intersects(QRect(int(cell.left), line.top(), int(cell.width), line.height()))
