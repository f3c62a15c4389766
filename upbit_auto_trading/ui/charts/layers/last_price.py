"""The last price: a dotted line over the pane, and a filled plate on the axis with the time to the close."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QLineF, QRectF
from PyQt6.QtGui import QPainter

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.layer import AxisLabel, Layer, PaneView
from upbit_auto_trading.ui.charts.line_looks import line_pen
from upbit_auto_trading.ui.charts.plates import LAST_PRICE

_DOTS = (1.0, 3.0)


class LastPriceLayer(Layer):
    z = 70
    is_on_top = True

    def __init__(self, candles: CandleColumns, text_of: Callable[[float], str]) -> None:
        super().__init__()
        self.candles = candles
        self._text_of = text_of
        #: to the close of the candle; empty where it does not form
        self.note = ""
        self._painted_at = -1

    @property
    def value(self) -> float | None:
        return float(self.candles.close[-1]) if len(self.candles) else None

    @property
    def token(self) -> str:
        rose = float(self.candles.close[-1]) >= float(self.candles.open[-1])
        return "up_fill" if rose else "down_fill"

    def labels(self, _view: PaneView) -> tuple[AxisLabel, ...]:
        if self.value is None:
            return ()
        side = "buy" if self.token == "up_fill" else "sell"
        return (AxisLabel(self.value, self._text_of(self.value), side, "on_side", note=self.note, weight=LAST_PRICE),)

    def moved_by_tick(self, view: PaneView) -> tuple[QRectF, ...]:
        if self.value is None:
            return ()
        places = (self._painted_at, int(view.price.y_of(self.value)))
        return tuple(QRectF(0, place - 1, view.rect.width(), 3) for place in places)

    def paint(self, painter: QPainter, view: PaneView, _exposed: QRectF) -> None:
        if self.value is None:
            return
        self._painted_at = int(view.price.y_of(self.value))
        y = self._painted_at + 0.5
        painter.setPen(line_pen(self.token, 1.0, _DOTS))
        painter.drawLine(QLineF(0, y, view.rect.width(), y))
