"""Paints the cells of every table: numbers right on the same point, states as icon and word, flash and hover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QFont, QPainter

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import current_language, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.widgets.badges import chip_width, paint_chip
from upbit_auto_trading.ui.widgets.cell_pictures import CellPictures
from upbit_auto_trading.ui.widgets.meter_bar import paint_meter
from upbit_auto_trading.ui.widgets.mode_badge import ModeShape, mode_chip_width, paint_mode_chip
from upbit_auto_trading.ui.widgets.spark_pictures import SparkPictures
from upbit_auto_trading.ui.widgets.table_model import CellAction, CellKind, CellState, Column, Row, TableModel

PADDING = Space.L
#: what a view lies on
GROUND = "bg1"
_MARK = 9
_WRITTEN = (CellKind.TEXT, CellKind.NUMBER)
_ACTION = Height.ROW_COMPACT


class _Written(NamedTuple):
    """All that a cell with words or a number is painted by, apart from its column and its ground."""

    text: str
    token: str | None
    direction: int
    icon: tuple[Icon, str] | None
    suffix: str
    places: int

    @classmethod
    def of(cls, model: TableModel, column: Column, row: Row, place: int) -> _Written:
        mark = column.icon(row)
        return cls(
            model.shown(row, column),
            column.token(row),
            formats.direction(column.value(row)) if column.arrow else 0,
            (mark.icon, mark.token) if mark is not None and mark.icon is not None else None,
            column.suffix(row) or "",
            model.places_of(place) if column.align_point else 0,
        )


class Cell(NamedTuple):
    """Column and room of a cell to paint."""

    place: int
    left: float
    width: float


class TablePainter:
    """Told by its view which row is under the pointer. Not a delegate of Qt's: 400 calls of one take Qt and Python a
    third of the time that a table needs, and what a row has in common would be painted with each cell."""

    def __init__(self, model: TableModel) -> None:
        self._model = model
        self.hovered_row = -1
        self.pressed_action: tuple[int, int, str] | None = None
        self.ask_for_width: Callable[[int, int], None] = lambda _column, _width: None
        self._sparks = SparkPictures()
        self.written = CellPictures()
        self._look: tuple[object, ...] | None = None

    def begin(self, painter: QPainter) -> None:
        """Before the rows of a view are painted."""
        theme = current_theme()
        look = (theme.palette, theme.text_scale, current_language())
        if look != self._look:
            self._look = look
            self.written.forget()
        self.written.begin(painter)

    def rest(self) -> None:
        """Its view is out of sight."""
        self.written.forget()

    def paint_row(self, painter: QPainter, at: int, area: QRectF, cells: Sequence[Cell], is_selected: bool) -> None:
        """``area`` is that of the whole row."""
        row = self._model.row_at(at)
        if row is None:
            return
        theme = current_theme()
        ground = "sel" if is_selected else "bg3" if at == self.hovered_row else GROUND
        shade = theme.colour(ground)
        if ground != GROUND:
            painting.bar(painter, area, shade)
        _underline(painter, area)
        key = self._model.key_of(row)
        for cell in cells:
            column = self._model.columns[cell.place]
            rect = QRectF(cell.left, area.top(), cell.width, area.height())
            flash = self._model.flash_of(key, cell.place) if column.flash else 0
            if flash:
                fill = theme.colour("up_fill" if flash > 0 else "down_fill", theme.tints.flash)
                painting.bar(painter, rect, fill)
                _underline(painter, rect)
            if column.kind in _WRITTEN:
                self._paint_written(painter, rect, cell.place, column, row, None if flash else shade)
            else:
                painter.save()
                painter.setClipRect(rect)
                self._paint_shape(painter, rect.adjusted(PADDING, 0, -PADDING, 0), column, row, (at, cell.place))
                painter.restore()

    def _paint_written(
        self, painter: QPainter, rect: QRectF, place: int, column: Column, row: Row, shade: QColor | None
    ) -> None:
        """Kept as a picture where it lies on an even ``shade``."""
        written = _Written.of(self._model, column, row, place)

        def draw(target: QPainter, area: QRectF) -> None:
            self._paint_text(target, area.adjusted(PADDING, 0, -PADDING, 0), column, place, written)

        if shade is None:
            draw(painter, rect)
        else:
            self.written.paint(painter, rect, (place, self._model.key_of(row)), written, shade, _underline, draw)

    def _paint_shape(self, painter: QPainter, rect: QRectF, column: Column, row: Row, at: tuple[int, int]) -> None:
        value = column.value(row)
        if column.kind is CellKind.STATE and isinstance(value, CellState):
            paint_state(painter, rect, value)
        elif column.kind is CellKind.MODE and isinstance(value, ModeShape):
            width = mode_chip_width(value)
            paint_mode_chip(painter, QRectF(rect.left(), _middle(rect, Height.BADGE), width, Height.BADGE), value)
        elif column.kind is CellKind.METER and value is not None:
            self._paint_share(painter, rect, float(value))
        elif column.kind is CellKind.SPARKLINE and value is not None:
            name = (at[1], self._model.key_of(row))
            self._sparks.paint(painter, rect.adjusted(0, 3, 0, -3), name, value, column.token(row))
        elif column.kind is CellKind.ACTIONS:
            self._paint_actions(painter, rect, at, value or ())

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

    def _paint_text(self, painter: QPainter, rect: QRectF, column: Column, place: int, written: _Written) -> None:
        theme = current_theme()
        if not column.is_number:
            self._paint_name(painter, rect, column, written)
            return
        font = theme.number_font(Type.TABLE_BOLD if column.bold else Type.TABLE)
        shown, direction = written.text, written.direction
        token = written.token or {1: "up", -1: "down"}.get(direction) or "t1"
        colour = theme.colour("t3" if shown == formats.NOTHING else token)
        pad = _point_padding(shown, written.places, font) if column.align_point else 0.0
        width = painting.figures_width(shown, font)
        needed = width + pad + (_MARK + Space.XS if direction else 0)
        if needed > rect.width() + 1:
            # A number cut short would read as another number: none is shown until there is room.
            self.ask_for_width(place, ceil(needed) + 2 * PADDING)
            return
        right = rect.adjusted(0, 0, -pad, 0)
        painting.text_line(painter, right, shown, font, colour, painting.RIGHT)
        if direction:
            left = right.right() - width - _MARK - Space.XS
            mark = QRectF(left, _middle(rect, _MARK) + 1, _MARK, _MARK - 2)
            painting.triangle(painter, mark, colour, direction > 0)

    def _paint_name(self, painter: QPainter, rect: QRectF, column: Column, written: _Written) -> None:
        theme = current_theme()
        font = theme.font(Type.TABLE_BOLD if column.bold else Type.TABLE)
        left = rect.left()
        if written.icon is not None:
            icon, token = written.icon
            spot = QRectF(left, _middle(rect, IconSize.TINY), IconSize.TINY, IconSize.TINY)
            paint_icon(painter, icon, spot, token)
            left += IconSize.TINY + Space.S
        suffix = written.suffix
        suffix_font = theme.font(Type.TABLE)
        room = rect.right() - left
        after = painting.text_width(suffix, suffix_font) + Space.S if suffix else 0.0
        name = painting.elided(written.text, font, max(room - after, 24.0) + 1)
        colour = theme.colour(written.token or "t1")
        painting.text_line(painter, QRectF(left, rect.top(), room, rect.height()), name, font, colour)
        if suffix:
            width = painting.text_width(name, font)
            rest = QRectF(left + width + Space.S, rect.top(), room - width - Space.S, rect.height())
            painting.text_line(painter, rest, suffix, suffix_font, theme.colour("t3"))

    # actions in a row

    def _paint_actions(
        self, painter: QPainter, rect: QRectF, at: tuple[int, int], actions: tuple[CellAction, ...]
    ) -> None:
        theme = current_theme()
        font = theme.font(Type.TABLE)
        for action, area in zip(actions, action_rects(rect, actions), strict=True):
            pressed = self.pressed_action == (*at, action.id)
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


def _underline(painter: QPainter, rect: QRectF) -> None:
    line = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
    painting.bar(painter, line, current_theme().colour("line"))


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
