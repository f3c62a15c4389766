"""The chart: panes over one axis of time, painted in pixels, moved by pointer, wheel, touchpad and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QKeyEvent, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QFrame, QWidget

from upbit_auto_trading.ui.charts.axes import AxisTick, TimeAxis, axis_width
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas_hands import CanvasHands
from upbit_auto_trading.ui.charts.crosshair import Crosshair, CrosshairItem, CrosshairPlace
from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.charts.legend import LegendLine
from upbit_auto_trading.ui.charts.pane import PaneItem
from upbit_auto_trading.ui.charts.pane_column import PRICE, PaneColumn, PaneSpec
from upbit_auto_trading.ui.charts.price_scale import ScaleKind
from upbit_auto_trading.ui.charts.ticks import price_ticks, time_label, time_ticks, value_text
from upbit_auto_trading.ui.charts.time_reach import FIRST_STEP, within_reach
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.keys import KeyMap
from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Chart

__all__ = ["PRICE", "ChartCanvas", "PaneSpec"]

#: a line is wider than its points
_AROUND = 2.0


class ChartCanvas(pg.GraphicsView):
    """Its scene is measured in pixels. Whoever changes the candles says so; nothing is watched."""

    time_changed = pyqtSignal(object)  # TimeScale: panned, zoomed, resized
    crosshair_moved = pyqtSignal(object)  # Crosshair, or None when the pointer left
    older_wanted = pyqtSignal()  # the first candle comes into sight
    context_asked = pyqtSignal(str, float, object, object)  # pane, second, value or None, where on the screen
    legend_pressed = pyqtSignal(str, str)  # pane, id of the line
    explain_asked = pyqtSignal(int)  # row
    shares_changed = pyqtSignal()  # the user drew the line between two panes elsewhere
    #: pyqtgraph's constructor already brings events
    hands: CanvasHands | None = None

    def __init__(self, keys: Callable[[], KeyMap] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._candles: CandleColumns | None = None
        self._time = TimeScale(0.0, 60.0 / FIRST_STEP, 1.0)
        self._is_settled = False
        self._kind = ScaleKind.LINEAR
        self._tick: Decimal | None = None
        self._column = PaneColumn(self.scene())
        self._time_axis = TimeAxis()
        self._cross = CrosshairItem()
        self._crosshair: Crosshair | None = None
        self._last_end = 0
        self._asked_older_at: int | None = None
        self.scene().addItem(self._time_axis)
        self.scene().addItem(self._cross)
        self.hands = CanvasHands(self, keys or KeyMap)
        following_theme(self, self._dress)
        retranslating(self, self.unsettle)

    # candles

    @property
    def candles(self) -> CandleColumns | None:
        return self._candles

    @property
    def time(self) -> TimeScale:
        return self._time

    def set_candles(self, candles: CandleColumns, *, keep_time: bool = False) -> None:
        """``keep_time``: of another unit or market, over the same time."""
        self._candles = candles
        self._asked_older_at = None
        if self._crosshair is not None:
            self._crosshair = replace(self._crosshair, row=candles.row_at(self._crosshair.second))
        for pane in self.panes:
            pane.chosen = None
        for pane in self.panes:
            pane.repaint()
        if keep_time and len(candles):
            self.unsettle()
        else:
            self._last_end = 0
            self.show_last()

    def candles_changed(self, first_row: int) -> None:
        """From that row on they are others, or new. A chart that shows the newest goes on showing it."""
        candles = self._candles
        if candles is None:
            return
        if not self._is_settled or len(candles) <= first_row:
            self._repaint_all()
            return
        newest, before = candles.closed(len(candles) - 1), candles.closed(max(first_row - 1, 0))
        was_last = float(self._last_end)
        if newest > was_last and self._time.start < was_last <= self._time.end:
            self._set_time(replace(self._time, start=self._time.start + (newest - was_last)))
            return
        self._last_end = max(self._last_end, newest)
        if any(pane.view != self._view_for(pane) for pane in self.panes):
            self._repaint_all()
            return
        left = self._time.x_of(float(before)) - 2 * self._time.pixels(candles.step_seconds) - _AROUND
        for pane in self.panes:
            pane.repaint(QRectF(left, 0, pane.rect.width() - left, pane.rect.height()))
            self._repaint_moved(pane)
        self._update_plates()
        self._update_legends()

    @staticmethod
    def _repaint_moved(pane: PaneItem) -> None:
        for layer in pane.layers:
            if layer.is_on_top and pane.view is not None:
                for rect in layer.moved_by_tick(pane.view):
                    pane.top.update(rect)

    def lines_changed(self, pane: str, first_row: int) -> None:
        """Values that belong to candles, from that row on; the candles are as they were."""
        candles, changed = self._candles, self._column[pane].pane if self._column.get(pane) else None
        if candles is None or changed is None or not self._is_settled or changed.view != self._view_for(changed):
            self._repaint_all()
            return
        if first_row < len(candles):
            left = self._time.x_of(float(candles.opened[max(first_row - 1, 0)])) - 2 * _AROUND
            changed.repaint(QRectF(left, 0, changed.rect.width() - left, changed.rect.height()))
        self._update_plates()
        self._update_legends()

    def candles_prepended(self, _count: int) -> None:
        self._asked_older_at = None
        if self._crosshair is not None and self._crosshair.row is not None:
            self._crosshair = replace(self._crosshair, row=self._crosshair.row + _count)
        self.unsettle()

    @property
    def tick(self) -> Decimal | None:
        return self._tick

    def set_tick(self, tick: Decimal | None) -> None:
        """Of the market's price grid: decimals of the axis."""
        self._tick = tick
        self.unsettle()

    # panes and layers

    def set_panes(self, specs: Sequence[PaneSpec]) -> None:
        """In their order, below each other; those that are no more go with their layers."""
        self._column.set(specs)
        self._lay_out()

    @property
    def panes(self) -> tuple[PaneItem, ...]:
        return self._column.panes

    def pane(self, pane_id: str) -> PaneItem:
        return self._column[pane_id].pane

    def add_layer(self, layer: Layer, pane: str = PRICE) -> None:
        self._column[pane].pane.add(layer)
        self.unsettle()

    def remove_layer(self, layer: Layer) -> None:
        if self._column.remove_layer(layer):
            self.unsettle()

    def set_legend(self, pane: str, lines: Sequence[LegendLine]) -> None:
        self._column[pane].legend.show_lines(lines)

    def set_price_scale(self, kind: ScaleKind) -> None:
        self._kind = kind
        self._column[PRICE].pane.chosen = None
        self.unsettle()

    @property
    def price_scale(self) -> ScaleKind:
        return self._kind

    def choose_values(self, pane: PaneItem, bounds: tuple[float, float] | None) -> None:
        """By hand; None: what is seen decides again."""
        pane.chosen = bounds
        self.unsettle()

    def view_of(self, pane: str) -> PaneView | None:
        """As it is painted next; None while there are no candles."""
        self.settle()
        return self._column[pane].pane.view

    # time

    def show_last(self, count: int | None = None) -> None:
        """The newest candles, with room for labels at the right."""
        candles = self._candles
        if candles is None or not len(candles):
            self._last_end = 0
            self.unsettle()
            return
        room = max(self.plot_width - Chart.RIGHT_MARGIN, 1.0)
        per_pixel = candles.step_seconds / FIRST_STEP if count is None else count * candles.step_seconds / room
        end = candles.closed(len(candles) - 1)
        self._set_time(TimeScale(end - room * per_pixel, per_pixel, self.plot_width))

    def show_all(self) -> None:
        if self._candles is not None and len(self._candles):
            room = max(self.plot_width - Chart.RIGHT_MARGIN, 1.0)
            first, end = float(self._candles.opened[0]), float(self._candles.closed(len(self._candles) - 1))
            self._set_time(TimeScale(first, (end - first) / room, self.plot_width))

    def show_span(self, first_second: float, last_second: float) -> None:
        self._set_time(
            TimeScale(first_second, (last_second - first_second) / max(self.plot_width, 1.0), self.plot_width)
        )

    def show_around(self, second: float) -> None:
        """In the middle where it is out of sight."""
        x = self._time.x_of(second)
        if not 0 <= x <= self.plot_width:
            self.pan(self.plot_width / 2 - x)

    def pan(self, pixels: float) -> None:
        self._set_time(self._time.panned(pixels))

    def zoom(self, factor: float, x: float | None = None) -> None:
        self._set_time(self._time.zoomed(factor, self.plot_width if x is None else x))

    def set_time(self, time: TimeScale) -> None:
        """Another chart's, in this one's width."""
        self._set_time(
            TimeScale(time.end - self.plot_width * time.seconds_per_pixel, time.seconds_per_pixel, self.plot_width),
            tell=False,
        )

    def _set_time(self, time: TimeScale, *, tell: bool = True) -> None:
        candles = self._candles
        time = within_reach(time, candles)
        if candles is not None and len(candles):
            self._last_end = max(self._last_end, candles.closed(len(candles) - 1))
        if time == self._time and self._is_settled:
            return
        self._time = time
        self.unsettle()
        if tell:
            self.time_changed.emit(time)
        self._ask_for_older()

    def _ask_for_older(self) -> None:
        candles = self._candles
        if candles is None or not len(candles) or self._asked_older_at == len(candles):
            return
        if self._time.start - self._time.width * self._time.seconds_per_pixel < float(candles.opened[0]):
            self._asked_older_at = len(candles)
            self.older_wanted.emit()

    def older_may_be_asked_again(self) -> None:
        """What was asked for did not come."""
        self._asked_older_at = None

    # settling: everything that follows from time, candles and size

    def unsettle(self) -> None:
        self._is_settled = False
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def _repaint_all(self) -> None:
        """What is painted is other than it was, even where the scales stay the same."""
        for pane in self.panes:
            pane.repaint()
        self.unsettle()

    def settle(self) -> None:
        """No part need be told to paint: all of the viewport was when it was unsettled."""
        if self._is_settled:
            return
        self._is_settled = True
        self._time_axis.ticks = self._time_ticks()
        for pane in self.panes:
            view = self._view_for(pane)
            self._tick_pane(pane, view)
            if view is not None:
                pane.show(view)
            self._column[pane.id].axis.arrange()
        self._update_legends()
        self._place_crosshair()

    def _view_for(self, pane: PaneItem) -> PaneView | None:
        candles = self._candles
        if candles is None or not len(candles):
            return None
        kind = self._kind if pane.id == PRICE else ScaleKind.LINEAR
        scale = pane.scale_for(self._time, candles, kind)
        return PaneView(pane.boundingRect(), self._time, scale, candles, pane.decimals)

    def _time_ticks(self) -> list[AxisTick]:
        candles = self._candles
        if candles is None or not len(candles):
            return []
        ticks = time_ticks(self._time, candles.unit, candles.day_start)
        for pane in self.panes:
            pane.grid.seconds = [tick.second for tick in ticks]
        return [AxisTick(self._time.x_of(tick.second), tick.text, tick.is_day_change) for tick in ticks]

    def _tick_pane(self, pane: PaneItem, view: PaneView | None) -> None:
        axis = self._column[pane.id].axis
        ticks = [] if view is None else price_ticks(view.price, self._tick if pane.id == PRICE else None)
        pane.grid.values = [tick.value for tick in ticks]
        axis.ticks = [] if view is None else [AxisTick(view.price.y_of(tick.value), tick.text) for tick in ticks]

    def update_plates(self) -> None:
        """Labels of layers are others, though no candle is."""
        self.settle()
        self._update_plates()

    def _update_plates(self) -> None:
        for row in self._column.rows:
            for rect in row.axis.arrange():
                row.axis.update(rect)

    # the crosshair

    @property
    def crosshair(self) -> Crosshair | None:
        return self._crosshair

    def show_crosshair(self, crosshair: Crosshair | None, *, tell: bool = False) -> None:
        """From another chart, or from the keys; ``tell`` the others."""
        self.settle()
        self._crosshair = crosshair
        self._place_crosshair()
        self._update_legends()
        if tell:
            self.crosshair_moved.emit(crosshair)

    def crosshair_at(self, point: QPointF) -> Crosshair | None:
        """Of a point of the scene: on a candle in x, free in y; None beside the panes."""
        pane = self.pane_at(point)
        candles = self._candles
        if pane is None or pane.view is None or candles is None:
            return None
        second = self._time.second_at(point.x())
        row = candles.row_at(int(second))
        if row is not None:
            second = (float(candles.opened[row]) + candles.closed(row)) / 2
        return Crosshair(second, row, pane.id, pane.view.price.value_at(point.y() - pane.rect.top()))

    def pane_at(self, point: QPointF) -> PaneItem | None:
        return self._column.pane_at(point)

    def axis_at(self, point: QPointF) -> PaneItem | None:
        return self._column.axis_at(point)

    def is_on_time_axis(self, point: QPointF) -> bool:
        return self._time_axis.rect.contains(point)

    def _place_crosshair(self) -> None:
        self._cross.show_at(self._crosshair_place())
        price, time = self._cross.plates
        for row in self._column.rows:
            is_here = price is not None and row.axis.rect.intersects(price)
            for rect in row.axis.make_room(price.translated(-row.axis.rect.topLeft()) if price and is_here else None):
                row.axis.update(rect)
        self._time_axis.make_room(None if time is None else time.translated(-self._time_axis.rect.topLeft()))

    def _crosshair_place(self) -> CrosshairPlace | None:
        cross, candles = self._crosshair, self._candles
        if cross is None or candles is None or not len(candles):
            return None
        x = self._time.x_of(cross.second)
        row = self._column.get(cross.pane)
        pane = None if row is None else row.pane
        y, text = None, ""
        if pane is not None and pane.view is not None and cross.value is not None:
            y = pane.rect.top() + pane.view.price.y_of(cross.value)
            text = value_text(cross.value, pane.view.price, self._tick if pane.id == PRICE else None)
        if not 0 <= x <= self.plot_width:
            return None
        second = cross.second if cross.row is None else float(candles.opened[cross.row])
        label = time_label(second, candles.unit, float(candles.opened[-1]))
        low, high = (0.0, 0.0) if pane is None else (pane.rect.top(), pane.rect.bottom())
        return CrosshairPlace(x, y, self.plot_width, self._time_axis.rect.top(), label, text, low, high)

    def _update_legends(self) -> None:
        row = None if self._crosshair is None else self._crosshair.row
        for one in self._column.rows:
            one.legend.show_row(row)
        if self.hasFocus():
            self.setAccessibleDescription(self._column[PRICE].legend.text())

    def legend_at(self, point: QPointF) -> tuple[str, str] | None:
        return self._column.legend_at(point)

    # size and looks

    @property
    def plot_width(self) -> float:
        return float(max(self.width() - axis_width(), 1))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph's constructor gives none
            self._lay_out()

    def _lay_out(self) -> None:
        plot, foot = self.plot_width, Chart.TIME_AXIS
        height = max(self.height() - foot, 1)
        self._column.lay_out(plot, self.width(), height)
        self._time_axis.plot_width = plot
        self._time_axis.set_rect(QRectF(0, height, self.width(), foot))
        self._cross.set_area(QRectF(0, 0, self.width(), self.height()))
        if plot != self._time.width:
            self._time = self._time.resized(plot)
            self.time_changed.emit(self._time)
        self.unsettle()

    def relay(self) -> None:
        """Shares of panes are others."""
        self._lay_out()

    def _dress(self) -> None:
        self.setBackground(current_theme().colour("line"))
        self._column.forget_pictures()
        self._lay_out()

    def image(self) -> QImage:
        """Without the crosshair."""
        crosshair = self._crosshair
        self.show_crosshair(None)
        picture = self.grab().toImage()
        self.show_crosshair(crosshair)
        return picture

    # events

    def close(self) -> bool:
        """As any widget: pyqtgraph's would take the scene apart while events still come."""
        return QWidget.close(self)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        self.settle()
        super().paintEvent(event)

    def viewportEvent(self, event: QEvent | None) -> bool:
        if event is not None and self.hands is not None and self.hands.take(event):
            return True
        return bool(super().viewportEvent(event))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self.hands is None or not self.hands.take_key(event):
            super().keyPressEvent(event)
