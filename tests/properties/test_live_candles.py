"""However trades, cuts, the exchange's answers and the clock fall together: the same candles as one pass over all."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.events import FeedReplaced
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleConfirmed,
    CandleCorrected,
    CandlesFetched,
    CandlesNotFetched,
    CandlesSettled,
    Correction,
    FollowedSeries,
    FreshnessState,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.business_logic.engine.live_candles import LiveCandles
from upbit_auto_trading.business_logic.engine.live_series import FILLED_AT_FIRST, GRACE

BTC, UNIT = Market("upbit", "KRW-BTC"), CandleUnit.MINUTE
BEGIN = datetime(2026, 11, 20, 3, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MINUTES = 12
Numbers = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]


def one_pass(trades: Iterable[MarketTrade]) -> dict[datetime, Numbers]:
    """In order of time and number; says nothing in the words of what is tested."""
    rows: dict[datetime, list[MarketTrade]] = {}
    for trade in sorted(trades, key=lambda one: (one.traded_at, one.number)):
        rows.setdefault(trade.traded_at.replace(second=0, microsecond=0), []).append(trade)
    return {
        minute: (
            row[0].price,
            max(one.price for one in row),
            min(one.price for one in row),
            row[-1].price,
            sum((one.quantity for one in row), Decimal(0)),
        )
        for minute, row in rows.items()
    }


def numbers(candle: Candle) -> Numbers:
    return candle.open, candle.high, candle.low, candle.close, candle.volume


def as_candle(minute: datetime, row: Numbers) -> Candle:
    return Candle(BTC, UNIT, minute, *row, row[3] * row[4])


@dataclass
class Course:
    """One run: the exchange, what is on its way, and what came out of it."""

    draw: random.Random
    trades: list[MarketTrade]
    now: datetime = BEGIN
    live: LiveCandles = field(default_factory=LiveCandles)
    waiting: list[tuple[datetime, MarketTrade]] = field(default_factory=list)
    is_cut: bool = True
    #: of the moments between which the stream was not there
    cuts: list[list[datetime]] = field(default_factory=list)
    asked: list[tuple[FetchCandles, datetime]] = field(default_factory=list)
    sent: int = 0
    settled: dict[datetime, Numbers | None] = field(default_factory=dict)
    shown: dict[datetime, Numbers] = field(default_factory=dict)

    def begin(self) -> None:
        self.truth = one_pass(self.trades)
        self.cuts.append([BEGIN - timedelta(days=1), BEGIN])
        self.live.process(FeedReplaced(1), self.now)
        self.live.follow(1, [FollowedSeries(BTC, UNIT, BEGIN - 3 * MINUTE)], timedelta(0))
        self.reconnect()

    def reconnect(self) -> None:
        if self.is_cut:
            self.is_cut = False
            self.cuts[-1][1] = self.now
            self.stream(StreamState.LIVE)

    def cut(self) -> None:
        """What was on its way is lost, or comes as a repair."""
        if self.is_cut:
            return
        self.is_cut = True
        # what is on its way may belong to the time before
        self.cuts.append([self.now - timedelta(seconds=30), datetime.max.replace(tzinfo=UTC)])
        self.waiting = [one for one in self.waiting if self.draw.random() < 0.5]
        self.stream(StreamState.CONNECTING)

    def stream(self, state: StreamState) -> None:
        self.live.process(StreamStateChanged(Topic(TopicKind.TRADES, BTC), state, self.now), self.now)

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        while self.sent < len(self.trades) and self.trades[self.sent].traded_at <= self.now:
            trade = self.trades[self.sent]
            self.sent += 1
            if not self.is_cut or self.draw.random() < 0.3:
                delay = self.draw.choice([0, 0, 0, 1, 2, 9, 80])
                self.waiting.append((trade.traded_at + timedelta(seconds=delay), trade))
                if self.draw.random() < 0.2:  # twice
                    self.waiting.append((trade.traded_at + timedelta(seconds=delay + 5), trade))
        self.draw.shuffle(self.waiting)
        self.deliver()
        self.live.tick(self.now)
        self.ask()
        self.look()

    def deliver(self) -> None:
        due = [one for one in self.waiting if one[0] <= self.now]
        self.waiting = [one for one in self.waiting if one[0] > self.now]
        for _, trade in due:
            self.live.process(TradePrinted(trade, Provenance.STREAM, self.now), self.now)

    def ask(self) -> None:
        own_seconds = (self.now - BEGIN).total_seconds()
        self.asked += [(command, self.now) for command in self.live.due(own_seconds)]

    def answer(self, *, is_late_listed: bool = False) -> None:
        """The exchange says what it knows at this moment; it was asked earlier."""
        for command, asked_at in self.asked:
            known = one_pass(one for one in self.trades if one.traded_at <= self.now)
            hidden = max(known, default=None) if is_late_listed else None
            rows = [
                as_candle(minute, row)
                for minute, row in sorted(known.items())
                if command.span.start <= minute < command.span.end + MINUTE and minute != hidden
            ]
            found = CandlesFetched(command.number, BTC, UNIT, tuple(rows), asked_at)
            self.live.fetched(found, (self.now - BEGIN).total_seconds())
        self.asked = []
        self.look()

    def fail(self) -> None:
        for command, _ in self.asked:
            self.live.not_fetched(CandlesNotFetched(command.number, BTC, UNIT), (self.now - BEGIN).total_seconds())
        self.asked = []

    def show(self) -> None:
        """A chart wants candles as well: as the exchange has them at this moment, sometimes of a minute ago."""
        known = one_pass(one for one in self.trades if one.traded_at <= self.now)
        for minute in sorted(known)[-2:]:
            told = CandleChanged(as_candle(minute, known[minute]), Provenance.REPAIR, self.now)
            self.live.process(told, self.now)

    def look(self) -> None:
        for event in self.live.drain(self.now):
            match event:
                case CandleClosed(candle) | CandleConfirmed(candle):
                    self.shown[candle.opened_at] = numbers(candle)
                case CandleCorrected(before, after, why):
                    assert self.shown[before.opened_at] == numbers(before)
                    if why is Correction.LATE_TRADE:
                        assert after.opened_at not in self.settled, "the exchange's word is never changed by less"
                    self.shown[after.opened_at] = numbers(after)
                case CandlesSettled():
                    self.settle(event)
        freshness = self.live.freshness(BTC, UNIT)
        if freshness is not None and freshness.state is FreshnessState.FRESH:
            self.check_fresh()

    def settle(self, told: CandlesSettled) -> None:
        by_minute = {candle.opened_at: numbers(candle) for candle in told.candles}
        minute = told.span.start
        while minute < told.span.end:
            assert by_minute.get(minute) == self.truth.get(minute), "settled as the exchange has it"
            self.settled[minute] = by_minute.get(minute)
            minute += MINUTE

    def check_fresh(self) -> None:
        """Every interval that is over was settled, or its trades were pushed from its beginning to its end."""
        minute = (BEGIN - 3 * MINUTE).replace(second=0)
        while minute + MINUTE + GRACE <= self.now:
            if minute not in self.settled:
                assert not any(start < minute + MINUTE and minute < end for start, end in self.cuts), minute
            minute += MINUTE


@st.composite
def traded(draw: st.DrawFn) -> list[MarketTrade]:
    seed = draw(st.integers(0, 2**32))
    chance = random.Random(seed)
    moments = sorted(chance.uniform(-180, MINUTES * 60) for _ in range(chance.randint(0, 60)))
    # some minutes are busy, others empty
    empty = {chance.randrange(MINUTES) for _ in range(4)}
    return [
        MarketTrade(
            BTC,
            1_000 + number,
            Decimal(chance.randint(90, 110)),
            Decimal(chance.randint(1, 9)) / 10,
            Side.BUY,
            BEGIN + timedelta(seconds=round(moment, 1)),
        )
        for number, moment in enumerate(moments)
        if int(moment // 60) not in empty
    ]


ACTIONS = ("pass", "pass", "pass", "leap", "answer", "answer", "late-list", "fail", "cut", "reconnect", "show")


@settings(max_examples=60, deadline=None)
@given(traded(), st.integers(0, 2**32), st.lists(st.sampled_from(ACTIONS), max_size=120))
def test_any_course_of_events_ends_with_the_candles_of_one_pass(
    trades: list[MarketTrade], seed: int, actions: list[str]
) -> None:
    course = Course(random.Random(seed), trades)
    course.begin()
    for action in actions:
        if action == "pass":
            course.passes(course.draw.uniform(0.1, 20))
        elif action == "leap":
            course.passes(course.draw.choice([60, 90, 400]))
        elif action == "answer":
            course.answer()
        elif action == "late-list":
            course.answer(is_late_listed=True)
        else:
            {"fail": course.fail, "cut": course.cut, "reconnect": course.reconnect, "show": course.show}[action]()
            course.look()
    course.reconnect()
    end = max(course.now, BEGIN + MINUTES * MINUTE) + timedelta(minutes=15)
    while course.now < end:
        course.passes(20)
        course.answer()
    last = end - 7 * MINUTE
    minutes = [minute for minute in course.truth if minute <= last]
    assert all(course.settled[minute] == course.truth[minute] for minute in minutes)
    known_from = (BEGIN - 3 * MINUTE).replace(second=0)
    wanted = {known_from + MINUTE * step for step in range(int((last - known_from) / MINUTE))}
    assert wanted <= set(course.settled), "no interval is left unknown"
    assert all(course.shown[minute] == course.truth[minute] for minute in course.shown if minute <= last)
    freshness = course.live.freshness(BTC, UNIT)
    assert freshness is not None
    assert freshness.state is FreshnessState.FRESH


def test_what_is_asked_first_is_what_an_indicator_begins_with() -> None:
    live = LiveCandles()
    live.process(FeedReplaced(1), BEGIN)
    live.follow(1, [FollowedSeries(BTC, UNIT)], timedelta(0))
    live.tick(BEGIN)
    (command,) = live.due(0.0)
    assert (command.span.end - command.span.start) / MINUTE == FILLED_AT_FIRST
