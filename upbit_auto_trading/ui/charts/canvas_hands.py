"""What pointer, wheel, touchpad and keys do to a chart."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from itertools import pairwise
from math import exp
from typing import TYPE_CHECKING, Any, Protocol

from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent

from upbit_auto_trading.ui.charts.crosshair import Crosshair
from upbit_auto_trading.ui.charts.layer import Layer, PaneView, Pointer
from upbit_auto_trading.ui.charts.price_scale import PriceScale
from upbit_auto_trading.ui.design.keys import KeyMap, matches
from upbit_auto_trading.ui.design.tokens import Chart

if TYPE_CHECKING:
    from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
    from upbit_auto_trading.ui.charts.pane import PaneItem
    from upbit_auto_trading.ui.charts.time_scale import TimeScale

#: of one click of a wheel, and of one press of a key
_NOTCH, _KEY_ZOOM = 1.15, 1.25
_NOTCH_ANGLE = 120
#: of a pixel of a touchpad
_TOUCH_ZOOM = 0.004
#: of the seen width
_KEY_PAN, _PAGE = 0.1, 0.9
#: how near to the line between two panes it is taken
_GRIP = 3.0
_LEAST_SHARE = 0.15
#: of a drag on an axis, how many pixels double what is seen
_AXIS_PIXELS = 150.0


class HandledChart(Protocol):
    """What a chart lets itself be asked by hand."""

    #: bound signals, of which PyQt6 has no public type
    crosshair_moved: Any
    context_asked: Any
    legend_pressed: Any
    explain_asked: Any
    shares_changed: Any

    @property
    def candles(self) -> CandleColumns | None: ...

    @property
    def time(self) -> TimeScale: ...

    @property
    def panes(self) -> tuple[PaneItem, ...]: ...

    @property
    def plot_width(self) -> float: ...

    @property
    def crosshair(self) -> Crosshair | None: ...

    def viewport(self) -> Any: ...

    def setFocus(self, reason: Qt.FocusReason) -> None: ...

    def pan(self, pixels: float) -> None: ...

    def zoom(self, factor: float, x: float | None = None) -> None: ...

    def show_last(self, count: int | None = None) -> None: ...

    def show_around(self, second: float) -> None: ...

    def choose_values(self, pane: PaneItem, bounds: tuple[float, float] | None) -> None: ...

    def relay(self) -> None: ...

    def show_crosshair(self, crosshair: Crosshair | None, *, tell: bool = False) -> None: ...

    def crosshair_at(self, point: QPointF) -> Crosshair | None: ...

    def pane_at(self, point: QPointF) -> PaneItem | None: ...

    def axis_at(self, point: QPointF) -> PaneItem | None: ...

    def is_on_time_axis(self, point: QPointF) -> bool: ...

    def legend_at(self, point: QPointF) -> tuple[str, str] | None: ...


class _Drag(Enum):
    PAN = "pan"
    LAYER = "layer"
    TIME_AXIS = "time axis"
    PRICE_AXIS = "price axis"
    SEPARATOR = "separator"


class CanvasHands:
    """One drag at a time; what began on a layer stays with it until the release."""

    def __init__(self, canvas: HandledChart, keys: Callable[[], KeyMap]) -> None:
        self._canvas = canvas
        self._keys = keys
        self._drag: _Drag | None = None
        self._from = QPointF()
        self._taken: tuple[PaneItem, Layer] | None = None
        self._panes: tuple[PaneItem, ...] = ()

    def take(self, event: QEvent) -> bool:
        """Events of the viewport, whose pixels are those of the scene."""
        if isinstance(event, QMouseEvent):
            return self._take_mouse(event)
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._canvas.zoom(1 + event.value(), event.position().x())
            return True
        if isinstance(event, QContextMenuEvent):
            return self._context(event)
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
            self._canvas.show_crosshair(None, tell=True)
        return False

    # pointer

    def _take_mouse(self, event: QMouseEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() is Qt.MouseButton.LeftButton:
                self._press(event)
            case QEvent.Type.MouseButtonDblClick if event.button() is Qt.MouseButton.LeftButton:
                self._double(event)
            case QEvent.Type.MouseMove:
                self._move(event)
            case QEvent.Type.MouseButtonRelease if event.button() is Qt.MouseButton.LeftButton:
                self._release(event)
            case _:
                return False
        return True

    def _press(self, event: QMouseEvent, *, is_double: bool = False) -> None:
        canvas, point = self._canvas, event.position()
        canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._from = point
        self._panes = self._panes_around(point)
        pane = canvas.pane_at(point)
        if self._panes:
            self._drag = _Drag.SEPARATOR
        elif canvas.is_on_time_axis(point):
            self._drag = _Drag.TIME_AXIS
        elif canvas.axis_at(point) is not None:
            self._drag = _Drag.PRICE_AXIS
            self._panes = tuple(one for one in (canvas.axis_at(point),) if one is not None)
        elif (legend := canvas.legend_at(point)) is not None:
            canvas.legend_pressed.emit(*legend)
        elif pane is not None and self._offer_press(pane, event, is_double):
            self._drag = _Drag.LAYER
        elif pane is not None:
            self._drag = _Drag.PAN
            self._panes = (pane,)

    def _double(self, event: QMouseEvent) -> None:
        axis = self._canvas.axis_at(event.position())
        if axis is not None:
            self._canvas.choose_values(axis, None)
        elif self._canvas.is_on_time_axis(event.position()):
            self._canvas.show_last()
        else:
            self._press(event, is_double=True)

    def _offer_press(self, pane: PaneItem, event: QMouseEvent, is_double: bool) -> bool:
        view = pane.view
        if view is None:
            return False
        pointer = Pointer(event.position() - pane.rect.topLeft(), event.modifiers(), is_double)
        for layer in pane.from_above:
            if layer.press(view, pointer):
                self._taken = (pane, layer)
                return True
        return False

    def _move(self, event: QMouseEvent) -> None:
        point = event.position()
        moved = point - self._from
        match self._drag:
            case _Drag.PAN:
                self._pan(moved)
            case _Drag.LAYER if self._taken is not None:
                self._tell_layer(event, Layer.drag)
            case _Drag.TIME_AXIS:
                self._canvas.zoom(exp(moved.x() / _AXIS_PIXELS))
            case _Drag.PRICE_AXIS:
                self._stretch(self._panes[0], exp(moved.y() / _AXIS_PIXELS))
            case _Drag.SEPARATOR:
                self._move_separator(moved.y())
            case _:
                self._show_cursor(point)
                self._hover(point)
        self._from = point
        self._canvas.show_crosshair(self._canvas.crosshair_at(point), tell=True)

    def _tell_layer(self, event: QMouseEvent, what: Callable[[Layer, PaneView, Pointer], None]) -> None:
        assert self._taken is not None
        pane, layer = self._taken
        if pane.view is not None:
            pointer = Pointer(event.position() - pane.rect.topLeft(), event.modifiers())
            getattr(layer, what.__name__)(pane.view, pointer)

    def _release(self, event: QMouseEvent) -> None:
        if self._drag is _Drag.LAYER and self._taken is not None:
            self._tell_layer(event, Layer.release)
        elif self._drag is _Drag.SEPARATOR:
            self._canvas.shares_changed.emit()
        self._drag, self._taken = None, None
        self._show_cursor(event.position())

    def _pan(self, moved: QPointF) -> None:
        canvas, pane = self._canvas, self._panes[0]
        canvas.pan(moved.x())
        if pane.chosen is not None and pane.view is not None:
            scale = pane.view.price
            canvas.choose_values(
                pane, (scale.value_at(scale.bottom - moved.y()), scale.value_at(scale.top - moved.y()))
            )

    def _stretch(self, pane: PaneItem, factor: float) -> None:
        """About the middle; a logarithmic scale about its own."""
        if pane.view is None:
            return
        scale: PriceScale = pane.view.price
        middle, half = scale.top + scale.height / 2, scale.height / 2 * factor
        self._canvas.choose_values(pane, (scale.value_at(middle + half), scale.value_at(middle - half)))

    def _move_separator(self, pixels: float) -> None:
        above, below = self._panes
        whole, height = above.share + below.share, above.rect.height() + below.rect.height()
        share = (above.rect.height() + pixels) / height * whole
        above.share = min(max(share, _LEAST_SHARE * whole), (1 - _LEAST_SHARE) * whole)
        below.share = whole - above.share
        self._canvas.relay()

    def _panes_around(self, point: QPointF) -> tuple[PaneItem, ...]:
        """Above and below the line between two panes that the pointer is on."""
        panes = self._canvas.panes
        for above, below in pairwise(panes):
            if abs(point.y() - above.rect.bottom()) <= _GRIP:
                return (above, below)
        return ()

    def _show_cursor(self, point: QPointF) -> None:
        self._canvas.viewport().setCursor(self._cursor(point))

    def _cursor(self, point: QPointF) -> Qt.CursorShape:
        canvas = self._canvas
        if self._panes_around(point):
            return Qt.CursorShape.SplitVCursor
        if canvas.axis_at(point) is not None:
            return Qt.CursorShape.SizeVerCursor
        if canvas.is_on_time_axis(point):
            return Qt.CursorShape.SizeHorCursor
        if canvas.legend_at(point) is not None:
            return Qt.CursorShape.PointingHandCursor
        pane = canvas.pane_at(point)
        if pane is not None and pane.view is not None:
            for layer in pane.from_above:
                shape = layer.cursor(pane.view, point - pane.rect.topLeft())
                if shape is not None:
                    return shape
        return Qt.CursorShape.CrossCursor

    def _hover(self, point: QPointF | None) -> None:
        under = None if point is None else self._canvas.pane_at(point)
        for pane in self._canvas.panes:
            view = pane.view
            if view is None:
                continue
            at = point - pane.rect.topLeft() if point is not None and pane is under else None
            for layer in pane.from_above:
                if layer.hover(view, at):
                    at = None

    def _context(self, event: QContextMenuEvent) -> bool:
        point = QPointF(event.pos())
        crosshair = self._canvas.crosshair_at(point)
        if crosshair is not None:
            place = event.globalPos()
            self._canvas.context_asked.emit(crosshair.pane, crosshair.second, crosshair.value, place)
        return crosshair is not None

    # wheel and touchpad

    def _wheel(self, event: QWheelEvent) -> bool:
        canvas, x = self._canvas, event.position().x()
        fine, steps = event.pixelDelta(), event.angleDelta()
        is_touch = not fine.isNull() and event.phase() is not Qt.ScrollPhase.NoScrollPhase
        across, down = (fine.x(), fine.y()) if is_touch else (steps.x(), steps.y())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            pane = canvas.pane_at(event.position())
            if pane is not None and down:
                self._stretch(pane, exp(-down * (_TOUCH_ZOOM if is_touch else 0.001)))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(across) > abs(down):
            canvas.pan(across if abs(across) > abs(down) else down)
        elif is_touch:
            canvas.zoom(exp(down * _TOUCH_ZOOM), x)
        elif down:
            canvas.zoom(_NOTCH ** (down / _NOTCH_ANGLE), x)
        event.accept()
        return True

    # keys

    def take_key(self, event: QKeyEvent) -> bool:
        canvas, keys = self._canvas, self._keys()
        page = canvas.plot_width * _PAGE
        actions: dict[str, Callable[[], None]] = {
            "candle_left": lambda: self._step(-1),
            "candle_right": lambda: self._step(1),
            "pan_left": lambda: canvas.pan(canvas.plot_width * _KEY_PAN),
            "pan_right": lambda: canvas.pan(-canvas.plot_width * _KEY_PAN),
            "zoom_in": lambda: canvas.zoom(_KEY_ZOOM),
            "zoom_out": lambda: canvas.zoom(1 / _KEY_ZOOM),
            "first_candle": self._first,
            "last_candle": self._last,
            "explain_candle": self._explain,
        }
        if self._offer_key(event):
            return True
        for shortcut_id, act in actions.items():
            if matches(event, keys.sequence(shortcut_id)):
                act()
                return True
        match event.key():
            case Qt.Key.Key_PageUp:
                canvas.pan(page)
            case Qt.Key.Key_PageDown:
                canvas.pan(-page)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:  # one key on most keyboards, with Shift and without
                canvas.zoom(_KEY_ZOOM)
            case Qt.Key.Key_Escape:
                return self._cancel()
            case _:
                return False
        return True

    def _offer_key(self, event: QKeyEvent) -> bool:
        return any(
            layer.key(pane.view, event)
            for pane in self._canvas.panes
            if pane.view is not None
            for layer in pane.from_above
        )

    def _cancel(self) -> bool:
        took = any(layer.cancel() for pane in self._canvas.panes for layer in pane.from_above)
        if not took and self._canvas.crosshair is not None:
            self._canvas.show_crosshair(None, tell=True)
            took = True
        self._drag, self._taken = None, None
        return took

    def _step(self, by: int) -> None:
        candles, crosshair = self._canvas.candles, self._canvas.crosshair
        if candles is None or not len(candles):
            return
        if crosshair is None:
            row, by = candles.nearest_row(min(self._canvas.time.end, candles.closed(len(candles) - 1) - 1)), 0
        else:
            row = candles.nearest_row(crosshair.second) if crosshair.row is None else crosshair.row
        self._stand_on(min(max((row or 0) + by, 0), len(candles) - 1))

    def _first(self) -> None:
        candles = self._canvas.candles
        if candles is not None and len(candles):
            self._canvas.pan(self._canvas.time.pixels(self._canvas.time.start - float(candles.opened[0])))
            self._stand_on(0)

    def _last(self) -> None:
        candles = self._canvas.candles
        if candles is not None and len(candles):
            self._canvas.show_last(round(self._seen_candles()))
            self._stand_on(len(candles) - 1)

    def _seen_candles(self) -> float:
        canvas = self._canvas
        assert canvas.candles is not None
        return (
            max(canvas.plot_width - Chart.RIGHT_MARGIN, 1) * canvas.time.seconds_per_pixel / canvas.candles.step_seconds
        )

    def _stand_on(self, row: int) -> None:
        canvas, candles = self._canvas, self._canvas.candles
        assert candles is not None
        second = (float(candles.opened[row]) + candles.closed(row)) / 2
        canvas.show_around(second)
        canvas.show_crosshair(Crosshair(second, row, "price", float(candles.close[row])), tell=True)

    def _explain(self) -> None:
        crosshair = self._canvas.crosshair
        if crosshair is not None and crosshair.row is not None:
            self._canvas.explain_asked.emit(crosshair.row)
