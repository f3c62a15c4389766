"""Candles of every unit against what was recorded: pages, bounds, gaps, and where there are no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.contract.exchange.cases import some_at_once
from tests.contract.exchange.floor import Floor
from tests.contract.exchange.recorded_market import BITCOIN, RIPPLE, START, Recorded, Row, candles_of
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
LONGER_THAN_SECONDS = [unit for unit in CandleUnit if unit is not CandleUnit.SECOND]
ALWAYS = (CandleUnit.MINUTE, CandleUnit.HOURS_4, CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)


def told(recorded: Recorded, unit: CandleUnit) -> list[Row]:
    """Of everything that was traded before the market stood still."""
    return list(candles_of([row for row in recorded.rows() if row.opened_at < START], unit).values())


def plain(candle: Candle) -> Row:
    return Row(candle.opened_at, candle.open, candle.high, candle.low, candle.close, candle.volume)


@pytest.mark.parametrize("unit", some_at_once(LONGER_THAN_SECONDS, ALWAYS))
def test_all_between_two_moments_in_every_unit(floor: Floor, unit: CandleUnit) -> None:
    assert unit in floor.exchange.capabilities.candle_units
    candles = floor.market_data.candles_between(floor.market(), unit, LONG_AGO, START)
    assert [plain(candle) for candle in candles] == told(BITCOIN, unit)
    assert {candle.market for candle in candles} == {floor.market()}
    assert {candle.unit for candle in candles} == {unit}
    assert all(candle.opened_at.tzinfo is not None for candle in candles)


@pytest.mark.parametrize("unit", [CandleUnit.MINUTE, CandleUnit.HOUR, CandleUnit.MONTH])
def test_the_newest_before_a_moment_oldest_first(floor: Floor, unit: CandleUnit) -> None:
    expected = told(BITCOIN, unit)
    bound = expected[-1].opened_at
    before = floor.market_data.candles_before(floor.market(), unit, bound, 2)
    assert [plain(candle) for candle in before] == expected[-3:-1], "the bound is no part of it"
    just_after = floor.market_data.candles_before(floor.market(), unit, bound + timedelta(microseconds=1), 2)
    assert [plain(candle) for candle in just_after] == expected[-2:]
    newest = floor.market_data.candles_before(floor.market(), unit, None, 1)
    assert [plain(candle) for candle in newest] == expected[-1:], "the one that forms is told too"


def test_more_than_a_page_and_more_than_there_are(floor: Floor) -> None:
    expected = told(BITCOIN, CandleUnit.MINUTE)
    page = floor.exchange.capabilities.candles_per_page
    assert len(expected) > 3 * page
    some = floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, None, 2 * page + 7)
    assert [plain(candle) for candle in some] == expected[-2 * page - 7 :]
    every = floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, None, len(expected) + 500)
    assert [plain(candle) for candle in every] == expected
    assert floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, LONG_AGO, 10) == ()


def test_intervals_without_trades_are_missing(floor: Floor) -> None:
    hour = START.replace(hour=3, minute=0)
    candles = floor.market_data.candles_between(
        floor.market("KRW-XRP"), CandleUnit.MINUTE, hour, hour + timedelta(hours=1)
    )
    traded = {candle.opened_at.minute for candle in candles}
    assert traded == set(range(60)) - RIPPLE.gaps


def test_bounds_are_in_and_out(floor: Floor) -> None:
    start = START - timedelta(minutes=30)
    assert start.minute not in BITCOIN.gaps
    candles = floor.market_data.candles_between(floor.market(), CandleUnit.MINUTE, start, start + 3 * _MINUTE)
    assert [candle.opened_at for candle in candles] == [start, start + _MINUTE, start + 2 * _MINUTE]
    off_grid = floor.market_data.candles_between(
        floor.market(), CandleUnit.MINUTE, start + timedelta(seconds=1), start + 2 * _MINUTE + timedelta(microseconds=1)
    )
    assert [candle.opened_at for candle in off_grid] == [start + _MINUTE, start + 2 * _MINUTE]
    assert floor.market_data.candles_between(floor.market(), CandleUnit.MINUTE, start, start) == ()
    assert floor.market_data.candles_between(floor.market(), CandleUnit.MINUTE, START, LONG_AGO) == ()


def test_seconds_hold_the_trades_of_their_second(floor: Floor) -> None:
    candles = floor.market_data.candles_before(floor.market(), CandleUnit.SECOND, None, 250)
    assert len(candles) == 250
    opened = [candle.opened_at for candle in candles]
    assert opened == sorted(set(opened))
    assert any(later - earlier > timedelta(seconds=1) for earlier, later in pairwise(opened))
    trades = floor.market_data.trades(floor.market(), count=250)
    of_last = [trade for trade in trades if trade.traded_at.replace(microsecond=0) == opened[-1]]
    last = candles[-1]
    assert sum(trade.quantity for trade in of_last) == last.volume
    assert (of_last[0].price, of_last[-1].price) == (last.open, last.close)
    assert last.last_traded_at == of_last[-1].traded_at


def test_what_is_traded_now_shows_in_the_candle_that_forms(floor: Floor) -> None:
    def newest() -> Candle:
        return floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, None, 1)[-1]

    before = newest()
    floor.sold_by_other("0.25")
    after = newest()
    assert after.opened_at == START > before.opened_at
    assert (after.volume, after.open, after.close) == (Decimal("0.25"), floor.best()[1], floor.best()[1])
    assert after.turnover == after.volume * after.close
