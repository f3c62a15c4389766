"""Small lines that were painted, kept as pictures until they would look different."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPixmap

from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.widgets.sparkline import paint_sparkline, spark_token

#: a live price that moves the end of a line by less, in pixels, moves nothing that can be seen
_LEAST_SEEN = 0.25
#: rows that were scrolled away go first
_MOST_KEPT = 400


@dataclass(frozen=True, slots=True)
class _Picture:
    #: colour, size, pixels a unit, and where between two device pixels it lies
    look: tuple[float, ...]
    values: tuple[float, ...]
    #: of the line, for each unit of its values
    height: float
    pixmap: QPixmap

    def shows(self, look: tuple[float, ...], values: Sequence[float]) -> bool:
        known = self.values
        if look != self.look or len(values) != len(known) or tuple(values[:-1]) != known[:-1]:
            return False
        return values[-1] == known[-1] or abs(values[-1] - known[-1]) * self.height < _LEAST_SEEN


class SparkPictures:
    """``paint`` as ``paint_sparkline``, with a name for the line; another colour or size is another picture."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Picture] = {}
        #: how many were drawn, for tests
        self.drawn = 0

    def paint(
        self, painter: QPainter, rect: QRectF, name: Hashable, values: Sequence[float], token: str | None = None
    ) -> None:
        if len(values) < 2:
            return
        token = token or spark_token(values)
        transform = painter.deviceTransform()
        place, ratio = transform.mapRect(rect), transform.m11()
        left, top = floor(place.left()), floor(place.top())
        colour = current_theme().colour(token).rgba()
        look = (colour, rect.width(), rect.height(), ratio, place.left() - left, place.top() - top)
        picture = self._kept.pop(name, None)
        if picture is None or not picture.shows(look, values):
            picture = self._draw(look, values, token)
        self._kept[name] = picture
        inverse, _is_possible = transform.inverted()
        painter.drawPixmap(inverse.map(QPointF(left, top)), picture.pixmap)

    def _draw(self, look: tuple[float, ...], values: Sequence[float], token: str) -> _Picture:
        _colour, width, height, ratio, left, top = look
        pixmap = QPixmap(ceil(left + width * ratio), ceil(top + height * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.translate(left, top)
        painter.scale(ratio, ratio)
        scale = paint_sparkline(painter, QRectF(0, 0, width, height), values, token)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self.drawn += 1
        if len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return _Picture(look, tuple(values), scale * ratio, pixmap)
