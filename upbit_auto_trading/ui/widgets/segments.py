"""Segments change a parameter: a row of joined choices, the chosen one filled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PyQt6.QtCore import QPointF, QRectF, QSize
from PyQt6.QtGui import QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import Words, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space, Type
from upbit_auto_trading.ui.widgets.choice_row import ChoiceRow


class Segments(ChoiceRow):
    """``Segments([("1d", Text(…)), …])``: a parameter with few values, all of them seen."""

    def __init__(
        self,
        options: Sequence[tuple[str, Words]],
        current: str | None = None,
        parent: QWidget | None = None,
        *,
        small: bool = False,
        stretch: bool = False,
        name: Words = "",
    ) -> None:
        height = Height.CONTROL_SMALL if small else Height.CONTROL
        super().__init__(options, current, height, parent, stretch=stretch, name=name)
        self._begin()

    def set_options(self, options: Sequence[tuple[str, Words]], current: str | None = None) -> None:
        self._options = list(options)
        known = [option for option, _ in self._options]
        wanted = current if current is not None else self._current
        self._current = wanted if wanted in known else (known[0] if known else "")
        self._renew()

    # geometry

    def _widths(self) -> list[float]:
        bold = current_theme().font(Type.BODY_BOLD)
        return [
            max(painting.text_width(words(text), bold) + 2 * Space.L, Height.CLICK_TARGET) for _, text in self._options
        ]

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._widths()) + 0.5), self.height())

    def rects(self) -> list[QRectF]:
        widths = self._widths()
        stretch = self.width() / sum(widths) if widths else 1.0
        edges = [0.0]
        for width in widths:
            edges.append(edges[-1] + width * stretch)
        return [
            QRectF(QPointF(round(left), 0), QPointF(round(right), self.height())) for left, right in pairwise(edges)
        ]

    # painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.CONTROL, theme.colour("bg2"))
        clip = QPainterPath()
        clip.addRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        painter.save()
        painter.setClipPath(clip)
        for place, rect in enumerate(self.rects()):
            self._paint_segment(painter, place, rect)
        painter.restore()
        edge = theme.colour("control" if self.isEnabled() else "line_strong")
        painting.frame(painter, area, Radius.CONTROL, None, edge)

    def _paint_segment(self, painter: QPainter, place: int, rect: QRectF) -> None:
        theme = current_theme()
        is_current = self._options[place][0] == self._current
        if is_current:
            painting.bar(painter, rect, theme.colour("sel"))
        elif place == self._hovered and self.isEnabled():
            painting.bar(painter, rect, theme.colour("bg3"))
        if place:
            painting.bar(painter, QRectF(rect.left(), 0, 1, self.height()), theme.colour("line_strong"))
        token = "tdis" if not self.isEnabled() else "accent_text" if is_current else "t1"
        font = theme.font(Type.BODY_BOLD if is_current else Type.BODY)
        painting.text(painter, rect, words(self._options[place][1]), font, theme.colour(token), painting.CENTRE)
