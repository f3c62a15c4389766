"""Drawings and alerts on one chart: the layers of its market, the bars that ask, the keys, the menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, pyqtBoundSignal, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QMenu

from upbit_auto_trading.business_logic.domain.drawing import Anchor, Drawing
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert
from upbit_auto_trading.ui.charts.alert_bar import AlertBar
from upbit_auto_trading.ui.charts.alert_wish import AlertWish
from upbit_auto_trading.ui.charts.canvas import PRICE, ChartCanvas
from upbit_auto_trading.ui.charts.crosshair import Crosshair
from upbit_auto_trading.ui.charts.drawing_menu import (
    SharedDrawings,
    add_alert_entries,
    add_drawing_entries,
    add_new_alert_entry,
)
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.charts.drawing_words import drawing_name
from upbit_auto_trading.ui.charts.floating_bar import TextBar
from upbit_auto_trading.ui.charts.layers.alert_lines import AlertLinesLayer
from upbit_auto_trading.ui.charts.layers.drawings import DrawingsLayer
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.keys import KeyMap, matches
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.utils.bilingual_text import Text

_SELECTED = Text("고른 그림: {name}", "Selected drawing: {name}")
#: of a chart whose market has no known tick
_NO_TICK = Decimal("0.00000001")


class SharedAlerts(Protocol):
    """The price alerts of every market; ``changed`` when any is other than it was."""

    @property
    def changed(self) -> pyqtBoundSignal: ...

    def shown(self, market: Market) -> tuple[PriceAlert, ...]: ...

    def last_price(self, market: Market) -> Decimal | None: ...

    def add(self, market: Market, wish: AlertWish) -> None: ...

    def change(self, alert: PriceAlert, wish: AlertWish) -> None: ...

    def delete(self, alert: PriceAlert) -> None: ...


class ChartDrawings(QObject):
    """Give it the market whenever the chart shows another one."""

    #: Drawing or None
    selected = pyqtSignal(object)

    def __init__(
        self,
        canvas: ChartCanvas,
        drawings: SharedDrawings,
        alerts: SharedAlerts,
        keys: Callable[[], KeyMap],
        tick_of: Callable[[Market, float], Decimal | None],
    ) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._drawings = drawings
        self._alerts = alerts
        self._tick_of_market = tick_of
        self.market: Market | None = None
        #: points that wait for their words, or the drawing whose words are edited
        self._writing: tuple[tuple[Anchor, ...], Drawing | None] | None = None
        #: the crosshair is moved by keys, and the next point with it
        self._is_by_key = False
        #: what the alert bar asks about; None: a new one
        self._asked: PriceAlert | None = None
        self.layer = DrawingsLayer(
            self,
            self.tick_of,
            self.text_of,
            lambda event: matches(event, keys().sequence("undo")),
            lambda event: matches(event, keys().sequence("redo")),
        )
        self.alert_lines = AlertLinesLayer(
            self._shown_alerts, self._last_price, self.on_grid, self.text_of, self._ask_move, self.ask_change
        )
        self.text_bar = TextBar(canvas)
        self.alert_bar = AlertBar(canvas)
        self._connect()

    def _connect(self) -> None:
        self.layer.tell_selected = self._tell_selected
        self.layer.tell_placed = lambda _tool: self._drawings.choose_tool(Tool.CURSOR)
        self.text_bar.confirmed.connect(self._take_text)
        self.text_bar.cancelled.connect(self._forget_text)
        self.alert_bar.confirmed.connect(self._take_alert)
        self.alert_bar.cancelled.connect(self._forget_alert)
        self._drawings.changed.connect(self._follow_drawings)
        self._drawings.state_changed.connect(self._follow_state)
        self._alerts.changed.connect(self._follow_alerts)
        self._canvas.add_layer(self.layer, PRICE)
        self._canvas.add_layer(self.alert_lines, PRICE)
        for watched in (self._canvas, self._canvas.viewport()):
            if watched is not None:
                watched.installEventFilter(self)
        self._canvas.context_asked.connect(self._offer_menu)
        self._canvas.crosshair_moved.connect(self._follow_crosshair)

    def set_market(self, market: Market | None) -> None:
        if market == self.market:
            return
        self._close_bars()
        self.layer.cancel()
        self.layer.select("")
        self.market = market
        if market is not None:
            self._drawings.load(market)
        self._repaint()

    def take_focus(self) -> None:
        """A tool was chosen: Esc and the arrow keys are the chart's."""
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    # prices

    def tick_of(self, price: float) -> Decimal:
        """Of the market's grid there."""
        tick = self._tick_of_market(self.market, price) if self.market is not None and price > 0 else None
        return tick or _NO_TICK

    def on_grid(self, price: float) -> Decimal:
        tick = self.tick_of(price)
        return (Decimal(repr(price)) / tick).to_integral_value(ROUND_HALF_EVEN) * tick

    def text_of(self, price: float) -> str:
        return formats.price(self.on_grid(price).normalize() if price else Decimal(0), self.tick_of(price))

    # the desk of the layer

    def drawings(self) -> tuple[Drawing, ...]:
        return () if self.market is None else self._drawings.shown(self.market)

    def add(self, tool: Tool, points: tuple[Anchor, ...]) -> Drawing | None:
        if self.market is None:
            return None
        if tool is Tool.ALERT:
            self.ask_new(points[0].price)
            return None
        if tool is Tool.TEXT:
            self._writing = (points, None)
            self._ask_text("", points[0])
            return None
        return self._drawings.add(self.market, tool, points)

    def move(self, drawing: Drawing, points: tuple[Anchor, ...], *, by_key: bool = False) -> None:
        self._drawings.move(drawing, points, by_key=by_key)

    def delete(self, drawings: Iterable[Drawing]) -> None:
        self._drawings.delete(drawings)

    def edit_text(self, drawing: Drawing) -> None:
        self._writing = (drawing.points, drawing)
        self._ask_text(drawing.look.text, drawing.points[0])

    def undo(self) -> bool:
        return self.market is not None and self._drawings.undo(self.market)

    def redo(self) -> bool:
        return self.market is not None and self._drawings.redo(self.market)

    # words

    def _ask_text(self, text: str, anchor: Anchor) -> None:
        self.text_bar.ask(text, self._place(anchor.second, anchor.price), self._room())

    @pyqtSlot()
    def _take_text(self) -> None:
        writing, self._writing = self._writing, None
        text = self.text_bar.text
        if writing is None or self.market is None or not text:
            return
        points, drawing = writing
        if drawing is not None:
            self._drawings.restyle((drawing,), lambda look: replace(look, text=text))
            return
        added = self._drawings.add(self.market, Tool.TEXT, points, text)
        if added is not None:
            self.layer.select(added.id)

    @pyqtSlot()
    def _forget_text(self) -> None:
        self._writing = None

    # alerts

    def _shown_alerts(self) -> tuple[PriceAlert, ...]:
        return () if self.market is None else self._alerts.shown(self.market)

    def _last_price(self) -> Decimal | None:
        return None if self.market is None else self._alerts.last_price(self.market)

    def ask_new(self, price: float | None = None) -> None:
        """At this price, or (None) at the last one; also for buttons and keys."""
        last = self._last_price()
        candles = self._canvas.candles
        if price is None and last is not None:
            price = float(last)
        elif price is None and candles is not None and len(candles):
            price = float(candles.close[-1])
        if price is None or self.market is None:
            return
        self._asked = None
        wanted = self.on_grid(price)
        self.alert_lines.propose(wanted)
        self.alert_bar.ask_new(wanted, last, self.tick_of(price), self._beside(price), self._room())

    def ask_change(self, alert: PriceAlert) -> None:
        self._asked = alert
        price = float(alert.price)
        self.alert_bar.ask_change(alert, self._last_price(), self.tick_of(price), self._beside(price), self._room())

    def _ask_move(self, alert: PriceAlert, price: Decimal) -> None:
        self._asked = alert
        value = float(price)
        self.alert_bar.ask_move(
            alert, price, self._last_price(), self.tick_of(value), self._beside(value), self._room()
        )

    @pyqtSlot()
    def _take_alert(self) -> None:
        asked, wish, market = self._asked, self.alert_bar.wish, self.market
        self._forget_alert()
        if asked is not None:
            self._alerts.change(asked, wish)
        elif market is not None:
            self._alerts.add(market, wish)

    @pyqtSlot()
    def _forget_alert(self) -> None:
        self._asked = None
        self.alert_lines.propose(None)
        self.alert_lines.answered()

    # the menu

    @pyqtSlot(str, float, object, object)
    def _offer_menu(self, pane: str, second: float, value: float | None, place: QPoint) -> None:
        if pane != PRICE or value is None:
            return
        menu = QMenu(self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu, second, value)
        menu.popup(place)

    def fill_menu(self, menu: QMenu, second: float, value: float) -> None:
        """What there is to do here: with the drawing or the alert under the pointer, and with the price."""
        view = self._canvas.view_of(PRICE)
        if view is None or self.market is None:
            return
        at = view.place(second, value)
        alert = self.alert_lines.at(view, at)
        if alert is not None:
            price = self.text_of(float(alert.price))
            add_alert_entries(menu, price, lambda: self.ask_change(alert), lambda: self._alerts.delete(alert))
        drawing = self.layer.hit_at(view, at)
        if drawing is not None:
            self.layer.select(drawing.id)
            add_drawing_entries(menu, drawing, self._drawings, self.edit_text)
        if self.on_grid(value) > 0:
            add_new_alert_entry(menu, self.text_of(value), lambda: self.ask_new(value))

    # following

    @pyqtSlot(object)
    def _follow_drawings(self, market: Market) -> None:
        if market == self.market:
            self._repaint()

    @pyqtSlot(object)
    def _follow_state(self, _state: object) -> None:
        self.layer.choose_tool(self._drawings.tool)
        self._repaint()

    @pyqtSlot()
    def _follow_alerts(self) -> None:
        self.alert_lines.show_changed()
        self._canvas.update_plates()

    def _repaint(self) -> None:
        self.layer.show_changed()
        self.alert_lines.show_changed()
        self._canvas.update_plates()

    def _tell_selected(self, drawing: Drawing | None) -> None:
        words = "" if drawing is None else tr(_SELECTED.format(name=drawing_name(drawing)))
        self._canvas.setAccessibleDescription(words)
        self._canvas.update_plates()
        self.selected.emit(drawing)

    def _leave_bars(self) -> None:
        """The user turned to the chart: words that were written stay, nothing is moved that was not confirmed."""
        if self.text_bar.isVisible() and self.text_bar.text:
            self.text_bar.accept()
        self._close_bars()

    def _close_bars(self) -> None:
        """They ask about the market that was shown."""
        self.text_bar.reject()
        self.alert_bar.reject()

    # keys that Qt would take before the chart sees them

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if watched is self._canvas and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._is_by_key = True
            return self._take_key(event)
        if watched is not self._canvas and event is not None:
            if event.type() == QEvent.Type.MouseMove:
                self._is_by_key = False
            elif event.type() == QEvent.Type.MouseButtonPress:
                self._leave_bars()
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and not modifiers & ~Qt.KeyboardModifier.ShiftModifier:
            return self.layer.walk(-1 if key == Qt.Key.Key_Backtab else 1)
        if key == Qt.Key.Key_Escape and (self.alert_bar.isVisible() or self.text_bar.isVisible()):
            self._close_bars()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._drawings.tool.is_placing:
            return self._place_by_key()
        is_menu = key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and modifiers == Qt.KeyboardModifier.ShiftModifier)
        drawing = self.layer.selection
        if not is_menu or drawing is None:
            return False
        menu = QMenu(self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_drawing_entries(menu, drawing, self._drawings, self.edit_text)
        place = self._place(drawing.points[0].second, drawing.points[0].price)
        menu.popup(self._canvas.mapToGlobal(place.toPoint()))
        return True

    def _place_by_key(self) -> bool:
        """At the crosshair, which the arrow keys move; without one at the newest candle."""
        view, anchor = self._canvas.view_of(PRICE), self._crosshair_anchor()
        if view is None or anchor is None:
            return False
        if self._canvas.crosshair is None:
            self._canvas.show_crosshair(Crosshair(anchor.second, None, PRICE, anchor.price), tell=True)
        self.layer.place(view, anchor)
        return True

    @pyqtSlot(object)
    def _follow_crosshair(self, _crosshair: object) -> None:
        anchor = self._crosshair_anchor() if self._is_by_key else None
        if anchor is not None:
            self.layer.follow(anchor)

    def _crosshair_anchor(self) -> Anchor | None:
        cross, candles = self._canvas.crosshair, self._canvas.candles
        if candles is None or not len(candles):
            return None
        if cross is not None and cross.pane == PRICE and cross.value is not None and cross.value > 0:
            return Anchor(cross.second, cross.value)
        row = len(candles) - 1 if cross is None or cross.row is None else cross.row
        return Anchor((float(candles.opened[row]) + candles.closed(row)) / 2, float(candles.close[row]))

    # places on the canvas

    def _place(self, second: float, price: float) -> QPointF:
        view, pane = self._canvas.view_of(PRICE), self._canvas.pane(PRICE)
        return pane.rect.topLeft() if view is None else view.place(second, price) + pane.rect.topLeft()

    def _beside(self, price: float) -> QPointF:
        """At the right, near the plates of the lines."""
        view = self._canvas.view_of(PRICE)
        y = 0.0 if view is None else view.price.y_of(price) + self._canvas.pane(PRICE).rect.top()
        return QPointF(self._canvas.plot_width, y)

    def _room(self) -> QRectF:
        return QRectF(0, 0, self._canvas.plot_width, self._canvas.height())
