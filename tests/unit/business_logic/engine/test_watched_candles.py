"""How the candle forms that somebody watches: whole from the first look on, in every unit, in bounded memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.unit.business_logic.engine.live_stage import BTC, NOON, NOTHING, Stage, candle, minute, without_freshness
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleConfirmed,
    CandleForming,
    CandlesFetched,
    CandlesSettled,
    FollowedSeries,
    FreshnessState,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.business_logic.engine.forming_candle import MOST_REMEMBERED, FormingCandle
from upbit_auto_trading.business_logic.engine.long_series import READ_AGAIN_EVERY

LONG = (CandleUnit.DAY, CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)


def watched(unit: CandleUnit, known_until: datetime | None = NOON) -> Stage:
    stage = Stage(known_until, unit=unit)
    stage.live.follow(1, [FollowedSeries(BTC, unit, known_until, is_watched=True)], NOTHING)
    stage.at(0, 20)
    return stage


def read(unit: CandleUnit, *prices: str, volume: str, seconds: float) -> Candle:
    """As the exchange shows the candle that forms at noon, its newest trade so many seconds later."""
    opened_at = unit.floor(NOON)
    traded_at = NOON + timedelta(seconds=seconds)
    return replace(candle(0, *prices, volume=volume, unit=unit), opened_at=opened_at, last_traded_at=traded_at)


def forming(events: list[LiveCandleEvent]) -> list[Candle]:
    return [event.candle for event in events if isinstance(event, CandleForming)]


def numbers(shown: Candle) -> tuple[object, ...]:
    return shown.open, shown.high, shown.low, shown.close, shown.volume


@pytest.mark.parametrize("unit", [CandleUnit.HOUR, *LONG])
def test_what_formed_before_it_was_watched_is_asked_for_and_in_it(unit: CandleUnit) -> None:
    stage = watched(unit, unit.floor(NOON))
    assert forming(stage.trade(0, 5, "130")) == [], "a part of it would look like the whole"
    assert stage.state() is FreshnessState.FILLING
    stage.trade(0, 15, "140", "2")
    told = stage.answer(read(unit, "100", "135", "90", "130", volume="9", seconds=5))
    (shown,) = forming(told)
    assert numbers(shown) == (100, 140, 90, 140, 11), "the first trade was in it, the second came after"
    assert stage.state() is FreshnessState.FRESH
    (shown,) = forming(stage.trade(0, 25, "80", "0.5"))
    assert numbers(shown) == (100, 140, 80, 80, Decimal("11.5"))
    assert stage.trade(0, 25, "80", "0.5", count=stage.number) == [], "the same trade again"


@pytest.mark.parametrize("unit", LONG)
def test_a_long_one_is_read_again_every_minute(unit: CandleUnit) -> None:
    stage = watched(unit, unit.floor(NOON))
    stage.answer(read(unit, "100", "135", "90", "130", volume="9", seconds=5))
    stage.trade(0, 30, "131")
    assert not stage.live.due(stage.own_seconds + READ_AGAIN_EVERY - 1)
    told = stage.answer(read(unit, "100", "137", "90", "131", volume="10.25", seconds=30))
    assert numbers(forming(told)[-1]) == (100, 137, 90, 131, Decimal("10.25")), "a trade that was never pushed is in it"
    assert without_freshness(told) == [], "what was settled before is not told again"


def test_an_hour_is_read_once_and_again_after_its_stream_was_away() -> None:
    stage = watched(CandleUnit.HOUR)
    stage.answer(read(CandleUnit.HOUR, "100", volume="9", seconds=5))
    stage.trade(0, 30, "101")
    assert stage.ask() is None
    stage.stream(StreamState.CONNECTING)
    stage.at(10, 0)
    assert stage.ask() is None, "what would be missed after it is missed too"
    stage.stream(StreamState.LIVE)
    assert stage.state() is FreshnessState.FILLING
    assert forming(stage.trade(10, 5, "99")) == []
    told = stage.answer(read(CandleUnit.HOUR, "100", "150", "98", "99", volume="40", seconds=602))
    assert numbers(forming(told)[-1]) == (100, 150, 98, 99, 41)
    assert stage.state() is FreshnessState.FRESH


def test_an_answer_to_a_question_from_before_an_outage_is_not_the_whole() -> None:
    stage = watched(CandleUnit.HOUR)
    command = stage.ask()
    assert command is not None
    stage.stream(StreamState.CONNECTING)
    stage.stream(StreamState.LIVE)
    shown = read(CandleUnit.HOUR, "100", volume="9", seconds=5)
    stage.live.fetched(CandlesFetched(command.number, BTC, stage.unit, (shown,), stage.now), stage.own_seconds)
    assert forming(stage.look()) == []
    assert stage.state() is FreshnessState.FILLING
    assert forming(stage.answer(shown)) == [shown]


def test_where_nothing_was_traded_yet_the_trades_since_are_all_of_it() -> None:
    stage = watched(CandleUnit.HOUR)
    stage.trade(0, 15, "140", "2")
    (shown,) = forming(stage.answer())
    assert numbers(shown) == (140, 140, 140, 140, 2)


@pytest.mark.parametrize("unit", LONG)
def test_a_long_one_that_ended_is_the_exchanges_own(unit: CandleUnit) -> None:
    stage = watched(unit, unit.floor(NOON))
    stage.answer(read(unit, "100", volume="9", seconds=5))
    end = unit.next(unit.floor(NOON))
    minutes = (end - NOON) // timedelta(minutes=1)
    stage.trade(minutes - 1, 59, "200")
    stage.at(minutes, 3)
    assert stage.state() is FreshnessState.FILLING
    assert not [event for event in without_freshness(stage.out) if not isinstance(event, CandlesSettled)]
    final = replace(
        read(unit, "100", "201", "100", "200", volume="99", seconds=1),
        last_traded_at=minute(minutes - 1) + timedelta(seconds=59),
    )
    told = without_freshness(stage.answer(final))
    assert told[0] == CandleConfirmed(final)
    assert isinstance(told[1], CandlesSettled)
    assert told[1].span == Span(unit.floor(NOON), end)
    assert stage.state() is FreshnessState.FRESH
    assert stage.trade(minutes - 1, 58, "300") == []
    assert stage.trade(-3_000_000, 0, "300") == [], "nor one of years ago"
    assert stage.ask() is not None, "only to read the one that forms"
    stage.trade(minutes - 1, 59.5, "300")
    assert stage.live.settled_until(BTC, unit) == unit.floor(NOON), "a trade it cannot have held: asked again"


def test_what_nobody_watches_is_not_asked_for_while_it_forms() -> None:
    assert Stage(NOON, unit=CandleUnit.HOUR).ask() is None


def test_one_that_is_kept_becomes_watched_and_goes_on() -> None:
    stage = Stage(NOON, unit=CandleUnit.HOUR)
    assert forming(stage.trade(0, 30, "101")), "as before: shown as far as it is known"
    stage.live.follow(1, [FollowedSeries(BTC, CandleUnit.HOUR, None, is_watched=True)], NOTHING)
    stage.at(1)
    (shown,) = forming(stage.answer(read(CandleUnit.HOUR, "100", volume="9", seconds=5)))
    assert numbers(shown) == (100, 101, 100, 101, 10)


def test_the_trades_of_a_month_do_not_stay_in_memory() -> None:
    month = FormingCandle(BTC, CandleUnit.MONTH, NOON)
    for number in range(MOST_REMEMBERED + 10):
        traded_at = NOON + timedelta(milliseconds=number)
        month.add(MarketTrade(BTC, number, Decimal(100), Decimal(1), Side.BUY, traded_at))
    month.see(read(CandleUnit.MONTH, "100", volume="7", seconds=10))
    shown = month.candle()
    assert shown is not None
    assert shown.volume == 7 + MOST_REMEMBERED + 10 - 10_001
    month.see(read(CandleUnit.MONTH, "1", volume="1", seconds=9))
    assert month.candle() == shown, "an older reading that was late"
