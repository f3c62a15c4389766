"""The crosshair over all panes, with its plates on both axes."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QPointF, QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from upbit_auto_trading.ui.charts.line_looks import line_pen
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space, Type

#: in pixels
_DASH = (4.0, 3.0)


@dataclass(frozen=True, slots=True)
class Crosshair:
    """``row`` is the candle that it stands on, None between candles; ``value`` is None where another chart has it."""

    second: float
    row: int | None
    pane: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True)
class CrosshairPlace:
    """In pixels of the scene."""

    x: float
    y: float | None
    plot_width: float
    panes_height: float
    time_text: str
    price_text: str
    #: of the pane that it is over: its plate leaves it nowhere
    top: float = 0.0
    bottom: float = 0.0


class CrosshairItem(pg.GraphicsObject):
    """Paints two lines and two plates; what lies below is not painted anew for them."""

    def __init__(self) -> None:
        super().__init__()
        self._area = QRectF()
        self._place: CrosshairPlace | None = None
        self.setZValue(20)

    def set_area(self, area: QRectF) -> None:
        self.prepareGeometryChange()
        self._area = area

    def boundingRect(self) -> QRectF:
        return self._area

    @property
    def place(self) -> CrosshairPlace | None:
        return self._place

    def show_at(self, place: CrosshairPlace | None) -> None:
        if place == self._place:
            return
        for one in (self._place, place):
            if one is not None:
                for part in self._parts(one):
                    self.update(part)
        self._place = place

    @property
    def plates(self) -> tuple[QRectF | None, QRectF | None]:
        """On the axis of prices and on that of time; what else is there makes room for them."""
        place = self._place
        if place is None:
            return None, None
        return None if place.y is None else self._price_plate(place), self._time_plate(place)

    def _parts(self, place: CrosshairPlace) -> list[QRectF]:
        parts = [QRectF(place.x - 1, 0, 3, place.panes_height), self._time_plate(place)]
        if place.y is not None:
            parts += [QRectF(0, place.y - 1, place.plot_width, 3), self._price_plate(place)]
        return [part.adjusted(-1, -1, 1, 1) for part in parts]

    def _time_plate(self, place: CrosshairPlace) -> QRectF:
        width = painting.text_width(place.time_text, current_theme().number_font(Type.CAPTION)) + 2 * Space.M
        left = min(max(place.x - width / 2, 0.0), max(place.plot_width - width, 0.0))
        return QRectF(left, place.panes_height + 1, width, Height.BADGE)

    def _price_plate(self, place: CrosshairPlace) -> QRectF:
        middle = round((place.y or 0.0) - Height.BADGE / 2)
        top = min(max(middle, place.top), max(place.bottom - Height.BADGE, place.top))
        return QRectF(place.plot_width + 1, top, self._area.width() - place.plot_width - 1, Height.BADGE)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem | None, _widget: QWidget | None = None
    ) -> None:
        place = self._place
        if place is None:
            return
        theme = current_theme()
        painter.setPen(line_pen("cross", 1.0, _DASH))
        x = int(place.x) + 0.5
        painter.drawLine(QLineF(QPointF(x, 0), QPointF(x, place.panes_height)))
        plates = [(self._time_plate(place), place.time_text)]
        if place.y is not None:
            y = int(place.y) + 0.5
            painter.drawLine(QLineF(QPointF(0, y), QPointF(place.plot_width, y)))
            plates.append((self._price_plate(place), place.price_text))
        for plate, text in plates:
            painting.frame(painter, plate, Radius.BADGE, theme.colour("bg4"))
            inner = plate.adjusted(Space.M - 1, 0, 0, 0)
            painting.text(painter, inner, text, theme.number_font(Type.CAPTION), theme.colour("t1"))
