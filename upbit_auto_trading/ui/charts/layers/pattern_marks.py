"""Candle patterns: a small open triangle under a candle that says rising, above one that says falling.

Open and small, so that nobody takes it for a fill. Where candles stand closer than marks, one stands for those beneath.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen, QPolygonF

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Space

SIZE: Final = 8
_AWAY: Final = Space.XS
#: of candles within so many pixels, one mark
_JOINED: Final = 12
_PEN: Final = 1.5
_HALO: Final = 3.5


@dataclass(frozen=True, slots=True)
class PatternMark:
    """``row`` is the candle it stands at: the last of those it stands for."""

    row: int
    is_rising: bool
    #: the tip, which points to the candle
    tip: QPointF


class PatternMarks(Layer):
    """``tier`` keeps several patterns at one candle apart: the second stands beyond the first."""

    z = 58

    def __init__(self, candles: CandleColumns, line: LineColumns, token: str = "", *, tier: int = 0) -> None:
        """``token`` tells several patterns apart; without it, rising and falling have the colours of prices."""
        super().__init__()
        self.candles = candles
        self.line = line
        self.token = token
        self.tier = tier

    def marks(self, view: PaneView) -> list[PatternMark]:
        return self._marks_in(view, view.time)

    def _marks_in(self, view: PaneView, time: TimeScale) -> list[PatternMark]:
        first, last = self.candles.rows_between(time.start, time.end)
        values = self.line.values[first : min(last, len(self.line))]
        with np.errstate(invalid="ignore"):
            rising, falling = values > 0, values < 0
        found = []
        for is_rising, chosen in ((True, rising), (False, falling)):
            found += self._of_side(view, np.flatnonzero(chosen) + first, is_rising)
        return found

    def _of_side(self, view: PaneView, rows: NDArray[np.intp], is_rising: bool) -> list[PatternMark]:
        if view.candle_pixels < _JOINED and len(rows):
            # by time, not by place on the screen: a pan must not deal them anew
            step = _JOINED * view.time.seconds_per_pixel
            buckets = self.candles.opened[rows] // max(step, 1.0)
            rows = rows[np.flatnonzero(np.diff(buckets, append=np.inf))]
        beyond = _AWAY + self.tier * (SIZE + _AWAY)
        marks = []
        for row in rows.tolist():
            x = float(view.time.x_of(self.candles.centres(row, row + 1))[0])
            edge = self.candles.low[row] if is_rising else self.candles.high[row]
            y = view.price.y_of(float(edge)) + (beyond if is_rising else -beyond)
            marks.append(PatternMark(row, is_rising, QPointF(x, y)))
        return marks

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        around = SIZE + view.candle_pixels
        left, right = max(exposed.left() - around, -around), exposed.right() + around
        part = TimeScale(view.time.second_at(left), view.time.seconds_per_pixel, max(right - left, 1.0))
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        marks = self._marks_in(view, part)
        for width, tokens in ((_HALO, ("chart_background",) * 2), (_PEN, (self.token or "up", self.token or "down"))):
            for mark in marks:
                painter.setPen(QPen(theme.colour(tokens[0 if mark.is_rising else 1]), width))
                painter.drawPolygon(_outline(mark))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _outline(mark: PatternMark) -> QPolygonF:
    x, y = mark.tip.x(), mark.tip.y()
    foot = y + SIZE if mark.is_rising else y - SIZE
    return QPolygonF([QPointF(x, y), QPointF(x + SIZE / 2, foot), QPointF(x - SIZE / 2, foot)])
