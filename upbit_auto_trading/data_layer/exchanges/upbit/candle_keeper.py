"""Candles end by the clock, without a last frame: each one that ended is read once more by REST.

It also asks for candles that are not pushed at all (days and more), for all of them while the stream is away, and for
those that an outage has swallowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import StreamState, Topic
from upbit_auto_trading.data_layer.exchanges.upbit.repair import MarketRepair
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.exchanges.upbit.subscriptions import is_streamed
from upbit_auto_trading.data_layer.exchanges.upbit.topic_states import TopicStates
from upbit_auto_trading.data_layer.transport.exchange_time import ExchangeTime

#: the exchange may list a candle some seconds late; after so many readings it is taken as it is
_MOST_READINGS = 3


@dataclass(slots=True)
class _Kept:
    topic: Topic
    market: Market
    unit: CandleUnit
    #: the candle that forms, as far as we know
    opened_at: datetime
    #: the oldest that has not been read again
    unread_from: datetime
    asked_at: float = float("-inf")
    is_asked: bool = False
    readings: int = 0
    #: who waits for an outage to be mended
    waiting: list[Callable[[], None]] = field(default_factory=list)


class CandleKeeper:
    """Lives in the stream thread."""

    def __init__(self, repair: MarketRepair, states: TopicStates, clock: ExchangeTime, timing: StreamTiming) -> None:
        self._repair = repair
        self._states = states
        self._clock = clock
        self._timing = timing
        self._kept: dict[tuple[Market, CandleUnit], _Kept] = {}

    def want(self, topics: Iterable[Topic]) -> None:
        wanted = {(topic.market, topic.unit): topic for topic in topics if topic.market and topic.unit}
        for key in set(self._kept) - set(wanted):
            del self._kept[key]
        for (market, unit), topic in wanted.items():
            if market is not None and unit is not None and (market, unit) not in self._kept:
                # what lies before is history, which whoever wants candles loads himself
                opened_at = unit.floor(self._clock.now())
                self._kept[(market, unit)] = _Kept(topic, market, unit, opened_at, opened_at)
                if not is_streamed(topic):
                    self._states.change(topic, StreamState.POLLED)

    def note(self, candle: Candle) -> None:
        """A candle was pushed as it formed: those before it are over, and it is not, whatever our clock says."""
        kept = self._kept.get((candle.market, candle.unit))
        if kept is None:
            return
        kept.opened_at = max(kept.opened_at, candle.opened_at)
        if candle.opened_at < kept.unread_from <= kept.unit.next(candle.opened_at):
            kept.unread_from = candle.opened_at

    def missed(self, topic: Topic, since: datetime, done: Callable[[], None]) -> None:
        """After an outage: everything from the candle that formed when it began, by our clock."""
        self.lost(topic, self._clock.at(since), done)

    def lost(self, topic: Topic, since: datetime, done: Callable[[], None]) -> None:
        """Everything from the candle that formed then, by the time of the exchange."""
        kept = self._kept.get((topic.market, topic.unit)) if topic.market and topic.unit else None
        if kept is None:
            done()
            return
        kept.unread_from = min(kept.unread_from, kept.unit.floor(since))
        kept.waiting.append(done)
        if not kept.is_asked:
            self._ask(kept, self._clock.now() + timedelta(seconds=1))

    def tick(self) -> None:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        for kept in self._kept.values():
            kept.opened_at = max(kept.opened_at, kept.unit.floor(now - timedelta(seconds=self._timing.candle_grace)))
            since = monotonic - kept.asked_at
            if kept.is_asked:
                continue
            if kept.waiting or (self._is_polled(kept) and since >= self._timing.poll_candles):
                self._ask(kept, now + timedelta(seconds=1))
            elif kept.unread_from < kept.opened_at and since >= self._timing.candle_rest:
                self._ask(kept, kept.opened_at)

    def _is_polled(self, kept: _Kept) -> bool:
        if not is_streamed(kept.topic):
            return True
        return self._states.lost_seconds(kept.topic) >= self._timing.poll_after

    def _ask(self, kept: _Kept, end: datetime) -> None:
        kept.is_asked, kept.asked_at = True, self._clock.monotonic()
        # who comes while this is being asked is answered by the next
        waiting, kept.waiting = kept.waiting, []
        start = kept.unread_from

        def answered(candles: tuple[Candle, ...]) -> None:
            kept.is_asked = False
            if kept.unread_from == start:  # else an older one has become unread meanwhile
                self._judge(kept, candles, end)
            if self._is_polled(kept):
                self._states.change(kept.topic, StreamState.POLLED)
            _tell_all(waiting)

        def failed(_error: TradingAppError) -> None:
            kept.is_asked = False
            if self._is_polled(kept):
                self._states.change(kept.topic, StreamState.DOWN, "refused")
            _tell_all(waiting)

        self._repair.candles(kept.market, kept.unit, start, end, answered, failed)

    def _judge(self, kept: _Kept, candles: tuple[Candle, ...], end: datetime) -> None:
        """Whether all that ended by then are in the answer: the last one of it may still be missing for seconds."""
        current = kept.unit.floor(min(end, self._clock.now()))
        newest = max((candle.opened_at for candle in candles), default=None)
        is_whole = newest is not None and kept.unit.next(newest) >= current
        kept.readings += 1
        if is_whole or kept.readings >= _MOST_READINGS:
            kept.unread_from, kept.readings = max(kept.unread_from, current), 0


def _tell_all(waiting: Iterable[Callable[[], None]]) -> None:
    for done in waiting:
        done()
