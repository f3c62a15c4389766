"""Candles: bodies and wicks where there is room, else one bar from low to high a column of device pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import floor

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QPainter

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns, PixelBars
from upbit_auto_trading.ui.charts.device_pixels import fill_rects, in_device_pixels
from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart

Truths = NDArray[np.bool_]


class CandleStyle(Enum):
    FILLED = "filled"
    #: candles that rose are drawn as frames
    HOLLOW = "hollow"
    HEIKIN_ASHI = "heikin-ashi"


class CandleLayer(Layer):
    z = 20

    def __init__(self, candles: CandleColumns, *, is_hollow: bool = False) -> None:
        super().__init__()
        self.candles = candles
        self.is_hollow = is_hollow

    def bounds(self, view_time: TimeScale) -> tuple[float, float] | None:
        first, last = self.candles.rows_between(view_time.start, view_time.end)
        return self.candles.extremes(first, last) if last > first else None

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        with in_device_pixels(painter) as ratio:
            part = shown_part(view.time, exposed, view.candle_pixels, ratio)
            bars = self.candles.columns_of(part.time, ratio)
            if not len(bars.x):
                return
            left = device_places(bars, ratio) + part.left
            rose = bars.close >= bars.open
            tops = _device(view, bars.high, ratio)
            bottoms = np.maximum(_device(view, bars.low, ratio), tops + 1)
            colours = (current_theme().colour("up_fill"), current_theme().colour("down_fill"))
            if view.candle_pixels < Chart.BARS_BELOW:
                for chosen, colour in zip((rose, ~rose), colours, strict=True):
                    fill_rects(painter, left[chosen], tops[chosen], 1, bottoms[chosen] - tops[chosen], colour)
                return
            self._bodies(painter, view, bars, (left, tops, bottoms, rose), ratio, colours)

    def _bodies(
        self,
        painter: QPainter,
        view: PaneView,
        bars: PixelBars,
        places: tuple[Floats, Floats, Floats, Truths],
        ratio: float,
        colours: tuple[QColor, QColor],
    ) -> None:
        middle, tops, bottoms, rose = places
        wick = max(1, int(ratio + 0.01))
        half = body_half(view.candle_pixels * ratio, wick)
        body_tops = _device(view, np.maximum(bars.open, bars.close), ratio)
        body_bottoms = np.maximum(_device(view, np.minimum(bars.open, bars.close), ratio), body_tops + wick)
        wick_left = middle - wick // 2
        for is_up, colour in zip((True, False), colours, strict=True):
            chosen = rose if is_up else ~rose
            x, top, bottom = wick_left[chosen], tops[chosen], bottoms[chosen]
            body_top, body_bottom = body_tops[chosen], body_bottoms[chosen]
            body_left, width = x - half, 2 * half + wick
            if is_up and self.is_hollow and half > wick:
                fill_rects(painter, x, top, wick, body_top - top, colour)
                fill_rects(painter, x, body_bottom, wick, bottom - body_bottom, colour)
                _frames(painter, body_left, body_top, width, body_bottom - body_top, wick, colour)
            else:
                fill_rects(painter, x, top, wick, bottom - top, colour)
                fill_rects(painter, body_left, body_top, width, body_bottom - body_top, colour)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """What of the time is to be painted again, and how many device pixels it lies from the pane's left edge."""

    time: TimeScale
    left: int


def shown_part(time: TimeScale, exposed: QRectF, around: float, ratio: float) -> ShownPart:
    """With a candle at each side, whose body reaches into it; on whole device pixels, so that columns stay where they
    are."""
    left = max(0, floor((exposed.left() - around - 2) * ratio))
    right = min(time.width, exposed.right() + around + 2)
    start = left / ratio
    return ShownPart(TimeScale(time.second_at(start), time.seconds_per_pixel, max(right - start, 1.0)), left)


def body_half(step: float, wick: int) -> int:
    """Device pixels at each side of the wick; a gap of one is left between neighbours."""
    widest = int((step - 1 - wick) // 2)
    wanted = round((step * Chart.CANDLE_BODY - wick) / 2)
    return max(0, min(wanted, widest))


def device_places(bars: PixelBars, ratio: float) -> Floats:
    """The column of device pixels that each stands in, or has its middle in."""
    return np.asarray(np.floor(bars.x * ratio + (0.5 if bars.is_thinned else 0.0)))


def _device(view: PaneView, values: Floats, ratio: float) -> Floats:
    return np.asarray(np.floor(view.price.y_of(values) * ratio + 0.5))


def _frames(
    painter: QPainter, left: Floats, top: Floats, width: float, height: Floats, line: int, colour: QColor
) -> None:
    fill_rects(painter, left, top, width, np.full(len(left), float(line)), colour)
    fill_rects(painter, left, top + height - line, width, np.full(len(left), float(line)), colour)
    fill_rects(painter, left, top, line, height, colour)
    fill_rects(painter, left + width - line, top, line, height, colour)
