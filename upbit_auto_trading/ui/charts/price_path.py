"""The path of one market's last price as a line over KST time, with the last price as a dotted line and a label."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil, floor
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPicture, QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Chart, Height, Radius, Type

#: room between the line and the frame, as a share of the price range
_PADDING = 0.12
_SHORTEST_SECONDS = 60.0
#: the area under the line, so that a quiet path still reads as one shape
_AREA = 0.10
#: of the grid: pyqtgraph would draw a third, of a line every few pixels
_MOST_LEVELS = 1
_GRID = 0.12
#: seconds between two marks of the time, and the pixels that one takes
_STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0)
_LABEL_ROOM = 90.0


class _Axis(pg.AxisItem):
    """Fills its grid instead of drawing lines.

    A see-through line takes Qt ten times as long as the same pixels filled, and there are eighty of them with every
    price: it was half of what the idle window asked of the processor.
    """

    #: pyqtgraph's own: None when something has changed
    picture: QPicture | None

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation=orientation)
        self._specs: tuple[Any, ...] | None = None

    def paint(self, painter: QPainter, _option: object, _widget: object) -> None:
        painter.save()
        if self.style["tickFont"] is not None:
            painter.setFont(self.style["tickFont"])
        if self.picture is None:
            self._specs = self.generateDrawSpecs(painter)
            self.picture = QPicture()
        if self._specs is not None:
            line, ticks, texts = self._specs
            for pen, start, end in ticks:
                area = QRectF(QPointF(start), QPointF(end)).normalized()
                painter.fillRect(_one_pixel_wide(painter, area), pen.color())
            self.drawPicture(painter, line, (), texts)
        painter.restore()


def _one_pixel_wide(painter: QPainter, line: QRectF) -> QRectF:
    """A level or upright line as the device pixels it covers."""
    transform = painter.combinedTransform()
    shown = transform.mapRect(line)
    pixels = QRectF(floor(shown.left()), floor(shown.top()), ceil(shown.width()) or 1, ceil(shown.height()) or 1)
    return transform.inverted()[0].mapRect(pixels)


class _TimeAxis(_Axis):
    """Marks that a clock has, where pyqtgraph would take every hundredth second."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        least = (high - low) * _LABEL_ROOM / max(size, 1.0)
        return [(next((step for step in _STEPS if step >= least), _STEPS[-1]), 0.0)]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:
        shown = (formats.clock(datetime.fromtimestamp(value, UTC)) for value in values)
        return [text if spacing < 60 else text[:5] for text in shown]


class _PriceAxis(_Axis):
    """Leaves out what would stand under the label of the last price."""

    def __init__(self) -> None:
        super().__init__("right")
        self.last: float | None = None

    def show_last(self, last: float) -> None:
        self.last = last
        self.picture = None  # pyqtgraph keeps what it drew until the range changes
        self.update()

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:
        decimals = 0 if spacing >= 1 else 2
        return ["" if self._is_covered(value) else formats.decimals(value, decimals) for value in values]

    def _is_covered(self, value: float) -> bool:
        if self.last is None or not self.height():
            return False
        low, high = self.range
        per_pixel = (high - low) / self.height()
        return bool(abs(value - self.last) < Height.BADGE * per_pixel)


class _LastPriceTag(QWidget):
    """The last price on its axis, as wide as the axis."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self.hide()

    def show_text(self, text: str) -> None:
        self.text = text
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.frame(painter, QRectF(self.rect()), Radius.BADGE, theme.colour("bg4"))
        font = theme.number_font(Type.CAPTION)
        painting.text(painter, QRectF(self.rect()), self.text, font, theme.colour("t1"), painting.CENTRE)


class PricePath(QWidget):
    """Not to be dragged: it always shows all there is, and follows the newest price."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._price_axis = _PriceAxis()
        self._time_axis = _TimeAxis("bottom")
        self.plot = pg.PlotWidget(axisItems={"right": self._price_axis, "bottom": self._time_axis})
        item = self.plot.getPlotItem()
        item.hideAxis("left")
        item.showAxis("right")
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setMouseEnabled(x=False, y=False)
        item.getViewBox().setDefaultPadding(0)
        self._line = pg.PlotCurveItem(antialias=True)
        self._last = pg.InfiniteLine(angle=0)
        self.tag = _LastPriceTag(self.plot)
        item.addItem(self._line)
        item.addItem(self._last)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        following_theme(self, self._dress)

    def show_path(self, times: tuple[float, ...], prices: tuple[float, ...]) -> None:
        """Seconds since the epoch, ascending, and the prices at them."""
        x, y = np.asarray(times, dtype=np.float64), np.asarray(prices, dtype=np.float64)
        self._last.setVisible(bool(len(y)))
        if not len(y):
            self._line.setData(x, y)
            self._place_tag()
            return
        low, high = float(y.min()), float(y.max())
        room = max((high - low) * _PADDING, abs(high) * 1e-5)
        self._line.setData(x, y, fillLevel=low - room)
        self._last.setValue(y[-1])
        self.tag.show_text(formats.price(float(y[-1])))
        start = min(float(x[0]), float(x[-1]) - _SHORTEST_SECONDS)
        self.plot.setRange(xRange=(start, float(x[-1])), yRange=(low - room, high + room), padding=0)
        self._price_axis.show_last(float(y[-1]))
        self._place_tag()
        self.setAccessibleDescription(f"{formats.price(low)} – {formats.price(high)}")

    def _place_tag(self) -> None:
        box = self.plot.getPlotItem().getViewBox()
        spot = self.plot.mapFromScene(box.mapViewToScene(QPointF(0.0, self._last.value())))
        right = self.plot.mapFromScene(box.sceneBoundingRect().topRight()).x()
        height = Height.BADGE
        self.tag.setGeometry(right + 1, spot.y() - height // 2, self._axis_width() - 1, height)
        self.tag.setVisible(self._last.isVisible())

    def _axis_width(self) -> int:
        """Grows with the user's text: a price is never cut."""
        return round(Chart.PRICE_AXIS * max(current_theme().text_scale, 100) / 100)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._place_tag()

    def shown_path(self) -> tuple[list[float], list[float]]:
        """What is drawn, for tests that compare it with the data."""
        x, y = self._line.getData()
        return ([], []) if x is None or y is None else (list(x), list(y))

    def _dress(self) -> None:
        theme = current_theme()
        self.plot.setBackground(theme.colour("bg1"))
        font = theme.number_font(Type.CAPTION)
        self._price_axis.setWidth(self._axis_width())
        for axis in (self._price_axis, self._time_axis):
            axis.setTickFont(font)
            axis.setPen(pg.mkPen(theme.colour("line")))
            axis.setTextPen(pg.mkPen(theme.colour("t3")))
            axis.setStyle(tickLength=0, maxTickLevel=_MOST_LEVELS)
        self.plot.showGrid(x=True, y=True, alpha=_GRID)
        self._line.setPen(pg.mkPen(theme.colour("accent"), width=Chart.OVERLAY_PEN))
        self._line.setBrush(pg.mkBrush(theme.colour("accent", _AREA)))
        self._last.setPen(pg.mkPen(theme.colour("t2"), width=1, style=Qt.PenStyle.DotLine))
        self._place_tag()
