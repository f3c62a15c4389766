"""How much lies up to each price: bids to the left of the middle, asks to the right, as two steps of areas."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Chart, Shell, Space, Type
from upbit_auto_trading.ui.market_views.book_levels import BookRow
from upbit_auto_trading.ui.market_views.book_picture import BookPicture
from upbit_auto_trading.utils.bilingual_text import Text

_AXIS = 22
_NAME = Text("누적 잔량", "Cumulated depth")
_SAID = Text("매수 {bids}, 매도 {asks}", "bids {bids}, asks {asks}")
_SPREAD = Text("차이 {spread}", "Spread {spread}")


class DepthChart(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.picture: BookPicture | None = None
        self.setMinimumWidth(Shell.ORDER_BOOK_LEAST - 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        retranslating(self, self._say)
        following_theme(self, self.update)

    def sizeHint(self) -> QSize:
        return QSize(Shell.ORDER_BOOK_LEAST, Shell.ORDER_BOOK_LEAST)

    def show_picture(self, picture: BookPicture) -> None:
        if picture != self.picture:
            self.picture = picture
            self._say()
            self.update()

    def _say(self) -> None:
        self.setAccessibleName(tr(_NAME))
        if self.picture is not None:
            language, base = current_language(), self.picture.market.base
            rows = self.picture.rows
            said = tr(_SAID).format(
                bids=formats.quantity(rows.bid_total, base, language),
                asks=formats.quantity(rows.ask_total, base, language),
            )
            self.setAccessibleDescription(said)

    def points(self, rows: Sequence[BookRow], area: QRectF) -> list[QPointF]:
        """From the best price outwards: each price has all that lies up to it."""
        picture = self.picture
        if picture is None or not rows:
            return []
        low, high, most = self._bounds()
        span = (high - low) or 1.0
        found: list[QPointF] = []
        level = area.bottom()
        for row in rows:
            x = area.left() + (float(row.price) - low) / span * area.width()
            found.append(QPointF(x, level))
            level = area.bottom() - float(row.total) / most * area.height()
            found.append(QPointF(x, level))
        edge = area.right() if rows[0].is_ask else area.left()
        found.append(QPointF(edge, level))
        return found

    def _bounds(self) -> tuple[float, float, float]:
        """Both sides as wide as the narrower needs: the middle stays in the middle."""
        assert self.picture is not None  # asked while there is one
        rows = self.picture.rows
        asks, bids = rows.asks or rows.bids, rows.bids or rows.asks
        middle = (float(asks[0].price) + float(bids[0].price)) / 2
        reach = max(abs(float(asks[-1].price) - middle), abs(middle - float(bids[-1].price))) or 1.0
        return middle - reach, middle + reach, float(max(rows.ask_total, rows.bid_total)) or 1.0

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        picture = self.picture
        if picture is None or not (picture.rows.asks or picture.rows.bids):
            return
        painter = QPainter(self)
        area = QRectF(0, Space.XXL, self.width(), self.height() - Space.XXL - _AXIS)
        theme = current_theme()
        for row in range(1, 4):
            top = area.top() + area.height() * row / 4
            painting.bar(painter, QRectF(0, round(top), area.width(), 1), theme.colour("grid"))
        self._paint_side(painter, picture.rows.bids, area, "up_fill")
        self._paint_side(painter, picture.rows.asks, area, "down_fill")
        self._paint_words(painter, area)

    def _paint_side(self, painter: QPainter, rows: Sequence[BookRow], area: QRectF, token: str) -> None:
        points = self.points(rows, area)
        if not points:
            return
        theme = current_theme()
        line = QPolygonF(points)
        filled = QPolygonF([*points, QPointF(points[-1].x(), area.bottom())])
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(token, 0.0)))
        painter.setBrush(theme.colour(token, theme.tints.depth_bar))
        painter.drawPolygon(filled)
        painter.setPen(QPen(theme.colour(token), Chart.OVERLAY_PEN))
        painter.drawPolyline(line)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        picture = self.picture
        assert picture is not None  # painted while there is one
        theme = current_theme()
        font = theme.number_font(Type.CAPTION)
        low, high, _most = self._bounds()
        below = QRectF(Space.S, area.bottom(), area.width() - 2 * Space.S, _AXIS)
        painting.bar(painter, QRectF(0, area.bottom(), area.width(), 1), theme.colour("line_strong"))
        tick = picture.tick
        places = formats.decimals_of(tick)
        for value, align in ((low, painting.LEFT), (high, painting.RIGHT)):
            painting.text(painter, below, formats.decimals(value, places), font, theme.colour("t3"), align)
        rows, language, base = picture.rows, current_language(), picture.market.base
        above = QRectF(Space.S, 0, area.width() - 2 * Space.S, Space.XXL)
        for total, token, align in ((rows.bid_total, "up", painting.LEFT), (rows.ask_total, "down", painting.RIGHT)):
            shown = formats.compact(total, language, currency=base)
            painting.text(painter, above, shown, font, theme.colour("t3" if picture.is_stale else token), align)
        if rows.asks and rows.bids:
            spread = formats.price(rows.asks[0].price - rows.bids[0].price, tick)
            words = tr(_SPREAD).format(spread=spread)
            painting.text(painter, below, words, font, theme.colour("t2"), painting.CENTRE)
