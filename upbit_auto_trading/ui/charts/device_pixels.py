"""Columns of numbers as rectangles and lines on whole device pixels, handed to the painter in one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen
from pyqtgraph.Qt import internals

from upbit_auto_trading.business_logic.domain.candle_series import Floats

#: beyond it the rasteriser's fixed point runs over; nothing out there is seen
_FARTHEST = 30_000.0
#: of a line in dashes
_MOST_DASHED = 10_000.0
#: kept between frames: an array is made anew only where more is to be drawn than ever before
_RECTS: Any = internals.PrimitiveArray(QRectF, 4)
_LINES: Any = internals.PrimitiveArray(QLineF, 4)


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


def draw_columns(painter: QPainter, x: Floats, y: Floats, thin: int, colour: QColor) -> None:
    """One upright stroke a column of device pixels, from its least to its greatest value and to the column before: the
    same pixels as of thousands of short lines. ``x`` rises, in device pixels; a value of NaN is none."""
    column = np.floor(x)
    starts = np.flatnonzero(np.diff(column, prepend=-np.inf))
    left = column[starts]
    top, bottom = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    first, last = y[starts], y[np.append(starts[1:], len(y)) - 1]
    seen = np.isfinite(top)
    is_near = np.diff(left) <= 1
    top[1:] = np.where(is_near, np.fmin(top[1:], last[:-1]), top[1:])
    bottom[1:] = np.where(is_near, np.fmax(bottom[1:], last[:-1]), bottom[1:])
    above = np.floor(top[seen])
    height = np.maximum(np.ceil(bottom[seen]) - above, thin)
    fill_rects(painter, left[seen], above, 1, height, colour)
    # over columns without points, as close up
    far = np.flatnonzero(~is_near & seen[:-1] & seen[1:])
    painter.setPen(QPen(colour, thin, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin))
    draw_lines(painter, (left[far], last[far]), (left[far + 1], first[far + 1]))


def draw_dashes(painter: QPainter, x: Floats, y: Floats, pattern: Sequence[float]) -> None:
    """As :func:`draw_segments`, in dashes that go on over its corners, with a solid pen.

    Qt's own dashes, and any line of a thousand corners that is drawn in one go, take it up to a hundred times as long.
    """
    breaks = np.flatnonzero(~np.isfinite(y)).tolist()
    for begin, end in zip((0, *(one + 1 for one in breaks)), (*breaks, len(x)), strict=True):
        if end - begin >= 2:
            draw_lines(painter, *dashes_of(x[begin:end], np.clip(y[begin:end], -_FARTHEST, _FARTHEST), pattern))


def dashes_of(x: Floats, y: Floats, pattern: Sequence[float]) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Where pieces of a line begin and end; ``pattern`` has lengths that are drawn and left out in turns.

    A line with so many turns that dashes would only look like noise stays whole.
    """
    along = np.concatenate((np.zeros(1), np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    if along[-1] > _MOST_DASHED:
        return (x[:-1], y[:-1]), (x[1:], y[1:])
    edges = np.concatenate((np.zeros(1), np.cumsum(pattern)))
    rounds = np.arange(np.ceil(along[-1] / edges[-1])) * edges[-1]
    cuts = (rounds[:, None] + edges[:-1]).ravel()
    places = np.union1d(along, cuts[cuts < along[-1]])
    cut_x, cut_y = np.interp(places, along, x), np.interp(places, along, y)
    middle = (places[:-1] + places[1:]) / 2 % edges[-1]
    drawn = np.flatnonzero(np.searchsorted(edges, middle, side="right") % 2 == 1)
    return (cut_x[drawn], cut_y[drawn]), (cut_x[drawn + 1], cut_y[drawn + 1])
