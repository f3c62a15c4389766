"""Live candles in the program: which series are followed, who asks the exchange, and that what closed is stored."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.live_candle import FollowedSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.business_logic.engine.live_clock import ExchangeTimeTold
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.ports.kept_series import TOPIC
from upbit_auto_trading.business_logic.ports.practice import PracticeDesk
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.composition_root.live_storage import Identity, begin, keep, to_follow
from upbit_auto_trading.composition_root.practice_connection import topics_of_all
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.data_layer.exchange_feed import ExchangeFeed
from upbit_auto_trading.data_layer.live_candle_reader import LiveCandleReader
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.live_desk import CandleBatch, FollowSeries, LiveMessage
from upbit_auto_trading.ui.runtime.operation import OperationContext, StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.storage_worker import StorageWorker
from upbit_auto_trading.utils.bilingual_text import Text

_LOGGER = logging.getLogger(__name__)
#: a batch a minute, of all series: most of a day
_MOST_UNSTORED = 1_000
_LOOKING = Text("저장할 시세 확인", "Looking up which candles are kept")
#: owners of topics at the feed
_EVERYBODY, _KEPT = "prices and account", "kept series"


class ExchangeSource:
    """Implements ``CandleSource``."""

    def __init__(self, exchange: Exchange, desk: PracticeDesk | None, clock: Clock) -> None:
        self._exchange = exchange
        self._desk = desk
        self._clock = clock

    def candles(self, command: FetchCandles) -> tuple[Candle, ...]:
        after = command.unit.next(command.span.end, self._exchange.capabilities.day_start)
        return self._exchange.market_data.candles_between(command.market, command.unit, command.span.start, after)

    def time(self) -> ExchangeTimeTold:
        """A practice market has a time of its own, which may run faster; others have ours, as their answers show."""
        if self._desk is not None:
            told = self._desk.time()
            return ExchangeTimeTold(told.now, self._clock.now(), 0.0 if told.is_paused else float(told.speed))
        now, difference = self._clock.now(), self._exchange.health().clock_difference
        return ExchangeTimeTold(now if difference is None else now + difference, now)


class LiveData(QObject):
    """Lives in the UI thread; implements ``LiveWork`` for the engine's."""

    def __init__(self, feed: ExchangeFeed, operations: Operations, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feed = feed
        self._operations = operations
        self._clock = clock
        self._reader = LiveCandleReader(clock)
        self._wishes: deque[FollowSeries] = deque()
        #: touched by the storage thread only
        self._unstored: deque[CandleBatch] = deque(maxlen=_MOST_UNSTORED)
        self._is_storing_failing = False
        self._connection: Connection | None = None
        self._feed_number = 0
        self._is_left = False
        #: of this connection; None until it was looked up
        self._kept: tuple[FollowedSeries, ...] | None = None
        #: what windows look at, by their names
        self._viewed: dict[str, FollowedSeries] = {}
        operations.changed.connect(self._look_again)

    # the engine's thread

    def ask(self, command: FetchCandles) -> None:
        self._reader.ask(command)

    def take_messages(self) -> tuple[LiveMessage, ...]:
        wishes: list[LiveMessage] = []
        while self._wishes:
            wishes.append(self._wishes.popleft())
        return (*wishes, *self._reader.take())

    def keep(self, batch: CandleBatch) -> None:
        self._operations.storage.post(lambda worker: self._store(worker, batch))

    # the storage thread

    def _store(self, worker: StorageWorker, batch: CandleBatch) -> None:
        """What could not be stored is tried again with the next. Lost at the end, it is asked for at the next start."""
        self._unstored.append(batch)
        while self._unstored:
            try:
                keep(worker.stores(), self._unstored[0])
            except TradingAppError as error:
                if not self._is_storing_failing:
                    _LOGGER.error("live candles could not be stored; they are tried again", exc_info=error)
                self._is_storing_failing = True
                return
            self._is_storing_failing = False
            self._unstored.popleft()

    # the UI thread

    @pyqtSlot(object)
    def take_connection(self, connection: Connection) -> None:
        self._connection, self._kept = connection, None
        self._reader.read_from(ExchangeSource(connection.exchange, connection.practice, self._clock))
        self._feed.want(_EVERYBODY, topics_of_all(connection.markets))
        self._feed.want(_KEPT, ())
        self._feed_number = self._feed.attach(connection.streams)
        identity = Identity(connection.exchange.name, connection.world, connection.markets)
        self._submit(connection, lambda stores, _context: begin(stores, identity))

    @pyqtSlot()
    def lose_connection(self) -> None:
        self._connection = self._kept = None
        self._reader.read_from(None)
        self._feed.detach()

    def view(self, owner: str, series: FollowedSeries | None) -> bool:
        """From now on ``owner`` looks at this one: it is followed beside those that are kept, and stored like them.

        True where it was followed already, so that how fresh it is was told before.
        """
        was_followed = series is not None and (series.market, series.unit) in self._followed()
        if series is None:
            self._viewed.pop(owner, None)
        else:
            self._viewed[owner] = replace(series, is_watched=True)
        self._tell_wish()
        return was_followed

    def leave(self) -> None:
        """Nothing is asked of the exchange any more; from any thread."""
        self._is_left = True
        self._reader.read_from(None)

    def stop(self) -> tuple[str, ...]:
        """A step of the program's end, outside the UI thread, when the exchange was left; nothing is late by it."""
        if not self._reader.stop():
            # a request that hangs; its thread is a daemon and its answer goes nowhere
            log_event(_LOGGER, logging.INFO, "a thread of live candles ends late")
        return ()

    @pyqtSlot(str, object)
    def _look_again(self, topic: str, _initiator: object) -> None:
        """The user keeps other series now, or candles were forgotten."""
        connection = self._connection
        if topic == TOPIC and connection is not None:
            name = connection.exchange.name
            self._submit(connection, lambda stores, _context: to_follow(stores, name))

    def _submit(
        self, connection: Connection, work: Callable[[Stores, OperationContext], tuple[FollowedSeries, ...]]
    ) -> None:
        def follow(series: tuple[FollowedSeries, ...]) -> None:
            if connection is self._connection:
                self._kept = series
                self._tell_wish()

        self._operations.submit_to_storage(
            StorageOperation(_LOOKING, work), initiator=self, on_success=follow, on_failure=_log_failure
        )

    def _followed(self) -> dict[tuple[Market, CandleUnit], FollowedSeries]:
        """Each once, whoever wants it."""
        connection = self._connection
        if connection is None or self._kept is None:
            return {}
        exchange = connection.exchange
        found = {(one.market, one.unit): one for one in self._kept}
        for one in self._viewed.values():
            key = (one.market, one.unit)
            if key in found:
                found[key] = replace(found[key], is_watched=True)
            elif one.market.exchange == exchange.name and one.unit in exchange.capabilities.candle_units:
                found[key] = one
        return found

    def _tell_wish(self) -> None:
        connection = self._connection
        if connection is None or self._kept is None or self._is_left:
            return  # told when it is known what is kept
        series = tuple(self._followed().values())
        self._feed.want(_KEPT, {Topic(TopicKind.TRADES, one.market) for one in series})
        self._wishes.append(FollowSeries(self._feed_number, series, connection.exchange.capabilities.day_start))


def _log_failure(error: Exception) -> None:
    _LOGGER.error("which candles are kept could not be looked up; none are built live", exc_info=error)
