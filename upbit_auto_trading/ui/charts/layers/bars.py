"""Bars from zero: the histogram of MACD and its like."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.device_pixels import fill_rects, in_device_pixels
from upbit_auto_trading.ui.charts.layer import PaneView
from upbit_auto_trading.ui.charts.layers.candles import body_half, shown_part
from upbit_auto_trading.ui.charts.layers.lines import LineLayer
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.line_looks import over_background
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart


class BarsLayer(LineLayer):
    z = 25

    def __init__(self, candles: CandleColumns, line: LineColumns, token: str) -> None:
        super().__init__(candles, line, token)

    def bounds(self, view_time: TimeScale) -> tuple[float, float] | None:
        found = super().bounds(view_time)
        return None if found is None else (min(found[0], 0.0), max(found[1], 0.0))

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        with in_device_pixels(painter) as ratio:
            part = shown_part(view.time, exposed, view.candle_pixels, ratio)
            x, y = self.line.points_of(self.candles, part.time, ratio)
            if not len(x):
                return
            starts = np.flatnonzero(np.diff(x, prepend=-np.inf))
            low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
            seen = np.isfinite(low)
            top = np.floor(view.price.y_of(np.maximum(high[seen], 0.0)) * ratio)
            bottom = np.ceil(view.price.y_of(np.minimum(low[seen], 0.0)) * ratio)
            wick = max(1, int(ratio + 0.01))
            half = body_half(view.candle_pixels * ratio, wick) if view.candle_pixels >= Chart.BARS_BELOW else 0
            left = np.floor(x[starts][seen] * ratio) + part.left - half - wick // 2
            colour = over_background(self.token, current_theme().tints.volume_bar)
            fill_rects(painter, left, top, 2 * half + wick, np.maximum(bottom - top, 1), colour)
