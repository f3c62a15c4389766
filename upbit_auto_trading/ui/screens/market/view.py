"""The market screen: markets at the left; at the right the screener over them, and the market that is selected."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.market_views.markets import SCREENER, MarketsState, MarketsViewModel
from upbit_auto_trading.ui.screens.market.list_panel import ListPanel
from upbit_auto_trading.ui.screens.market.market_side import MarketSide
from upbit_auto_trading.ui.screens.market.screener_panel import ScreenerPanel
from upbit_auto_trading.ui.screens.market.view_model.screener import ScreenerState, ScreenerViewModel
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.states import OfflineStrip, Strip
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("시장", "Market")
_OLD = Text("시세가 끊겼어요.", "Prices have stopped.")
_OLD_LINE = Text("보이는 값은 끊기기 전 값이에요. 다시 연결하고 있어요.", "What is shown is from before. Reconnecting.")
_MEMORY = "market-layout"
#: of table, screener and market before the user drew the lines elsewhere
_FIRST_SIZES = [824, 348, 360]
#: from here on the screener and the market that is selected stand side by side
_ROOM_FOR_BOTH = 1500
_WRITE_AFTER_MS = 500


class MarketView(QWidget):
    """``market_chosen(Market)``: to the chart."""

    market_chosen = pyqtSignal(object)

    def __init__(self, model: MarketsViewModel, screener: ScreenerViewModel, services: AppServices) -> None:
        super().__init__()
        self.model = model
        self.screener_model = screener
        self._memory = services.layouts
        self._list = Later(lambda: ListPanel(model, services), Shell.CHART_LEAST)
        self._screener = Later(lambda: ScreenerPanel(screener, services), Shell.TABLE_LEAST)
        self._side = Later(lambda: self._make_side(services), Shell.TABLE_LEAST)
        self._list.made.connect(self._take_list)
        self._side.made.connect(lambda: self._draw(model.state))
        self.strip: Strip = OfflineStrip()
        self.strip.set_words(_OLD, _OLD_LINE)
        kept = self._memory.read_values(_MEMORY)
        self._code = kept.get("market")
        self._is_screening = False
        self._sizes: dict[int, int] = {}
        self._arrange(kept.get("sizes"))
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_WRITE_AFTER_MS)
        self._quiet.timeout.connect(self._keep)
        self.splitter.splitterMoved.connect(self._note_sizes)
        model.state_changed.connect(self._draw)
        screener.state_changed.connect(self._draw_found)
        retranslating(self, lambda: self.setAccessibleName(tr(_TITLE)))
        self._draw(model.state)
        self._draw_found(screener.state)

    def _arrange(self, kept: object) -> None:
        self.splitter = QSplitter()
        for panel in (self._list, self._screener, self._side):
            self.splitter.addWidget(panel)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(Shell.GUTTER)
        for place, stretch in enumerate((1, 0, 0)):
            self.splitter.setStretchFactor(place, stretch)
        is_known = isinstance(kept, list) and len(kept) == 3 and all(isinstance(one, int) for one in kept)
        sizes = kept if is_known and isinstance(kept, list) else _FIRST_SIZES
        self._sizes = dict(enumerate(sizes))
        self.splitter.setSizes(sizes)
        column = QVBoxLayout(self)
        pad = Shell.CONTENT_PADDING
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(Shell.GUTTER)
        column.addWidget(self.strip)
        column.addWidget(self.splitter, 1)

    def _make_side(self, services: AppServices) -> MarketSide:
        side = MarketSide(services)
        side.market_chosen.connect(self.market_chosen)
        return side

    def _take_list(self) -> None:
        self.list.market_chosen.connect(self.market_chosen)
        self.list.market_selected.connect(self._select)
        self.list.filled.connect(lambda: self._draw(self.model.state))
        self.list.show_screened(self.screener_model.state.found)
        self.list.set_watched(self.isVisible())
        self._draw(self.model.state)

    @property
    def list(self) -> ListPanel:
        return self._list.content

    @property
    def screener(self) -> ScreenerPanel:
        return self._screener.content

    @property
    def side(self) -> MarketSide:
        return self._side.content

    def _note_sizes(self) -> None:
        """One that is not shown keeps its width."""
        self._sizes.update((place, size) for place, size in enumerate(self.splitter.sizes()) if size)
        self._quiet.start()

    def _keep(self) -> None:
        sizes = [self._sizes[place] for place in sorted(self._sizes)]
        self._memory.write_values(_MEMORY, {"sizes": sizes, "market": self._code})

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self._list.is_made:
            self.list.set_watched(True)
        self.model.watch(True)
        self._watch_screener()

    def hideEvent(self, event: QHideEvent | None) -> None:
        if event is not None and not event.spontaneous():
            self.model.watch(False)
            if self._list.is_made:
                self.list.set_watched(False)
            self._watch_screener()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _watch_screener(self) -> None:
        """It judges all markets again and again: only while its result is looked at."""
        is_watched = self.isVisible() and self.model.shown_tab() == SCREENER
        if is_watched != self._is_screening:
            self._is_screening = is_watched
            self.screener_model.watch(is_watched)

    # drawing

    def _share_room(self) -> None:
        is_screening = self.model.shown_tab() == SCREENER
        shown = (True, is_screening, not is_screening or self.width() >= _ROOM_FOR_BOTH)
        if shown == tuple(not self.splitter.widget(place).isHidden() for place in range(3)):  # type: ignore[union-attr]
            return
        panels: tuple[QWidget, ...] = (self._list, self._screener, self._side)
        for panel, is_shown in zip(panels, shown, strict=True):
            panel.setVisible(is_shown)
        others = sum(self._sizes[place] for place in (1, 2) if shown[place])
        self.splitter.setSizes(
            [max(self.splitter.width() - others, 1), *(self._sizes[place] * shown[place] for place in (1, 2))]
        )

    def _draw(self, state: MarketsState) -> None:
        self.strip.setVisible(bool(state.total) and not state.is_live)
        self._share_room()
        self._watch_screener()
        if (
            self._side.is_made
            and self._list.is_made
            and self.list.is_filled
            and self.side.market is None
            and 2 * sum(row.price is not None for row in state.rows) > len(state.rows)
        ):
            self._select_first(state)

    def _select_first(self, state: MarketsState) -> None:
        """The one that was looked at last time, else what stands at the top; asked once most prices are known."""
        kept = next((one.market for one in self.model.all_listed() if one.market.code == self._code), None)
        top = self.list.table.rows_model.row_at(0) or state.rows[0]
        self.side.show_market(kept or top.market)
        self.list.table.select_key(self.side.market)

    def _select(self, market: Market | None) -> None:
        if market is not None:
            if self._side.is_made:
                self.side.show_market(market)
            if market.code != self._code:
                self._code = market.code
                self._quiet.start()

    def _draw_found(self, state: ScreenerState) -> None:
        if self._list.is_made:
            self.list.show_screened(state.found)
