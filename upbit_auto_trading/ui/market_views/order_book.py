"""The order book of one market: rows or cumulated depth, put together by steps, with the sums of both sides below."""

from __future__ import annotations

from decimal import Decimal

from PyQt6.QtCore import QRectF, QSize, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import TopicKind
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Shell, Space, Type
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.market_data_services import MarketDataServices
from upbit_auto_trading.ui.market_views.board_panel import BoardPanel
from upbit_auto_trading.ui.market_views.book_canvas import BookCanvas
from upbit_auto_trading.ui.market_views.book_levels import MULTIPLES, BookRows, grouped_price, rows_of
from upbit_auto_trading.ui.market_views.book_picture import BookPicture
from upbit_auto_trading.ui.market_views.depth_chart import DepthChart
from upbit_auto_trading.ui.market_views.facts import quote_unit, tick_of
from upbit_auto_trading.ui.market_views.paced import Paced
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("호가", "Order book")
_UNIT = Text("단위 {tick}", "Tick {tick}")
_GROUP = Text("모아 보기", "Group by")
_GROUPED = Text("모아 보기 {step}", "By {step}")
_DEPTH = Text("누적 잔량 차트", "Depth chart")
_ROWS = Text("호가 표", "Table of prices")
_NONE = Text("고른 종목이 없어요", "No market is chosen")
_NONE_LINE = Text("종목을 고르면 호가가 나와요.", "Choose a market to see its order book.")
_EMPTY = Text("호가가 없어요", "The order book is empty")
_OPENING = Text("호가를 받고 있어요", "Waiting for the order book")
_ASKS = Text("매도", "Asks")
_BIDS = Text("매수", "Bids")
_RATIO = Text("잔량 비율", "Ratio of depth")
#: what stands around the words of a choice
_SELECT_FRAME = 2 * Space.L + IconSize.SMALL + Space.M
_FIGURES = 4


class SumLine(QWidget):
    """What lies on both sides, in figures and as a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.asks = self.bids = Decimal(0)
        self._is_stale = False
        self.setFixedHeight(Height.CONTROL + Space.M)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        retranslating(self, self._say)
        following_theme(self, self.update)

    def sizeHint(self) -> QSize:
        return QSize(Shell.ORDER_BOOK_LEAST, self.height())

    def show_sums(self, asks: Decimal, bids: Decimal, is_stale: bool) -> None:
        if (asks, bids, is_stale) != (self.asks, self.bids, self._is_stale):
            self.asks, self.bids, self._is_stale = asks, bids, is_stale
            self._say()
            self.update()

    @property
    def ask_share(self) -> float:
        whole = self.asks + self.bids
        return float(self.asks / whole) if whole else 0.5

    def _say(self) -> None:
        self.setAccessibleName(f"{tr(_RATIO)}: {self._side(_ASKS, self.asks)}, {self._side(_BIDS, self.bids)}")

    def _side(self, name: Text, total: Decimal) -> str:
        return f"{tr(name)} {formats.compact(total, current_language(), figures=_FIGURES)}"

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.bar(painter, QRectF(0, 0, self.width(), 1), theme.colour("line"))
        inner = QRectF(Space.M, Space.XXS, self.width() - 2 * Space.M, self.height() - Height.METER - Space.M)
        font = theme.number_font(Type.CAPTION)
        asks, bids = self._side(_ASKS, self.asks), self._side(_BIDS, self.bids)
        low, high = ("t3", "t3") if self._is_stale else ("down", "up")
        taken = painting.text(painter, inner, asks, font, theme.colour(low))
        taken += painting.text(painter, inner, bids, font, theme.colour(high), painting.RIGHT)
        if taken + painting.text_width(tr(_RATIO), font) + 2 * Space.M < inner.width():
            painting.text(painter, inner, tr(_RATIO), font, theme.colour("t3"), painting.CENTRE)
        bar = QRectF(Space.M, inner.bottom() + 1, inner.width(), Height.METER - 1)
        width = round(bar.width() * self.ask_share)
        painting.bar(painter, QRectF(bar.left(), bar.top(), max(width - 1, 0), bar.height()), theme.colour("down_fill"))
        right = QRectF(bar.left() + width + 1, bar.top(), max(bar.width() - width - 1, 0), bar.height())
        painting.bar(painter, right, theme.colour("up_fill"))


class OrderBookView(BoardPanel):
    """``price_chosen(Decimal)`` only after :meth:`set_takes_prices`: until somebody listens nothing invites to press.

    What ``board`` watches is shown; ``name`` tells what is remembered of this book from that of others.
    """

    topic = TopicKind.BOOKS
    price_chosen = pyqtSignal(object)

    def __init__(self, board: MarketBoard, data: MarketDataServices, memory: LayoutMemory, name: str = "book") -> None:
        super().__init__(_TITLE, board, data)
        self._memory = memory
        self._name = f"book-{name}"
        kept = memory.read_values(self._name)
        multiple = kept.get("multiple")
        self._multiple: int = multiple if isinstance(multiple, int) and multiple in MULTIPLES else 1
        self._tick: Decimal | None = None
        self.canvas = BookCanvas()
        self.depth_chart = DepthChart()
        self.sums = SumLine()
        self.grouping = Select((), name=_GROUP, small=True)
        self.depth_button = IconButton(Icon.COMPARE, _DEPTH, size=ButtonSize.SMALL)
        self.depth_button.setCheckable(True)
        self.depth_button.setChecked(bool(kept.get("depth", False)))
        self._arrange()
        self._paced = Paced(self.stack, self._draw)
        self._connect()
        retranslating(self, self._draw)

    def _arrange(self) -> None:
        self.add_tool(self.grouping)
        self.add_tool(self.depth_button)
        self.stack = QStackedWidget()
        on_panel(self.stack)
        self._none = EmptyState(_NONE, _NONE_LINE, icon=Icon.MARKET)
        self._empty = EmptyState(_EMPTY)
        self._opening = LoadingState(_OPENING, 12, can_cancel=False)
        for page in (self._none, self._empty, self._opening, self.canvas, self.depth_chart):
            self.stack.addWidget(page)
        column = self.body_layout(0, 0)
        column.addWidget(self.stack, 1)
        column.addWidget(self.sums)

    def _connect(self) -> None:
        board, ask = self._board, self._paced.ask
        board.book_changed.connect(ask)
        board.freshness_changed.connect(ask)
        board.began_anew.connect(ask)
        board.summaries_changed.connect(self._follow_prices)
        self._data.account.account_changed.connect(ask)
        self.grouping.chosen.connect(self._group)
        self.depth_button.toggled.connect(self._show_depth)
        self.canvas.price_chosen.connect(self.price_chosen)

    def set_takes_prices(self, takes: bool) -> None:
        self.canvas.set_takes_prices(takes)

    # what the user asks for

    def _group(self, multiple: str) -> None:
        self._multiple = int(multiple)
        self._keep()
        self._draw()

    def _show_depth(self, _is_on: bool) -> None:
        self.depth_button.set_tip(_ROWS if self.depth_button.isChecked() else _DEPTH)
        self._keep()
        self._draw()

    def _keep(self) -> None:
        self._memory.write_values(self._name, {"multiple": self._multiple, "depth": self.depth_button.isChecked()})

    # what comes in

    def _follow_prices(self, summaries: tuple[PriceSummary, ...]) -> None:
        if any(one.market == self._board.watched for one in summaries):
            self._paced.ask()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if not self.is_collapsed:
            self._offer_steps(self._tick)

    # drawing

    def _draw(self) -> None:
        if self.is_collapsed:
            return
        board = self._board
        market, book = board.watched, board.book
        self._draw_age()
        if market is None or book is None:
            self._draw_head(market, None if market is None else self._tick_of(market))
            self.stack.setCurrentWidget(self._none if market is None else self._opening)
            self.sums.hide()
            return
        picture = self._picture(book)
        self._draw_head(book.market, picture.tick)
        rows = picture.rows
        self.sums.setVisible(bool(rows.asks or rows.bids))
        self.sums.show_sums(rows.ask_total, rows.bid_total, picture.is_stale)
        if not (rows.asks or rows.bids):
            self.stack.setCurrentWidget(self._empty)
        elif self.depth_button.isChecked():
            self.depth_chart.show_picture(picture)
            self.stack.setCurrentWidget(self.depth_chart)
        else:
            self.canvas.show_picture(picture)
            self.stack.setCurrentWidget(self.canvas)

    def _picture(self, book: OrderBook) -> BookPicture:
        summary = self._board.summaries.get(book.market)
        best = next((level.price for level in (*book.bids[:1], *book.asks[:1])), None)
        price = summary.price if summary is not None else best
        tick = None if price is None else tick_of(self._data.link, book.market, price, book.changed_at)
        step = None if tick is None or self._multiple == 1 else tick * self._multiple
        rows = rows_of(book, step)
        last = None if summary is None else summary.price
        return BookPicture(
            book.market,
            rows,
            tick,
            last,
            None if summary is None else summary.previous_close,
            self._own(step),
            self._is_stale(),
            _last_row(book, rows, last, step),
        )

    def _own(self, step: Decimal | None) -> dict[tuple[bool, Decimal], Decimal]:
        """What waits in the book by our own orders, in the row where it lies."""
        own: dict[tuple[bool, Decimal], Decimal] = {}
        for order in self._data.account.account.orders.values():
            left = order.remaining_quantity
            if order.market != self._board.watched or order.state.is_final or order.price is None or not left:
                continue
            is_ask = order.side is Side.SELL
            key = (is_ask, grouped_price(order.price, is_ask, step))
            own[key] = own.get(key, Decimal(0)) + left
        return own

    def _has_content(self) -> bool:
        return self._board.book is not None

    def _tick_of(self, market: Market) -> Decimal | None:
        """Before its book is here: at its last price, where that is known."""
        summary = self._board.summaries.get(market)
        return None if summary is None else tick_of(self._data.link, market, summary.price, self._data.market_now())

    def _draw_head(self, market: Market | None, tick: Decimal | None) -> None:
        """Always of the market that is watched: what another one counts in is wrong here."""
        if market is None or tick is None:
            self.note.set_text("")
        else:
            self.note.set_text(_UNIT.format(tick=_with_quote(formats.price(tick, tick), market)))
        self._tick = tick
        self._offer_steps(tick)

    def _offer_steps(self, tick: Decimal | None) -> None:
        has_note, has_words, has_choice = self._room()
        self.note.setVisible(has_note)
        self.grouping.setVisible(tick is not None and has_choice)
        if tick is None:
            return
        steps = [(multiple, formats.price(tick * multiple, tick)) for multiple in MULTIPLES]
        options = [
            (str(multiple), _GROUPED.format(step=step) if has_words else Text(step, step)) for multiple, step in steps
        ]
        if options != self.grouping.options:
            self.grouping.set_options(options, str(self._multiple))
        self.grouping.set_current(str(self._multiple))

    def _room(self) -> tuple[bool, bool, bool]:
        """What fits into the header beside the title: the note, the words of the choice, the choice at all."""
        theme = current_theme()
        step = "" if self._tick is None else formats.price(self._tick * MULTIPLES[-1], self._tick)
        title = painting.text_width(self.title.text(), theme.font(Type.HEADING))
        note = painting.text_width(self.note.text(), theme.font(Type.TABLE)) + Space.M
        choice = painting.text_width(step, theme.font(Type.BODY)) + _SELECT_FRAME
        with_words = painting.text_width(tr(_GROUPED).format(step=step), theme.font(Type.BODY)) + _SELECT_FRAME
        room = self.width() - 2 - title - 2 * (Height.CONTROL_SMALL + Space.M) - Space.L - Space.S - Space.XXS
        if not self.stale.isHidden():
            room -= self.stale.sizeHint().width() + Space.M
            return False, with_words <= room, choice <= room
        if note + with_words <= room:
            return True, True, True
        return note + choice <= room, False, choice <= room


def _with_quote(digits: str, market: Market) -> Text:
    unit = quote_unit(market)
    return Text(f"{digits}{unit.ko}", f"{digits}{formats.NO_BREAK}{unit.en}")


def _last_row(
    book: OrderBook, rows: BookRows, last: Decimal | None, step: Decimal | None
) -> tuple[bool, Decimal] | None:
    """Which row holds the last price: on the side whose levels reach it."""
    if last is None:
        return None
    is_ask = bool(book.asks) and last >= book.asks[0].price
    key = (is_ask, grouped_price(last, is_ask, step))
    side = rows.asks if is_ask else rows.bids
    return key if any(row.price == key[1] for row in side) else None
