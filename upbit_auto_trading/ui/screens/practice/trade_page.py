"""Trading in practice: what the account is worth and holds, its orders and fills, and the ticket."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.design.tokens import Height, Shell
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.screens.practice import tables
from upbit_auto_trading.ui.screens.practice.ticket_panel import WIDTH, TicketPanel
from upbit_auto_trading.ui.screens.practice.view_model.practice import PracticeViewModel
from upbit_auto_trading.ui.screens.practice.view_model.state import KRW, BalanceRow, PracticeState
from upbit_auto_trading.ui.screens.practice.view_model.ticket import TicketModel
from upbit_auto_trading.ui.widgets.card import Card
from upbit_auto_trading.ui.widgets.folding import Folding
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState, ErrorState, LoadingState
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.utils.bilingual_text import Text

ORDERS, FILLS = "orders", "fills"
_MEMORY = "practice-layout"
_EQUITY = Text("연습 평가금액", "Practice equity")
_CASH = Text("주문 가능 금액", "Available")
_COINS = Text("보유 코인", "Coins held")
_OPEN = Text("미체결 주문", "Open orders")
_PLAY_MONEY = Text("가상 돈", "Play money")
_NO_PRICE = Text("시세를 기다리는 중", "Waiting for a price")
_LOCKED = Text("{amount}원 묶임", "{amount} KRW locked")
_NOTHING_LOCKED = Text("묶인 돈 없음", "Nothing locked")
_SIDES = Text("매수 {buys} · 매도 {sells}", "Buy {buys} · sell {sells}")
_COUNT = Text("{count}종", "{count} assets")
_BALANCES = Text("보유 자산", "Balances")
_READING_BALANCES = Text("잔고를 받는 중", "Receiving the balances")
_READING_ORDERS = Text("주문을 읽는 중", "Reading the orders")
_NO_ORDERS = Text("미체결 주문이 없어요", "There is no open order")
_NO_ORDERS_LINE = Text(
    "시장가 주문은 바로 체결돼요. 다른 프로그램이 낸 지정가 주문이 여기에 나와요.",
    "Market orders fill at once. Limit orders of other programs appear here.",
)
_NO_FILLS = Text("아직 체결이 없어요", "Nothing was filled yet")
_NO_FILLS_LINE = Text("오른쪽에서 사거나 팔면 여기에 남아요.", "What you buy or sell on the right is listed here.")
_ORDERS = Text("주문과 체결", "Orders and fills")
_TABS = ((ORDERS, _OPEN), (FILLS, Text("최근 체결", "Recent fills")))
#: header, titles and four rows without a scroll bar in the smallest window
_FOUR_ROWS = Height.PANEL_HEADER + Height.TABLE_HEADER + 4 * Height.ROW + 4
_WON = Text("원", "KRW")
_UNITS = Text("금액 원 · 시각 KST", "Prices in KRW · times KST")


class TradePage(QWidget):
    def __init__(self, model: PracticeViewModel, ticket: TicketModel, clock: Clock, memory: LayoutMemory) -> None:
        super().__init__()
        self._model = model
        self._memory = memory
        self.equity, self.cash, self.coins, self.open = Card(_EQUITY), Card(_CASH), Card(_COINS), Card(_OPEN)
        self._clock = clock
        self._balances = Later(self._make_balances)
        self._orders = Later(self._make_orders)
        self._fills = Later(self._make_fills)
        self.ticket_place = Later(lambda: TicketPanel(ticket), WIDTH)
        self.balance_panel = Panel(_BALANCES, collapsible=True)
        self.tabs = Tabs(_TABS)
        self._shown_error: Exception | None = None
        self._arrange()
        self.tabs.chosen.connect(self._show_tab)
        self.tabs.pressed.connect(lambda _tab: self.order_panel.set_collapsed(False))
        for table in (self._balances, self._orders, self._fills):
            table.made.connect(lambda: self._draw(model.state))
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(Shell.GUTTER)
        for card in (self.equity, self.cash, self.coins, self.open):
            cards.addWidget(card, 1)
        self._waiting_for_balances = LoadingState(_READING_BALANCES, 4, can_cancel=False)
        self.balance_panel.set_body(self._waiting_for_balances)
        self.order_panel = Panel(_ORDERS, collapsible=True)
        self.order_panel.replace_title(self.tabs)
        self.order_panel.add_tool(Label(_UNITS, "table", "t3"))
        self.stack = QStackedWidget()
        on_panel(self.stack)
        self._waiting_for_orders = LoadingState(_READING_ORDERS, 4, can_cancel=False)
        self._no_orders = EmptyState(_NO_ORDERS, _NO_ORDERS_LINE)
        self._no_fills = EmptyState(_NO_FILLS, _NO_FILLS_LINE, icon=Icon.PRACTICE)
        for page in (self._waiting_for_orders, self._no_orders, self._no_fills, self._orders, self._fills):
            self.stack.addWidget(page)
        self._error: ErrorState | None = None
        self.order_panel.set_body(self.stack)
        self._arrange_tables()
        left = QVBoxLayout()
        left.setSpacing(Shell.GUTTER)
        left.addLayout(cards)
        left.addWidget(self.splitter, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Shell.GUTTER)
        row.addLayout(left, 1)
        row.addWidget(self.ticket_place)

    def _arrange_tables(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        for panel in (self.balance_panel, self.order_panel):
            panel.setMinimumHeight(_FOUR_ROWS)
            self.splitter.addWidget(panel)
        kept = self._memory.read_values(_MEMORY)
        heights = kept.get("heights")
        is_known = isinstance(heights, list) and len(heights) == 2 and all(isinstance(one, int) for one in heights)
        sizes = heights if is_known and isinstance(heights, list) else [300, 300]
        self.splitter.setSizes(sizes)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(Shell.GUTTER)
        # a table would like to be taller than the smallest window has room for
        self.splitter.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.splitter.setMinimumHeight(2 * _FOUR_ROWS + Shell.GUTTER)
        self.folding = Folding(self.splitter, ("balances", "orders"))
        self.folding.restore(kept.get("folded"), sizes)
        self.splitter.splitterMoved.connect(self._keep)
        self.folding.changed.connect(self._keep)

    def _keep(self) -> None:
        self._memory.write_values(_MEMORY, {"heights": self.folding.sizes, "folded": self.folding.folded})

    @property
    def ticket(self) -> TicketPanel:
        return self.ticket_place.content

    @property
    def balances(self) -> DataTable:
        return self._balances.content

    @property
    def orders(self) -> DataTable:
        return self._orders.content

    @property
    def fills(self) -> DataTable:
        return self._fills.content

    def _make_balances(self) -> DataTable:
        columns = tables.balance_columns(self._currency_name)
        table = DataTable(columns, key=lambda row: row.currency, name=_BALANCES)
        table.selected_row.connect(self._choose)
        return table

    def _make_orders(self) -> DataTable:
        columns = tables.order_columns(self._name_of, self._clock)
        table = DataTable(columns, key=lambda row: row.order_id, name=_TABS[0][1])
        table.action.connect(lambda row, _action: self._model.cancel(row.order_id))
        return table

    def _make_fills(self) -> DataTable:
        columns = tables.fill_columns(self._name_of, self._clock)
        return DataTable(columns, key=lambda row: row.order_id, name=_TABS[1][1])

    def _show_tab(self, tab: str) -> None:
        """Who asks for a list wants to see it."""
        self.tabs.set_current(tab)
        self.order_panel.set_collapsed(False)
        self._draw_lists(self._model.state)

    def _choose(self, row: BalanceRow | None) -> None:
        """A coin that is looked at is what the ticket is about."""
        if row is None or row.currency == KRW:
            return
        market = next((one.market for one in self._model.state.markets if one.market.base == row.currency), None)
        if market is not None:
            self.ticket.show_market(market)

    # names

    def _name_of(self, market: Market) -> Text:
        listed = next((one for one in self._model.state.markets if one.market.code == market.code), None)
        return Text(market.base, market.base) if listed is None else Text(listed.korean_name, listed.english_name)

    def _currency_name(self, currency: str) -> Text:
        return self._name_of(Market("", f"{KRW}-{currency}"))

    # drawing

    def _draw(self, state: PracticeState) -> None:
        self._draw_cards(state)
        if state.balances is None:
            self.balance_panel.set_body(self._waiting_for_balances)
        else:
            self.balance_panel.set_body(self._balances)
            if self._balances.is_made:
                self.balances.set_rows(state.balances)
        self.balance_panel.set_count(None if state.balances is None else len(state.balances))
        self.tabs.set_count(ORDERS, len(state.orders) if state.orders else None)
        self.tabs.set_count(FILLS, len(state.fills) if state.fills else None)
        self._draw_lists(state)

    def _draw_cards(self, state: PracticeState) -> None:
        self.equity.set_value(formats.decimals(state.equity, 0), _WON if state.equity is not None else "")
        self.equity.set_context(_PLAY_MONEY if state.equity is not None or state.balances is None else _NO_PRICE)
        self.cash.set_value(formats.decimals(state.cash, 0), _WON if state.cash is not None else "")
        locked = state.locked_cash
        self.cash.set_context(_LOCKED.format(amount=formats.decimals(locked, 0)) if locked else _NOTHING_LOCKED)
        coins = None if state.balances is None else state.coins_value
        self.coins.set_value(formats.decimals(coins, 0), _WON if coins is not None else "")
        self.coins.set_context(_COUNT.format(count=sum(row.currency != KRW for row in state.balances or ())))
        self.open.set_value(formats.NOTHING if state.orders is None else str(len(state.orders)))
        buys = sum(row.side is Side.BUY for row in state.orders or ())
        self.open.set_context(_SIDES.format(buys=buys, sells=len(state.orders or ()) - buys))
        for card in (self.equity, self.cash, self.coins, self.open):
            card.set_stale(not state.is_live)

    def _draw_lists(self, state: PracticeState) -> None:
        is_orders = self.tabs.current == ORDERS
        rows = state.orders if is_orders else state.fills
        table, empty = (self._orders, self._no_orders) if is_orders else (self._fills, self._no_fills)
        if rows is None:
            self.stack.setCurrentWidget(self._error_page(state.list_error) or self._waiting_for_orders)
            return
        if table.is_made:
            table.content.set_rows(rows)
        self.stack.setCurrentWidget(table if rows else empty)

    def _error_page(self, error: Exception | None) -> ErrorState | None:
        """The same error stays as it is, with its details unfolded."""
        if error is None:
            return None
        if error is not self._shown_error or self._error is None:
            if self._error is not None:
                self.stack.removeWidget(self._error)
                self._error.deleteLater()
            message = explain(error)
            self._shown_error = error
            self._error = ErrorState(message.title, message.meaning, message.mend, message.details)
            self._error.retry.connect(self._model.read_orders)
            self.stack.addWidget(self._error)
        return self._error
