"""What stands in the upper left corner of a pane: names of its lines, and their values at the crosshair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QPointF, QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from upbit_auto_trading.ui.charts.line_looks import line_pen
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart, Radius, Space, Type

_SAMPLE = 16
_ROW = 18


@dataclass(frozen=True, slots=True)
class LegendPart:
    """A word or number of a row, with the token of its colour."""

    text: str
    token: str = "t1"
    #: may begin a new row where the pane is narrow; a value stays with its name
    begins: bool = True


@dataclass(frozen=True, slots=True)
class LegendLine:
    """``token`` and ``dash`` draw a sample of the line before the name; no token: none."""

    id: str
    name: str
    #: of the row at the crosshair; None: of the last one
    parts_at: Callable[[int | None], Sequence[LegendPart]]
    token: str = ""
    dash: tuple[float, ...] | None = None
    #: what matters most, where all of it would take more than a row
    short_parts_at: Callable[[int | None], Sequence[LegendPart]] | None = None


class LegendItem(pg.GraphicsObject):
    """Rows are laid out one after the other, and wrap where the pane ends."""

    def __init__(self) -> None:
        super().__init__()
        self._width = 0.0
        self._lines: tuple[LegendLine, ...] = ()
        self._row: int | None = None
        self._boxes: list[tuple[LegendLine, QRectF, tuple[LegendPart, ...]]] = []
        #: a part, or None for the name, and where it stands
        self._placed: list[tuple[LegendLine, LegendPart | None, QRectF]] = []
        self._bounds = QRectF()
        self.setZValue(10)

    @property
    def lines(self) -> tuple[LegendLine, ...]:
        return self._lines

    def set_width(self, width: float) -> None:
        if width != self._width:
            self._width = width
            self.lay_out()

    def show_lines(self, lines: Sequence[LegendLine]) -> None:
        self._lines = tuple(lines)
        self.lay_out()

    def show_row(self, row: int | None) -> None:
        """Also where it is the same one: its values may be others."""
        before, self._row = self._row, row
        room = self._width - 2 * Space.M
        if row != before or [self._parts(line, room) for line in self._lines] != [known for _, _, known in self._boxes]:
            self.lay_out()

    def line_at(self, point: QPointF) -> LegendLine | None:
        return next((line for line, box, _ in self._boxes if box.contains(point)), None)

    def text(self) -> str:
        """All of it, for the accessible description."""
        return ", ".join(" ".join((line.name, *(part.text for part in parts))) for line, _, parts in self._boxes)

    def lay_out(self) -> None:
        self.prepareGeometryChange()
        self._boxes = []
        self._placed = []
        x, y = float(Space.M), float(Space.S)
        for line in self._lines:
            x, y = self._lay_out_line(line, x, y)
        bounds = QRectF()
        for _, box, _ in self._boxes:
            bounds = bounds.united(box.adjusted(-Space.XS, 0, Space.XS, 0))
        self._bounds = bounds
        self.update()

    def _parts(self, line: LegendLine, room: float) -> tuple[LegendPart, ...]:
        parts = tuple(line.parts_at(self._row))
        if line.short_parts_at is None:
            return parts
        numbers = current_theme().number_font(Type.CAPTION)
        width = sum(painting.text_width(part.text, numbers) + Space.S for part in parts)
        return parts if width <= room else tuple(line.short_parts_at(self._row))

    def _lay_out_line(self, line: LegendLine, x: float, y: float) -> tuple[float, float]:
        """Begins a row of its own where it does not fit into what is left of one; and goes on in the next where it is
        wider than the pane. Tells where the next line may begin."""
        theme = current_theme()
        font, numbers = theme.font(Type.CAPTION), theme.number_font(Type.CAPTION)
        height, most = _ROW * theme.text_scale / 100, self._width - Space.M
        parts = self._parts(line, most - Space.M)
        name = (_SAMPLE + Space.S if line.token else 0) + painting.text_width(line.name, font)
        widths = [painting.text_width(part.text, numbers) + Space.S for part in parts]
        if x > Space.M and x + name + sum(widths) > most:
            x, y = float(Space.M), y + height
        left, top, widest = x, y, x + name
        self._placed.append((line, None, QRectF(x, y, name, height)))
        x += name
        for part, together, width in zip(parts, _together(parts, widths), widths, strict=True):
            if part.begins and x + together > most and x > Space.M:
                x, y = float(Space.M) - Space.S, y + height
                left = float(Space.M)
            self._placed.append((line, part, QRectF(x + Space.S, y, width - Space.S + 2, height)))
            x += width
            widest = max(widest, x)
        self._boxes.append((line, QRectF(left, top, widest - left, y + height - top), parts))
        return x + Space.L, y

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem | None, _widget: QWidget | None = None
    ) -> None:
        theme = current_theme()
        font, numbers = theme.font(Type.CAPTION), theme.number_font(Type.CAPTION)
        plate = theme.colour("chart_background", theme.tints.legend_plate)
        for _, box, _ in self._boxes:
            painting.frame(painter, box.adjusted(-Space.XS, 0, Space.XS, 0), Radius.BADGE, plate)
        for line, part, place in self._placed:
            if part is not None:
                painting.text(painter, place, part.text, numbers, theme.colour(part.token))
                continue
            x = place.left()
            if line.token:
                painter.setPen(line_pen(line.token, Chart.OVERLAY_PEN, line.dash))
                painter.drawLine(QLineF(x, place.center().y(), x + _SAMPLE, place.center().y()))
                x += _SAMPLE + Space.S
            name = QRectF(x, place.top(), place.right() - x + 2, place.height())
            painting.text(painter, name, line.name, font, theme.colour("t2"))


def _together(parts: Sequence[LegendPart], widths: Sequence[float]) -> list[float]:
    """Of each part with those after it that stay with it."""
    result = list(widths)
    for place in range(len(parts) - 2, -1, -1):
        if not parts[place + 1].begins:
            result[place] += result[place + 1]
    return result
