"""All markets of the connected exchange: fed with summaries, in tabs, searched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.market_views.rows import MarketRow, found_by, has_only_moved, name_of, row_of
from upbit_auto_trading.ui.runtime.exchange_link import Connection, LinkPhase, LinkState
from upbit_auto_trading.ui.watch_lists import WatchListsModel
from upbit_auto_trading.ui.watched import WhileWatched
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.ui.market_data_services import MarketDataServices

MEMORY = "market-screen"
#: of the chart window, which has a tab of its own open
CHART_MEMORY = "chart-markets"
WATCHED, HELD, SCREENER = "watched", "held", "screener"
_LIVE = (StreamState.LIVE, StreamState.POLLED)
_WON = "KRW"


@dataclass(frozen=True, slots=True)
class MarketsState:
    phase: LinkPhase = LinkPhase.CLOSED
    error: Exception | None = None
    is_live: bool = False
    #: those that tab and search let through; of the watch list in the user's order
    rows: tuple[MarketRow, ...] = ()
    #: how many the tab has
    offered: int = 0
    #: how many are listed
    total: int = 0
    quotes: tuple[str, ...] = ()
    #: WATCHED, HELD, SCREENER or a quote
    tab: str = _WON
    query: str = ""
    #: whether it is known what the account holds
    knows_held: bool = False


class MarketsViewModel(QObject):
    """Lives in the UI thread from when its window is first shown; computes nothing while nobody looks."""

    #: MarketsState: other rows, another order, another look of one of them; not where prices moved and nothing else
    state_changed = pyqtSignal(object)
    #: tuple[MarketRow, ...]: of those that the state shows, the ones whose prices moved, and nothing else of them
    prices_moved = pyqtSignal(object)
    #: the list of markets, or a row's price, for whoever shows rows of their own
    rows_changed = pyqtSignal()

    def __init__(
        self,
        data: MarketDataServices,
        memory: LayoutMemory,
        parent: QObject | None = None,
        *,
        name: str = MEMORY,
        with_screener: bool = True,
    ) -> None:
        super().__init__(parent)
        self._link = data.link
        self._board = data.board
        self._account = data.account
        self.lists = data.watch_lists
        self._memory = memory
        self._name = name
        self._with_screener = with_screener
        self._listed: dict[Market, ListedMarket] = {}
        self._names: dict[Market, Text] = {}
        self._rows: dict[Market, MarketRow] = {}
        #: those that the state shows, in its order
        self._shown: dict[Market, None] = {}
        #: the rows of the state are older than those
        self._has_moved = False
        #: whose row is older than its summary
        self._behind: dict[Market, None] = {}
        self._found: frozenset[Market] | None = None
        self._showing = WhileWatched(self._show_rows)
        kept = memory.read_values(name)
        self._state = MarketsState(tab=str(kept.get("tab", _WON)), query=str(kept.get("query", "")))
        self._link.state_changed.connect(self._follow_link)
        self._link.opened.connect(self._take_connection)
        self._link.lost.connect(self._forget)
        self._board.summaries_changed.connect(self._take_summaries)
        self._board.freshness_changed.connect(self._look_again)
        self._board.began_anew.connect(self._look_again)
        self._account.account_changed.connect(self._follow_account)
        self.lists.changed.connect(self._follow_lists)
        self._follow_link(self._link.state)
        if self._link.connection is not None:
            self._take_connection(self._link.connection)

    @property
    def state(self) -> MarketsState:
        if self._has_moved:
            self._has_moved = False
            self._state = replace(self._state, rows=tuple(self._rows[market] for market in self._shown))
        return self._state

    @property
    def watch_lists(self) -> WatchListsModel:
        return self.lists

    def row(self, market: Market) -> MarketRow | None:
        """As of this moment, also while nobody looks."""
        if market in self._behind:
            self._renew_rows((market,))
            self._showing.ask()
        return self._rows.get(market)

    def all_listed(self) -> tuple[ListedMarket, ...]:
        return tuple(self._listed.values())

    def listed(self, market: Market) -> ListedMarket | None:
        return self._listed.get(market)

    # what comes in

    def show_markets(self, markets: Iterable[ListedMarket]) -> None:
        self._listed = {one.market: one for one in markets}
        self._names = {market: name_of(listed) for market, listed in self._listed.items()}
        self._rows, self._behind = {}, {}
        self._found = None
        quotes = tuple(sorted({market.quote for market in self._listed}, key=lambda quote: (quote != _WON, quote)))
        self._state = replace(self._state, total=len(self._listed), quotes=quotes)
        self._renew_rows(self._listed)
        self._show_rows()
        self.rows_changed.emit()

    @pyqtSlot(object)
    def _take_summaries(self, summaries: tuple[PriceSummary, ...]) -> None:
        for one in summaries:
            if one.market in self._listed:
                self._behind[one.market] = None
        self._renew()

    @pyqtSlot()
    def _look_again(self) -> None:
        self._behind.update(dict.fromkeys(self._listed))
        self._renew()

    @pyqtSlot(object)
    def _follow_account(self, _account: object) -> None:
        if self._state.tab == HELD or self._state.knows_held != self._account.account.has_all_balances:
            self._showing.ask()

    @pyqtSlot()
    def _follow_lists(self) -> None:
        self._showing.ask()

    def age(self, market: Market) -> timedelta | None:
        """Since its prices last came in, at this moment."""
        return self._board.freshness(market).age

    def watch(self, is_watched: bool) -> None:
        if is_watched:
            self.lists.load()
            if self._behind:
                self._renew_rows(tuple(self._behind))
                self._showing.ask()
        self._showing.watch(is_watched)

    @pyqtSlot(object)
    def _follow_link(self, link: LinkState) -> None:
        self._change(phase=link.phase, error=link.error, is_live=link.streams in _LIVE)

    @pyqtSlot(object)
    def _take_connection(self, connection: Connection) -> None:
        self.show_markets(connection.markets)

    @pyqtSlot()
    def _forget(self) -> None:
        """Another exchange may come, with other markets and prices."""
        self.show_markets(())

    # what the user asks for

    def try_again(self) -> None:
        self._link.start()

    def search(self, query: str) -> None:
        self._found = None
        self._state = replace(self._state, query=query)
        self._keep()
        self._show_rows()

    def choose_tab(self, tab: str) -> None:
        self._state = replace(self._state, tab=tab)
        self._keep()
        self._show_rows()

    def _keep(self) -> None:
        self._memory.write_values(self._name, {"tab": self._state.tab, "query": self._state.query})

    # rows

    def _renew(self) -> None:
        if self._showing.is_watched:
            moved = self._renew_rows(tuple(self._behind))
            if moved is None:
                self._show_rows()
            else:
                self._move(moved)
        self.rows_changed.emit()

    def _renew_rows(self, markets: Iterable[Market]) -> list[MarketRow] | None:
        """Those that say something else now. None: it is more than prices, of one of them."""
        summaries, is_more = self._board.summaries, False
        moved = []
        for market in markets:
            self._behind.pop(market, None)
            summary = summaries.get(market)
            is_stale = summary is not None and not self._board.is_fresh(market)
            tick = self._tick(market, summary)
            row = row_of(self._listed[market], self._names[market], summary, tick, is_stale)
            before = self._rows.get(market)
            if row != before:
                self._rows[market] = row
                moved.append(row)
                is_more = is_more or before is None or not has_only_moved(before, row)
        return None if is_more else moved

    def _move(self, moved: list[MarketRow]) -> None:
        """Nothing that decides which rows are shown, and in which order, is other than it was."""
        shown = tuple(row for row in moved if row.market in self._shown)
        if shown:
            self._has_moved = True
            self.prices_moved.emit(shown)

    def _tick(self, market: Market, summary: PriceSummary | None) -> Decimal | None:
        connection = self._link.connection
        if connection is None or summary is None:
            return None
        try:
            rules = connection.exchange.rules.rules(market, summary.traded_at)
        except InvalidParameter:  # a quote currency of which no rules are known: prices stand as they come
            return None
        return rules.ticks.tick_at(summary.price)

    def shown_tab(self) -> str:
        """The user's, or the first of the quotes where that is not there (any more)."""
        tab, quotes = self._state.tab, self._state.quotes
        is_there = (
            tab == WATCHED
            or tab in quotes
            or (tab == SCREENER and self._with_screener)
            or (tab == HELD and self._account.account.has_all_balances)
        )
        return tab if is_there or not quotes else quotes[0]

    def _offered(self, tab: str) -> tuple[Market, ...]:
        if tab == WATCHED:
            return tuple(market for market in self.lists.current.markets if market in self._rows)
        if tab == HELD:
            held = {name for name, one in self._account.account.balances.items() if one.total > 0}
            return tuple(market for market in self._rows if market.base in held)
        if tab == SCREENER:
            return tuple(self._rows)
        return tuple(market for market in self._rows if market.quote == tab)

    def _show_rows(self) -> None:
        if self._found is None:
            query = self._state.query
            found = (market for market, listed in self._listed.items() if not query or found_by(query, listed))
            self._found = frozenset(found)
        offered = self._offered(self.shown_tab())
        self._shown = dict.fromkeys(market for market in offered if market in self._found)
        self._has_moved = False
        rows = tuple(self._rows[market] for market in self._shown)
        knows_held = self._account.account.has_all_balances
        self._state = replace(self._state, rows=rows, offered=len(offered), knows_held=knows_held)
        self.state_changed.emit(self._state)

    def _change(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
