"""The candles of one market and unit while the program runs: built from trades, settled by the exchange's own.

| until | every interval that opened before |
|---|---|
| ``settled_until`` | is known by the exchange's word, one after the other |
| ``_closed_until`` | is over by the exchange's clock, its grace included |

An interval is whole where its trades were pushed from its beginning to its end. Only then is a candle of ours closed;
any other waits for the exchange. The answer of the exchange settles an interval where a later candle is in it, or where
it was asked for some time after the end; that it says nothing of an interval settles it only where a later candle is
there, or after ``SILENCE``, because the newest candles may be listed late, and never against trades that were seen.

Where somebody watches, the candle that forms is asked for as well when its beginning was missed, and shown only then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleConfirmed,
    CandleCorrected,
    CandleForming,
    CandleFreshness,
    CandleFreshnessChanged,
    CandlesFetched,
    CandlesSettled,
    Correction,
    FollowedSeries,
    FreshnessState,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.engine.candle_tally import CandleTally, says_the_same
from upbit_auto_trading.business_logic.engine.forming_candle import FormingCandle

#: after the end of an interval: its last trades are on their way
GRACE = timedelta(seconds=3)
#: after the end of an interval of which the exchange says nothing, and of nothing later either
SILENCE = timedelta(minutes=5)
#: the clock may be behind when a stream comes: an interval counts as whole only if it opens so much later
CLOCK_MARGIN = timedelta(seconds=5)
#: in one request; the rest follows
MOST_ASKED = 1_000
#: without anything stored: enough for an indicator to begin with
FILLED_AT_FIRST = 200
#: of a longer hole only the end is filled here, the rest is a download's
MOST_FILLED = 2_000
#: the clock was set, or the machine slept: nobody can say what was pushed meanwhile
MOST_ENDED_AT_ONCE = 5
#: own seconds between two questions
ASK_EVERY, ASK_AGAIN_AFTER, LONGEST_PAUSE = 1.0, 2.0, 60.0
#: settled intervals that are remembered for a trade that comes very late
REMEMBERED = 3


@dataclass(slots=True)
class _Interval:
    tally: CandleTally
    #: where its beginning was missed
    forming: FormingCandle
    #: as it was closed here
    told: Candle | None = None
    is_closed: bool = False
    is_whole: bool = False
    is_settled: bool = False
    #: by the exchange's word; None: no trade
    settled: Candle | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    opened_at: datetime
    candle: Candle | None
    origin: Origin


class LiveSeries:
    def __init__(self, followed: FollowedSeries, now: datetime, day_start: timedelta) -> None:
        self.market, self.unit = followed.market, followed.unit
        self._day_start = day_start
        self._closed_until = self._floor(now - GRACE)
        oldest = self._before(self._closed_until, FILLED_AT_FIRST if followed.known_until is None else MOST_FILLED)
        known = oldest if followed.known_until is None else self._floor(followed.known_until)
        self.settled_until = min(max(known, oldest), self._closed_until)
        #: settled, though something before is not
        self._settled_ahead: set[datetime] = set()
        self._intervals: dict[datetime, _Interval] = {}
        #: from this one on intervals are whole; None while the stream cannot be relied on
        self._whole_from: datetime | None = None
        #: where the last one ends that only the exchange can tell
        self._unsure_until = self._floor(now)
        self._stream_trouble: str | None = "no-stream"
        self._is_watched = followed.is_watched
        #: what formed while the stream was away is not known, so the candle that forms is to be read
        self._is_current_missed = True
        self._asked: FetchCandles | None = None
        #: the stream was there from the question on
        self._is_asked_since_missed = False
        self._may_ask_at = float("-inf")
        self._failures = 0
        self._freshness: CandleFreshness | None = None
        self._newest = self._closed_until
        self._out: list[LiveCandleEvent] = []

    @property
    def freshness(self) -> CandleFreshness | None:
        """As last told."""
        return self._freshness

    def drain(self, now: datetime) -> tuple[LiveCandleEvent, ...]:
        """What became of it since the last call."""
        self._judge_freshness(now)
        out, self._out = self._out, []
        return tuple(out)

    def watch(self, is_watched: bool) -> None:
        """Whether somebody looks at how its candle forms."""
        self._is_watched = is_watched

    @property
    def _reads_current(self) -> bool:
        return self._is_watched

    # what the streams tell

    def stream(self, trouble: str | None, now: datetime) -> None:
        """``trouble``: why trades may be missing; None from when on each of them is pushed.

        That all is well is told after something was not, even where nobody said so: of what was, the newest is told.
        """
        self._stream_trouble = trouble
        self._whole_from = None
        self._is_current_missed, self._is_asked_since_missed = True, False
        if trouble is None:
            self._whole_from = self._next(self._floor(now + CLOCK_MARGIN))
            self._unsure_until = max(self._unsure_until, self._floor(now))

    def trade(self, trade: MarketTrade) -> None:
        opened_at = self._floor(trade.traded_at)
        interval = self._intervals.get(opened_at)
        if interval is None:
            if opened_at < self.settled_until or opened_at in self._settled_ahead:
                return  # older than what is remembered; the exchange has spoken
            interval = self._interval(opened_at)
        volume = interval.tally.volume
        if not interval.tally.add(trade):
            return
        if interval.is_settled:
            self._doubt(opened_at, interval, volume)
        elif interval.is_closed:
            self._put_in_late(interval)
        else:
            if not self._is_whole(opened_at):
                interval.forming.add(trade)
            self._show(opened_at, interval)

    def seen(self, candle: Candle) -> None:
        """As the exchange shows it. When it was read nobody says, so that it confirms nothing."""
        if candle.opened_at < self._closed_until:
            return
        interval = self._interval(candle.opened_at)
        interval.forming.see(candle)
        self._show(candle.opened_at, interval)

    def _interval(self, opened_at: datetime) -> _Interval:
        known = self._intervals.get(opened_at)
        if known is None:
            key = (self.market, self.unit, opened_at)
            known = _Interval(CandleTally(*key), FormingCandle(*key))
            known.is_closed = opened_at < self._closed_until
            self._intervals[opened_at] = known
        return known

    def _show(self, opened_at: datetime, interval: _Interval) -> None:
        if opened_at < self._newest:
            return
        self._newest = opened_at
        is_whole = self._is_whole(opened_at)
        if not is_whole and self._reads_current and self._is_current_missed:
            return  # a part of it would look like the whole
        is_told = is_whole or (interval.forming.seen is None and not self._reads_current)
        candle = interval.tally.candle() if is_told else interval.forming.candle()
        if candle is not None:
            self._out.append(CandleForming(candle, is_whole))

    def _is_whole(self, opened_at: datetime) -> bool:
        return self._whole_from is not None and opened_at >= self._whole_from

    def _put_in_late(self, interval: _Interval) -> None:
        candle, before = interval.tally.candle(), interval.told
        if candle is None or not interval.is_whole:
            return  # only the exchange can tell this one
        if before is None:
            self._out.append(CandleClosed(candle))
        else:
            self._out.append(CandleCorrected(before, candle, Correction.LATE_TRADE))
        interval.told = candle

    def _doubt(self, opened_at: datetime, interval: _Interval, volume_before: object) -> None:
        """A trade that the exchange's word cannot have held, because without it ours was the same: ask again."""
        held = interval.settled.volume if interval.settled is not None else 0
        if held == volume_before:
            self._ask_again(opened_at, interval)

    def _ask_again(self, opened_at: datetime, interval: _Interval) -> None:
        interval.is_settled = False
        self._settled_ahead.update(self._opened(opened_at, self.settled_until))
        self._settled_ahead.discard(opened_at)
        self.settled_until = min(self.settled_until, opened_at)

    # the clock

    def tick(self, now: datetime) -> None:
        """Closes what is over."""
        last = self._floor(now - GRACE)
        if last <= self._closed_until:
            return
        if self._after(self._closed_until, MOST_ENDED_AT_ONCE) < last:
            self._lose_count(last)
            return
        for opened_at in self._opened(self._closed_until, last):
            self._close(opened_at)
        self._closed_until = last

    def _lose_count(self, last: datetime) -> None:
        for opened_at, interval in self._intervals.items():
            if self._closed_until <= opened_at < last:
                interval.is_closed = True
        self._closed_until = last
        self._unsure_until = max(self._unsure_until, last)
        if self._whole_from is not None:
            self._whole_from = max(self._whole_from, self._next(last))

    def _close(self, opened_at: datetime) -> None:
        interval = self._interval(opened_at)
        interval.is_closed = True
        interval.is_whole = self._is_whole(opened_at)
        candle = interval.tally.candle()
        if not interval.is_whole or (candle is None and interval.forming.seen is not None):
            interval.is_whole = False
            self._unsure_until = max(self._unsure_until, self._next(opened_at))
        elif candle is not None:
            interval.told = candle
            self._out.append(CandleClosed(candle))

    # the exchange's word

    def due(self, own_seconds: float, number: int) -> FetchCandles | None:
        """What is to be asked now, if anything; one question at a time."""
        if self._asked is not None or own_seconds < self._may_ask_at:
            return None
        start, end = self.settled_until, self._closed_until
        if start < end:
            end = min(end, self._after(start, MOST_ASKED))
        elif self._is_current_due(own_seconds):
            start = self._before(end, 1)  # the one after it comes as well
        else:
            return None
        self._asked = FetchCandles(number, self.market, self.unit, Span(start, end))
        self._is_asked_since_missed = True
        return self._asked

    def _is_current_due(self, own_seconds: float) -> bool:
        return self._reads_current and self._is_current_missed and self._stream_trouble is None

    def fetched(self, answer: CandlesFetched, own_seconds: float) -> None:
        asked, self._asked = self._asked, None
        assert asked is not None
        self._failures = 0
        by_time = {candle.opened_at: candle for candle in answer.candles}
        newest = max(by_time, default=None)
        settled = [
            self._settle(opened_at, by_time.get(opened_at))
            for opened_at in self._opened(max(asked.span.start, self.settled_until), asked.span.end)
            if self._is_told(opened_at, by_time.get(opened_at), newest, answer.asked_at)
        ]
        self._out.extend(self._grouped(settled))
        self._take_current(asked, answer)
        while self.settled_until in self._settled_ahead:
            self._settled_ahead.discard(self.settled_until)
            self.settled_until = self._next(self.settled_until)
        self._forget_old()
        is_all = self.settled_until >= asked.span.end
        self._may_ask_at = own_seconds + (ASK_EVERY if is_all else ASK_AGAIN_AFTER)

    def _take_current(self, asked: FetchCandles, answer: CandlesFetched) -> None:
        if self._is_asked_since_missed and asked.span.end >= self._floor(answer.asked_at):
            self._is_current_missed = False
        for candle in answer.candles:
            if candle.opened_at >= asked.span.end:
                self.seen(candle)
        interval = self._intervals.get(asked.span.end)
        if interval is not None and not interval.is_closed and interval.forming.seen is None:
            self._show(asked.span.end, interval)  # all its trades came after the question

    def is_asked(self, number: int) -> bool:
        return self._asked is not None and self._asked.number == number

    def not_fetched(self, own_seconds: float) -> None:
        self._asked = None
        self._failures += 1
        self._may_ask_at = own_seconds + min(ASK_AGAIN_AFTER * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE)

    def _is_told(self, opened_at: datetime, candle: Candle | None, newest: datetime | None, asked_at: datetime) -> bool:
        if newest is not None and newest > opened_at:
            is_past = True
        else:
            is_past = asked_at >= self._next(opened_at) + (SILENCE if candle is None else GRACE)
        if candle is None and opened_at in self._intervals:
            interval = self._intervals[opened_at]
            return is_past and not interval.tally.numbers and not interval.forming.has_trades
        return is_past

    def _settle(self, opened_at: datetime, candle: Candle | None) -> _Settled:
        interval = self._intervals.get(opened_at)
        self._settled_ahead.add(opened_at)
        if interval is None:
            return _Settled(opened_at, candle, Origin.EXCHANGE)
        before = interval.told or interval.settled
        is_new = not interval.is_settled or interval.settled != candle
        interval.is_settled, interval.settled = True, candle
        if candle is None or not is_new:
            origin = Origin.STREAM if interval.is_whole else Origin.EXCHANGE
            return _Settled(opened_at, candle, origin)
        interval.told = candle
        if before is not None and not says_the_same(before, candle):
            self._out.append(CandleCorrected(before, candle, Correction.EXCHANGE_DIFFERS))
            return _Settled(opened_at, candle, Origin.EXCHANGE)
        self._out.append(CandleConfirmed(candle))
        return _Settled(opened_at, candle, Origin.EXCHANGE if before is None else Origin.STREAM)

    def _grouped(self, settled: Iterable[_Settled]) -> Iterable[CandlesSettled]:
        """Neighbours of one origin together."""
        group: list[_Settled] = []
        for one in settled:
            if group and (self._next(group[-1].opened_at) != one.opened_at or group[-1].origin is not one.origin):
                yield self._as_one(group)
                group = []
            group.append(one)
        if group:
            yield self._as_one(group)

    def _as_one(self, group: list[_Settled]) -> CandlesSettled:
        span = Span(group[0].opened_at, self._next(group[-1].opened_at))
        candles = tuple(one.candle for one in group if one.candle is not None)
        return CandlesSettled(self.market, self.unit, span, candles, group[0].origin)

    def _forget_old(self) -> None:
        old = sorted(opened_at for opened_at in self._intervals if opened_at < self.settled_until)
        for opened_at in old[:-REMEMBERED]:
            del self._intervals[opened_at]

    # how far it can be relied on

    def _judge_freshness(self, now: datetime) -> None:
        state, reason = FreshnessState.FRESH, None
        if self._stream_trouble is not None:
            state, reason = FreshnessState.STALE, self._stream_trouble
        elif self.settled_until < self._unsure_until or (self._reads_current and self._is_current_missed):
            state, reason = FreshnessState.FILLING, None
            if self._failures:
                state, reason = FreshnessState.STALE, "not-fetched"
        before = self._freshness
        if before is None or (before.state, before.reason) != (state, reason):
            self._freshness = CandleFreshness(state, now, reason)
            self._out.append(CandleFreshnessChanged(self.market, self.unit, self._freshness))

    # the grid

    def _floor(self, moment: datetime) -> datetime:
        return self.unit.floor(moment, self._day_start)

    def _next(self, opened_at: datetime) -> datetime:
        return self.unit.next(opened_at, self._day_start)

    def _opened(self, start: datetime, end: datetime) -> Iterable[datetime]:
        while start < end:
            yield start
            start = self._next(start)

    def _after(self, opened_at: datetime, count: int) -> datetime:
        for _ in range(count):
            opened_at = self._next(opened_at)
        return opened_at

    def _before(self, opened_at: datetime, count: int) -> datetime:
        for _ in range(count):
            opened_at = self._floor(opened_at - timedelta(seconds=1))
        return opened_at
