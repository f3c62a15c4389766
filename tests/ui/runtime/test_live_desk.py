"""Live candles on their way out of the engine's thread: to the windows, to the storage thread, to the exchange."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.events import FeedReplaced, MarketEvent
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleConfirmed,
    CandleCorrected,
    CandleForming,
    CandleFreshnessChanged,
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
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.business_logic.engine.live_clock import ExchangeTimeTold
from upbit_auto_trading.ui.runtime.live_desk import CandleBatch, FollowSeries, LiveDesk, LiveMessage, NoLiveWork

BTC, UNIT, MINUTE = Market("practice", "KRW-BTC"), CandleUnit.MINUTE, timedelta(minutes=1)
#: the exchange's calendar is not ours
THEIRS = START - timedelta(days=400)
#: of their first minute at the beginning
BEGUN = timedelta(seconds=20)


class Work:
    """Implements ``LiveWork``."""

    def __init__(self) -> None:
        self.messages: deque[LiveMessage] = deque()
        self.asked: list[FetchCandles] = []
        self.batches: list[CandleBatch] = []

    def ask(self, command: FetchCandles) -> None:
        self.asked.append(command)

    def take_messages(self) -> tuple[LiveMessage, ...]:
        taken = tuple(self.messages)
        self.messages.clear()
        return taken

    def keep(self, batch: CandleBatch) -> None:
        self.batches.append(batch)


class Stage:
    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.work = clock, Work()
        self.desk = LiveDesk(self.work, clock)
        self.told: list[object] = []
        self.forming: list[tuple[CandleForming, ...]] = []
        self.fresh: list[FreshnessState] = []
        self.desk.candles_told.connect(self.told.extend)
        self.desk.forming_changed.connect(self.forming.append)
        self.desk.freshness_changed.connect(self._note_freshness)
        self.work.messages.append(FollowSeries(1, (FollowedSeries(BTC, UNIT, THEIRS),), timedelta(0)))
        self.tell_time()
        live = StreamStateChanged(Topic(TopicKind.TRADES, BTC), StreamState.LIVE, START)
        self.poll(FeedReplaced(1), live)
        self.tell_time()
        self.poll()

    def _note_freshness(self, changes: tuple[CandleFreshnessChanged, ...]) -> None:
        self.fresh += [one.freshness.state for one in changes]

    def tell_time(self) -> None:
        now = self.clock.now()
        self.work.messages.append(ExchangeTimeTold(THEIRS + BEGUN + (now - START), now))

    def poll(self, *events: MarketEvent) -> None:
        self.desk.process(events)

    def trade(self, number: int, seconds: float, price: str = "100") -> None:
        trade = MarketTrade(BTC, number, Decimal(price), Decimal(1), Side.BUY, THEIRS + timedelta(seconds=seconds))
        self.poll(TradePrinted(trade, Provenance.STREAM, self.clock.now()))

    def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.poll()

    def answer(self, *candles: Candle) -> None:
        command = self.work.asked[-1]
        now = THEIRS + BEGUN + (self.clock.now() - START)
        self.work.messages.append(CandlesFetched(command.number, BTC, UNIT, candles, now))
        self.poll()


def candle(number: int, price: str = "100", volume: str = "1") -> Candle:
    amount = Decimal(price)
    return Candle(BTC, UNIT, THEIRS + number * MINUTE, amount, amount, amount, amount, Decimal(volume), amount)


@pytest.fixture
def stage(clock: FakeClock, qtbot: QtBot) -> Stage:
    """In the second minute, which is whole."""
    found = Stage(clock)
    found.passes(65)
    found.answer(candle(0), candle(1))
    found.passes(2)
    found.told.clear()
    found.work.batches.clear()
    return found


def test_nothing_happens_before_the_time_of_the_exchange_is_known(clock: FakeClock, qtbot: QtBot) -> None:
    work = Work()
    desk = LiveDesk(work, clock)
    work.messages.append(FollowSeries(1, (FollowedSeries(BTC, UNIT, None),), timedelta(0)))
    desk.process([FeedReplaced(1)])
    clock.advance(100)
    desk.process([])
    desk.close()
    assert (work.asked, work.batches) == ([], [])
    work.messages.append(ExchangeTimeTold(THEIRS, clock.now()))
    desk.process([])
    assert work.asked[0].span.end == THEIRS - MINUTE, "by the exchange's calendar, and its grace"


def test_the_newest_forming_candle_comes_in_bursts(stage: Stage, qtbot: QtBot) -> None:
    for number in range(100):
        stage.trade(number, 70 + number / 10, str(100 + number))
    qtbot.waitUntil(lambda: bool(stage.forming), timeout=5_000)
    qtbot.waitUntil(lambda: stage.forming[-1][0].candle.close == 199, timeout=5_000)
    assert len(stage.forming) <= 2


def test_each_closed_and_confirmed_candle_is_told_and_stored(stage: Stage) -> None:
    stage.trade(1, 70)
    stage.passes(60)
    assert [type(one) for one in stage.told] == [CandleClosed]
    (batch,) = stage.work.batches
    assert [one.opened_at for one in batch.provisional] == [THEIRS + MINUTE]
    assert batch.settled == ()
    assert batch.told_at == THEIRS + BEGUN + (stage.clock.now() - START) - timedelta(seconds=0.25)
    stage.answer(candle(1))
    assert [type(one) for one in stage.told] == [CandleClosed, CandleConfirmed, CandlesSettled]
    stage.passes(1.1)
    assert [one.candles for one in stage.work.batches[-1].settled] == [(candle(1),)]
    assert stage.work.batches[-1].provisional == ()


def test_what_closes_within_a_second_is_stored_together(stage: Stage) -> None:
    stage.trade(1, 70)
    stage.passes(60)
    stage.work.batches.clear()
    stage.trade(2, 75, "120")
    stage.trade(3, 76, "90")
    assert [one.why for one in stage.told if isinstance(one, CandleCorrected)] == [Correction.LATE_TRADE] * 2
    stage.answer(candle(1, "100", "3"))
    assert stage.work.batches == []
    stage.passes(1)
    (batch,) = stage.work.batches
    (corrected,) = batch.provisional
    assert [corrected.high, corrected.low] == [120, 90]
    assert len(batch.settled) == 1


def test_at_the_end_nothing_waits_for_its_second(stage: Stage) -> None:
    stage.trade(1, 70)
    stage.passes(60)
    stage.work.batches.clear()
    stage.answer(candle(1))
    assert stage.work.batches == []
    stage.desk.close()
    (batch,) = stage.work.batches
    assert [one.candles for one in batch.settled] == [(candle(1),)]
    stage.desk.close()
    assert len(stage.work.batches) == 1


def test_how_fresh_it_is_comes_as_it_changes(stage: Stage) -> None:
    assert stage.fresh == [FreshnessState.FRESH, FreshnessState.FILLING, FreshnessState.FRESH]
    stage.poll(StreamStateChanged(Topic(TopicKind.TRADES, BTC), StreamState.DOWN, START))
    assert stage.fresh[-1] is FreshnessState.STALE


def test_what_could_not_be_asked_is_asked_again(stage: Stage) -> None:
    stage.passes(60)
    first = stage.work.asked[-1]
    stage.work.messages.append(CandlesNotFetched(first.number, BTC, UNIT))
    stage.poll()
    assert stage.work.asked[-1] is first
    stage.passes(2)
    assert stage.work.asked[-1].span.start == first.span.start
    assert stage.work.asked[-1].number > first.number


def test_other_streams_have_another_time(stage: Stage) -> None:
    stage.poll(FeedReplaced(2))
    stage.work.messages.append(FollowSeries(2, (FollowedSeries(BTC, UNIT, None),), timedelta(0)))
    asked = len(stage.work.asked)
    stage.passes(30)
    assert len(stage.work.asked) == asked
    stage.work.messages.append(ExchangeTimeTold(START, stage.clock.now()))
    stage.poll()
    assert stage.work.asked[-1].span.end > THEIRS + timedelta(days=300)


def test_where_nothing_is_kept_nothing_is_done(clock: FakeClock, qtbot: QtBot) -> None:
    desk = LiveDesk(NoLiveWork(), clock)
    told: list[object] = []
    desk.candles_told.connect(told.append)
    desk.process([FeedReplaced(1)])
    desk.close()
    assert told == []
