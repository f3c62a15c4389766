"""All markets in one live table: in tabs, found by name or initials, sorted as the user left it."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QStackedWidget, QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, words
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.market_views.market_tabs import market_tabs
from upbit_auto_trading.ui.market_views.markets import HELD, SCREENER, WATCHED, MarketsState, MarketsViewModel
from upbit_auto_trading.ui.market_views.row_mover import RowMover
from upbit_auto_trading.ui.market_views.rows import MarketRow
from upbit_auto_trading.ui.market_views.watch_list_bar import WatchListBar
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase
from upbit_auto_trading.ui.screens.market.columns import FIRST_HIDDEN, FIRST_SORT, market_columns
from upbit_auto_trading.ui.screens.market.market_table import MarketTable, TabSorts
from upbit_auto_trading.ui.widgets.kept_layout import KeptLayout
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState, ErrorState, LoadingState
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.ui.widgets.text_input import FilterInput
from upbit_auto_trading.utils.bilingual_text import Text

TABLE_MEMORY = "market-table"
_TITLE = Text("전체 종목", "All markets")
_TABS = Text("종목 묶음", "Groups of markets")
_COUNT = Text("{total}개", "{total}")
_SOME = Text("{total}개 중 {shown}개", "{shown} of {total}")
_SEARCH = Text("이름 · 초성 · 코드", "Name or code")
_OPENING = Text("거래소에 연결하고 있어요", "Connecting to the exchange")
_FAILED = Text("거래소에 연결하지 못했어요", "The exchange was not reached")
_SOON = Text("저절로 다시 시도해요.", "It is tried again by itself.")
_NO_MATCH = Text("맞는 종목이 없어요", "No market fits")
_NO_MATCH_LINE = Text("다른 이름이나 초성으로 찾아보세요.", "Try another name or code.")
_CLEAR = Text("검색 지우기", "Clear the search")
_NONE_FOUND = Text("조건에 맞는 종목이 없어요", "No market meets the conditions")
_NONE_FOUND_LINE = Text("맞는 종목이 생기면 저절로 나와요.", "Markets appear here as soon as they do.")
_NO_STARS = Text("관심 종목이 없어요", "The watch list is empty")
_NO_STARS_LINE = Text("종목 줄의 별을 누르면 여기에 모여요.", "Press the star of a market and it is listed here.")
_NONE_HELD = Text("가진 코인이 없어요", "Nothing is held")
_SEARCH_WIDTH = 190
_MOST_SPARKS = 60
#: late rows count their seconds
_AGE_EVERY_MS = 1_000
SORT_EVERY_MS = 1_000


class ListPanel(Panel):
    """``market_chosen(Market)`` on Enter or double click."""

    market_chosen = pyqtSignal(object)
    #: Market or None: the row that is selected
    market_selected = pyqtSignal(object)
    filled = pyqtSignal()

    def __init__(self, model: MarketsViewModel, services: AppServices) -> None:
        super().__init__()
        memory, self._sparks = services.layouts, services.market_data.sparks
        self._model = model
        #: None: no screen is applied; else those that it found, in any order
        self._screened: frozenset[object] | None = None
        self._shown_error: Exception | None = None
        self._error: ErrorState | None = None
        self.search = FilterInput(_SEARCH)
        self.search.setFixedWidth(_SEARCH_WIDTH)
        self.search.set_text(model.state.query)
        self.tabs = Tabs(market_tabs(model.state, with_screener=True), name=_TABS)
        self.lists_bar = WatchListBar(model.lists)
        self.table = MarketTable(
            market_columns(services.clock, model.age, self._sparks.values, model.lists.is_starred),
            services.settings,
        )
        self.table.rows_model.sort_at_most_every(SORT_EVERY_MS)
        self.layout_kept = KeptLayout(self.table, memory, TABLE_MEMORY, FIRST_SORT, FIRST_HIDDEN)
        self.sorts = TabSorts(self.table, memory)
        self.sorts.enter(model.shown_tab())
        self.mover = RowMover(self.table)
        self.figures = Label("", "table", "t3")
        self.replace_title(self.tabs)
        self.add_beside_title(self.figures)
        self.add_tool(self.search)
        self._fill()
        self._ages = QTimer(self)
        self._ages.setInterval(_AGE_EVERY_MS)
        self._ages.timeout.connect(self._count_ages)
        self._connect()
        retranslating(self, self._retranslate)

    def _connect(self) -> None:
        model, table = self._model, self.table
        self.search.changed.connect(model.search)
        self.tabs.chosen.connect(self._choose_tab)
        table.activated_row.connect(lambda row: self.market_chosen.emit(row.market))
        table.selected_row.connect(lambda row: self.market_selected.emit(None if row is None else row.market))
        table.action.connect(lambda row, _star: model.lists.toggle(row.market))
        table.star_asked.connect(lambda row: model.lists.toggle(row.market))
        table.layout_changed.connect(self._follow_sort)
        self.mover.moved.connect(self._move)
        self.lists_bar.own_order_asked.connect(self._restore_order)
        self._sparks.changed.connect(self._paint_again)
        model.lists.changed.connect(self._paint_again)
        model.state_changed.connect(self._draw)
        model.prices_moved.connect(table.update_rows)
        table.rows_model.layoutChanged.connect(self._want_sparks)
        scroll = table.verticalScrollBar()
        if scroll is not None:
            scroll.valueChanged.connect(self._want_sparks)

    def _retranslate(self) -> None:
        self.setAccessibleName(words(_TITLE))
        self._draw(self._model.state)

    def _fill(self) -> None:
        self.stack = QStackedWidget()
        on_panel(self.stack)
        self._opening = LoadingState(_OPENING, 10, can_cancel=False)
        self._no_match = EmptyState(_NO_MATCH, _NO_MATCH_LINE, _CLEAR, Icon.SEARCH)
        self._no_match.action.connect(self.search.field.clear)
        self._none_found = EmptyState(_NONE_FOUND, _NONE_FOUND_LINE, icon=Icon.FILTER)
        # hundreds of rows take their places, and are painted, in a turn of their own
        self._table_place = Later(lambda: self.table)
        self._table_place.made.connect(self._fill_table)
        for page in (self._opening, self._no_match, self._none_found, self._table_place):
            self.stack.addWidget(page)
        self._no_stars = EmptyState(_NO_STARS, _NO_STARS_LINE, icon=Icon.STAR)
        self._none_held = EmptyState(_NONE_HELD, icon=Icon.WALLET)
        self.stack.addWidget(self._no_stars)
        self.stack.addWidget(self._none_held)
        column = self.body_layout(0, 0)
        column.addWidget(self.lists_bar)
        column.addWidget(self.stack, 1)

    @property
    def is_filled(self) -> bool:
        """Whether the rows have their table; ``filled`` says when."""
        return self._table_place.is_made

    def _fill_table(self) -> None:
        self._draw(self._model.state)
        self.filled.emit()

    def show_screened(self, markets: frozenset[object] | None) -> None:
        """Those a screen found; None shows all again."""
        if markets != self._screened:
            self._screened = markets
            self._draw(self._model.state)

    def set_watched(self, is_watched: bool) -> None:
        if is_watched:
            self._ages.start()
        else:
            self._ages.stop()
            self._sparks.want(self, ())

    # what the user does

    def _choose_tab(self, tab: str) -> None:
        self.sorts.enter(tab)
        self._model.choose_tab(tab)

    def _move(self, row: int, to: int) -> None:
        moved = self.table.rows_model.row_at(row)
        if moved is not None:
            self._model.lists.move(moved.market, to)
            self.table.select_key(moved.market)

    def _restore_order(self) -> None:
        self.table.rows_model.set_sort_keys([])
        self.sorts.keep()
        self._draw(self._model.state)

    def _follow_sort(self) -> None:
        self.sorts.keep()
        self._draw_order(self._model.state)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._want_sparks()

    def _want_sparks(self) -> None:
        if not self._ages.isActive():
            return
        rows = [self.table.rows_model.row_at(place) for place in self.table.rows_in_sight()[:_MOST_SPARKS]]
        self._sparks.want(self, [row.market for row in rows if row is not None])

    def _paint_again(self, _what: object = None) -> None:
        viewport = self.table.viewport()
        if viewport is not None:
            viewport.update()

    # drawing

    def _draw(self, state: MarketsState) -> None:
        tab = self._model.shown_tab()
        self.tabs.set_tabs(market_tabs(state, with_screener=True), tab)
        self.lists_bar.setVisible(tab == WATCHED)
        rows, offered = state.rows, state.offered
        if self._screened is not None and tab == SCREENER:
            rows = tuple(row for row in rows if row.market in self._screened)
        self._draw_figures(len(rows), offered)
        page = self._page(state, tab, rows)
        if page is self._table_place and self.is_filled:
            self.table.set_rows(rows)
        self.stack.setCurrentWidget(page)
        self._draw_order(state)
        self._want_sparks()

    def _draw_order(self, state: MarketsState) -> None:
        """Rows can be moved where they lie as the user put them, and all of them are there."""
        is_watched = self._model.shown_tab() == WATCHED
        is_sorted = bool(self.table.rows_model.sort_keys)
        self.mover.set_enabled(is_watched and not is_sorted and not state.query)
        self.lists_bar.set_can_restore_order(is_watched and is_sorted)

    def _draw_figures(self, shown: int, offered: int) -> None:
        if not offered:
            self.figures.set_text("")
        elif shown == offered:
            self.figures.set_text(_COUNT.format(total=offered))
        else:
            self.figures.set_text(_SOME.format(total=offered, shown=shown))

    def _page(self, state: MarketsState, tab: str, rows: tuple[MarketRow, ...]) -> QWidget:
        if rows:
            return self._table_place
        if not state.total:
            return self._failure(state.error) if state.phase is LinkPhase.FAILED else self._opening
        if not state.offered and tab == WATCHED:
            return self._no_stars
        if not state.offered and tab == HELD:
            return self._none_held
        return self._no_match if not state.rows else self._none_found

    def _failure(self, error: Exception | None) -> ErrorState:
        """The same error stays as it is, with its details unfolded."""
        if self._error is not None and error is self._shown_error:
            return self._error
        if self._error is not None:
            self.stack.removeWidget(self._error)
            self._error.deleteLater()
        self._shown_error = error
        message = None if error is None else explain(error)
        if message is None:
            self._error = ErrorState(_FAILED, _SOON)
        else:
            self._error = ErrorState(_FAILED, message.meaning, message.mend, message.details)
        self._error.retry.connect(self._model.try_again)
        self.stack.addWidget(self._error)
        return self._error

    def _count_ages(self) -> None:
        viewport = self.table.viewport()
        if viewport is not None and any(row.is_stale for row in self._model.state.rows):
            viewport.update()
