"""Paints the cells of every table: numbers right on the same point, states as icon and word, flash and hover."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PyQt6.QtCore import QModelIndex, QRectF, QSize, Qt
from PyQt6.QtGui import QFont, QPainter
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import paint_icon
from upbit_auto_trading.ui.design.language import words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.widgets.badges import chip_width, paint_chip
from upbit_auto_trading.ui.widgets.meter_bar import paint_meter
from upbit_auto_trading.ui.widgets.mode_badge import ModeShape, mode_chip_width, paint_mode_chip
from upbit_auto_trading.ui.widgets.spark_pictures import SparkPictures
from upbit_auto_trading.ui.widgets.table_model import CellAction, CellKind, CellRole, CellState, Column, Row, TableModel

PADDING = Space.L
_MARK = 9
_WRITTEN = (CellKind.TEXT, CellKind.NUMBER)
_ACTION = Height.ROW_COMPACT


class TableDelegate(QStyledItemDelegate):
    """Told by its view which row is under the pointer and which row has the keyboard."""

    def __init__(self, row_height: int) -> None:
        super().__init__()
        self.row_height = row_height
        self.hovered_row = -1
        self.pressed_action: tuple[int, int, str] | None = None
        self._sparks = SparkPictures()
        self.ask_for_width: Callable[[int, int], None] = lambda _column, _width: None

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(48, self.row_height)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        if painter is None or not isinstance(model, TableModel):
            return
        column, row = model.columns[index.column()], model.row_at(index.row())
        if row is None:
            return
        rect = QRectF(option.rect)
        self._paint_background(painter, option, index, model.flash_at(index))
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        if column.kind in _WRITTEN:
            self._paint_text(painter, inner, column, row, index)
            return
        painter.save()
        painter.setClipRect(rect)
        self._paint_shape(painter, inner, model, column, row, index)
        painter.restore()

    def _paint_background(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex, flash: int
    ) -> None:
        rect = QRectF(option.rect)
        theme = current_theme()
        if option.state & QStyle.StateFlag.State_Selected:
            painting.bar(painter, rect, theme.colour("sel"))
        elif index.row() == self.hovered_row:
            painting.bar(painter, rect, theme.colour("bg3"))
        if flash:
            fill = theme.colour("up_fill" if flash > 0 else "down_fill", theme.tints.flash)
            painting.bar(painter, rect, fill)
        painting.bar(painter, QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.colour("line"))

    def _paint_shape(
        self, painter: QPainter, rect: QRectF, model: TableModel, column: Column, row: Row, index: QModelIndex
    ) -> None:
        value = column.value(row)
        if column.kind is CellKind.STATE and isinstance(value, CellState):
            paint_state(painter, rect, value)
        elif column.kind is CellKind.MODE and isinstance(value, ModeShape):
            width = mode_chip_width(value)
            paint_mode_chip(painter, QRectF(rect.left(), _middle(rect, Height.BADGE), width, Height.BADGE), value)
        elif column.kind is CellKind.METER and value is not None:
            self._paint_share(painter, rect, float(value))
        elif column.kind is CellKind.SPARKLINE and value is not None:
            name = (index.column(), model.key_of(row))
            self._sparks.paint(painter, rect.adjusted(0, 3, 0, -3), name, value, column.token(row))
        elif column.kind is CellKind.ACTIONS:
            self._paint_actions(painter, rect, index, value or ())

    def _paint_share(self, painter: QPainter, rect: QRectF, share: float) -> None:
        theme = current_theme()
        font = theme.number_font(Type.TABLE)
        shown = formats.percent(share, 0)
        room = painting.text_width("100%", font)
        figures = QRectF(rect.left(), rect.top(), room, rect.height())
        painting.text(painter, figures, shown, font, theme.colour("t1"), painting.RIGHT)
        left = figures.right() + Space.S
        meter = QRectF(left, _middle(rect, Height.METER), rect.right() - left, Height.METER)
        paint_meter(painter, meter, share)

    def _paint_text(self, painter: QPainter, rect: QRectF, column: Column, row: Row, index: QModelIndex) -> None:
        theme = current_theme()
        style = Type.TABLE_BOLD if column.bold else Type.TABLE
        font = theme.number_font(style) if column.is_number else theme.font(style)
        shown = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        direction = formats.direction(column.value(row)) if column.arrow else 0
        token = column.token(row) or ({1: "up", -1: "down"}.get(direction) if column.arrow else None) or "t1"
        colour = theme.colour("t3" if shown == formats.NOTHING else token)
        if not column.is_number:
            self._paint_name(painter, rect, column, row, shown)
            return
        pad = _point_padding(shown, index.data(CellRole.PLACES) or 0, font) if column.align_point else 0.0
        width = painting.text_width(shown, font)
        needed = width + pad + (_MARK + Space.XS if direction else 0)
        if needed > rect.width() + 1:
            # A number cut short would read as another number: none is shown until there is room.
            self.ask_for_width(index.column(), ceil(needed) + 2 * PADDING)
            return
        right = rect.adjusted(0, 0, -pad, 0)
        painting.text(painter, right, shown, font, colour, painting.RIGHT)
        if direction:
            left = right.right() - width - _MARK - Space.XS
            mark = QRectF(left, _middle(rect, _MARK) + 1, _MARK, _MARK - 2)
            painting.triangle(painter, mark, colour, direction > 0)

    def _paint_name(self, painter: QPainter, rect: QRectF, column: Column, row: Row, shown: str) -> None:
        theme = current_theme()
        font = theme.font(Type.TABLE_BOLD if column.bold else Type.TABLE)
        mark = column.icon(row)
        left = rect.left()
        if mark is not None and mark.icon is not None:
            spot = QRectF(left, _middle(rect, IconSize.TINY), IconSize.TINY, IconSize.TINY)
            paint_icon(painter, mark.icon, spot, mark.token)
            left += IconSize.TINY + Space.S
        suffix = column.suffix(row) or ""
        suffix_font = theme.font(Type.TABLE)
        room = rect.right() - left
        after = painting.text_width(suffix, suffix_font) + Space.S if suffix else 0.0
        name = painting.elided(shown, font, max(room - after, 24.0) + 1)
        colour = theme.colour(column.token(row) or "t1")
        width = painting.text(painter, QRectF(left, rect.top(), room, rect.height()), name, font, colour)
        if suffix:
            rest = QRectF(left + width + Space.S, rect.top(), room - width - Space.S, rect.height())
            painting.text(painter, rest, suffix, suffix_font, theme.colour("t3"))

    # actions in a row

    def _paint_actions(
        self, painter: QPainter, rect: QRectF, index: QModelIndex, actions: tuple[CellAction, ...]
    ) -> None:
        theme = current_theme()
        font = theme.font(Type.TABLE)
        for action, area in zip(actions, action_rects(rect, actions), strict=True):
            pressed = self.pressed_action == (index.row(), index.column(), action.id)
            if action.token is None:
                fill = theme.colour("bg4" if pressed else "bg2")
                edge = theme.colour("control" if action.enabled else "line")
                painting.frame(painter, area, Radius.CONTROL, fill, edge)
            token = (action.token or "t1") if action.enabled else "tdis"
            if action.icon is not None:
                spot = QRectF(0, 0, IconSize.TINY, IconSize.TINY)
                spot.moveCenter(area.center())
                paint_icon(painter, action.icon, spot, token)
            else:
                painting.text(painter, area, words(action.text), font, theme.colour(token), painting.CENTRE)


def paint_state(painter: QPainter, rect: QRectF, state: CellState) -> None:
    shown = words(state.text)
    if state.chip:
        chip = QRectF(rect.left(), _middle(rect, Height.BADGE), chip_width(shown, state.icon is not None), Height.BADGE)
        paint_chip(painter, chip, shown, state.token, state.icon)
        return
    theme = current_theme()
    left = rect.left()
    if state.icon is not None:
        spot = QRectF(left, _middle(rect, IconSize.TINY), IconSize.TINY, IconSize.TINY)
        paint_icon(painter, state.icon, spot, state.token)
        left += IconSize.TINY + Space.S
    rest = QRectF(left, rect.top(), rect.right() - left, rect.height())
    painting.text(painter, rest, shown, theme.font(Type.TABLE), theme.colour(state.token))


def action_rects(rect: QRectF, actions: tuple[CellAction, ...]) -> list[QRectF]:
    """From the right end of the cell, in the order given."""
    font = current_theme().font(Type.TABLE)
    widths = [
        float(_ACTION + 2) if action.icon is not None else painting.text_width(words(action.text), font) + 2 * Space.M
        for action in actions
    ]
    left = rect.right() - sum(widths) - Space.XS * max(0, len(widths) - 1)
    found = []
    for width in widths:
        found.append(QRectF(round(left), _middle(rect, _ACTION), round(width), _ACTION))
        left += width + Space.XS
    return found


def _middle(rect: QRectF, height: float) -> float:
    return round(rect.top() + (rect.height() - 1 - height) / 2)


def _point_padding(shown: str, places: int, font: QFont) -> float:
    missing = places - len(shown.partition(".")[2])
    if missing <= 0 or shown == formats.NOTHING:
        return 0.0
    point = "" if "." in shown else "."
    return painting.text_width(point + "0" * missing, font)
