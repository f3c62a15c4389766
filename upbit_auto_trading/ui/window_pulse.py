"""What the window does by itself once a second: clock, connection, engine, load."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.main_window import MainWindow
from upbit_auto_trading.ui.price_connection import ConnectionKind, PriceConnection, followed
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink, LinkState
from upbit_auto_trading.ui.shell.process_load import ProcessLoad

_EVERY_MS = 1_000
#: psutil takes its time to load, and the load of the start says nothing: not while the first prices come in
_LOAD_AFTER_BEATS = 3


class ShowsConnection(Protocol):
    def show_connection(self, connection: PriceConnection) -> None: ...


class WindowPulse(QObject):
    def __init__(
        self, window: MainWindow, clock: Clock, engine: EngineLink, exchange: ExchangeLink, dashboard: ShowsConnection
    ) -> None:
        super().__init__(window)
        self._window = window
        self._clock = clock
        self._engine = engine
        self._dashboard = dashboard
        self._load: ProcessLoad | None = None
        self._kind = followed(ConnectionKind.STARTING, exchange.state)
        #: by the monotonic clock: a practice market has a time of its own
        self._priced_at: float | None = None
        self._is_stale = False
        self._beats = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.beat)
        engine.prices_changed.connect(self._take_prices)
        exchange.state_changed.connect(self._take_link)

    def start(self) -> None:
        self._timer.start()
        self.beat()

    def stop(self) -> None:
        self._timer.stop()

    @pyqtSlot(object)
    def _take_prices(self, prices: tuple[LastPrice, ...]) -> None:
        """The price shown is that of the first market, so that it does not jump."""
        is_first, self._priced_at = self._priced_at is None, self._clock.monotonic()
        if is_first or self._is_stale:
            self._show_connection()
        shown = next((price for price in prices if price.market.code == "KRW-BTC"), None)
        if shown is not None:
            self._window.status_bar.show_last_price(shown)

    @pyqtSlot(object)
    def _take_link(self, link: LinkState) -> None:
        self._kind = followed(self._kind, link)
        self._show_connection()

    def _show_connection(self) -> None:
        age = None if self._priced_at is None else timedelta(seconds=self._clock.monotonic() - self._priced_at)
        connection = PriceConnection(self._kind, age)
        self._is_stale = connection.is_stale
        self._window.status_bar.show_connection(connection)
        self._window.top_bar.show_connection(connection)
        self._dashboard.show_connection(connection)

    @pyqtSlot()
    def beat(self) -> None:
        now = self._clock.now()
        bar = self._window.status_bar
        bar.show_clock(now)
        self._show_connection()
        bar.show_engine(self._engine.last_poll_age_seconds(), self._engine.entries_stopped_at)
        self._beats += 1
        if self._beats == _LOAD_AFTER_BEATS:
            self._load = ProcessLoad()
        if self._load is not None and self._beats % 2 == 0:
            bar.show_load(self._load.now())
