"""A line of values over the candles: an average, an oscillator, the equity of a run."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.device_pixels import (
    draw_columns,
    draw_dashes,
    draw_segments,
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
            with in_device_pixels(painter) as device:
                thin = max(1, int(device + 0.01))
                draw_columns(painter, x * device, y * device, thin, current_theme().colour(self.token))
            return
        painter.setPen(line_pen(self.token, Chart.OVERLAY_PEN, ()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dash = line_dash(self.token) if self.dash is None else self.dash
        if dash:
            draw_dashes(painter, x, y, dash)
        else:
            draw_segments(painter, x, y)
