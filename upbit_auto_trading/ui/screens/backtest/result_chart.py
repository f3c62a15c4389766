"""The chart of a result: the run's candles with its fills, equity beside buy and hold, and why each fill was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.explanation import RuleExplanation
from upbit_auto_trading.ui.backtest_services import FillReason, FinishedBacktest
from upbit_auto_trading.ui.charts.canvas import PRICE, ChartCanvas, PaneSpec
from upbit_auto_trading.ui.charts.layer import Layer
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.charts.layers.lines import LineLayer
from upbit_auto_trading.ui.charts.layers.markers import MarkerGroup, MarkerLayer
from upbit_auto_trading.ui.charts.layers.volume import VolumeLayer
from upbit_auto_trading.ui.charts.legend import LegendLine, LegendPart
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.marker_card import CardContent, MarkerCard
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.keys import KeyMap
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.reports.backtest_words import amount, quote_of
from upbit_auto_trading.ui.screens.backtest.card_words import candle_card, fill_card, fill_failed, group_card
from upbit_auto_trading.ui.screens.backtest.chart_data import ChartData
from upbit_auto_trading.ui.screens.backtest.result_words import shown_price
from upbit_auto_trading.ui.screens.backtest.view_model.explanations import Explanations
from upbit_auto_trading.utils.bilingual_text import Text

EQUITY, DRAWDOWN = "equity", "drawdown"
_MEMORY = "backtest.panes"
_FIRST_SHARES = {PRICE: 3.0, EQUITY: 1.2, DRAWDOWN: 0.7}
_LEAST_SHARE, _MOST_SHARE = 0.05, 100.0
_HELD_DASH = (7.0, 3.0)
#: at least so many candles around a trade, so that it is seen where it lies
_AROUND = 60
_CARD_ROOM = 8
_NAME = Text("백테스트 차트", "Chart of the backtest")
_STRATEGY, _HOLD = Text("전략", "Strategy"), Text("단순 보유", "Buy and hold")
_FALL = Text("낙폭", "Drawdown")
_OPEN, _HIGH, _LOW, _CLOSE = Text("시", "O"), Text("고", "H"), Text("저", "L"), Text("종", "C")


class ResultChart(QWidget):
    #: the number of the fill that was clicked
    fill_chosen = pyqtSignal(int)

    def __init__(
        self, explanations: Explanations, keys: Callable[[], KeyMap], card_home: QWidget, layouts: LayoutMemory
    ) -> None:
        """``card_home``: what the card may cover, an ancestor of the chart."""
        super().__init__()
        self._card_home = card_home
        self._explanations = explanations
        self._layouts = layouts
        #: of the height, by pane, as the user left them
        self._shares = _kept_shares(layouts.read_values(_MEMORY))
        self._finished: FinishedBacktest | None = None
        self._data: ChartData | None = None
        self._with_drawdown = False
        self._layers: list[Layer] = []
        self._asked_fill: tuple[int, QPoint] | None = None
        self._asked_candle: tuple[int, int, QPoint] | None = None
        self.markers = MarkerLayer()
        self.canvas = ChartCanvas(keys)
        self.card = MarkerCard(card_home)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.markers.signals.hovered.connect(self._hover)
        self.markers.signals.clicked.connect(self._click)
        self.canvas.explain_asked.connect(self.explain_row)
        self.canvas.time_changed.connect(lambda _time: self.card.dismiss())
        self.canvas.shares_changed.connect(self._keep_shares)
        self.card.closed.connect(self._forget_questions)
        self.canvas.installEventFilter(self)
        explanations.fill_explained.connect(self._take_fill)
        explanations.candle_explained.connect(self._take_candle)
        explanations.failed.connect(self._take_failure)
        retranslating(self, self._retranslate)

    @property
    def data(self) -> ChartData | None:
        return self._data

    # what it shows

    def show_data(self, finished: FinishedBacktest, data: ChartData) -> None:
        """All of the run at first; the warm-up lies left of it."""
        self._finished, self._data = finished, data
        self.card.dismiss()
        self._build()
        self.show_all()

    def show_drawdown(self, shown: bool) -> None:
        if shown != self._with_drawdown:
            self._with_drawdown = shown
            if self._data is not None:
                self._build()

    def show_all(self) -> None:
        data = self._data
        if data is None or not len(data.candles):
            return
        last = data.candles.closed(len(data.candles) - 1)
        room = (last - data.begin) * 0.02
        self.canvas.show_span(data.begin - room, last + 4 * room)

    def _build(self) -> None:
        data = self._data
        assert data is not None
        for layer in self._layers:
            self.canvas.remove_layer(layer)
        panes = [PaneSpec(pane, self._shares[pane]) for pane in (PRICE, EQUITY)]
        if self._with_drawdown:
            panes.append(PaneSpec(DRAWDOWN, self._shares[DRAWDOWN], 2))
        self.canvas.set_panes(panes)
        self.canvas.set_tick(data.step)
        self.canvas.set_candles(data.candles, keep_time=self.canvas.candles is data.candles)
        self.markers.set_markers(data.markers)
        placed: list[tuple[Layer, str]] = [
            (VolumeLayer(data.candles), PRICE),
            (CandleLayer(data.candles), PRICE),
            (self.markers, PRICE),
            (LineLayer(data.candles, data.equity, "accent", ()), EQUITY),
        ]
        if data.held is not None:
            placed.insert(3, (LineLayer(data.candles, data.held, "t2", _HELD_DASH), EQUITY))
        if self._with_drawdown:
            fall = LineLayer(data.candles, data.drawdown, "warning", ())
            placed.append((fall, DRAWDOWN))
        for layer, pane in placed:
            self.canvas.add_layer(layer, pane)
        self._layers = [layer for layer, _pane in placed]
        self._draw_legends()

    def _keep_shares(self) -> None:
        self._shares.update((pane.id, pane.share) for pane in self.canvas.panes)
        self._layouts.write_values(_MEMORY, dict(self._shares))

    def _retranslate(self) -> None:
        self.canvas.setAccessibleName(tr(_NAME))
        if self._data is not None:
            self._draw_legends()

    def _draw_legends(self) -> None:
        data, finished = self._data, self._finished
        if data is None or finished is None:
            return
        quote = quote_of(finished.report)

        def money(line: LineColumns) -> Callable[[int | None], Sequence[LegendPart]]:
            return lambda row: (LegendPart(amount(_value(line, row), current_language(), quote)),)

        self.canvas.set_legend(PRICE, (LegendLine("candle", data.candles.market.code, self._candle_parts),))
        lines = [LegendLine(EQUITY, tr(_STRATEGY), money(data.equity), "accent", ())]
        if data.held is not None:
            lines.append(LegendLine("held", tr(_HOLD), money(data.held), "t2", _HELD_DASH))
        self.canvas.set_legend(EQUITY, lines)
        if self._with_drawdown:
            fall = data.drawdown

            def percent(row: int | None) -> Sequence[LegendPart]:
                value = _value(fall, row)
                return (LegendPart(formats.percent(None if value is None else value / 100)),)

            self.canvas.set_legend(DRAWDOWN, (LegendLine(DRAWDOWN, tr(_FALL), percent, "warning", ()),))

    def _candle_parts(self, row: int | None) -> Sequence[LegendPart]:
        candles = None if self._data is None else self._data.candles
        if candles is None or not len(candles):
            return ()
        place = len(candles) - 1 if row is None else row
        token = "up" if candles.close[place] >= candles.open[place] else "down"
        told = ((_OPEN, candles.open), (_HIGH, candles.high), (_LOW, candles.low), (_CLOSE, candles.close))
        return tuple(
            part
            for name, column in told
            for part in (LegendPart(tr(name), "t3"), LegendPart(shown_price(float(column[place])), token))
        )

    # trades

    def show_trade(self, number: int) -> None:
        """Its fills wear a ring and lie in the middle of what is seen."""
        finished, data = self._finished, self._data
        if finished is None or data is None:
            return
        keys = self.mark_trade(number)
        seconds = [one.second for key in keys if (one := self.markers.marker(key)) is not None]
        if not seconds:
            return
        least = _AROUND * data.candles.step_seconds
        length = max(2.0 * (max(seconds) - min(seconds)), least)
        middle = (max(seconds) + min(seconds)) / 2
        self.canvas.show_span(middle - length / 2, middle + length / 2)

    def mark_trade(self, number: int) -> list[int]:
        """Its fills wear a ring."""
        fills = () if self._finished is None else self._finished.report.result.fills
        keys = [place for place, fill in enumerate(fills) if fill.trade == number]
        self.markers.select(keys)
        return keys

    def _click(self, group: MarkerGroup) -> None:
        key = group.markers[0].key
        if isinstance(key, int):
            self.fill_chosen.emit(key)

    # explanations

    def _hover(self, group: MarkerGroup | None) -> None:
        if group is None:
            self._asked_fill = None
            if self._asked_candle is None:
                self.card.dismiss()
            return
        self._asked_candle = None
        at = self._on_canvas(group)
        if group.count > 1:
            self._asked_fill = None
            self._show(group_card(group), at)
            return
        key = group.markers[0].key
        if isinstance(key, int) and self._finished is not None:
            self._asked_fill = (key, at)
            self._show(fill_card(self._finished, key, self._explanations.ask_fill(key)), at)

    def explain_row(self, row: int) -> None:
        """The candle under the crosshair, taken or not."""
        data, finished = self._data, self._finished
        if data is None or finished is None or not 0 <= row < len(data.candles):
            return
        opened = int(data.candles.opened[row])
        view = self.canvas.view_of(PRICE)
        middle = (opened + data.candles.closed(row)) / 2
        at = QPoint(round(self.canvas.time.x_of(middle)), self.canvas.height() // 3)
        if view is not None:
            at.setY(round(view.price.y_of(float(data.candles.high[row]))))
        self._asked_fill, self._asked_candle = None, (data.market, opened, at)
        known = self._explanations.ask_candle(data.market, opened)
        self._show(candle_card(finished, data.market, opened, known), at, can_close=True)

    def _forget_questions(self) -> None:
        self._asked_fill = self._asked_candle = None
        self._explanations.forget_question()

    def _take_fill(self, number: int, reason: FillReason) -> None:
        if self._asked_fill is not None and self._asked_fill[0] == number and self._finished is not None:
            self._show(fill_card(self._finished, number, reason), self._asked_fill[1])

    def _take_candle(self, market: int, opened: int, explanations: tuple[RuleExplanation, ...]) -> None:
        asked = self._asked_candle
        if asked is not None and asked[:2] == (market, opened) and self._finished is not None:
            self._show(candle_card(self._finished, market, opened, explanations), asked[2], can_close=True)

    def _take_failure(self, error: Exception) -> None:
        if self._asked_fill is not None and self._finished is not None:
            number, at = self._asked_fill
            self._show(fill_failed(self._finished, number, error), at)

    def _show(self, content: CardContent, at: QPoint, *, can_close: bool = False) -> None:
        top_left = self.canvas.mapTo(self._card_home, QPoint(0, 0))
        height = self._card_home.height() - top_left.y()
        room = QRect(top_left.x(), top_left.y(), round(self.canvas.plot_width), height)
        inner = room.adjusted(_CARD_ROOM, _CARD_ROOM, -_CARD_ROOM, -_CARD_ROOM)
        self.card.show_content(content, top_left + at, inner, can_close=can_close)

    def _on_canvas(self, group: MarkerGroup) -> QPoint:
        return (group.area.center() + self.canvas.pane(PRICE).rect.topLeft()).toPoint()

    # events

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Esc closes the card before it takes the crosshair away."""
        is_press = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_press and event.key() == Qt.Key.Key_Escape and not self.card.isHidden():  # type: ignore[union-attr]
            self.card.dismiss()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.card.dismiss()


def _kept_shares(kept: dict[str, object]) -> dict[str, float]:
    """What of it can be used; the rest is as at first."""
    shares = dict(_FIRST_SHARES)
    for pane in shares:
        share = kept.get(pane)
        if isinstance(share, (int, float)) and _LEAST_SHARE <= share < _MOST_SHARE:
            shares[pane] = float(share)
    return shares


def _value(line: LineColumns, row: int | None) -> float | None:
    values = line.values
    if not len(values):
        return None
    value = float(values[-1 if row is None else row])
    return value if value == value else None
