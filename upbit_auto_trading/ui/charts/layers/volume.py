"""Volume: bars from the foot of the price pane."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.device_pixels import fill_rects, in_device_pixels
from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.charts.layers.candles import body_half, device_places, shown_part
from upbit_auto_trading.ui.charts.line_looks import over_background
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart


class VolumeLayer(Layer):
    z = 10

    def __init__(self, candles: CandleColumns) -> None:
        super().__init__()
        self.candles = candles

    def greatest(self, view: PaneView) -> float:
        """What the highest bar stands for: the scale is that of what is seen, whatever part of it is painted."""
        return self.candles.greatest_volume(*self.candles.rows_between(view.time.start, view.time.end))

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        greatest = self.greatest(view)
        if greatest <= 0:
            return
        opacity = current_theme().tints.volume_bar
        with in_device_pixels(painter) as ratio:
            part = shown_part(view.time, exposed, view.candle_pixels, ratio)
            bars = self.candles.columns_of(part.time, ratio)
            wick = max(1, int(ratio + 0.01))
            is_wide = view.candle_pixels >= Chart.BARS_BELOW
            half = body_half(view.candle_pixels * ratio, wick) if is_wide else 0
            width = 2 * half + wick if is_wide else 1
            left = device_places(bars, ratio) + part.left - (half + wick // 2 if is_wide else 0)
            foot = round(view.rect.height() * ratio)
            height = np.maximum(np.rint(bars.volume / greatest * view.rect.height() * Chart.VOLUME_SHARE * ratio), 1)
            height = np.where(bars.volume > 0, height, 0)
            rose = bars.close >= bars.open
            for chosen, token in ((rose, "up_fill"), (~rose, "down_fill")):
                fill_rects(
                    painter, left[chosen], foot - height[chosen], width, height[chosen], over_background(token, opacity)
                )
