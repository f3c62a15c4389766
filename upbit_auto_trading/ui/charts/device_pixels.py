"""Columns of numbers as rectangles and lines on whole device pixels, handed to the painter in one call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter
from pyqtgraph.Qt import internals

from upbit_auto_trading.business_logic.domain.candle_series import Floats

#: beyond it the rasteriser's fixed point runs over; nothing out there is seen
_FARTHEST = 30_000.0
#: kept between frames: an array is made anew only where more is to be drawn than ever before
_RECTS: Any = internals.PrimitiveArray(QRectF, 4)
_LINES: Any = internals.PrimitiveArray(QLineF, 4)
_POINTS: Any = internals.PrimitiveArray(QPointF, 2)


@contextmanager
def in_device_pixels(painter: QPainter) -> Iterator[float]:
    """Within, one unit is one device pixel; tells how many of them a pixel has."""
    ratio = painter.deviceTransform().m11() or 1.0
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    try:
        yield ratio
    finally:
        painter.restore()


def fill_rects(painter: QPainter, left: Floats, top: Floats, width: float, height: Floats, colour: QColor) -> None:
    """Of one width; whole numbers in device pixels leave no blurred edge."""
    if not len(left):
        return
    _RECTS.resize(len(left))
    rows = _RECTS.ndarray()
    rows[:, 0] = left
    rows[:, 1] = np.clip(top, -_FARTHEST, _FARTHEST)
    rows[:, 2] = width
    rows[:, 3] = np.minimum(height, 2 * _FARTHEST)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRects(*_RECTS.drawargs())


def draw_segments(painter: QPainter, x: Floats, y: Floats) -> None:
    """From each point to the next, with the painter's pen; none to or from a point without a value."""
    if len(x) < 2:
        return
    whole: NDArray[np.bool_] = np.isfinite(y)
    both = np.flatnonzero(whole[:-1] & whole[1:])
    draw_lines(painter, (x[both], y[both]), (x[both + 1], y[both + 1]))


def draw_lines(painter: QPainter, start: tuple[Floats, Floats], end: tuple[Floats, Floats]) -> None:
    """One from each start to its end, with the painter's pen."""
    if not len(start[0]):
        return
    _LINES.resize(len(start[0]))
    rows = _LINES.ndarray()
    for place, column in enumerate((start[0], start[1], end[0], end[1])):
        rows[:, place] = np.clip(column, -_FARTHEST, _FARTHEST) if place % 2 else column
    painter.drawLines(*_LINES.drawargs())


def draw_path(painter: QPainter, x: Floats, y: Floats) -> None:
    """As one line each between points without a value, so that dashes go on over its corners."""
    if len(x) < 2:
        return
    near = np.clip(y, -_FARTHEST, _FARTHEST)
    breaks = np.flatnonzero(~np.isfinite(y))
    begun = 0
    for end in (*breaks.tolist(), len(x)):
        if end - begun >= 2:
            _POINTS.resize(end - begun)
            rows = _POINTS.ndarray()
            rows[:, 0], rows[:, 1] = x[begun:end], near[begun:end]
            painter.drawPolyline(*_POINTS.drawargs())
        begun = end + 1
