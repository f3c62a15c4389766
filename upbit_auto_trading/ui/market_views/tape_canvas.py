"""The rows of the trades of one market, painted: newest on top, columns as wide as what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractScrollArea

from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Shell, Space, Type
from upbit_auto_trading.ui.market_views.book_levels import shown_places
from upbit_auto_trading.ui.market_views.facts import quote_unit
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.utils.bilingual_text import Text

ROW = Height.BADGE
_TIME = Text("시각(KST)", "Time (KST)")
_PRICE = Text("가격({unit})", "Price ({unit})")
_QUANTITY = Text("수량({unit})", "Quantity ({unit})")
_SIDES = {Side.BUY: Text("매수", "Buy"), Side.SELL: Text("매도", "Sell")}
_NAME = Text("체결 표. 위아래 화살표로 넘겨요.", "Trades. The arrows scroll.")
_SIDE_TOKENS = {Side.BUY: "up", Side.SELL: "down"}
#: so many of the newest decide how wide the columns are
_MEASURED = 50
_MOST_WRITTEN = 2_000


@dataclass(frozen=True, slots=True)
class _Looks:
    """Of the rows of one repaint."""

    figures: QFont
    line: QColor
    time: QColor
    price: QColor
    sides: dict[Side, QColor]


class TapeCanvas(QAbstractScrollArea):
    """Rows are painted, not made: five hundred of them, ten times a second."""

    def __init__(self) -> None:
        super().__init__()
        #: newest first
        self.trades: tuple[MarketTrade, ...] = ()
        self._tick: Decimal | None = None
        self._is_stale = False
        self._places = 4
        self._widest = ["", ""]
        #: by its number: when, price, side with quantity; written once
        self._written: dict[int, tuple[str, str, str]] = {}
        self._column = 0.0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "inside")
        on_panel(self)
        retranslating(self, self._retranslate)
        following_theme(self, self._again)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr(_NAME))
        self._again()

    def _again(self) -> None:
        self._widest = ["", ""]
        self._written = {}
        self._measure()
        self._paint_again()

    def _paint_again(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def sizeHint(self) -> QSize:
        return QSize(Shell.ORDER_BOOK_LEAST, Height.TABLE_HEADER + 8 * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(Shell.ORDER_BOOK_LEAST - 2, Height.TABLE_HEADER + 3 * ROW)

    def show_trades(self, trades: tuple[MarketTrade, ...], tick: Decimal | None, is_stale: bool) -> None:
        """Where the user has scrolled to older ones, those stay where they are."""
        bar = self.verticalScrollBar()
        came = _came_since(self.trades, trades)
        if (trades, tick, is_stale) == (self.trades, self._tick, self._is_stale):
            return
        is_other = bool(trades and self.trades) and trades[0].market != self.trades[0].market
        if is_other:
            self._widest = ["", ""]
        places = shown_places(trade.quantity for trade in trades[:_MEASURED])
        if is_other or tick != self._tick or places != self._places or len(self._written) > _MOST_WRITTEN:
            self._written = {}
        self.trades, self._tick, self._is_stale, self._places = trades, tick, is_stale, places
        self._fit()
        if bar is not None and bar.value() > 0:
            bar.setValue(bar.value() + came * ROW)
        if trades:
            self.setAccessibleDescription(self.words_of(trades[0]))
        self._measure()
        self._paint_again()

    def words_of(self, trade: MarketTrade) -> str:
        language = current_language()
        price = formats.with_unit(formats.price(trade.price, self._tick), trade.market.quote, language)
        quantity = formats.quantity(trade.quantity, trade.market.base, language)
        return f"{formats.clock(trade.traded_at)} {price} {tr(_SIDES[trade.taker_side])} {quantity}"

    def _fit(self) -> None:
        bar, viewport = self.verticalScrollBar(), self.viewport()
        if bar is not None and viewport is not None:
            room = viewport.height() - Height.TABLE_HEADER
            bar.setRange(0, max(len(self.trades) * ROW - room, 0))
            bar.setPageStep(max(room, ROW))
            bar.setSingleStep(ROW)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        bar = self.verticalScrollBar()
        if event is None or bar is None:
            return
        ends = {Qt.Key.Key_Home: bar.minimum(), Qt.Key.Key_End: bar.maximum()}
        if event.key() in ends:
            bar.setValue(ends[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        viewport, bar = self.viewport(), self.verticalScrollBar()
        if viewport is None or bar is None:
            return
        painter = QPainter(viewport)
        width, height = viewport.width(), viewport.height()
        self._column = self._columns(width)
        theme = current_theme()
        looks = _Looks(
            theme.number_font(Type.TABLE),
            theme.colour("line"),
            theme.colour("t3"),
            theme.colour("t3" if self._is_stale else "t1"),
            {side: theme.colour("t3" if self._is_stale else token) for side, token in _SIDE_TOKENS.items()},
        )
        first = bar.value() // ROW
        top = Height.TABLE_HEADER - bar.value() % ROW
        for place, trade in enumerate(self.trades[first : first + height // ROW + 2]):
            self._paint_row(painter, QRectF(0, top + place * ROW, width, ROW), trade, looks)
        self._paint_head(painter, width)

    def _columns(self, width: float) -> float:
        """Right end of the prices: between the times and the quantities."""
        figures, heads = current_theme().number_font(Type.TABLE), current_theme().font(Type.CAPTION)
        texts = [(tr(_TIME), self._price_head(), self._quantity_head())]
        left, price, right = (painting.text_width(text, heads) for text in texts[0])
        left = max(left, painting.text_width("00:00:00", figures))
        price = max(price, painting.text_width(self._widest[0], figures))
        right = max(right, painting.text_width(self._widest[1], figures))
        spare = width - 2 * Space.M - left - price - right
        return Space.M + left + price + spare / 2

    def _price_head(self) -> str:
        return tr(_PRICE.format(unit=quote_unit(self.trades[0].market))) if self.trades else ""

    def _quantity_head(self) -> str:
        return tr(_QUANTITY.format(unit=self.trades[0].market.base)) if self.trades else ""

    def _measure(self) -> None:
        """The longest of the newest; columns do not tremble, for they only grow while the market stays."""
        for trade in self.trades[:_MEASURED]:
            for place, text in enumerate(self._texts_of(trade)[1:]):
                if len(text) > len(self._widest[place]):
                    self._widest[place] = text

    def _texts_of(self, trade: MarketTrade) -> tuple[str, str, str]:
        known = self._written.get(trade.number)
        if known is None:
            shown = formats.price(trade.price, self._tick)
            known = self._written[trade.number] = formats.clock(trade.traded_at), shown, self._side_words(trade)
        return known

    def _side_words(self, trade: MarketTrade) -> str:
        return f"{tr(_SIDES[trade.taker_side])} {formats.decimals(trade.quantity, self._places_of(trade))}"

    def _paint_head(self, painter: QPainter, width: float) -> None:
        theme = current_theme()
        area = QRectF(0, 0, width, Height.TABLE_HEADER)
        painting.bar(painter, area, theme.colour("bg2"))
        painting.bar(painter, QRectF(0, area.bottom() - 1, width, 1), theme.colour("line"))
        font, colour = theme.font(Type.CAPTION), theme.colour("t3")
        price, right = QRectF(0, 0, self._column, area.height()), area.adjusted(0, 0, -Space.M, 0)
        painting.text_line(painter, area.adjusted(Space.M, 0, 0, 0), tr(_TIME), font, colour)
        painting.text_line(painter, price, self._price_head(), font, colour, painting.RIGHT)
        painting.text_line(painter, right, self._quantity_head(), font, colour, painting.RIGHT)

    def _paint_row(self, painter: QPainter, rect: QRectF, trade: MarketTrade, looks: _Looks) -> None:
        painting.bar(painter, QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), looks.line)
        when, price, side = self._texts_of(trade)
        figures, column = looks.figures, QRectF(0, rect.top(), self._column, rect.height())
        painting.text_line(painter, rect.adjusted(Space.M, 0, 0, 0), when, figures, looks.time)
        painting.text_line(painter, column, price, figures, looks.price, painting.RIGHT)
        right = rect.adjusted(0, 0, -Space.M, 0)
        painting.text_line(painter, right, side, figures, looks.sides[trade.taker_side], painting.RIGHT)

    def _places_of(self, trade: MarketTrade) -> int:
        """A trade of dust among large ones still says that it was something."""
        return max(self._places, min(-trade.quantity.adjusted(), 8) if trade.quantity < 1 else 0)


def _came_since(before: tuple[MarketTrade, ...], now: tuple[MarketTrade, ...]) -> int:
    if not before:
        return 0
    newest = before[0].number
    return next((place for place, trade in enumerate(now) if trade.number == newest), 0)
