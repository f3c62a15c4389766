"""One minute after the other: built, closed by the clock, confirmed, corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.business_logic.engine.live_stage import (
    BTC,
    Stage,
    candle,
    closed_first,
    minute,
    seen,
    without_freshness,
)
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleConfirmed,
    CandleCorrected,
    CandleForming,
    CandlesSettled,
    Correction,
    FreshnessState,
)
from upbit_auto_trading.business_logic.engine.live_series import (
    GRACE,
    SILENCE,
)


@pytest.fixture
def stage() -> Stage:
    """The first minute was begun in the middle and is settled; the one after it is whole."""
    found = Stage()
    found.at(1, 3)
    found.answer(candle(0, "100"))
    return found


# --- closing


def test_the_clock_closes_a_candle_after_its_grace_and_waits_for_no_trade(stage: Stage) -> None:
    stage.trade(1, 10, "100")
    stage.at(2, 2.9)
    assert not any(isinstance(event, CandleClosed) for event in stage.out)
    stage.at(2, GRACE.total_seconds())
    assert isinstance(stage.out[-1], CandleClosed)


def test_a_candle_is_of_its_trades_in_order_of_time_and_number(stage: Stage) -> None:
    stage.trade(1, 30, "105", count=8)
    stage.trade(1, 10, "101", count=5)
    stage.trade(1, 10, "99", count=4)
    stage.trade(1, 30, "100", "0.5", count=9)
    stage.trade(1, 30, "100", "0.5", count=9)
    stage.at(2, 3)
    (event,) = [event for event in stage.out if isinstance(event, CandleClosed)]
    found = event.candle
    assert [found.open, found.high, found.low, found.close] == [99, 105, 99, 100]
    assert [found.volume, found.turnover] == [Decimal("3.5"), 105 + 101 + 99 + 50]
    assert found.last_traded_at == minute(1) + timedelta(seconds=30)


def test_each_trade_shows_how_the_candle_forms(stage: Stage) -> None:
    (first,) = stage.trade(1, 10, "100")
    (second,) = stage.trade(1, 12, "103")
    assert isinstance(first, CandleForming)
    assert isinstance(second, CandleForming)
    assert [first.candle.close, second.candle.close] == [100, 103]
    assert second.is_whole


def test_a_trade_of_the_minute_before_shows_nothing_once_the_next_one_forms(stage: Stage) -> None:
    stage.trade(2, 0.5, "100")
    assert stage.trade(1, 59, "99") == []


def test_a_minute_without_trades_closes_without_a_candle(stage: Stage) -> None:
    stage.at(2, 3)
    assert not any(isinstance(event, CandleClosed) for event in stage.out)
    assert stage.state() is FreshnessState.FRESH


# --- the exchange's word


def test_the_same_from_the_exchange_confirms_it(stage: Stage) -> None:
    ours = closed_first(stage)
    theirs = candle(1, "100", "103", "98", "103", volume="2.5")
    assert without_freshness(stage.answer(theirs)) == [
        CandleConfirmed(theirs),
        CandlesSettled(BTC, stage.unit, Span(minute(1), minute(2)), (theirs,), Origin.STREAM),
    ]
    assert ours.turnover != theirs.turnover, "a turnover is cut to the exchange's figures"
    assert stage.live.settled_until(BTC, stage.unit) == minute(2)


def test_another_one_from_the_exchange_corrects_it_and_counts(stage: Stage) -> None:
    ours = closed_first(stage)
    theirs = candle(1, "100", "104", "98", "103", volume="3")
    assert without_freshness(stage.answer(theirs)) == [
        CandleCorrected(ours, theirs, Correction.EXCHANGE_DIFFERS),
        CandlesSettled(BTC, stage.unit, Span(minute(1), minute(2)), (theirs,), Origin.EXCHANGE),
    ]


def test_an_answer_that_was_asked_for_too_early_settles_nothing(stage: Stage) -> None:
    closed_first(stage)
    early = minute(2) + GRACE - timedelta(seconds=0.1)
    assert without_freshness(stage.answer(candle(1, "100"), asked_at=early)) == []
    assert stage.ask() is not None


def test_a_later_candle_proves_that_the_one_before_is_over(stage: Stage) -> None:
    closed_first(stage)
    told = stage.answer(candle(1, "100"), candle(2, "5"), asked_at=minute(1))
    assert any(isinstance(event, CandlesSettled) for event in told)
    forming = [event for event in told if isinstance(event, CandleForming)]
    assert [event.candle.close for event in forming] == [], "whole: what is pushed tells how it forms"


def test_silence_is_no_trade_only_where_a_later_candle_is_there(stage: Stage) -> None:
    stage.at(2, 3)
    assert without_freshness(stage.answer()) == []
    assert without_freshness(stage.answer(candle(2, "5"))) == [
        CandlesSettled(BTC, stage.unit, Span(minute(1), minute(2)), (), Origin.STREAM)
    ]


def test_or_after_so_long_that_it_would_be_listed(stage: Stage) -> None:
    stage.at(2, 3)
    after = minute(2) + SILENCE
    assert without_freshness(stage.answer(asked_at=after - timedelta(seconds=1))) == []
    assert len(without_freshness(stage.answer(asked_at=after))) == 1


def test_no_silence_stands_against_a_trade_that_was_seen(stage: Stage) -> None:
    closed_first(stage)
    assert without_freshness(stage.answer(candle(2, "5"), asked_at=minute(60))) == []
    assert stage.live.settled_until(BTC, stage.unit) == minute(1)


def test_what_is_settled_behind_a_doubtful_one_counts_once_that_one_is(stage: Stage) -> None:
    closed_first(stage)
    stage.at(4, 3)
    told = stage.answer(candle(2, "5"), candle(3, "6"))
    assert [event.span for event in told if isinstance(event, CandlesSettled)] == [Span(minute(2), minute(4))]
    assert stage.live.settled_until(BTC, stage.unit) == minute(1)
    assert stage.trade(2, 5, "5") == [], "of one that is settled no trade is waited for"
    told = stage.answer(candle(1, "100"), candle(2, "5"), candle(3, "6"))
    assert stage.live.settled_until(BTC, stage.unit) == minute(4)
    assert sum(isinstance(event, CandleConfirmed) for event in told) == 0


def test_neighbours_of_different_origin_are_settled_apart(stage: Stage) -> None:
    stage.trade(1, 10, "100")
    stage.at(2, 3)
    stage.trade(2, 10, "100")
    stage.at(3, 3)
    told = [event for event in stage.answer(candle(1, "100"), candle(2, "200")) if isinstance(event, CandlesSettled)]
    assert [(event.span.start, event.origin) for event in told] == [
        (minute(1), Origin.STREAM),
        (minute(2), Origin.EXCHANGE),
    ]


# --- late trades


def test_a_late_trade_corrects_what_was_closed(stage: Stage) -> None:
    ours = closed_first(stage)
    (event,) = stage.trade(1, 40, "110")
    assert isinstance(event, CandleCorrected)
    assert (event.before, event.why) == (ours, Correction.LATE_TRADE)
    assert [event.after.high, event.after.close] == [110, 103]


def test_the_first_trade_of_a_minute_may_be_late(stage: Stage) -> None:
    stage.at(2, 3)
    (event,) = stage.trade(1, 40, "110")
    assert isinstance(event, CandleClosed)


def test_a_late_trade_of_a_minute_that_was_begun_in_the_middle_waits_for_the_exchange() -> None:
    stage = Stage()
    stage.at(1, 3)
    assert stage.trade(0, 40, "110") == []
    assert stage.trade(-30, 40, "110") == [], "nor one of long ago"


def test_a_trade_that_the_exchanges_word_did_not_hold_has_it_asked_again(stage: Stage) -> None:
    closed_first(stage)
    before = candle(1, "100", "103", "98", "103", volume="2.5")
    stage.answer(before)
    stage.at(3, 3)
    stage.answer(candle(2, "7"))
    stage.trade(1, 40, "110")
    assert stage.live.settled_until(BTC, stage.unit) == minute(1)
    after = candle(1, "100", "110", "98", "103", volume="3.5")
    told = without_freshness(stage.answer(after, candle(2, "7")))
    assert told[0] == CandleCorrected(before, after, Correction.EXCHANGE_DIFFERS)
    assert stage.live.settled_until(BTC, stage.unit) == minute(3)


def test_nor_is_a_minute_empty_of_which_a_trade_comes_later(stage: Stage) -> None:
    stage.at(2, 3)
    stage.answer(candle(2, "7"))
    stage.trade(1, 40, "110")
    command = stage.ask()
    assert command is not None
    assert command.span.start == minute(1)


def test_a_trade_that_the_exchange_had_counted_changes_nothing(stage: Stage) -> None:
    closed_first(stage)
    stage.answer(candle(1, "100", "110", "98", "103", volume="3.5"))
    assert stage.trade(1, 40, "110") == []
    assert stage.ask() is None


def test_a_trade_of_long_ago_is_left_out(stage: Stage) -> None:
    for number in range(1, 8):
        stage.at(number + 1, 3)
        stage.answer(candle(number, "7"), candle(number + 1, "7"))
    assert stage.trade(1, 40, "110") == []
    assert stage.ask() is None


# --- how a candle forms whose beginning was missed


def test_the_exchanges_own_is_shown_with_what_came_since() -> None:
    stage = Stage()
    (alone,) = seen(stage, candle(0, "100", "120", "90", "110", volume="9"))
    assert isinstance(alone, CandleForming)
    assert alone.candle.open == 100
    assert not alone.is_whole
    (both,) = stage.trade(0, 40, "130")
    assert isinstance(both, CandleForming)
    assert [both.candle.open, both.candle.high, both.candle.low, both.candle.close] == [100, 130, 90, 130]
    assert both.candle.volume == 9


def test_which_price_is_the_newer_one_is_told_by_the_time_of_the_trade() -> None:
    stage = Stage()
    stage.trade(0, 30, "130")
    shown = candle(0, "100", "130", "90", "110", volume="9")
    newer = replace(shown, last_traded_at=minute(0) + timedelta(seconds=45))
    (event,) = seen(stage, newer)
    assert isinstance(event, CandleForming)
    assert event.candle.close == 110


def test_what_the_exchange_shows_confirms_nothing_and_of_a_closed_one_is_left_out(stage: Stage) -> None:
    closed_first(stage)
    assert seen(stage, candle(1, "1")) == []
    assert stage.live.settled_until(BTC, stage.unit) == minute(1)


def test_a_candle_that_only_the_exchange_has_seen_waits_for_its_word(stage: Stage) -> None:
    seen(stage, candle(1, "100"))
    stage.at(2, 3)
    assert not any(isinstance(event, CandleClosed) for event in stage.out)
    assert stage.state() is FreshnessState.FILLING
    told = without_freshness(stage.answer(candle(1, "100")))
    assert told[0] == CandleConfirmed(candle(1, "100"))
    assert stage.state() is FreshnessState.FRESH
