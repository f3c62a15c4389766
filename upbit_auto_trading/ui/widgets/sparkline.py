"""A small line without axes: the course of a price in a row or card."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design.theme import current_theme


class Sparkline(QWidget):
    """Coloured by first against last value unless a token is given. What it shows stands beside it in words."""

    def __init__(self, values: Sequence[float] = (), token: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = list(values)
        self._token = token
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_values(self, values: Sequence[float]) -> None:
        self._values = list(values)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(48, 20)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        paint_sparkline(QPainter(self), QRectF(self.rect()), self._values, self._token)


def spark_token(values: Sequence[float]) -> str:
    """Up, down or neither, from the first value to the last."""
    return "up_fill" if values[-1] > values[0] else "down_fill" if values[-1] < values[0] else "t3"


def paint_sparkline(painter: QPainter, rect: QRectF, values: Sequence[float], token: str | None = None) -> float:
    """At most two points a pixel, its extremes kept. Answers how high a unit of the values is drawn."""
    if len(values) < 2:
        return 0.0
    shown = _thinned(values, max(2, int(rect.width())))
    least, most = min(shown), max(shown)
    span = (most - least) or 1.0
    inner = rect.adjusted(1, 2, -1, -2)
    step = inner.width() / (len(shown) - 1)
    points = [
        QPointF(inner.left() + place * step, inner.bottom() - (value - least) / span * inner.height())
        for place, value in enumerate(shown)
    ]
    if most == least:
        points = [QPointF(point.x(), inner.center().y()) for point in points]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = current_theme().colour(token or spark_token(values))
    painter.setPen(QPen(colour, 1.25, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF(points))
    painter.restore()
    # a level line takes its height from the first value that differs
    return inner.height() / span if most > least else inf


def _thinned(values: Sequence[float], columns: int) -> list[float]:
    if len(values) <= 2 * columns:
        return list(values)
    size = len(values) / columns
    found: list[float] = []
    for column in range(columns):
        part = values[int(column * size) : max(int(column * size) + 1, int((column + 1) * size))]
        low, high = min(part), max(part)
        found.extend((low, high) if part.index(low) < part.index(high) else (high, low))
    return found
