"""Lines behind everything: at the prices and times that the axes name."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.design.theme import current_theme


class GridLayer(Layer):
    """The axes say where; filled instead of stroked, which Qt does many times as fast."""

    def __init__(self) -> None:
        super().__init__()
        self.values: Sequence[float] = ()
        self.seconds: Sequence[float] = ()

    def paint(self, painter: QPainter, view: PaneView, _exposed: QRectF) -> None:
        colour = current_theme().colour("grid")
        for value in self.values:
            painter.fillRect(QRectF(0, int(view.price.y_of(float(value))), view.rect.width(), 1), colour)
        for second in self.seconds:
            painter.fillRect(QRectF(int(view.time.x_of(float(second))), 0, 1, view.rect.height()), colour)
