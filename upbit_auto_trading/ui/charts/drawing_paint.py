"""How drawings look: lines in the overlay colours, points to hold, prices of a retracement, words, the ruler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QStaticText

from upbit_auto_trading.business_logic.domain.drawing import Anchor, Drawing, DrawingKind, fibonacci_prices
from upbit_auto_trading.ui.charts.drawing_shapes import Segment, ends_of, fibonacci_lines, place_of, segments_of
from upbit_auto_trading.ui.charts.drawing_tools import Draft, Tool
from upbit_auto_trading.ui.charts.layer import PaneView
from upbit_auto_trading.ui.charts.line_looks import line_dash, line_pen, overlay_token
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import current_language, tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import SOLID, Chart, IconSize, Radius, Space, Type
from upbit_auto_trading.utils.bilingual_text import Text

#: what is hovered or chosen stands out by its width, as colour alone would not tell
_STRONG: Final = Chart.OVERLAY_PEN + 0.5
_POINT: Final = 4.5
_DRAFT_DASH: Final = (4.0, 3.0)
_RULER: Final = 0.12
#: of retracements; while one is dragged each frame has other prices
_KEPT_WORDS: Final = 256
_CANDLES = Text("캔들 {count}개", "{count} candles")
_ONE_CANDLE = Text("캔들 1개", "1 candle")


def text_box(view: PaneView, drawing: Drawing) -> QRectF:
    """The plate of a text, right of and around its anchor."""
    metrics = QFontMetricsF(current_theme().font(Type.BODY))
    lines = drawing.look.text.split("\n")
    width = max((metrics.horizontalAdvance(line) for line in lines), default=0.0)
    at = place_of(view, drawing.points[0])
    height = len(lines) * Type.BODY.line * _scale()
    return QRectF(at.x(), at.y() - height / 2 - Space.XS, width + 2 * Space.M, height + 2 * Space.XS)


def _scale() -> float:
    return max(current_theme().text_scale, 100) / 100


class DrawingPainter:
    def __init__(self, text_of: Callable[[float], str]) -> None:
        self._text_of = text_of
        self._words: dict[tuple[object, ...], tuple[QStaticText, ...]] = {}

    def drawing(self, painter: QPainter, view: PaneView, drawing: Drawing, is_selected: bool, is_hovered: bool) -> None:
        token = overlay_token(drawing.look.colour)
        width = _STRONG if is_selected or is_hovered else Chart.OVERLAY_PEN
        if drawing.kind is DrawingKind.TEXT:
            self._text(painter, view, drawing, token, is_selected or is_hovered)
        elif drawing.kind is DrawingKind.FIBONACCI:
            self._fibonacci(painter, view, drawing.points, token, width)
        else:
            _lines(painter, segments_of(view, drawing), token, width)
        if is_selected:
            self._points(painter, view, drawing, token)

    def draft(self, painter: QPainter, view: PaneView, draft: Draft) -> None:
        if draft.tool is Tool.RULER:
            self._ruler(painter, view, draft.points)
        elif draft.tool is Tool.FIBONACCI:
            self._fibonacci(painter, view, draft.points, "accent", 1.0)
        else:
            start, end = (place_of(view, point) for point in draft.points)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(line_pen("accent", Chart.OVERLAY_PEN, _DRAFT_DASH))
            painter.drawLine(start, end)
            for place in (start, end):
                _round(painter, place, "accent")

    # parts

    def _text(self, painter: QPainter, view: PaneView, drawing: Drawing, token: str, is_strong: bool) -> None:
        theme = current_theme()
        box = text_box(view, drawing)
        fill = theme.colour("bg0", theme.tints.legend_plate)
        edge = theme.colour(token) if is_strong else theme.colour("line_strong")
        painting.frame(painter, box, Radius.BADGE, fill, edge)
        bar = QRectF(box.left(), box.top() + 1, 3, box.height() - 2)
        painter.fillRect(bar, theme.colour(token))
        font = theme.font(Type.BODY)
        line = Type.BODY.line * _scale()
        for place, words in enumerate(drawing.look.text.split("\n")):
            row = QRectF(box.left() + Space.M, box.top() + Space.XS + place * line, box.width(), line)
            painting.text(painter, row, words, font, theme.colour("t1"))

    def _fibonacci(
        self, painter: QPainter, view: PaneView, points: tuple[Anchor, ...], token: str, width: float
    ) -> None:
        theme = current_theme()
        start, end = (place_of(view, point) for point in points)
        lines = fibonacci_lines(view, points)
        around = QRectF(lines[0][2].start, lines[-1][2].end).normalized().adjusted(0, -Space.HUGE, 0, Space.HUGE)
        if not around.intersects(view.rect):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(line_pen(token, 1.0, _DRAFT_DASH))
        painter.drawLine(start, end)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        _lines(painter, tuple(line for _, _, line in lines), token, width)
        font = theme.number_font(Type.CAPTION)
        height = Type.CAPTION.line * _scale()
        plate = theme.colour("chart_background", theme.tints.legend_plate)
        painter.setFont(font)
        painter.setPen(theme.colour("t2"))
        for words, (_, _, line) in zip(self._level_words(points), lines, strict=True):
            size = words.size()
            row = QRectF(line.start.x(), line.start.y() - height - 1, size.width() + 2 * Space.XS, height)
            if row.intersects(view.rect):
                painter.fillRect(row, plate)
                painter.drawStaticText(QPointF(row.left() + Space.XS, row.top() + (height - size.height()) / 2), words)

    def _level_words(self, points: tuple[Anchor, ...]) -> tuple[QStaticText, ...]:
        """What stands at each level: worked out and laid out anew only where it says something else."""
        scale = current_theme().text_scale
        key = (points, current_language(), scale, self._text_of(points[0].price))
        known = self._words.get(key)
        if known is None:
            font = current_theme().number_font(Type.CAPTION)
            made = []
            for share, price in fibonacci_prices(points[0].price, points[1].price):
                percent = formats.percent(share, 0 if share in (0.0, 0.5, 1.0) else 1)
                words = QStaticText(f"{percent}  {self._text_of(price)}")
                words.setTextFormat(Qt.TextFormat.PlainText)
                words.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
                words.prepare(font=font)
                made.append(words)
            if len(self._words) > _KEPT_WORDS:
                self._words.clear()
            known = self._words[key] = tuple(made)
        return known

    def _points(self, painter: QPainter, view: PaneView, drawing: Drawing, token: str) -> None:
        for place in ends_of(view, drawing):
            if drawing.look.is_locked:
                size = IconSize.TINY
                spot = QRectF(place.x() - size / 2, place.y() - size / 2, size, size)
                painter.fillRect(spot, current_theme().colour("chart_background"))
                paint_icon(painter, Icon.LOCKED, spot, "t2")
            else:
                _round(painter, place, token)

    def _ruler(self, painter: QPainter, view: PaneView, points: tuple[Anchor, ...]) -> None:
        theme = current_theme()
        first, second = points
        start, end = (place_of(view, point) for point in points)
        token = "up" if second.price >= first.price else "down"
        area = QRectF(start, end).normalized()
        painter.fillRect(area, theme.colour(token, _RULER))
        painter.setPen(line_pen(token, 1.0, SOLID))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        lines = ruler_lines(view, first, second, self._text_of)
        font = theme.number_font(Type.TABLE)
        width = max(painting.text_width(line, font) for line in lines) + 2 * Space.M
        line_height = Type.TABLE.line * _scale()
        height = len(lines) * line_height + 2 * Space.XS
        plate = QRectF(end.x() - width / 2, 0, width, height)
        plate.moveTop(end.y() - height - Space.S if second.price >= first.price else end.y() + Space.S)
        plate.moveLeft(min(max(plate.left(), 0.0), max(view.rect.width() - width, 0.0)))
        plate.moveTop(min(max(plate.top(), 0.0), max(view.rect.height() - height, 0.0)))
        painting.frame(painter, plate, Radius.BADGE, theme.colour("bg3"), theme.colour("line_strong"))
        for place, words in enumerate(lines):
            row = QRectF(plate.left(), plate.top() + Space.XS + place * line_height, width, line_height)
            colour = theme.colour(token if place == 0 else "t2")
            painting.text(painter, row, words, font, colour, painting.CENTRE)


def ruler_lines(view: PaneView, first: Anchor, second: Anchor, text_of: Callable[[float], str]) -> tuple[str, str]:
    """What of price and percent, and how many candles and how long."""
    change = second.price - first.price
    sign = "+" if change > 0 else formats.MINUS if change < 0 else ""
    amount = f"{sign}{text_of(abs(change))}"
    share = formats.signed_percent(change / first.price)
    span = abs(second.second - first.second)
    count = round(span / view.candles.step_seconds)
    candles = tr(_ONE_CANDLE) if count == 1 else tr(_CANDLES).format(count=formats.decimals(count, 0))
    return f"{amount} ({share})", f"{candles} · {formats.duration(span, current_language())}"


def _lines(painter: QPainter, segments: tuple[Segment, ...], token: str, width: float) -> None:
    """Level ones sharp on device pixels, others smooth. A solid level line is filled: Qt strokes it many times as
    slowly."""
    painter.setPen(line_pen(token, width))
    colour = None if line_dash(token) else current_theme().colour(token)
    for segment in segments:
        start, end = segment.start, segment.end
        if start.y() != end.y():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawLine(start, end)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        elif colour is not None:
            painter.fillRect(QRectF(start.x(), int(start.y()), end.x() - start.x(), int(width)), colour)
        else:
            y = int(start.y()) + 0.5
            painter.drawLine(QLineF(start.x(), y, end.x(), y))


def _round(painter: QPainter, place: QPointF, token: str) -> None:
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(line_pen(token, 2.0, SOLID))
    painter.setBrush(theme.colour("chart_background"))
    painter.drawEllipse(place, _POINT, _POINT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
