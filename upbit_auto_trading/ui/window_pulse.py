"""What the window does by itself once a second: clock, ages, engine, load."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.main_window import MainWindow
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.shell.process_load import ProcessLoad

_EVERY_MS = 1_000
#: psutil takes its time to load, and the load of the start says nothing: not while the first prices come in
_LOAD_AFTER_BEATS = 3
#: as on the dashboard: the feed as a whole is late, not one quiet market
STALE_AFTER = timedelta(seconds=5)


class Ticking(Protocol):
    def tick(self) -> None: ...


class WindowPulse(QObject):
    def __init__(self, window: MainWindow, clock: Clock, engine: EngineLink, dashboard: Ticking) -> None:
        super().__init__(window)
        self._window = window
        self._clock = clock
        self._engine = engine
        self._dashboard = dashboard
        self._load: ProcessLoad | None = None
        self._newest: LastPrice | None = None
        self._beats = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.beat)
        engine.prices_changed.connect(self._take_prices)

    def start(self) -> None:
        self._timer.start()
        self.beat()

    def stop(self) -> None:
        self._timer.stop()

    @pyqtSlot(object)
    def _take_prices(self, prices: tuple[LastPrice, ...]) -> None:
        """The newest trade tells the age; the price shown is that of the first market, so that it does not jump."""
        self._newest = max(prices, key=lambda price: price.traded_at, default=self._newest)
        shown = next((price for price in prices if price.market.code == "KRW-BTC"), None)
        if shown is not None:
            self._window.status_bar.show_last_price(shown)

    @pyqtSlot()
    def beat(self) -> None:
        now = self._clock.now()
        bar = self._window.status_bar
        bar.show_clock(now)
        age = None if self._newest is None else max(now - self._newest.traded_at, timedelta(0))
        is_stale = age is not None and age > STALE_AFTER
        bar.show_prices(age, is_stale)
        bar.show_engine(self._engine.last_poll_age_seconds(), self._engine.entries_stopped_at)
        self._window.top_bar.show_stale(is_stale)
        self._dashboard.tick()
        self._beats += 1
        if self._beats == _LOAD_AFTER_BEATS:
            self._load = ProcessLoad()
        if self._load is not None and self._beats % 2 == 0:
            bar.show_load(self._load.now())
