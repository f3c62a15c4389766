"""How fresh live candles are, what is asked for where something was missed, and which series are followed."""

from __future__ import annotations

import pytest

from tests.unit.business_logic.engine.live_stage import (
    BTC,
    ETH,
    MINUTE,
    NOON,
    NOTHING,
    Stage,
    candle,
    minute,
    seen,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.events import FeedLost, FeedReplaced
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleFreshnessChanged,
    CandlesFetched,
    CandlesNotFetched,
    CandlesSettled,
    FollowedSeries,
    FreshnessState,
)
from upbit_auto_trading.business_logic.domain.market_view import OrderBook
from upbit_auto_trading.business_logic.domain.stream import (
    OrderBookChanged,
    Provenance,
    StreamState,
    TopicKind,
)
from upbit_auto_trading.business_logic.engine.live_series import (
    FILLED_AT_FIRST,
    LONGEST_PAUSE,
    MOST_ASKED,
    MOST_FILLED,
)


@pytest.fixture
def stage() -> Stage:
    """The first minute was begun in the middle and is settled; the one after it is whole."""
    found = Stage()
    found.at(1, 3)
    found.answer(candle(0, "100"))
    return found


# --- fresh, filling, stale


def test_it_is_fresh_only_after_what_was_missed_is_there() -> None:
    stage = Stage(NOON - 5 * MINUTE)
    changes = [event.freshness for event in stage.out if isinstance(event, CandleFreshnessChanged)]
    assert [(one.state, one.reason) for one in changes] == [
        (FreshnessState.STALE, "no-stream"),
        (FreshnessState.FILLING, None),
    ]
    stage.answer(*[candle(number, "1") for number in range(-5, 0)])
    assert stage.state() is FreshnessState.FRESH


@pytest.mark.parametrize("state", [StreamState.CONNECTING, StreamState.REPAIRING, StreamState.DOWN])
def test_without_its_stream_it_is_stale_and_says_why(stage: Stage, state: StreamState) -> None:
    stage.stream(state)
    assert (stage.state(), stage.reason()) == (FreshnessState.STALE, state.value)


def test_after_an_outage_it_is_filled_before_it_is_fresh(stage: Stage) -> None:
    stage.trade(1, 10, "100")
    stage.stream(StreamState.CONNECTING)
    stage.at(3, 20)
    stage.stream(StreamState.LIVE)
    assert not any(isinstance(event, CandleClosed) for event in stage.out), "nobody knows what was missed"
    assert stage.state() is FreshnessState.FILLING
    stage.answer(candle(1, "100"), candle(3, "1"))
    assert stage.state() is FreshnessState.FRESH
    stage.at(4, 3)
    assert stage.state() is FreshnessState.FILLING, "the stream came in the middle of this one"
    stage.answer(candle(3, "1"))
    assert stage.state() is FreshnessState.FRESH


def test_a_stream_that_says_again_that_all_is_well_was_away(stage: Stage) -> None:
    stage.trade(1, 10, "100")
    stage.stream(StreamState.LIVE)
    stage.at(2, 3)
    assert not any(isinstance(event, CandleClosed) for event in stage.out)


def test_what_other_streams_say_of_the_market_changes_nothing(stage: Stage) -> None:
    stage.stream(StreamState.DOWN, TopicKind.PRICES)
    assert stage.state() is FreshnessState.FRESH
    book = OrderBookChanged(OrderBook(BTC, (), (), stage.now), Provenance.STREAM, stage.now)
    stage.live.process(book, stage.now)
    assert stage.look() == []


def test_where_the_exchange_cannot_be_asked_it_says_so_and_asks_ever_more_rarely() -> None:
    stage = Stage(NOON - 5 * MINUTE)
    pauses = []
    for _ in range(8):
        command = stage.ask()
        assert command is not None
        stage.live.not_fetched(CandlesNotFetched(command.number, BTC, stage.unit), stage.own_seconds)
        waited = next(seconds for seconds in range(100) if stage.live.due(stage.own_seconds + seconds))
        pauses.append(waited)
        # answered with nothing that helps, so that only the failure before counts
        stage.live.not_fetched(CandlesNotFetched(command.number + 1, BTC, stage.unit), stage.own_seconds)
    stage.look()
    assert (stage.state(), stage.reason()) == (FreshnessState.STALE, "not-fetched")
    assert pauses == sorted(pauses)
    assert pauses[0] == 2
    assert pauses[-1] == LONGEST_PAUSE
    stage.answer(*[candle(number, "1") for number in range(-5, 0)])
    assert stage.state() is FreshnessState.FRESH


def test_a_clock_that_leaps_has_everything_asked_for(stage: Stage) -> None:
    stage.trade(1, 10, "100")
    stage.trade(300, 1, "100")
    stage.at(200, 20)
    assert not any(isinstance(event, CandleClosed) for event in stage.out)
    assert stage.state() is FreshnessState.FILLING
    command = stage.ask()
    assert command is not None
    assert command.span == Span(minute(1), minute(200))


def test_and_so_it_does_while_the_stream_is_away(stage: Stage) -> None:
    stage.stream(StreamState.DOWN)
    stage.at(200, 20)
    stage.stream(StreamState.LIVE)
    assert stage.state() is FreshnessState.FILLING


# --- what is asked


def test_one_question_at_a_time_and_not_more_often_than_its_pause(stage: Stage) -> None:
    stage.at(2, 3)
    assert stage.ask() is not None
    assert stage.ask() is None


def test_a_long_hole_is_filled_in_parts_and_only_its_end() -> None:
    stage = Stage(NOON - 100_000 * MINUTE)
    first = stage.answer(candle(0, "1"))
    spans = [event.span for event in first if isinstance(event, CandlesSettled)]
    assert spans == [Span(NOON - MOST_FILLED * MINUTE, NOON - (MOST_FILLED - MOST_ASKED) * MINUTE)]
    second = stage.answer(candle(0, "1"))
    assert [event.span.end for event in second if isinstance(event, CandlesSettled)] == [NOON]


def test_where_nothing_is_known_it_begins_with_enough_for_an_indicator() -> None:
    command = Stage(None).ask()
    assert command is not None
    assert command.span == Span(NOON - FILLED_AT_FIRST * MINUTE, NOON)


def test_what_is_known_ahead_of_the_clock_is_not_asked_for() -> None:
    assert Stage(NOON + 60 * MINUTE).ask() is None


def test_answers_to_other_questions_are_left_out(stage: Stage) -> None:
    stage.at(2, 3)
    command = stage.ask()
    assert command is not None
    for market in (BTC, ETH):
        stage.live.fetched(CandlesFetched(99, market, stage.unit, (candle(1, "1"),), stage.now), 0.0)
        stage.live.not_fetched(CandlesNotFetched(99, market, stage.unit), 0.0)
    assert stage.look() == []
    assert stage.ask() is None, "the question is still under way"


# --- what is followed


def test_a_series_that_is_followed_goes_on_when_another_is_added(stage: Stage) -> None:
    stage.trade(1, 10, "100")
    hours = FollowedSeries(BTC, CandleUnit.HOUR, None)
    stage.live.follow(1, [FollowedSeries(BTC, stage.unit, None), hours], NOTHING)
    stage.at(2, 3)
    assert any(isinstance(event, CandleClosed) for event in stage.out)
    assert stage.live.followed == {(BTC, CandleUnit.MINUTE), (BTC, CandleUnit.HOUR)}
    freshness = stage.live.freshness(BTC, CandleUnit.HOUR)
    assert freshness is not None
    assert freshness.state is FreshnessState.FILLING, "its stream is there already"
    stage.live.follow(1, [hours], NOTHING)
    stage.at(3, 3)
    assert stage.live.followed == {(BTC, CandleUnit.HOUR)}
    assert stage.live.freshness(BTC, CandleUnit.MINUTE) is None
    assert stage.live.settled_until(BTC, CandleUnit.MINUTE) is None


def test_nothing_of_other_streams_is_put_to_what_was(stage: Stage) -> None:
    stage.trade(1, 10, "100")
    stage.live.process(FeedReplaced(2), stage.now)
    stage.at(2, 3)
    assert stage.live.followed == frozenset()
    assert seen(stage, candle(2, "1")) == []


def test_a_wish_waits_for_its_streams_and_one_of_old_streams_is_dropped(stage: Stage) -> None:
    stage.live.follow(2, [FollowedSeries(ETH, stage.unit, None)], NOTHING)
    stage.at(2, 3)
    assert stage.live.followed == {(BTC, stage.unit)}
    stage.live.process(FeedReplaced(2), stage.now)
    stage.live.follow(1, [FollowedSeries(BTC, stage.unit, None)], NOTHING)
    stage.at(2, 4)
    assert stage.live.followed == {(ETH, stage.unit)}


def test_without_any_streams_everything_is_stale(stage: Stage) -> None:
    stage.live.process(FeedLost(), stage.now)
    stage.look()
    assert (stage.state(), stage.reason()) == (FreshnessState.STALE, "no-stream")


@pytest.mark.parametrize("unit", [CandleUnit.SECOND, CandleUnit.HOURS_4, CandleUnit.MONTH])
def test_other_units_lie_on_their_own_grid(unit: CandleUnit) -> None:
    stage = Stage(None, unit=unit)
    command = stage.ask()
    assert command is not None
    assert unit.floor(command.span.start) == command.span.start
    assert command.span.end <= stage.now
    assert stage.live.settled_until(BTC, unit) == command.span.start
