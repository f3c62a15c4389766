"""The engine's thread: the session and its feed. A timer polls; nothing in here waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.commands import Command, RecordEntriesResumed, RecordEntriesStopped
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken, StorageError, TradingAppError
from upbit_auto_trading.business_logic.domain.events import EntriesResumed, EntriesStopped, PriceChanged
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
from upbit_auto_trading.business_logic.engine.session import Session, SessionState
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.market_feed import MarketFeed, MarketFeedFactory
from upbit_auto_trading.business_logic.ports.stores import EngineStateStore
from upbit_auto_trading.ui.runtime.burst import Burst, Turn
from upbit_auto_trading.ui.runtime.live_desk import LiveDesk, LiveWork
from upbit_auto_trading.ui.runtime.market_news import MarketNews, NewsDesk
from upbit_auto_trading.ui.runtime.worker_host import GuardedWorker, guarded_slot

#: entered and left in the engine's thread, with a connection of its own
EngineStateFactory = Callable[[], AbstractContextManager[EngineStateStore]]

POLL_INTERVAL_MS = 50
PULSE_INTERVAL_MS = 1_000
_ACCOUNT, _PASSED = "account", "passed"
#: a market without a trade for this long counts as stale, where no stream tells how it stands
STALE_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class EnginePulse:
    """Proof of life: when the engine last polled (monotonic), and how fresh its markets are."""

    polled_at: float
    streams_fresh: int
    streams_stale: int


class EngineRequests:
    """What other threads ask of the engine; taken up between two prices, so also while a poll is busy."""

    def __init__(self) -> None:
        # A deque hands over single items safely between threads.
        self._waiting: deque[EntriesStopped | EntriesResumed] = deque()

    def add(self, request: EntriesStopped | EntriesResumed) -> None:
        self._waiting.append(request)

    def take(self) -> EntriesStopped | EntriesResumed | None:
        return self._waiting.popleft() if self._waiting else None


class PulseBoard:
    """The newest pulse, written by the engine, readable from any thread even when both others are stuck."""

    def __init__(self) -> None:
        self.newest: EnginePulse | None = None  # one reference, replaced whole


class Turns:
    """Of what the window's thread is sent ten times a second: none of it heaps up where that thread is slow."""

    def __init__(self) -> None:
        self.prices, self.passed, self.news = Turn(), Turn(), Turn()


class EngineWorker(GuardedWorker):
    """Lives in the engine thread."""

    prices_changed = pyqtSignal(object)  # tuple[LastPrice, ...]: the newest of each market that traded
    #: tuple[LastPrice, ...]: each of them in its order, ten times a second; a spike between two newest ones is in it
    prices_passed = pyqtSignal(object)
    account_changed = pyqtSignal(object)  # OwnAccount
    entries_gate_changed = pyqtSignal(object)  # datetime of the stop that holds, or None
    pulse_changed = pyqtSignal(object)  # EnginePulse
    market_told = pyqtSignal(object)  # MarketNews, at most ten a second
    forming_changed = pyqtSignal(object)  # these three as LiveDesk tells them
    candles_told = pyqtSignal(object)
    freshness_changed = pyqtSignal(object)

    def __init__(
        self,
        open_feed: MarketFeedFactory,
        open_state: EngineStateFactory,
        clock: Clock,
        requests: EngineRequests,
        board: PulseBoard,
        live: LiveWork,
        turns: Turns,
    ) -> None:
        super().__init__()
        self._live = live
        self._turns = turns
        self._open_feed = open_feed
        self._open_state = open_state
        self._clock = clock
        self._requests = requests
        self._board = board
        self._open_things = ExitStack()
        self._feed: MarketFeed | None = None
        self._store: EngineStateStore | None = None
        self._session = Session(self._record)
        self._unrecorded_stop: RecordEntriesStopped | None = None
        self._is_poll_failing = False
        self._timers: list[QTimer] = []

    def start(self) -> None:
        self._store = self._open_things.enter_context(self._open_state())
        self._session = Session(self._record, SessionState(entries_stopped_at=self._store.entries_stopped_at()))
        self.entries_gate_changed.emit(self._session.state.entries_stopped_at)
        self._feed = self._open_feed()
        self._open_things.callback(self._feed.close)
        self._feed.open()
        self._prices = Burst(parent=self, turn=self._turns.prices)
        self._prices.delivered.connect(self._emit_prices)
        self._passed = Burst(parent=self, turn=self._turns.passed)
        self._passed.delivered.connect(self._emit_passed)
        self._account = Burst(parent=self)
        self._account.delivered.connect(self._emit_account)
        self._news = NewsDesk(self, self._turns.news)
        self._news.told.connect(self._emit_news)
        self._candles = LiveDesk(self._live, self._clock, self)
        self._candles.forming_changed.connect(self.forming_changed)
        self._candles.candles_told.connect(self.candles_told)
        self._candles.freshness_changed.connect(self.freshness_changed)
        self._open_things.callback(self._candles.close)
        self._start_timer(POLL_INTERVAL_MS, self.poll)
        self._start_timer(PULSE_INTERVAL_MS, self.tell_pulse)
        self.poll()

    def stop(self) -> None:
        """The feed is closed before the store that its last prices may have needed."""
        for timer in self._timers:
            timer.stop()
        self._open_things.close()

    @guarded_slot()
    def poll(self) -> None:
        if self._feed is None:
            return
        try:
            prices = self._feed.due_prices()
            events = self._feed.due_events()
            of_markets = self._feed.due_market_events()
        except TradingAppError as error:
            if not self._is_poll_failing:  # told once, not twenty times a second
                self._is_poll_failing = True
                self.failed.emit(error)
            return
        self._is_poll_failing = False
        account = self._session.state.account
        for event in events:  # before the prices: other streams bring another time
            self._session.process(event)
        if self._session.state.account is not account:
            self._account.offer(_ACCOUNT, self._session.state.account)
        passed: list[LastPrice] = []
        for price in prices:
            self.take_requests()
            self._session.process(PriceChanged(price))
            newest = self._session.state.last_prices[price.market]
            self._prices.offer(price.market, newest)
            if newest is price:
                passed.append(price)
        if passed:
            waiting: Any = self._passed.take(_PASSED) or ()
            self._passed.offer(_PASSED, (*waiting, *passed))
        self.take_requests()
        self._note_poll()
        for told in of_markets:
            self._news.take(told)
        self._candles.process(of_markets)

    @guarded_slot()
    def take_requests(self) -> None:
        request = self._requests.take()
        while request is not None:
            self._change_gate(request)
            request = self._requests.take()

    @guarded_slot()
    def tell_pulse(self) -> None:
        self.pulse_changed.emit(self._board.newest)
        if self._unrecorded_stop is not None:
            self._retry_recording(self._unrecorded_stop)

    def _retry_recording(self, stop: RecordEntriesStopped) -> None:
        try:
            self._record(stop)
        except StorageError:
            return  # told when it first failed; the next pulse tries again

    def _change_gate(self, request: EntriesStopped | EntriesResumed) -> None:
        before = self._session.state.entries_stopped_at
        try:
            self._session.process(request)
        except TradingAppError as error:
            self.failed.emit(error)
        after = self._session.state.entries_stopped_at
        # Also when nothing changed: whoever pressed waits for an answer.
        self.entries_gate_changed.emit(after)
        if before is not None and after is None:
            self._unrecorded_stop = None

    def _record(self, command: Command) -> None:
        """On disk before it is announced. A stop that cannot be recorded holds all the same, and is tried again."""
        store = self._store
        if store is None:
            raise InvariantBroken("the engine's store is not open")
        match command:
            case RecordEntriesStopped(stopped_at):
                self._unrecorded_stop = command
                store.record_entries_stopped(stopped_at)
                self._unrecorded_stop = None
            case RecordEntriesResumed(resumed_at):
                store.record_entries_resumed(resumed_at)

    def _note_poll(self) -> None:
        state = self._session.state
        stale = len(state.stale_markets(self._clock.now(), STALE_AFTER))
        self._board.newest = EnginePulse(self._clock.monotonic(), len(state.last_prices) - stale, stale)

    def _start_timer(self, interval_ms: int, slot: Callable[[], None]) -> None:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        timer.start()
        self._timers.append(timer)

    @pyqtSlot(object)
    def _emit_account(self, newest: dict[object, OwnAccount]) -> None:
        self.account_changed.emit(newest[_ACCOUNT])

    @pyqtSlot(object)
    def _emit_news(self, news: MarketNews) -> None:
        self._turns.news.send()
        self.market_told.emit(news)

    @pyqtSlot(object)
    def _emit_passed(self, waiting: dict[object, object]) -> None:
        self._turns.passed.send()
        self.prices_passed.emit(waiting[_PASSED])

    @pyqtSlot(object)
    def _emit_prices(self, newest: dict[object, object]) -> None:
        self._turns.prices.send()
        self.prices_changed.emit(tuple(newest.values()))
