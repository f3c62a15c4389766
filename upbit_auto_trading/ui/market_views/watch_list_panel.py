"""The narrow list of markets beside a chart: a tab of them, found by name, chosen with the arrows or the pointer."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QEvent, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import (
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import QAbstractItemView, QListView, QStackedWidget, QToolTip, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import following_theme
from upbit_auto_trading.ui.design.tokens import Shell, Space
from upbit_auto_trading.ui.design.tooltips import show_tooltip
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.market_views.list_row import ROW, RowDelegate
from upbit_auto_trading.ui.market_views.market_tabs import market_tabs
from upbit_auto_trading.ui.market_views.markets import HELD, WATCHED, MarketsState, MarketsViewModel
from upbit_auto_trading.ui.market_views.row_mover import RowMover
from upbit_auto_trading.ui.market_views.rows import MarketRow
from upbit_auto_trading.ui.market_views.watch_list_bar import WatchListBar
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.ui.widgets.table_model import CellRole, Column, TableModel
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.ui.widgets.text_input import FilterInput
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("종목", "Markets")
_SEARCH = Text("이름 · 초성 · 코드", "Name or code")
_OPENING = Text("거래소에 연결하고 있어요", "Connecting to the exchange")
_FAILED = Text("거래소에 연결하지 못했어요", "The exchange was not reached")
_SOON = Text("저절로 다시 시도해요.", "It is tried again by itself.")
_NO_STARS = Text("관심 종목이 없어요", "The watch list is empty")
_NO_STARS_LINE = Text("종목 이름 옆의 별을 누르면 여기에 모여요.", "Press a market's star and it is listed here.")
_NONE_HELD = Text("가진 코인이 없어요", "Nothing is held")
_NO_MATCH = Text("맞는 종목이 없어요", "No market fits")
_CLEAR = Text("검색 지우기", "Clear the search")
_WARNED = Text("거래소가 유의 종목으로 지정했어요.", "The exchange has put this market under warning.")
_LATE = Text("시세가 늦어요.", "Prices are late.")


def spoken(row: MarketRow) -> str:
    return f"{tr(row.name)} {row.market.base} {formats.price(row.price, row.tick)} {formats.signed_percent(row.change)}"


def _look(row: MarketRow) -> object:
    """What is painted of it; its turnover and its last trade are not."""
    return row.price, row.change, row.tick, row.name, row.is_stale, row.is_warned


class _Rows(QListView):
    """``reached(row)``: moved to with the arrows, pressed, or Enter."""

    reached = pyqtSignal(int)

    def __init__(self, delegate: RowDelegate) -> None:
        super().__init__()
        self._row_delegate = delegate
        self._pressed = -1
        self.setItemDelegate(delegate)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setProperty("focusRing", "inside")
        on_panel(self)
        following_theme(self, self._again)

    def _again(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.reached.emit(self.currentIndex().row())
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() != before:
            self.reached.emit(self.currentIndex().row())

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._pressed = self.indexAt(event.position().toPoint()).row()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(event)
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            row = self.indexAt(event.position().toPoint()).row()
            if row >= 0 and row == self._pressed:
                self.reached.emit(row)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        left, self._row_delegate.hovered = self._row_delegate.hovered, row
        if row != left:
            self.paint_rows((left, row))

    def rows_in_sight(self) -> range:
        bar, viewport = self.verticalScrollBar(), self.viewport()
        if bar is None or viewport is None or not self.isVisible():
            return range(0)  # painted whole when it is shown
        first = bar.value() // ROW
        return range(first, first + viewport.height() // ROW + 2)

    def paint_rows(self, places: Iterable[int]) -> None:
        model = self.model()
        for place in places:
            if model is not None and place in self.rows_in_sight():
                self.update(model.index(place, 0))

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Iterable[int] = ()) -> None:
        """All rows are equally high: what a QListView would do, lay out and paint them all, is not needed."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        self._row_delegate.asked = QRegion() if event is None else event.region()
        super().paintEvent(event)

    def viewportEvent(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.indexAt(event.pos()).data(CellRole.ROW)
            if isinstance(row, MarketRow):
                lines = [f"{tr(row.name)} {row.market.code}"]
                lines += [tr(_WARNED)] if row.is_warned else []
                lines += [tr(_LATE)] if row.is_stale else []
                show_tooltip(event.globalPos(), "\n".join(lines), self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)


class WatchListPanel(Panel):
    """``market_chosen(Market)``; ``set_current`` marks the one that the window shows."""

    market_chosen = pyqtSignal(object)

    def __init__(self, model: MarketsViewModel, services: AppServices) -> None:
        super().__init__()
        self._model = model
        self._sparks = services.market_data.sparks
        self.current: Market | None = None
        self.tabs = Tabs(market_tabs(model.state, with_screener=False), name=_TITLE)
        self.search = FilterInput(_SEARCH)
        self.search.set_text(model.state.query)
        self.lists_bar = WatchListBar(model.lists)
        column = Column("market", _TITLE, value=lambda row: row.price, text=spoken, look=_look, flash=True)
        self.rows = TableModel((column,), key=lambda row: row.market)
        self._delegate = RowDelegate(self.rows, self._sparks)
        self.view = _Rows(self._delegate)
        self.view.setModel(self.rows)
        self.rows.in_sight = self.view.rows_in_sight
        self.mover = RowMover(self.view)
        self._arrange()
        self._connect()
        retranslating(self, self._retranslate)

    def _arrange(self) -> None:
        self.setMinimumWidth(Shell.ORDER_BOOK_LEAST)
        self.replace_title(self.tabs)
        self.stack = QStackedWidget()
        on_panel(self.stack)
        self._opening = LoadingState(_OPENING, 8, can_cancel=False)
        self._failed = EmptyState(_FAILED, _SOON, icon=Icon.OFFLINE)
        self._no_stars = EmptyState(_NO_STARS, _NO_STARS_LINE, icon=Icon.STAR)
        self._none_held = EmptyState(_NONE_HELD, icon=Icon.WALLET)
        self._no_match = EmptyState(_NO_MATCH, "", _CLEAR, Icon.SEARCH)
        for page in (self._opening, self._failed, self._no_stars, self._none_held, self._no_match, self.view):
            self.stack.addWidget(page)
        finding = QWidget()
        around = QVBoxLayout(finding)
        around.setContentsMargins(Space.M, Space.M, Space.M, Space.S)
        around.addWidget(self.search)
        column = self.body_layout(0, 0)
        column.addWidget(finding)
        column.addWidget(self.lists_bar)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        model = self._model
        self.tabs.chosen.connect(model.choose_tab)
        self.search.changed.connect(model.search)
        self.search.field.returnPressed.connect(self._choose_first)
        self._no_match.action.connect(self.search.field.clear)
        self.view.reached.connect(self._choose)
        self.mover.moved.connect(self._move)
        model.state_changed.connect(self._draw)
        model.prices_moved.connect(self._take_prices)
        self._sparks.changed.connect(self._paint_courses)
        bar = self.view.verticalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(self._want_sparks)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr(_TITLE))
        self.view.setAccessibleName(tr(_TITLE))
        self._draw(self._model.state)

    # what the user does

    def set_current(self, market: Market | None) -> None:
        self.current = self._delegate.current = market
        self._follow_current()
        self._paint_again()

    def _choose(self, place: int) -> None:
        row = self.rows.row_at(place)
        if row is not None and row.market != self.current:
            self.set_current(row.market)
            self.market_chosen.emit(row.market)

    def _choose_first(self) -> None:
        if self.rows.rowCount():
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.view.setCurrentIndex(self.rows.index(0, 0))
            self._choose(0)

    def _move(self, row: int, to: int) -> None:
        moved = self.rows.row_at(row)
        if moved is not None:
            self._model.lists.move(moved.market, to)
            self.view.setCurrentIndex(self.rows.index(self.rows.place_of(moved.market), 0))

    # drawing

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._model.watch(True)
        self._want_sparks()

    def hideEvent(self, event: QHideEvent | None) -> None:
        if event is not None and not event.spontaneous():
            self._model.watch(False)
            self._sparks.want(self, ())
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._want_sparks()

    def _draw(self, state: MarketsState) -> None:
        tab = self._model.shown_tab()
        self.tabs.set_tabs(market_tabs(state, with_screener=False), tab)
        self.lists_bar.setVisible(tab == WATCHED)
        self._fit(state.rows)
        self.rows.set_rows(state.rows)
        self.stack.setCurrentWidget(self._page(state, tab))
        self.mover.set_enabled(tab == WATCHED and not state.query)
        self._follow_current()
        self._want_sparks()

    def _take_prices(self, rows: tuple[MarketRow, ...]) -> None:
        if not self._delegate.fits(rows):
            self._fit(self._model.state.rows)
        self.rows.update_rows(rows)

    def _fit(self, rows: Iterable[MarketRow]) -> None:
        if self._delegate.fit(rows):
            self._paint_again()

    def _page(self, state: MarketsState, tab: str) -> QWidget:
        if state.rows:
            return self.view
        if not state.total:
            if state.phase is LinkPhase.FAILED and state.error is not None:
                self._failed.setToolTip(tr(explain(state.error).title))
            return self._failed if state.phase is LinkPhase.FAILED else self._opening
        if not state.offered:
            return self._none_held if tab == HELD else self._no_stars
        return self._no_match

    def _follow_current(self) -> None:
        """The row of the market that is shown has the keyboard, where it is in the list."""
        place = -1 if self.current is None else self.rows.place_of(self.current)
        if place >= 0 and self.view.currentIndex().row() != place:
            self.view.setCurrentIndex(self.rows.index(place, 0))

    def _want_sparks(self) -> None:
        if not self.isVisible():
            return
        shown = [self.rows.row_at(place) for place in self.view.rows_in_sight()]
        self._sparks.want(self, [row.market for row in shown if row is not None])

    def _paint_courses(self, markets: frozenset[Market]) -> None:
        self.view.paint_rows(self.rows.place_of(market) for market in markets)

    def _paint_again(self) -> None:
        viewport = self.view.viewport()
        if viewport is not None:
            viewport.update()
