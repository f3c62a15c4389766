"""A panel that shows what a board watches: it says how old that is, and rests while it is folded or out of sight."""

from __future__ import annotations

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent

from upbit_auto_trading.business_logic.domain.stream import TopicKind
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import Words, current_language
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.market_data_services import MarketDataServices
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import StaleMark

_AGE_EVERY_MS = 1_000


class BoardPanel(Panel):
    """``note`` stands in the header while it is unfolded."""

    #: what of the board is shown
    topic: TopicKind

    def __init__(self, title: Words, board: MarketBoard, data: MarketDataServices) -> None:
        super().__init__(title, collapsible=True)
        self._board = board
        self._data = data
        self.stale = StaleMark()
        self._ages = QTimer(self)
        self._ages.setInterval(_AGE_EVERY_MS)
        self._ages.timeout.connect(self._draw_age)
        self.add_beside_title(self.stale)
        self.collapsed_changed.connect(self._fold)
        following_theme(self, self._fit_text)

    def _draw(self) -> None:
        raise NotImplementedError

    def _has_content(self) -> bool:
        """Whether there is anything that could be old."""
        raise NotImplementedError

    def _fit_text(self) -> None:
        """Larger text needs more room; the numbers are never cut."""
        self.setMinimumWidth(round(Shell.ORDER_BOOK_LEAST * max(current_theme().text_scale, 100) / 100))

    def _is_stale(self) -> bool:
        market = self._board.watched
        return market is not None and not self._board.freshness(market, self.topic).is_fresh

    def _draw_age(self) -> None:
        market = self._board.watched
        is_old = market is not None and self._has_content() and self._is_stale()
        self.stale.setVisible(is_old)
        if is_old and market is not None:
            age = self._board.freshness(market, self.topic).age
            now = self._data.market_now()
            self.stale.set_age(formats.NOTHING if age is None else formats.age(now - age, now, current_language()))

    def _fold(self, collapsed: bool) -> None:
        """Folded nothing is drawn and no age is counted: a figure in the header that stands still would be wrong."""
        if collapsed:
            self._ages.stop()
            self.note.hide()
            self.stale.hide()
        else:
            self._ages.start()
            self._draw()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._fold(self.is_collapsed)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._ages.stop()
        super().hideEvent(event)
