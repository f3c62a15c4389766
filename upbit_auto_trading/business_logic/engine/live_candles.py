"""Live candles of every series that is followed: events and the clock in, what became of them and questions out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.events import FeedLost, FeedReplaced, MarketEvent
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleFreshness,
    CandlesFetched,
    CandlesNotFetched,
    FollowedSeries,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    StreamState,
    StreamStateChanged,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.business_logic.engine.live_series import LiveSeries
from upbit_auto_trading.business_logic.engine.long_series import LongSeries, is_long

_NO_STREAM = "no-stream"
_Key = tuple[Market, CandleUnit]


class LiveCandles:
    """``now`` is the exchange's time, ``own_seconds`` a monotonic clock of ours that paces the questions."""

    def __init__(self) -> None:
        self._series: dict[_Key, LiveSeries] = {}
        #: what is wrong with the trades of a market, as its stream told; None: nothing
        self._troubles: dict[Market, str | None] = {}
        self._feed = 0
        self._wish: tuple[int, timedelta, tuple[FollowedSeries, ...]] | None = None
        self._number = 0

    @property
    def followed(self) -> frozenset[_Key]:
        return frozenset(self._series)

    def follow(self, feed: int, series: Iterable[FollowedSeries], day_start: timedelta) -> None:
        """From now on exactly these, of the streams that ``FeedReplaced`` told of by this number, or will.

        Series that are followed already go on as they are. They begin with the next tick.
        """
        if feed >= self._feed:
            self._wish = (feed, day_start, tuple(series))

    def process(self, event: MarketEvent, now: datetime) -> None:
        match event:
            case TradePrinted(trade):
                for unit_series in self._of(trade.market):
                    unit_series.trade(trade)
            case CandleChanged(candle):
                series = self._series.get((candle.market, candle.unit))
                if series is not None:
                    series.seen(candle)
            case StreamStateChanged(topic, state) if topic.kind is TopicKind.TRADES and topic.market is not None:
                self._note_stream(topic.market, None if state is StreamState.LIVE else state.value, now)
            case FeedReplaced(number):
                self._feed = number
                self._series.clear()
                self._troubles.clear()
            case FeedLost():
                for market in {series.market for series in self._series.values()}:
                    self._note_stream(market, _NO_STREAM, now)
            case _:
                return

    def tick(self, now: datetime) -> None:
        """Begins what is to be followed, and closes what is over."""
        self._take_wish(now)
        for series in self._series.values():
            series.tick(now)

    def due(self, own_seconds: float) -> tuple[FetchCandles, ...]:
        """What is to be asked of the exchange; each is answered by ``fetched`` or ``not_fetched``."""
        found = []
        for series in self._series.values():
            command = series.due(own_seconds, self._number + 1)
            if command is not None:
                self._number += 1
                found.append(command)
        return tuple(found)

    def fetched(self, answer: CandlesFetched, own_seconds: float) -> None:
        series = self._series.get((answer.market, answer.unit))
        if series is not None and series.is_asked(answer.command_number):
            series.fetched(answer, own_seconds)

    def not_fetched(self, answer: CandlesNotFetched, own_seconds: float) -> None:
        series = self._series.get((answer.market, answer.unit))
        if series is not None and series.is_asked(answer.command_number):
            series.not_fetched(own_seconds)

    def drain(self, now: datetime) -> tuple[LiveCandleEvent, ...]:
        """What became of the candles since the last call, in order for each series."""
        return tuple(event for series in self._series.values() for event in series.drain(now))

    def freshness(self, market: Market, unit: CandleUnit) -> CandleFreshness | None:
        """None where it is not followed."""
        series = self._series.get((market, unit))
        return None if series is None else series.freshness

    def settled_until(self, market: Market, unit: CandleUnit) -> datetime | None:
        """Everything before is known by the exchange's word; None where it is not followed."""
        series = self._series.get((market, unit))
        return None if series is None else series.settled_until

    def _of(self, market: Market) -> list[LiveSeries]:
        return [series for series in self._series.values() if series.market == market]

    def _note_stream(self, market: Market, trouble: str | None, now: datetime) -> None:
        self._troubles[market] = trouble
        for series in self._of(market):
            series.stream(trouble, now)

    def _take_wish(self, now: datetime) -> None:
        if self._wish is None or self._wish[0] != self._feed:
            return
        (_, day_start, wanted), self._wish = self._wish, None
        by_key = {(one.market, one.unit): one for one in wanted}
        for key in set(self._series) - set(by_key):
            del self._series[key]
        for key, followed in by_key.items():
            known = self._series.get(key)
            if known is not None:
                known.watch(followed.is_watched)
            else:
                kind = LongSeries if is_long(followed.unit) else LiveSeries
                series = kind(followed, now, day_start)
                series.stream(self._troubles.get(followed.market, _NO_STREAM), now)
                self._series[key] = series
