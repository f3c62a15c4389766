"""The engine as the windows see it: lives in the UI thread before, while and after the engine's thread runs."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.events import EntriesResumed, EntriesStopped
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.market_feed import MarketFeedFactory
from upbit_auto_trading.ui.runtime.engine_worker import (
    EnginePulse,
    EngineRequests,
    EngineStateFactory,
    EngineWorker,
    PulseBoard,
    Turns,
)
from upbit_auto_trading.ui.runtime.live_desk import LiveWork, NoLiveWork
from upbit_auto_trading.ui.runtime.market_news import MarketNews
from upbit_auto_trading.ui.runtime.worker_host import WorkerHost


class EngineLink(QObject):
    """Signals arrive in the UI thread; ``stop_entries`` and ``resume_entries`` return at once from any thread."""

    prices_changed = pyqtSignal(object)  # tuple[LastPrice, ...]: the newest of each market that traded
    prices_passed = pyqtSignal(object)  # tuple[LastPrice, ...]: each of them, in its order, ten times a second
    account_changed = pyqtSignal(object)  # OwnAccount: the newest state of each own order and balance
    entries_gate_changed = pyqtSignal(object)  # datetime of the stop that holds, or None; the answer to every request
    pulse_changed = pyqtSignal(object)  # EnginePulse, once a second
    market_told = pyqtSignal(object)  # MarketNews, at most ten a second: for MarketBoard
    forming_changed = pyqtSignal(object)  # tuple[CandleForming, ...]: the newest of each market and unit, ten a second
    candles_told = pyqtSignal(object)  # tuple of closed, confirmed, corrected, settled ones: each of them, in order
    freshness_changed = pyqtSignal(object)  # tuple[CandleFreshnessChanged, ...]
    started = pyqtSignal()
    failed = pyqtSignal(object)  # an error; the engine goes on

    def __init__(
        self,
        open_feed: MarketFeedFactory,
        open_state: EngineStateFactory,
        clock: Clock,
        parent: QObject | None = None,
        name: str = "engine",
        live: LiveWork | None = None,
    ) -> None:
        super().__init__(parent)
        self._live = live or NoLiveWork()
        self._clock = clock
        self._requests = EngineRequests()
        self._board = PulseBoard()
        self._turns = Turns()
        self._open_feed = open_feed
        self._open_state = open_state
        #: as last announced by the engine
        self.entries_stopped_at: datetime | None = None
        self.knows_entries = False
        self.account = OwnAccount()
        self.host = WorkerHost(name, self._make_worker, self)
        self.host.started.connect(self.started)
        self.host.failed.connect(self.failed)
        self.entries_gate_changed.connect(self._remember_gate)
        self.account_changed.connect(self._remember_account)

    def start(self) -> None:
        self.host.start()

    def stop_entries(self) -> None:
        """The kill switch, level 1. Taken up between two prices; the answer is ``entries_gate_changed``."""
        self._requests.add(EntriesStopped(self._clock.now()))
        self.host.post(EngineWorker.take_requests)

    def resume_entries(self) -> None:
        self._requests.add(EntriesResumed(self._clock.now()))
        self.host.post(EngineWorker.take_requests)

    def pulse(self) -> EnginePulse | None:
        """The newest proof of life, from any thread; ``None`` before the first poll."""
        return self._board.newest

    def last_poll_age_seconds(self) -> float | None:
        pulse = self._board.newest
        return None if pulse is None else self._clock.monotonic() - pulse.polled_at

    def _make_worker(self) -> EngineWorker:
        """Called in the engine's thread; its signals to this object are therefore queued."""
        worker = EngineWorker(
            self._open_feed, self._open_state, self._clock, self._requests, self._board, self._live, self._turns
        )
        worker.prices_changed.connect(self._tell_prices)
        worker.prices_passed.connect(self._tell_passed)
        worker.account_changed.connect(self.account_changed)
        worker.entries_gate_changed.connect(self.entries_gate_changed)
        worker.pulse_changed.connect(self.pulse_changed)
        worker.market_told.connect(self._tell_news)
        worker.forming_changed.connect(self.forming_changed)
        worker.candles_told.connect(self.candles_told)
        worker.freshness_changed.connect(self.freshness_changed)
        worker.failed.connect(self.failed)
        return worker

    # each is told when everybody here has had the one before

    @pyqtSlot(object)
    def _tell_prices(self, prices: tuple[LastPrice, ...]) -> None:
        self.prices_changed.emit(prices)
        self._turns.prices.take()

    @pyqtSlot(object)
    def _tell_passed(self, prices: tuple[LastPrice, ...]) -> None:
        self.prices_passed.emit(prices)
        self._turns.passed.take()

    @pyqtSlot(object)
    def _tell_news(self, news: MarketNews) -> None:
        self.market_told.emit(news)
        self._turns.news.take()

    @pyqtSlot(object)
    def _remember_gate(self, stopped_at: datetime | None) -> None:
        self.entries_stopped_at = stopped_at
        self.knows_entries = True

    @pyqtSlot(object)
    def _remember_account(self, account: OwnAccount) -> None:
        self.account = account
