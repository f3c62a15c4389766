"""Colours of chart lines to look at and to choose from: each with its dashes, as it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QLineF, QRectF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent

from upbit_auto_trading.ui.charts.line_looks import line_dash, line_pen
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import DASHED, DOTTED, OVERLAYS, Edge, Height, Radius
from upbit_auto_trading.ui.widgets.choice_row import ChoiceRow
from upbit_auto_trading.utils.bilingual_text import Text

_SWATCH: Final = Height.CLICK_TARGET
_PEN: Final = 2.0
_KINDS: Final[dict[tuple[float, ...], Text]] = {
    (): Text("{number}번 색, 실선", "Colour {number}, solid"),
    DASHED: Text("{number}번 색, 파선", "Colour {number}, dashed"),
    DOTTED: Text("{number}번 색, 점선", "Colour {number}, dotted"),
}


def _options() -> list[tuple[str, Words]]:
    return [
        (str(number), _KINDS.get(line_dash(token), _KINDS[()]).format(number=number))
        for number, token in enumerate(OVERLAYS, 1)
    ]


class OverlaySwatches(ChoiceRow):
    """``chosen`` carries the number of the colour as text."""

    def __init__(self, current: int, name: Words = "") -> None:
        super().__init__(_options(), str(current), _SWATCH, name=name)
        self._begin()

    def rects(self) -> list[QRectF]:
        return [QRectF(place * _SWATCH, 0, _SWATCH, _SWATCH) for place in range(len(self._options))]

    def sizeHint(self) -> QSize:
        return QSize(len(self._options) * _SWATCH, _SWATCH)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        for place, (rect, token) in enumerate(zip(self.rects(), OVERLAYS, strict=True)):
            inner = rect.adjusted(1, 1, -1, -1)
            if self._options[place][0] == self._current:
                painting.frame(
                    painter, inner, Radius.CONTROL, theme.colour("sel"), theme.colour("accent"), Edge.FOCUS_RING
                )
            elif place == self._hovered:
                painting.frame(painter, inner, Radius.CONTROL, theme.colour("bg3"))
            paint_sample(painter, inner.adjusted(4, 0, -4, 0), (token,))


def paint_sample(painter: QPainter, rect: QRectF, tokens: Sequence[str]) -> None:
    """A piece of each line, one below the other."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    step = rect.height() / (len(tokens) + 1)
    for place, token in enumerate(tokens, 1):
        painter.setPen(line_pen(token, _PEN))
        y = rect.top() + round(step * place) + 0.5
        painter.drawLine(QLineF(rect.left(), y, rect.right(), y))
    painter.restore()
