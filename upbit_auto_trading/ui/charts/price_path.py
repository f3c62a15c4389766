"""The path of one market's last price as a line over KST time, with the last price as a dotted line and a label.

Painted by hand with the ticks, scales and axis of the large chart: a plot of pyqtgraph is a graphics scene, and takes
four times as long, with every price of an idle window.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Final

import numpy as np
from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.ui.charts.axes import AxisTick, axis_width, paint_plate, paint_price_ticks, paint_time_ticks
from upbit_auto_trading.ui.charts.device_pixels import draw_columns, draw_segments, fill_rects, in_device_pixels
from upbit_auto_trading.ui.charts.layer import AxisLabel
from upbit_auto_trading.ui.charts.price_scale import PriceScale
from upbit_auto_trading.ui.charts.ticks import price_ticks, time_ticks
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Chart, Height

#: room between the line and the frame, as a share of the price range
_PADDING: Final = 0.12
#: of a price that does not move
_LEAST_PADDING: Final = 1e-5
_SHORTEST_SECONDS: Final = 60.0
#: the area under the line, so that a quiet path still reads as one shape
_AREA: Final = 0.10
#: with so many points to a column of pixels, a line over all of them looks as one bar for each column
_CROWDED: Final = 2
_LEAST: Final = QSize(240, 120)


class PricePath(QWidget):
    """Not to be dragged: it always shows all there is, and follows the newest price."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # it lays its own ground: nothing below it is painted with each price
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._times: Floats = np.zeros(0)
        self._prices: Floats = np.zeros(0)
        #: None where there is nothing to show, or no room
        self.time: TimeScale | None = None
        self.price: PriceScale | None = None
        self.price_marks: tuple[AxisTick, ...] = ()
        self.time_marks: tuple[AxisTick, ...] = ()
        following_theme(self, self._arrange)

    def minimumSizeHint(self) -> QSize:
        return _LEAST

    def sizeHint(self) -> QSize:
        return _LEAST

    def show_path(self, times: tuple[float, ...], prices: tuple[float, ...]) -> None:
        """Seconds since the epoch, ascending, and the prices at them."""
        self._times, self._prices = np.asarray(times, dtype=np.float64), np.asarray(prices, dtype=np.float64)
        self._arrange()
        if prices:
            self.setAccessibleDescription(f"{formats.price(min(prices))} – {formats.price(max(prices))}")
        else:
            self.setAccessibleDescription("")

    def shown_path(self) -> tuple[list[float], list[float]]:
        """What is drawn, for tests that compare it with the data."""
        return self._times.tolist(), self._prices.tolist()

    @property
    def plot_area(self) -> QRectF:
        return QRectF(0, 0, max(self.width() - axis_width(), 0), max(self.height() - Chart.TIME_AXIS, 0))

    @property
    def last_label(self) -> tuple[AxisLabel, QRectF] | None:
        """The last price on its axis, as wide as the axis."""
        if self.price is None:
            return None
        last = float(self._prices[-1])
        label = AxisLabel(last, formats.price(last), fill="bg4")
        top = round(self.price.y_of(last) - Height.BADGE / 2)
        return label, QRectF(self.plot_area.right() + 1, top, self.width() - self.plot_area.right() - 1, Height.BADGE)

    # where all stands

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        area = self.plot_area
        self.time = self.price = None
        self.price_marks = self.time_marks = ()
        if len(self._prices) and not area.isEmpty():
            self._scale(area)
        self.update()

    def _scale(self, area: QRectF) -> None:
        low, high = float(self._prices.min()), float(self._prices.max())
        room = max((high - low) * _PADDING, abs(high) * _LEAST_PADDING) or 1.0
        last = float(self._times[-1])
        start = min(float(self._times[0]), last - _SHORTEST_SECONDS)
        self.price = price = PriceScale(low - room, high + room, area.top(), area.height())
        self.time = time = TimeScale(start, (last - start) / area.width(), area.width())
        finest = max(formats.decimals_of(one) for one in (low, high, float(self._prices[-1])))
        ticks = price_ticks(price, Decimal(1).scaleb(-finest))
        self.price_marks = tuple(AxisTick(float(price.y_of(tick.value)), tick.text) for tick in ticks)
        self.time_marks = tuple(
            AxisTick(float(time.x_of(tick.second)), tick.text, tick.is_day_change)
            for tick in time_ticks(time, CandleUnit.SECOND)
        )

    # painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("bg1"))
        if self.time is None or self.price is None:
            return
        area = self.plot_area
        painter.save()
        painter.setClipRect(area)
        x, y = self.time.x_of(self._times), self.price.y_of(self._prices)
        self._paint_area(painter, x, y, area)
        self._paint_grid(painter, area)
        with in_device_pixels(painter) as ratio:
            if len(x) > _CROWDED * area.width() * ratio:
                thick = max(1, ceil(Chart.OVERLAY_PEN * ratio))
                draw_columns(painter, x * ratio, y * ratio, thick, current_theme().colour("accent"))
            else:
                _paint_line(painter, x * ratio, y * ratio, ratio)
        self._paint_last(painter, float(self.price.y_of(float(self._prices[-1]))), area)
        painter.restore()
        self._paint_axes(painter, area)

    def _paint_area(self, painter: QPainter, x: Floats, y: Floats, area: QRectF) -> None:
        """One bar for each device pixel: a polygon of thousands of corners takes ten times as long."""
        theme = current_theme()
        colour = painting.blended(theme.colour("bg1"), theme.colour("accent"), _AREA)
        with in_device_pixels(painter) as ratio:
            left, right, foot = float(np.floor(x[0] * ratio)), float(np.ceil(x[-1] * ratio)), area.bottom() * ratio
            columns = np.arange(left, right)
            top = np.rint(np.interp(columns + 0.5, x * ratio, y * ratio))
            fill_rects(painter, columns, top, 1, foot - top, colour)

    def _paint_grid(self, painter: QPainter, area: QRectF) -> None:
        colour = current_theme().colour("grid")
        for mark in self.price_marks:
            painter.fillRect(QRectF(0, int(mark.place), area.width(), 1), colour)
        for mark in self.time_marks:
            painter.fillRect(QRectF(int(mark.place), 0, 1, area.height()), colour)

    def _paint_last(self, painter: QPainter, place: float, area: QRectF) -> None:
        painter.setPen(QPen(current_theme().colour("t2"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(0, int(place), int(area.right()), int(place))

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        right, below = self.width() - area.right(), self.height() - area.bottom()
        painter.fillRect(QRectF(area.right(), 0, 1, area.height()), theme.colour("line"))
        painter.fillRect(QRectF(0, area.bottom(), self.width(), 1), theme.colour("line"))
        label = self.last_label
        covered = () if label is None else (label[1],)
        paint_price_ticks(painter, QRectF(area.right(), 0, right, area.height()), self.price_marks, covered)
        paint_time_ticks(painter, QRectF(0, area.bottom(), self.width(), below), self.time_marks, area.width())
        if label is not None:
            paint_plate(painter, label[1], label[0])


def _paint_line(painter: QPainter, x: Floats, y: Floats, ratio: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(current_theme().colour("accent"), Chart.OVERLAY_PEN * ratio))
    draw_segments(painter, x, y)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
