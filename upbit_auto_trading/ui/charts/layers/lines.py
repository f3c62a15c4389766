"""A line of values over the candles: an average, an oscillator, the equity of a run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.device_pixels import (
    draw_dashes,
    draw_lines,
    draw_segments,
    fill_rects,
    in_device_pixels,
)
from upbit_auto_trading.ui.charts.layer import AxisLabel, Layer, PaneView
from upbit_auto_trading.ui.charts.layers.candles import shown_part
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.line_looks import line_dash, line_pen
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart


class LineLayer(Layer):
    z = 30

    def __init__(
        self, candles: CandleColumns, line: LineColumns, token: str, dash: tuple[float, ...] | None = None
    ) -> None:
        super().__init__()
        self.candles = candles
        self.line = line
        self.token = token
        self.dash = dash
        #: what its pane must show beside its values: 0 and 100 of an oscillator
        self.always: tuple[float, float] | None = None
        #: puts its last value on the axis, in these words
        self.text_of: Callable[[float], str] | None = None

    def bounds(self, view_time: TimeScale) -> tuple[float, float] | None:
        if self.always is not None:
            return self.always
        first, last = self.candles.rows_between(view_time.start, view_time.end)
        return self.line.extremes(first, last) if last > first else None

    def labels(self, _view: PaneView) -> tuple[AxisLabel, ...]:
        if self.text_of is None or not len(self.line):
            return ()
        value = float(self.line.values[-1])
        return (AxisLabel(value, self.text_of(value), edge=self.token),) if value == value else ()

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        ratio = painter.deviceTransform().m11() or 1.0
        part = shown_part(view.time, exposed, 2 * view.candle_pixels, ratio)
        x, y = self.line.points_of(self.candles, part.time, ratio)
        if not len(x):
            return
        x, y = x + part.left / ratio, view.price.y_of(y)
        if self.candles.is_thinned(part.time, ratio):
            self._paint_band(painter, x, y)
            return
        painter.setPen(line_pen(self.token, Chart.OVERLAY_PEN, ()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dash = line_dash(self.token) if self.dash is None else self.dash
        if dash:
            draw_dashes(painter, x, y, dash)
        else:
            draw_segments(painter, x, y)

    def _paint_band(self, painter: QPainter, x: Floats, y: Floats) -> None:
        """One upright stroke a column of device pixels, from its least to its greatest value and to the column before:
        the same pixels as of thousands of short lines."""
        with in_device_pixels(painter) as ratio:
            starts = np.flatnonzero(np.diff(x, prepend=-np.inf))
            left, y = np.floor(x[starts] * ratio), y * ratio
            top, bottom = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
            first, last = y[starts], y[np.append(starts[1:], len(y)) - 1]
            seen = np.isfinite(top)
            is_near = np.diff(left) <= 1
            top[1:] = np.where(is_near, np.fmin(top[1:], last[:-1]), top[1:])
            bottom[1:] = np.where(is_near, np.fmax(bottom[1:], last[:-1]), bottom[1:])
            thin, above = max(1, int(ratio + 0.01)), np.floor(top[seen])
            height = np.maximum(np.ceil(bottom[seen]) - above, thin)
            fill_rects(painter, left[seen], above, 1, height, current_theme().colour(self.token))
            # over columns without candles, as close up
            far = np.flatnonzero(~is_near & seen[:-1] & seen[1:])
            painter.setPen(line_pen(self.token, thin, ()))
            draw_lines(painter, (left[far], last[far]), (left[far + 1], first[far + 1]))
