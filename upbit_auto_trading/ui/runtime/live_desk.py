"""Live candles in the engine's thread: what the streams told goes in; windows and the storage thread are told.

Nothing in here waits. What comes from other threads (answers of the exchange, its time, what is to be followed) lies in
the inbox of ``LiveWork`` and is taken with each poll.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.events import FeedReplaced, MarketEvent
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleCorrected,
    CandleForming,
    CandleFreshnessChanged,
    CandlesFetched,
    CandlesNotFetched,
    CandlesSettled,
    Correction,
    FollowedSeries,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.stream import TradePrinted
from upbit_auto_trading.business_logic.engine.live_candles import LiveCandles
from upbit_auto_trading.business_logic.engine.live_clock import ExchangeTimeTold, LiveClock
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.runtime.burst import Burst

#: what closed meanwhile is written together
KEEP_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class FollowSeries:
    """From now on exactly these, of the streams with this number."""

    feed: int
    series: tuple[FollowedSeries, ...]
    day_start: timedelta


@dataclass(frozen=True, slots=True)
class CandleBatch:
    """What is to be stored; ``settled`` counts where both speak of an interval."""

    provisional: tuple[Candle, ...]
    settled: tuple[CandlesSettled, ...]
    #: by the exchange's clock
    told_at: datetime


LiveMessage = FollowSeries | ExchangeTimeTold | CandlesFetched | CandlesNotFetched


class LiveWork(Protocol):
    """What is done in other threads; every method returns at once and is called in the engine's."""

    def ask(self, command: FetchCandles) -> None: ...

    def take_messages(self) -> tuple[LiveMessage, ...]:
        """What came since, in order."""

    def keep(self, batch: CandleBatch) -> None:
        """Have it stored, after what was given before."""


class NoLiveWork:
    """Implements ``LiveWork`` where no candles are kept."""

    def ask(self, command: FetchCandles) -> None:
        """Nothing is followed, so nothing is asked."""

    def take_messages(self) -> tuple[LiveMessage, ...]:
        return ()

    def keep(self, batch: CandleBatch) -> None:
        """Nothing is followed, so nothing closes."""


class LiveDesk(QObject):
    forming_changed = pyqtSignal(object)  # tuple[CandleForming, ...]: the newest of each market and unit, ten a second
    candles_told = pyqtSignal(object)  # tuple of closed, confirmed, corrected, settled ones: each of them, in order
    freshness_changed = pyqtSignal(object)  # tuple[CandleFreshnessChanged, ...]

    def __init__(self, work: LiveWork, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._clock = clock
        self._exchange_clock = LiveClock()
        self._candles = LiveCandles()
        self._forming = Burst(parent=self)
        self._forming.delivered.connect(self._tell_forming)
        self._provisional: dict[tuple[object, ...], Candle] = {}
        self._settled: list[CandlesSettled] = []
        self._kept_at = clock.monotonic()

    def process(self, events: Iterable[MarketEvent]) -> None:
        """What one poll brought, then the clock."""
        own_now, own_seconds = self._clock.now(), self._clock.monotonic()
        for message in self._work.take_messages():
            self._take(message, own_seconds)
        for event in events:
            self._note_time(event, own_now)
            self._candles.process(event, self._exchange_clock.now(own_now) or own_now)
        now = self._exchange_clock.now(own_now)
        if now is None:
            return
        self._candles.tick(now)
        for command in self._candles.due(own_seconds):
            self._work.ask(command)
        self._tell(self._candles.drain(now))
        if own_seconds - self._kept_at >= KEEP_EVERY_SECONDS:
            self._kept_at = own_seconds
            self._keep(now)

    def close(self) -> None:
        """What waits for its second is stored now."""
        self._keep(self._exchange_clock.now(self._clock.now()))

    def _take(self, message: LiveMessage, own_seconds: float) -> None:
        match message:
            case FollowSeries(feed, series, day_start):
                self._candles.follow(feed, series, day_start)
            case ExchangeTimeTold():
                self._exchange_clock.tell(message)
            case CandlesFetched():
                self._candles.fetched(message, own_seconds)
            case CandlesNotFetched():
                self._candles.not_fetched(message, own_seconds)
            case _ as never:
                assert_never(never)

    def _note_time(self, event: MarketEvent, own_now: datetime) -> None:
        if isinstance(event, FeedReplaced):
            self._exchange_clock.forget()
        elif isinstance(event, TradePrinted):
            self._exchange_clock.see(event.trade.traded_at, own_now)

    def _tell(self, events: tuple[LiveCandleEvent, ...]) -> None:
        told: list[LiveCandleEvent] = []
        freshness: list[CandleFreshnessChanged] = []
        for event in events:
            if isinstance(event, CandleForming):
                self._forming.offer((event.candle.market, event.candle.unit), event)
            elif isinstance(event, CandleFreshnessChanged):
                freshness.append(event)
            else:
                told.append(event)
                self._note_for_storage(event)
        if told:
            self.candles_told.emit(tuple(told))
        if freshness:
            self.freshness_changed.emit(tuple(freshness))

    def _note_for_storage(self, event: LiveCandleEvent) -> None:
        match event:
            case CandleClosed(candle) | CandleCorrected(_, candle, Correction.LATE_TRADE):
                self._provisional[candle.market, candle.unit, candle.opened_at] = candle
            case CandlesSettled():
                self._settled.append(event)
            case _:
                return  # the range that was settled says the same

    def _keep(self, now: datetime | None) -> None:
        if now is None or not (self._provisional or self._settled):
            return
        batch = CandleBatch(tuple(self._provisional.values()), tuple(self._settled), now)
        self._provisional, self._settled = {}, []
        self._work.keep(batch)

    @pyqtSlot(object)
    def _tell_forming(self, newest: dict[object, object]) -> None:
        self.forming_changed.emit(tuple(newest.values()))
