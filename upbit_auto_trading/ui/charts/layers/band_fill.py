"""The room between two lines of a band or a cloud, tinted so faintly that candles and grid stay what they are.

Its edges lie under the lines, so they need no smoothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.device_pixels import fill_rects, in_device_pixels
from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.charts.layers.candles import shown_part
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.line_looks import over_background

_TINT: Final = 0.08
#: beyond it the rasteriser's fixed point runs over; nothing out there is seen
_FARTHEST: Final = 30_000.0


class BandFill(Layer):
    """Asks for no bounds: its lines do."""

    #: below the grid: an opaque colour is painted ten times as fast as a see-through one
    z = -1

    def __init__(self, candles: CandleColumns, one: LineColumns, other: LineColumns, token: str) -> None:
        super().__init__()
        self.candles = candles
        self.one = one
        self.other = other
        self.token = token

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        ratio = painter.deviceTransform().m11() or 1.0
        part = shown_part(view.time, exposed, 2 * view.candle_pixels, 1.0)
        x, upper = _columns(*self.one.points_of(self.candles, part.time, ratio), np.fmax)
        same, lower = _columns(*self.other.points_of(self.candles, part.time, ratio), np.fmin)
        if len(x) < 2 or len(x) != len(same):
            return
        x = x + part.left
        top, foot = (np.clip(view.price.y_of(values), -_FARTHEST, _FARTHEST) for values in (upper, lower))
        known = np.isfinite(top) & np.isfinite(foot)
        colour = over_background(self.token, _TINT)
        if self.candles.is_thinned(part.time, ratio):
            _fill_columns(painter, x[known], top[known], foot[known], colour)
        else:
            _fill_between(painter, x, top, foot, known, colour)


def _fill_columns(painter: QPainter, x: Floats, top: Floats, foot: Floats, colour: QColor) -> None:
    """One bar each: a polygon of thousands of corners takes ten times as long."""
    with in_device_pixels(painter) as ratio:
        upper, lower = np.rint(np.minimum(top, foot) * ratio), np.rint(np.maximum(top, foot) * ratio)
        fill_rects(painter, np.floor(x * ratio), upper, 1, lower - upper, colour)


def _fill_between(
    painter: QPainter, x: Floats, top: Floats, foot: Floats, known: NDArray[np.bool_], colour: QColor
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if end - begin >= 2:
            around = np.concatenate((top[begin:end], foot[begin:end][::-1]))
            there = np.concatenate((x[begin:end], x[begin:end][::-1]))
            painter.drawPolygon(pg.functions.arrayToQPolygonF(there, around))


def _columns(x: Floats, y: Floats, of: np.ufunc) -> tuple[Floats, Floats]:
    """One point a column: where candles are close, a line has up to four."""
    if not len(x):
        return x, y
    starts = np.flatnonzero(np.diff(x, prepend=-np.inf))
    return x[starts], of.reduceat(y, starts)
