"""The trades before a market was watched: asked of the exchange once, so that a tape does not begin empty."""

from __future__ import annotations

import logging
from typing import Final

from PyQt6.QtCore import QObject, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.stream import Provenance, TradePrinted
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.market_news import MarketNews
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

_LOGGER = logging.getLogger(__name__)
_READING: Final = Text("최근 체결 읽기", "Reading the newest trades")
#: one answer of the exchange holds as many
_COUNT: Final = 200


class TradeFiller(QObject):
    """Owned by the board that it fills."""

    def __init__(self, board: MarketBoard, link: ExchangeLink, operations: Operations, clock: Clock) -> None:
        super().__init__(board)
        self._board = board
        self._link = link
        self._operations = operations
        self._clock = clock
        #: whose trades were asked for, of which connection
        self._asked: tuple[Market, object] | None = None
        board.trades_changed.connect(self._look)
        board.began_anew.connect(self._look)
        board.freshness_changed.connect(self._look)

    @pyqtSlot()
    def _look(self, _trades: object = None) -> None:
        market, connection = self._board.watched, self._link.connection
        if market is None or connection is None:
            self._asked = None
            return
        if self._asked == (market, connection):
            return
        self._asked = (market, connection)
        source = connection.exchange.market_data
        self._operations.run_in_background(
            Operation(_READING, lambda _context: source.trades(market, count=_COUNT)),
            initiator=self,
            on_success=self._put,
            on_failure=self._log,
        )

    def _put(self, trades: tuple[MarketTrade, ...]) -> None:
        """The board leaves out another market's, and knows by their numbers which came by the stream meanwhile."""
        now = self._clock.now()
        self._board.take(MarketNews(trades=tuple(TradePrinted(one, Provenance.REPAIR, now) for one in trades)))

    def _log(self, error: Exception) -> None:
        log_event(_LOGGER, logging.INFO, "the trades before are not known", error=str(error))
