"""The engine as the windows see it: lives in the UI thread before, while and after the engine's thread runs."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.events import EntriesResumed, EntriesStopped
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.market_feed import MarketFeedFactory
from upbit_auto_trading.ui.runtime.engine_worker import (
    EnginePulse,
    EngineRequests,
    EngineStateFactory,
    EngineWorker,
    PulseBoard,
)
from upbit_auto_trading.ui.runtime.worker_host import WorkerHost


class EngineLink(QObject):
    """Signals arrive in the UI thread; ``stop_entries`` and ``resume_entries`` return at once from any thread."""

    prices_changed = pyqtSignal(object)  # tuple[LastPrice, ...]: the newest of each market that traded
    account_changed = pyqtSignal(object)  # OwnAccount: the newest state of each own order and balance
    entries_gate_changed = pyqtSignal(object)  # datetime of the stop that holds, or None; the answer to every request
    pulse_changed = pyqtSignal(object)  # EnginePulse, once a second
    started = pyqtSignal()
    failed = pyqtSignal(object)  # an error; the engine goes on

    def __init__(
        self,
        open_feed: MarketFeedFactory,
        open_state: EngineStateFactory,
        clock: Clock,
        parent: QObject | None = None,
        name: str = "engine",
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._requests = EngineRequests()
        self._board = PulseBoard()
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
        worker = EngineWorker(self._open_feed, self._open_state, self._clock, self._requests, self._board)
        worker.prices_changed.connect(self.prices_changed)
        worker.account_changed.connect(self.account_changed)
        worker.entries_gate_changed.connect(self.entries_gate_changed)
        worker.pulse_changed.connect(self.pulse_changed)
        worker.failed.connect(self.failed)
        return worker

    @pyqtSlot(object)
    def _remember_gate(self, stopped_at: datetime | None) -> None:
        self.entries_stopped_at = stopped_at
        self.knows_entries = True

    @pyqtSlot(object)
    def _remember_account(self, account: OwnAccount) -> None:
        self.account = account
