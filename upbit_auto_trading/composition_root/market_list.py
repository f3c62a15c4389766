"""The job that looks at the list of markets of the exchange that is connected; the window hears what changed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import ExchangeError
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.use_cases.sync_markets import SyncReport, record_look
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.ui.market_notices import MARKETS_TOPIC, doubt_notice, market_notice
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.queued import connect_queued

_LOGGER = logging.getLogger(__name__)
_STORAGE_LIMIT_SECONDS = 60.0


class MarketListSync(QObject):
    """Made in the UI thread; :meth:`sync` runs in a thread of the scheduler, which may wait for the exchange."""

    #: MarketNotice, one a look at most
    told = pyqtSignal(object)
    #: SyncReport of a list that was believed
    synced = pyqtSignal(object)
    _recorded = pyqtSignal()

    def __init__(
        self,
        connection: Callable[[], Connection | None],
        operations: Operations,
        clock: Clock,
    ) -> None:
        super().__init__()
        self._connection = connection
        self._operations = operations
        self._clock = clock
        #: exchanges whose doubtful list was told of: once, until a good one came
        self._doubted: set[str] = set()
        connect_queued(self._recorded, self._announce)

    def sync(self) -> str:
        """In a word what came of it. Raises ExchangeError and StorageError."""
        connection = self._connection()
        if connection is None:
            return "no exchange"
        exchange = connection.exchange.name
        try:
            listed = connection.exchange.market_data.markets()
        except ExchangeError:
            if self._connection() is not connection:
                return "left meanwhile"
            raise
        now, world = self._clock.now(), connection.world
        report = self._operations.ask_storage(
            lambda stores: record_look(stores.market_list, exchange, listed, now, world), _STORAGE_LIMIT_SECONDS
        )
        self._tell(report)
        return report.word

    def _tell(self, report: SyncReport) -> None:
        if report.doubt is not None:
            if report.exchange not in self._doubted:
                self._doubted.add(report.exchange)
                log_event(_LOGGER, logging.WARNING, "list of markets not believed", reason=report.doubt.value)
                self.told.emit(doubt_notice(report.doubt))
            return
        self._doubted.discard(report.exchange)
        self.synced.emit(report)
        if report.events:
            log_event(_LOGGER, logging.INFO, "list of markets changed", count=len(report.events))
            self._recorded.emit()
        notice = market_notice(report.events, (one.listed for one in report.markets))
        if notice is not None:
            self.told.emit(notice)

    @pyqtSlot()
    def _announce(self) -> None:
        self._operations.changed.emit(MARKETS_TOPIC, None)
