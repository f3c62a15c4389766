"""The price axis beside a pane and the time axis below all: ticks, and the plates of what lies on the pane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from upbit_auto_trading.ui.charts.layer import AxisLabel
from upbit_auto_trading.ui.charts.pane import PaneItem
from upbit_auto_trading.ui.charts.plates import nearest_free
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart, Height, Radius, Space, Type

_KST = "KST"
#: of a tick's text to the next plate
_CLEAR = 3
#: of a time on the axis
_WIDEST_TICK = 120


@dataclass(frozen=True, slots=True)
class AxisTick:
    """``place`` in pixels along the axis."""

    place: float
    text: str
    is_strong: bool = False


class _AxisItem(pg.GraphicsObject):
    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF(0, 0, 1, 1)
        self.ticks: Sequence[AxisTick] = ()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def set_rect(self, rect: QRectF) -> None:
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
            self.setPos(rect.topLeft())
            self.update()

    @property
    def rect(self) -> QRectF:
        return self._rect

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._rect.width(), self._rect.height())


class PriceAxis(_AxisItem):
    """Leaves out the ticks that would stand under a plate."""

    def __init__(self, pane: PaneItem) -> None:
        super().__init__()
        self.pane = pane
        self.plates: tuple[tuple[AxisLabel, QRectF], ...] = ()
        self._labels: tuple[AxisLabel, ...] = ()
        #: where they stand while the crosshair is elsewhere
        self._usual: tuple[tuple[AxisLabel, QRectF], ...] = ()
        #: where the plate of the crosshair lies, which is painted by another item
        self.taken: QRectF | None = None

    def arrange(self) -> tuple[QRectF, ...]:
        """Where the plates stand now; what has to be painted again, with the ticks that come out or go under."""
        view = self.pane.view
        if view is None:
            return ()
        self._labels = tuple(label for layer in self.pane.layers for label in layer.labels(view))
        self._usual = tuple(placed(self._labels, view.price.y_of, self.boundingRect()))
        return self._place()

    def make_room(self, taken: QRectF | None) -> tuple[QRectF, ...]:
        """All that stands here moves out from under the plate of the crosshair; what has to be painted again."""
        before, self.taken = self.taken, taken
        if before == taken:
            return ()
        return (*self._place(), *(_with_ticks(one) for one in (before, taken) if one is not None))

    def _place(self) -> tuple[QRectF, ...]:
        view = self.pane.view
        if view is None:
            return ()
        taken, plates = self.taken, self._usual
        if taken is not None and any(taken.intersects(plate) for _, plate in plates):
            plates = tuple(placed(self._labels, view.price.y_of, self.boundingRect(), taken))
        moved = [plate for plate in (*plates, *self.plates) if plate not in plates or plate not in self.plates]
        self.plates = plates
        return tuple(_with_ticks(place) for _, place in moved)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem | None, _widget: QWidget | None = None) -> None:
        theme = current_theme()
        area = self.boundingRect()
        exposed = area if option is None else option.exposedRect
        painter.fillRect(exposed.intersected(area), theme.colour("chart_background"))
        painter.fillRect(QRectF(0, 0, 1, area.height()), theme.colour("line"))
        paint_price_ticks(painter, area, self.ticks, self._covered(), exposed)
        for label, plate in self.plates:
            if plate.intersects(exposed):
                paint_plate(painter, plate, label)

    def _covered(self) -> list[QRectF]:
        return [*(plate for _, plate in self.plates), *(() if self.taken is None else (self.taken,))]


class TimeAxis(_AxisItem):
    """Ends in the corner below the price axis, which names the zone."""

    plot_width = 0.0
    #: where the plate of the crosshair lies
    taken: QRectF | None = None

    def make_room(self, taken: QRectF | None) -> None:
        """Half a time beside the plate of the crosshair would be read as another one."""
        before, self.taken = self.taken, taken
        if before != taken:
            for one in (before, taken):
                if one is not None:
                    self.update(one.adjusted(-_WIDEST_TICK, 0, _WIDEST_TICK, 0))

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem | None, _widget: QWidget | None = None
    ) -> None:
        theme = current_theme()
        area = self.boundingRect()
        painter.fillRect(area, theme.colour("chart_background"))
        painter.fillRect(QRectF(0, 0, area.width(), 1), theme.colour("line"))
        paint_time_ticks(painter, area, self.ticks, self.plot_width, self.taken)


def paint_price_ticks(
    painter: QPainter,
    area: QRectF,
    ticks: Sequence[AxisTick],
    covered: Sequence[QRectF],
    exposed: QRectF | None = None,
) -> None:
    """Those that have room and stand under nothing that covers them."""
    theme = current_theme()
    font, colour = theme.number_font(Type.CAPTION), theme.colour("t3")
    above = [plate.adjusted(0, -_CLEAR, 0, _CLEAR) for plate in covered]
    for tick in ticks:
        top = area.top() + tick.place - Height.BADGE / 2
        row = QRectF(area.left() + Space.M, top, area.width() - Space.M, Height.BADGE)
        if any(plate.intersects(row.adjusted(0, 4, 0, -4)) for plate in above):
            continue
        is_whole = row.top() >= area.top() and row.bottom() <= area.bottom()
        if is_whole and (exposed is None or row.intersects(exposed)):
            painting.text_line(painter, row, tick.text, font, colour)


def paint_time_ticks(
    painter: QPainter, area: QRectF, ticks: Sequence[AxisTick], plot_width: float, taken: QRectF | None = None
) -> None:
    """Those that have room below the plot, and the zone in the corner."""
    theme = current_theme()
    font = theme.number_font(Type.CAPTION)
    for tick in ticks:
        width = painting.text_width(tick.text, font)
        left = tick.place - width / 2
        if left < 0 or left + width > plot_width:
            continue
        box = QRectF(area.left() + left - 1, area.top(), width + 2, area.height())
        if taken is not None and taken.adjusted(-_CLEAR, 0, _CLEAR, 0).intersects(box):
            continue
        colour = theme.colour("t1" if tick.is_strong else "t3")
        painting.text_line(painter, box, tick.text, font, colour, painting.CENTRE)
    corner = QRectF(area.left() + plot_width + Space.M, area.top(), area.width() - plot_width, area.height())
    painting.text_line(painter, corner, _KST, theme.font(Type.CAPTION), theme.colour("t3"))


def placed(
    labels: Sequence[AxisLabel], y_of: Callable[[float], float], area: QRectF, taken: QRectF | None = None
) -> list[tuple[AxisLabel, QRectF]]:
    """Heavier ones keep their place, others move aside; those whose value is out of sight, or for which there is no
    room, stay away."""
    result: list[tuple[AxisLabel, QRectF]] = []
    lying = [] if taken is None else [taken]
    too_high = float("inf")
    for label in sorted(labels, key=lambda one: -one.weight):
        middle = float(y_of(label.value))
        if not 0 <= middle <= area.height():
            continue
        height = Height.BADGE + (Type.CAPTION.line if label.note else 0)
        if height >= too_high:
            continue
        plate = QRectF(1, round(middle - height / 2), area.width() - 1, height)
        plate.moveTop(min(max(plate.top(), 0.0), max(area.height() - height, 0.0)))
        free = nearest_free(plate, lying, area)
        if free is None:
            too_high = height
        else:
            lying.append(free)
            result.append((label, free))
    return result


def _with_ticks(plate: QRectF) -> QRectF:
    return plate.adjusted(0, -Height.BADGE, 0, Height.BADGE)


def paint_plate(painter: QPainter, plate: QRectF, label: AxisLabel) -> None:
    theme = current_theme()
    edge = None if label.edge is None else theme.colour(label.edge)
    painting.frame(painter, plate, Radius.BADGE, theme.colour(label.fill), edge)
    inner = plate.adjusted(Space.M - 1, 0, -Space.XXS, 0)
    first = QRectF(inner.left(), inner.top(), inner.width(), Height.BADGE)
    painting.text(painter, first, label.text, theme.number_font(Type.CAPTION), theme.colour(label.words))
    if label.note:
        second = QRectF(inner.left(), first.bottom() - Space.XS, inner.width(), Type.CAPTION.line + Space.XXS)
        painting.text(painter, second, label.note, theme.number_font(Type.CAPTION), theme.colour(label.words))


def note_that_fits(long: str, short: str) -> str:
    """The long one where it has room on a plate."""
    room = axis_width() - 2 * Space.M
    return long if painting.text_width(long, current_theme().number_font(Type.CAPTION)) <= room else short


def axis_width() -> int:
    """Grows with the user's text: a price is never cut."""
    return round(Chart.PRICE_AXIS * max(current_theme().text_scale, 100) / 100)
