"""Level lines: stops, targets, averages, guides of oscillators."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QLineF, QRectF
from PyQt6.QtGui import QPainter

from upbit_auto_trading.ui.charts.layer import AxisLabel, Layer, PaneView
from upbit_auto_trading.ui.charts.line_looks import line_pen
from upbit_auto_trading.ui.charts.time_scale import TimeScale


@dataclass(frozen=True, slots=True)
class Level:
    value: float
    token: str
    dash: tuple[float, ...] = ()
    #: of the plate on the axis; empty: none
    text: str = ""
    #: whether the pane's scale reaches out to it
    is_kept_in_sight: bool = False


class LevelLayer(Layer):
    z = 40

    def __init__(self, levels: tuple[Level, ...] = ()) -> None:
        super().__init__()
        self._levels = levels
        #: their plates look like the axis' own figures, and give way to all others
        self.is_quiet = False

    def show(self, levels: tuple[Level, ...]) -> None:
        if levels != self._levels:
            self._levels = levels
            self.repaint(None)

    def bounds(self, _view_time: TimeScale) -> tuple[float, float] | None:
        kept = [one.value for one in self._levels if one.is_kept_in_sight]
        return (min(kept), max(kept)) if kept else None

    def labels(self, _view: PaneView) -> tuple[AxisLabel, ...]:
        shown = (one for one in self._levels if one.text)
        if self.is_quiet:
            return tuple(AxisLabel(one.value, one.text, "chart_background", "t3", weight=-1) for one in shown)
        return tuple(AxisLabel(one.value, one.text, edge=one.token) for one in shown)

    def paint(self, painter: QPainter, view: PaneView, _exposed: QRectF) -> None:
        for one in self._levels:
            y = int(view.price.y_of(one.value)) + 0.5
            painter.setPen(line_pen(one.token, 1.0, one.dash))
            painter.drawLine(QLineF(0, y, view.rect.width(), y))
