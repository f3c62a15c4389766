"""One pane: a picture of its layers that is kept, and above it what changes with every frame."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRect, QRectF
from PyQt6.QtGui import QPainter, QPixmap, QRegion
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.layer import Layer, PaneView, nothing_to_repaint
from upbit_auto_trading.ui.charts.layers.grid import GridLayer
from upbit_auto_trading.ui.charts.price_scale import PriceScale, ScaleKind
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart

#: a line one pixel wide may touch its neighbour
_AROUND = 2
#: what a constant price is shown in the middle of
_FLAT = 1e-4
#: of the height of a low pane
_MOST_HEADROOM = 0.25


class PaneItem(pg.GraphicsObject):
    """Its picture is in device pixels; only what is dirty is painted again."""

    def __init__(self, pane_id: str, share: float) -> None:
        super().__init__()
        self.id = pane_id
        self.share = share
        self.decimals: int | None = None
        self.grid = GridLayer()
        self.foot = Chart.HEADROOM
        #: chosen by hand; None: what is seen decides
        self.chosen: tuple[float, float] | None = None
        self._layers: list[Layer] = []
        self._rect = QRectF(0, 0, 1, 1)
        self._picture = QPixmap()
        self._dirty = QRegion()
        self._view: PaneView | None = None
        self.top = _TopItem(self)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.add(self.grid)

    # layers

    def add(self, layer: Layer) -> None:
        self._layers.append(layer)
        self._layers.sort(key=lambda one: one.z)
        layer.repaint = partial(self.repaint_layer, layer)
        self.repaint_layer(layer, None)

    def remove(self, layer: Layer) -> bool:
        if layer not in self._layers:
            return False
        self._layers.remove(layer)
        self.repaint_layer(layer, None)
        layer.repaint = nothing_to_repaint  # nor does it hold itself: with it go the candles of a whole market
        return True

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(self._layers)

    @property
    def from_above(self) -> Iterator[Layer]:
        yield from reversed(self._layers)

    def repaint_layer(self, layer: Layer, rect: QRectF | None = None) -> None:
        if layer.is_on_top:
            self.top.update() if rect is None else self.top.update(rect)
        else:
            self.repaint(rect)

    # geometry

    def set_rect(self, rect: QRectF) -> None:
        """In pixels of the scene, whole ones."""
        if rect == self._rect:
            return
        self.prepareGeometryChange()
        self.top.prepareGeometryChange()
        self._rect = rect
        self.setPos(rect.topLeft())
        self.top.setPos(rect.topLeft())
        self._picture = QPixmap()
        self.update()

    @property
    def rect(self) -> QRectF:
        return self._rect

    def boundingRect(self) -> QRectF:
        return QRectF(QPointF(0, 0), self._rect.size())

    # what is seen

    @property
    def view(self) -> PaneView | None:
        return self._view

    def scale_for(self, time: TimeScale, candles: CandleColumns, kind: ScaleKind) -> PriceScale:
        low, high = self.chosen or self._bounds(time)
        height = self._rect.height()
        base = _base(time, candles) if kind is ScaleKind.PERCENT else 1.0
        if kind is ScaleKind.LOG and low <= 0:
            kind = ScaleKind.LINEAR
        if self.chosen is None:
            needed = min(max((layer.headroom for layer in self._layers), default=0.0), height * _MOST_HEADROOM)
            head, foot = max(height * Chart.HEADROOM, needed), max(height * self.foot, needed)
            inner = PriceScale(low, high, 0.0, height - head - foot, kind, base)
            low, high = inner.value_at(inner.height + foot), inner.value_at(-head)
        return PriceScale(low, high, 0.0, height, kind, base)

    def _bounds(self, time: TimeScale) -> tuple[float, float]:
        found = [bounds for layer in self._layers if (bounds := layer.bounds(time)) is not None]
        if not found:
            return 0.0, 1.0
        low, high = min(one for one, _ in found), max(one for _, one in found)
        if high <= low:
            room = abs(low) * _FLAT or 1.0
            return low - room, high + room
        return low, high

    def show(self, view: PaneView) -> bool:
        """True where it is another view than before: then everything is painted again."""
        if view == self._view:
            return False
        self._view = view
        self._dirty = QRegion(self._device_rect(self.boundingRect()))
        return True

    def repaint(self, rect: QRectF | None = None) -> None:
        """Paint this part of the kept picture again."""
        part = self.boundingRect()
        if rect is not None:  # what lies beside the pane has nothing to do with it
            part = part.intersected(rect.adjusted(-_AROUND, 0, _AROUND, 0))
        self._dirty = self._dirty.united(self._device_rect(part))
        self.update(part)

    def _device_rect(self, rect: QRectF) -> QRect:
        ratio = self._picture.devicePixelRatio() if not self._picture.isNull() else self._ratio()
        return QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio).toAlignedRect()

    def _ratio(self) -> float:
        scene = self.scene()
        views = scene.views() if scene is not None else []
        return float(views[0].devicePixelRatioF()) if views else 1.0

    # painting

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem | None, _widget: QWidget | None = None) -> None:
        if self._view is None:
            return
        self._keep_picture(painter.deviceTransform().m11())
        if not self._dirty.isEmpty():
            self._paint_dirty(self._view)
        part = self.boundingRect() if option is None else option.exposedRect.intersected(self.boundingRect())
        ratio = self._picture.devicePixelRatio()
        source = QRectF(
            QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio).toAlignedRect()
        )
        target = QRectF(source.x() / ratio, source.y() / ratio, source.width() / ratio, source.height() / ratio)
        painter.drawPixmap(target, self._picture, source)

    def _keep_picture(self, ratio: float) -> None:
        size = QRectF(0, 0, self._rect.width() * ratio, self._rect.height() * ratio).toAlignedRect().size()
        if self._picture.size() != size or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._dirty = QRegion(QRect(0, 0, size.width(), size.height()))

    def _paint_dirty(self, view: PaneView) -> None:
        ratio = self._picture.devicePixelRatio()
        device = self._dirty.boundingRect()
        exposed = QRectF(device.x() / ratio, device.y() / ratio, device.width() / ratio, device.height() / ratio)
        painter = QPainter(self._picture)
        painter.setClipRect(exposed)
        painter.fillRect(exposed, current_theme().colour("chart_background"))
        for layer in self._layers:
            if not layer.is_on_top:
                painter.save()
                layer.paint(painter, view, exposed)
                painter.restore()
        painter.end()
        self._dirty = QRegion()

    def forget_picture(self) -> None:
        """Colours or fonts are others."""
        self._picture = QPixmap()
        self.update()
        self.top.update()


class _TopItem(pg.GraphicsObject):
    """The layers above the kept picture."""

    def __init__(self, pane: PaneItem) -> None:
        super().__init__()
        self._pane = pane
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(1)

    def boundingRect(self) -> QRectF:
        return self._pane.boundingRect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem | None, _widget: QWidget | None = None) -> None:
        view = self._pane.view
        if view is None:
            return
        exposed = self.boundingRect() if option is None else option.exposedRect
        painter.save()
        painter.setClipRect(self.boundingRect())
        for layer in self._pane.layers:
            if layer.is_on_top:
                painter.save()
                layer.paint(painter, view, exposed)
                painter.restore()
        painter.restore()


def _base(time: TimeScale, candles: CandleColumns) -> float:
    """The first close that is seen."""
    first, last = candles.rows_between(time.start, time.end)
    return float(candles.close[first]) if last > first else 1.0
