"""Drawing that stays sharp at every device pixel ratio: frames snapped to device pixels, text, arrows."""

from __future__ import annotations

from functools import lru_cache
from math import floor

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

Align = Qt.AlignmentFlag
LEFT = Align.AlignLeft | Align.AlignVCenter
RIGHT = Align.AlignRight | Align.AlignVCenter
CENTRE = Align.AlignCenter

#: kept for each font: what was longest unused is not worth finding
_MOST_WIDTHS = 4_000
_ANY_FIGURE = str.maketrans("123456789", "000000000")


def snapped(painter: QPainter, rect: QRectF, inset: float = 0.0) -> QRectF:
    """The rectangle moved to the nearest device pixels, less an inset; neighbours meet without a gap."""
    transform = painter.deviceTransform()
    device = transform.mapRect(rect)
    left, top = _nearest(device.left()), _nearest(device.top())
    width, height = _nearest(device.right()) - left, _nearest(device.bottom()) - top
    off = inset * transform.m11()
    inverse, possible = transform.inverted()
    return inverse.mapRect(QRectF(left, top, width, height).adjusted(off, off, -off, -off)) if possible else rect


def _nearest(value: float) -> int:
    """As Qt rounds the clip of a widget; Python goes to the even one at a half, and an edge would be clipped off."""
    return floor(value + 0.5)


def pixel_width(painter: QPainter, width: float) -> float:
    """A line width that covers whole device pixels, at least one."""
    scale = painter.deviceTransform().m11() or 1.0
    return max(1, int(width * scale + 0.01)) / scale


def frame(
    painter: QPainter,
    rect: QRectF,
    radius: float = 0.0,
    fill: QColor | None = None,
    edge: QColor | None = None,
    width: float = 1.0,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """A filled and edged rounded rectangle; the edge lies inside the rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = pixel_width(painter, width) if edge is not None else 0.0
    area = snapped(painter, rect, line / 2)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(edge, line, style) if edge is not None else Qt.PenStyle.NoPen)
    inner = max(0.0, radius - line / 2)
    painter.drawRoundedRect(area, inner, inner)
    painter.restore()


def _pen(edge: QColor, width: float, style: Qt.PenStyle) -> QPen:
    pen = QPen(edge, width, style)
    if style is Qt.PenStyle.DashLine:
        pen.setDashPattern([3.0, 2.0])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def bar(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """A plain rectangle on whole device pixels; a line of one pixel is equally thin everywhere."""
    scale = painter.deviceTransform().m11()
    if scale != int(scale) and (rect.width() == 1 or rect.height() == 1):
        rect = _hairline(painter, rect)
    painter.fillRect(rect, colour)


def _hairline(painter: QPainter, rect: QRectF) -> QRectF:
    """At 125 % a line would cover one or two device pixels, depending on where it lies."""
    line, thin = snapped(painter, rect), pixel_width(painter, 1)
    if rect.height() == 1:
        line.setHeight(thin)
    else:
        line.setWidth(thin)
    return line


def blended(ground: QColor, colour: QColor, share: float) -> QColor:
    """Opaque, as a see-through colour on that ground would look: Qt paints it ten times as fast."""
    shares = zip(ground.getRgb()[:3], colour.getRgb()[:3], strict=True)
    return QColor(*(round((one or 0) * (1 - share) + (other or 0) * share) for one, other in shares))


def text(
    painter: QPainter,
    rect: QRectF,
    words: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> float:
    """One line of text; answers its width."""
    text_line(painter, rect, words, font, colour, align)
    return text_width(words, font)


def text_line(
    painter: QPainter, rect: QRectF, words: str, font: QFont, colour: QColor, align: Qt.AlignmentFlag = LEFT
) -> None:
    """As :func:`text` for who does not ask how wide it is, which would take as long again."""
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, _one_line(align), words)


@lru_cache(maxsize=16)
def _one_line(align: Qt.AlignmentFlag) -> int:
    return int(align | Qt.TextFlag.TextSingleLine)


class MeasuredFont(QFont):
    """Remembers how wide words are in it: measuring takes as long as painting them. Not to be changed: make another."""

    def __init__(self, font: QFont) -> None:
        super().__init__(font)
        self._widths: dict[str, float] = {}

    def width_of(self, words: str) -> float:
        known = self._widths.get(words)
        if known is None:
            if len(self._widths) >= _MOST_WIDTHS:
                self._widths.clear()
            known = self._widths[words] = QFontMetricsF(self).horizontalAdvance(words)
        return known


def text_width(words: str, font: QFont) -> float:
    return font.width_of(words) if isinstance(font, MeasuredFont) else QFontMetricsF(font).horizontalAdvance(words)


def figures_width(figures: str, font: QFont) -> float:
    """Of a number in a font whose figures are equally wide, so that prices that change need no measuring."""
    return text_width(figures.translate(_ANY_FIGURE), font)


def elided(words: str, font: QFont, width: float) -> str:
    """Only names elide, in the middle; numbers, modes, amounts and buttons never do."""
    if text_width(words, font) <= width:
        return words
    return QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideMiddle, width)


def triangle(painter: QPainter, rect: QRectF, colour: QColor, up: bool) -> None:
    """The ▲ or ▼ of a price direction, drawn so that every font shows the same one."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    tip, base = (rect.top(), rect.bottom()) if up else (rect.bottom(), rect.top())
    painter.drawPolygon(
        QPolygonF([QPointF(rect.center().x(), tip), QPointF(rect.right(), base), QPointF(rect.left(), base)])
    )
    painter.restore()
