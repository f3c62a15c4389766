"""The chart window: markets at the left, charts in the middle, order book and trades at the right.

Each part is made in a turn of its own (:class:`Later`); ``view.book`` and its like make it at once.
"""

from __future__ import annotations

from decimal import Decimal

from PyQt6.QtCore import QByteArray, Qt, QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.market_views.facts import listed_of, name_of
from upbit_auto_trading.ui.market_views.market_header import MarketHeader
from upbit_auto_trading.ui.market_views.markets import MarketsState, MarketsViewModel
from upbit_auto_trading.ui.market_views.order_book import OrderBookView
from upbit_auto_trading.ui.market_views.trade_tape import TradeTape
from upbit_auto_trading.ui.market_views.watch_list_panel import WatchListPanel
from upbit_auto_trading.ui.screens.chart.charts_body import ChartsBody
from upbit_auto_trading.ui.screens.chart.charts_grid import ChartsGrid
from upbit_auto_trading.ui.screens.chart.indicators import Indicators
from upbit_auto_trading.ui.screens.chart.picture import save_picture
from upbit_auto_trading.ui.screens.chart.toolbar import ChartToolbar
from upbit_auto_trading.ui.screens.chart.view_model.alerts import AlertsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartsState, ChartsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.drawings import DrawingsViewModel
from upbit_auto_trading.ui.widgets.folding import Folding
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import OfflineStrip
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("차트", "Chart")
_OLD = Text("시세가 끊겼어요.", "Prices have stopped.")
_OLD_LINE = Text("보이는 값은 끊기기 전 값이에요. 다시 연결하고 있어요.", "What is shown is from before. Reconnecting.")
_MEMORY = "chart-layout"
#: of lists, charts, and book with trades, before the user drew the lines elsewhere
_FIRST_SIZES, _FIRST_RIGHT = [240, 676, 276], [380, 220]
#: at 100 % of text; beside the chart the longest header of a book has room for its choice of steps
_LIST_LEAST, _RIGHT_LEAST = 200, 276
_WRITE_AFTER_MS = 500
_BITCOIN = "KRW-BTC"


class ChartView(QWidget):
    """``show_place("KRW-BTC")`` shows that market in the chart the user turned to last."""

    def __init__(
        self,
        model: ChartsViewModel,
        markets: MarketsViewModel,
        drawings: DrawingsViewModel,
        alerts: AlertsViewModel,
        services: AppServices,
    ) -> None:
        super().__init__()
        self.model = model
        self.markets = markets
        self.drawings = drawings
        self.alerts = alerts
        self._services = services
        data = services.market_data
        model.follow(data.link)
        #: of the market of the current chart
        self.board = data.new_board("chart", self)
        self._list = Later(lambda: WatchListPanel(markets, services))
        self._header = Later(lambda: MarketHeader(data))
        self._toolbar = Later(lambda: ChartToolbar(model))
        self._body = Later(lambda: ChartsBody(model, drawings, alerts, services, self._name_of, self._tick_of))
        self._book = Later(lambda: OrderBookView(self.board, data, services.layouts, "chart"))
        self._tape = Later(lambda: TradeTape(self.board, data, services.layouts, "chart"))
        self.strip = OfflineStrip()
        self.strip.set_words(_OLD, _OLD_LINE)
        #: asked for before the exchange was there
        self._wanted = ""
        self._arrange()
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_WRITE_AFTER_MS)
        self._quiet.timeout.connect(self._keep_sizes)
        self._connect()
        retranslating(self, lambda: self.setAccessibleName(tr(_TITLE)))
        following_theme(self, self._fit)
        self._draw_markets(markets.state)

    def _arrange(self) -> None:
        self.middle = Panel()
        self.middle.header.hide()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._toolbar)
        column.addWidget(self._body, 1)
        self.middle.set_body(body)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.right.addWidget(self._book)
        self.right.addWidget(self._tape)
        self.splitter = QSplitter()
        for part in (self._list, self.middle, self.right):
            self.splitter.addWidget(part)
        self.middle.setMinimumWidth(Shell.CHART_LEAST)
        self.splitter.setStretchFactor(1, 1)
        for splitter, sizes in ((self.splitter, _FIRST_SIZES), (self.right, _FIRST_RIGHT)):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(Shell.GUTTER)
            splitter.setSizes(sizes)
        kept = self._services.layouts.read_values(_MEMORY)
        for splitter, name in ((self.splitter, "across"), (self.right, "down")):
            splitter.restoreState(QByteArray.fromBase64(str(kept.get(name, "")).encode()))
        self.folding = Folding(self.right, ("book", "tape"))
        self.folding.restore(kept.get("folded"), self.right.sizes())
        whole = QVBoxLayout(self)
        pad = Shell.CONTENT_PADDING
        whole.setContentsMargins(pad, pad, pad, pad)
        whole.setSpacing(Shell.GUTTER)
        whole.addWidget(self.strip)
        whole.addWidget(self.splitter, 1)

    def _fit(self) -> None:
        """What stands beside the chart needs more room with larger text; the chart gives it."""
        scale = current_theme().text_scale / 100
        self._list.hold(round(_LIST_LEAST * scale))
        self.right.setMinimumWidth(round(_RIGHT_LEAST * max(scale, 1.0)))

    def _connect(self) -> None:
        self.splitter.splitterMoved.connect(self._quiet.start)
        self.right.splitterMoved.connect(self._quiet.start)
        self.folding.changed.connect(self._keep_sizes)
        self.model.state_changed.connect(self._draw)
        self.markets.state_changed.connect(self._draw_markets)
        self._list.made.connect(self._take_list)
        self._header.made.connect(lambda: self._draw(self.model.state))
        for part in (self._toolbar, self._body):
            part.made.connect(self._join)

    def _take_list(self) -> None:
        self.list.market_chosen.connect(self.model.choose_market)
        self._draw(self.model.state)

    def _join(self) -> None:
        """The toolbar speaks to the charts once both are there."""
        if not (self._toolbar.is_made and self._body.is_made):
            return
        self.toolbar.picture_asked.connect(self._save_picture)
        self.toolbar.wide_changed.connect(self._show_alone)
        self.toolbar.indicators_asked.connect(self.indicators.open)
        self.indicators.count_changed.connect(self.toolbar.show_count)
        self.toolbar.show_count(self.indicators.count)
        self._draw_markets(self.markets.state)

    @property
    def list(self) -> WatchListPanel:
        return self._list.content

    @property
    def header(self) -> MarketHeader:
        return self._header.content

    @property
    def toolbar(self) -> ChartToolbar:
        return self._toolbar.content

    @property
    def body(self) -> ChartsBody:
        return self._body.content

    @property
    def grid(self) -> ChartsGrid:
        return self.body.grid

    @property
    def indicators(self) -> Indicators:
        return self.body.indicators

    @property
    def book(self) -> OrderBookView:
        return self._book.content

    @property
    def tape(self) -> TradeTape:
        return self._tape.content

    # which market

    def show_place(self, place: str) -> None:
        """A market's code, once the exchange has it."""
        self._wanted = place
        self._draw_markets(self.markets.state)

    def _name_of(self, market: Market) -> Text:
        return name_of(listed_of(self._services.market_data.link, market), market)

    def _tick_of(self, market: Market) -> Decimal | None:
        row = self.markets.row(market)
        return None if row is None else row.tick

    def _draw(self, state: ChartsState) -> None:
        market = state.chosen.market
        if self._header.is_made:
            self.header.show_market(market)
        if self._list.is_made:
            self.list.set_current(market)
        if self.isVisible():
            self.board.watch(market)

    def _draw_markets(self, state: MarketsState) -> None:
        self.strip.setVisible(bool(state.total) and not state.is_live)
        listed = self.markets.all_listed()
        if not listed:
            return
        chosen = self.model.state.chosen.market
        wanted = self._wanted or ("" if chosen is not None else _BITCOIN)
        if wanted:
            found = next((one.market for one in listed if one.market.code == wanted), None)
            self._wanted = ""
            if found is not None or chosen is None:
                self.model.choose_market(found or listed[0].market)
        if self._body.is_made:
            self.grid.show_ticks()

    # looks

    def _save_picture(self) -> None:
        market = self.model.state.chosen.market
        if market is not None:
            save_picture(self, self._services, self.grid.current, self._name_of(market))

    def _show_alone(self, is_alone: bool) -> None:
        self._list.setVisible(not is_alone)
        self.right.setVisible(not is_alone)

    def _keep_sizes(self) -> None:
        kept: dict[str, object] = {
            name: splitter.saveState().toBase64().data().decode()
            for splitter, name in ((self.splitter, "across"), (self.right, "down"))
        }
        kept["folded"] = self.folding.folded
        self._services.layouts.write_values(_MEMORY, kept)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.markets.watch(True)
        self.board.watch(self.model.state.chosen.market)
        if self._body.is_made:
            self.grid.watch(True)

    def hideEvent(self, event: QHideEvent | None) -> None:
        if event is not None and not event.spontaneous():
            self.markets.watch(False)
            self.board.watch(None)
            if self._body.is_made:
                self.grid.watch(False)
        super().hideEvent(event)
