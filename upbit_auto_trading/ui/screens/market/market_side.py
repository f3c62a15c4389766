"""The market that is selected, at the right: its price, its order book and trades, or everything known of it."""

from __future__ import annotations

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Shell, Space, Type
from upbit_auto_trading.ui.market_views.market_header import MarketHeader
from upbit_auto_trading.ui.market_views.order_book import OrderBookView
from upbit_auto_trading.ui.market_views.trade_tape import TradeTape
from upbit_auto_trading.ui.screens.market.details_panel import DetailsPanel
from upbit_auto_trading.ui.screens.market.view_model.details import DetailsModel
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.folding import Folding
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.utils.bilingual_text import Text

BOARD = "market window"
BOOK, DETAILS = "book", "details"
MEMORY = "market-side"
_NAME = Text("고른 종목", "Selected market")
_TABS = ((BOOK, Text("호가 · 체결", "Book, trades")), (DETAILS, Text("종목 정보", "Details")))
_CHART = Text("차트에서 보기", "Open the chart")
_FIRST_SIZES = [340, 150]
#: whoever walks through the list with the arrows does not subscribe to every market on the way
_SETTLE_MS = 150


class MarketSide(QWidget):
    """``market_chosen(Market)``: to the chart."""

    market_chosen = pyqtSignal(object)

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        data, self._memory = services.market_data, services.layouts
        self.market: Market | None = None
        self.board = data.new_board(BOARD, self)
        self.details_model = DetailsModel(services, self)
        self.header = MarketHeader(data)
        self.chart = Button(_CHART, icon=Icon.CHART, size=ButtonSize.SMALL)
        kept = self._memory.read_values(MEMORY)
        page = DETAILS if kept.get("page") == DETAILS else BOOK
        self.tabs = Tabs(_TABS, page, name=_NAME)
        self._book = Later(lambda: OrderBookView(self.board, data, self._memory, "market"))
        self._tape = Later(lambda: TradeTape(self.board, data, self._memory, "market"))
        self._details = Later(lambda: DetailsPanel(self.details_model, services))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._watch)
        self._arrange(kept.get("sizes"), kept.get("folded"))
        self.tabs.chosen.connect(self._show_page)
        self.chart.clicked.connect(lambda: self.market_chosen.emit(self.market))
        self.splitter.splitterMoved.connect(self._keep)
        self.folding.changed.connect(self._keep)
        self._show_page(page)
        self.chart.set_tip(_CHART)
        retranslating(self, lambda: self.setAccessibleName(tr(_NAME)))
        following_theme(self, self._fit_button)

    def _arrange(self, sizes: object, folded: object) -> None:
        self.setMinimumWidth(Shell.TABLE_LEAST)
        head = Panel()
        head.header.hide()
        column = head.body_layout(0, 0)
        column.addWidget(self.header)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, Space.M, 0)
        below.addWidget(self.tabs)
        below.addStretch(1)
        below.addWidget(self.chart)
        column.addLayout(below)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self._book)
        self.splitter.addWidget(self._tape)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(Shell.GUTTER)
        is_known = isinstance(sizes, list) and len(sizes) == 2 and all(isinstance(one, int) for one in sizes)
        known = sizes if is_known and isinstance(sizes, list) else _FIRST_SIZES
        self.splitter.setSizes(known)
        for place, stretch in enumerate((3, 2)):
            self.splitter.setStretchFactor(place, stretch)
        self.folding = Folding(self.splitter, ("book", "tape"))
        self.folding.restore(folded, known)
        details = Panel()
        details.header.hide()
        details.set_body(self._details)
        self.stack = QStackedWidget()
        on_panel(self.stack)
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(details)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Shell.GUTTER)
        whole.addWidget(head)
        whole.addWidget(self.stack, 1)

    @property
    def book(self) -> OrderBookView:
        return self._book.content

    @property
    def tape(self) -> TradeTape:
        return self._tape.content

    @property
    def details(self) -> DetailsPanel:
        return self._details.content

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit_button()

    def _fit_button(self) -> None:
        """Where the words do not fit beside the tabs, the icon stands alone; the tip says them."""
        room = self.width() - self.tabs.sizeHint().width() - 2 * Space.M
        words_width = painting.text_width(tr(_CHART), current_theme().font(Type.TABLE))
        fits = words_width + IconSize.TINY + Space.S + 2 * Space.M + 2 <= room
        self.chart.set_text(_CHART if fits else "")

    def show_market(self, market: Market) -> None:
        if market != self.market:
            self.market = market
            self.header.show_market(market)
            self.details_model.show_market(market)
            if self.isVisible():
                self._settle.start()

    def _watch(self) -> None:
        self.board.watch(self.market if self.isVisible() else None)

    def _show_page(self, page: str) -> None:
        self.stack.setCurrentIndex(1 if page == DETAILS else 0)
        self._keep()

    def _keep(self) -> None:
        kept = {"page": self.tabs.current, "sizes": self.folding.sizes, "folded": self.folding.folded}
        self._memory.write_values(MEMORY, kept)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks: the exchange need not send its book."""
        if event is not None and not event.spontaneous():
            self._settle.stop()
            self.board.watch(None)
        super().hideEvent(event)
