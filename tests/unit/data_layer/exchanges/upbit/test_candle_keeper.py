"""Which candles are read again, and when; with a clock that a test moves and a lane that answers at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.fakes.fake_clock import FakeClock
from tests.fakes.rest_answers import BTC, START, candle_of
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import MarketUnknown, TradingAppError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import StreamState, StreamStateChanged, Topic, TopicKind
from upbit_auto_trading.data_layer.exchanges.upbit.candle_keeper import CandleKeeper
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.exchanges.upbit.topic_states import TopicStates
from upbit_auto_trading.data_layer.transport.exchange_time import ExchangeTime

MINUTE = timedelta(minutes=1)
TOPIC = Topic(TopicKind.CANDLES, BTC, CandleUnit.MINUTE)
DAY = Topic(TopicKind.CANDLES, BTC, CandleUnit.DAY)


class Answers:
    """In the place of ``MarketRepair``: remembers what was asked, answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[datetime, datetime]] = []
        self.candles: list[Candle] = []
        self.error: TradingAppError | None = None
        self.on_asked: Callable[[], None] = lambda: None

    def candles_between(self, start: datetime, end: datetime) -> tuple[Candle, ...]:
        return tuple(candle for candle in self.candles if start <= candle.opened_at < end)


class World:
    def __init__(self, *topics: Topic) -> None:
        self.clock, self.answers = FakeClock(START), Answers()
        self.events: list[StreamStateChanged] = []
        self.states = TopicStates(self.clock, self.events.append)
        self.states.keep_only(topics)
        answers = self.answers

        class Repair:
            def candles(
                self, market: Market, unit: CandleUnit, start: datetime, end: datetime,
                done: Callable[[tuple[Candle, ...]], None], failed: Callable[[TradingAppError], None],
            ) -> None:  # fmt: skip
                answers.asked.append((start, end))
                answers.on_asked()
                if answers.error is not None:
                    failed(answers.error)
                else:
                    done(answers.candles_between(start, end))

        self.difference: timedelta | None = None
        time = ExchangeTime(self.clock, lambda: self.difference)
        self.keeper = CandleKeeper(Repair(), self.states, time, StreamTiming())  # type: ignore[arg-type]
        self.keeper.want(topics)
        for topic in topics:
            if topic != DAY:
                self.states.change(topic, StreamState.LIVE)

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.keeper.tick()


def test_a_candle_is_read_once_some_seconds_after_its_end() -> None:
    world = World(TOPIC)
    world.answers.candles = [candle_of(START), candle_of(START + MINUTE)]
    world.pass_time(62)
    assert world.answers.asked == []
    world.pass_time(2)
    assert world.answers.asked == [(START, START + MINUTE)]
    world.pass_time(30)
    assert len(world.answers.asked) == 1
    world.pass_time(30)
    assert world.answers.asked[1:] == [(START + MINUTE, START + 2 * MINUTE)]


def test_a_frame_of_the_next_candle_ends_this_one_before_our_clock_does() -> None:
    world = World(TOPIC)
    world.answers.candles = [candle_of(START)]
    world.clock.advance(30)
    world.keeper.note(candle_of(START + MINUTE))
    world.keeper.tick()
    assert world.answers.asked == [(START, START + MINUTE)]


def test_a_candle_that_goes_on_though_our_clock_is_ahead_is_read_again() -> None:
    world = World(TOPIC)
    world.answers.candles = [candle_of(START)]
    world.pass_time(64)
    assert len(world.answers.asked) == 1
    world.keeper.note(candle_of(START, "2"))
    world.pass_time(11)
    assert world.answers.asked[1:] == [(START, START + MINUTE)]


def test_a_candle_that_is_listed_late_is_asked_for_three_times() -> None:
    world = World(TOPIC)
    for _ in range(5):
        world.pass_time(64 if not world.answers.asked else 11)
    assert [start for start, _ in world.answers.asked] == [START, START, START]


def test_an_outage_is_read_from_the_candle_that_formed_when_it_began() -> None:
    world, done = World(TOPIC), list[str]()
    world.clock.advance(timedelta(minutes=10, seconds=30))
    world.keeper.missed(TOPIC, START + timedelta(minutes=4, seconds=20), lambda: done.append("done"))
    [(start, end)] = world.answers.asked
    assert start <= START + 4 * MINUTE
    assert end > world.clock.now()
    assert done == ["done"]


def test_what_becomes_missing_while_another_is_read_is_read_next() -> None:
    world, done = World(TOPIC), list[str]()
    world.clock.advance(timedelta(minutes=10))
    world.keeper.note(candle_of(START + 10 * MINUTE))
    world.answers.candles = [candle_of(START + step * MINUTE) for step in range(10)]

    def another_is_missed() -> None:
        world.answers.on_asked = lambda: None
        world.keeper.missed(TOPIC, START - 5 * MINUTE, lambda: done.append("done"))

    world.answers.on_asked = another_is_missed
    world.keeper.tick()
    assert done == []
    world.pass_time(1)
    assert world.answers.asked[1][0] == START - 5 * MINUTE
    assert done == ["done"]


def test_what_is_not_pushed_is_polled_and_says_when_it_cannot_be_had() -> None:
    world = World(DAY)
    assert world.states.of(DAY) is StreamState.POLLED
    world.pass_time(1)
    world.pass_time(5)
    world.pass_time(6)
    assert len(world.answers.asked) == 2
    world.answers.error = MarketUnknown("upbit", "404")
    world.pass_time(11)
    assert world.states.of(DAY) is StreamState.DOWN
    world.answers.error = None
    world.pass_time(11)
    assert world.states.of(DAY) is StreamState.POLLED


def test_what_is_no_longer_wanted_is_not_asked_for() -> None:
    world = World(TOPIC)
    world.keeper.want([])
    world.keeper.note(candle_of(START + MINUTE))
    world.pass_time(1_000)
    assert world.answers.asked == []


def test_candles_end_by_the_clock_of_the_exchange() -> None:
    """Ours is three minutes fast: nothing has ended yet, and an outage lies three minutes earlier."""
    world = World(TOPIC)
    world.difference = -3 * MINUTE
    world.clock.advance(timedelta(minutes=2))
    world.keeper.tick()
    assert world.answers.asked == []
    world.keeper.missed(TOPIC, START + 2 * MINUTE, lambda: None)
    assert world.answers.asked == [(START - MINUTE, START - MINUTE + timedelta(seconds=1))]
