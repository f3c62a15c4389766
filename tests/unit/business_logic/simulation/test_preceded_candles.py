"""What lies before a file is made up in its own manner and ends at its first open; the file itself is not touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings
from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.business_logic.simulation.preceded_candles import PrecededCandles
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

ETC = Market("upbit", "KRW-ETC")
LISTED = ListedMarket(ETC, "이더리움클래식", "Ethereum Classic")
MONTH = timedelta(days=30)
#: so much is made up; a longer past is more of the same
PAST = timedelta(days=5)
FIRST = datetime(2026, 3, 2, 4, 37, tzinfo=UTC)


def recorded(
    price: str = "24000", first: datetime = FIRST, step: int = 1, count: int = 600, unit: CandleUnit = CandleUnit.MINUTE
) -> StoredCandles:
    """By turns a little up and down."""
    base, length = Decimal(price), unit.length or MONTH
    up = base * Decimal("1.002")
    shapes = (up, up, base, base), (base, up, base, up)
    candles = [
        Candle(ETC, unit, first + number * step * length, *shapes[number % 2],
               Decimal(3), base * 3)
        for number in range(count)
    ]  # fmt: skip
    return StoredCandles(LISTED, candles, unit)


def past_of(source: PrecededCandles, until: datetime = FIRST) -> Sequence[Candle]:
    return source.candles(until - PAST, until)


@pytest.mark.parametrize("price", ["0.0123", "345", "24000", "118000000"])
@pytest.mark.parametrize("seed", [1, 7])
def test_the_past_ends_at_the_first_recorded_open(price: str, seed: int) -> None:
    source = PrecededCandles(recorded(price), practice_rules(), seed, PAST)
    past = past_of(source)
    opens = Decimal(price) * Decimal("1.002")
    assert abs(past[-1].close / opens - 1) < Decimal("0.02")
    assert {CandleUnit.DAY.floor(one.opened_at) for one in past} >= {
        CandleUnit.DAY.floor(FIRST) - day * timedelta(days=1) for day in range(5)
    }
    assert all(one.opened_at < FIRST for one in past)
    assert len({one.close for one in past}) > 10, "it moves"


def test_the_past_is_as_busy_as_the_recording() -> None:
    dense, sparse = (PrecededCandles(recorded(step=step), practice_rules(), 1, PAST) for step in (1, 20))
    assert len(past_of(dense)) > 5_800
    assert 80 < len(past_of(sparse)) < 1_000
    turnover = sum(one.turnover for one in past_of(dense)) / 5
    assert Decimal("0.3") < turnover / (24_000 * 3 * 1_440) < 3


@pytest.mark.parametrize("first", [FIRST, datetime(2014, 5, 1, tzinfo=UTC)])
def test_what_was_recorded_stays_and_the_past_is_a_seeds(first: datetime) -> None:
    own = recorded(first=first)
    one, same, other = (PrecededCandles(own, practice_rules(), seed, PAST) for seed in (1, 1, 2))
    assert one.candles(first, own.ends_at) == own.candles(first, own.ends_at)
    assert past_of(one, first) == past_of(same, first) != past_of(other, first)
    assert past_of(one, first)
    assert one.first_at <= first - PAST
    replay = MarketReplay([one], practice_rules(), ReplaySettings(book_interval=timedelta(days=1)), 1)
    replay.start_at(first - timedelta(milliseconds=1))
    prints = [event for event in replay.advance(own.ends_at) if isinstance(event, Print)]
    assert sum(tick.quantity for tick in prints) == sum(candle.volume for candle in own.candles(first, own.ends_at))
    served = replay.candles(ETC, CandleUnit.MINUTE, first, own.ends_at, own.ends_at)
    assert [(row.opened_at, row.close, row.volume) for row in served] == [
        (row.opened_at, row.close, row.volume) for row in own.candles(first, own.ends_at)
    ]


def test_the_next_candle_is_found_across_the_border() -> None:
    source = PrecededCandles(recorded(), practice_rules(), 1, PAST)
    border = int(FIRST.timestamp())
    assert source.next_from(0) == int(source.first_at.timestamp())
    assert source.next_from(border - 1) == border - 1
    assert source.next_from(border) == border
    assert source.next_from(int(source.ends_at.timestamp())) is None
    assert source.listed == LISTED


def test_seconds_have_no_made_up_past() -> None:
    own = recorded(unit=CandleUnit.SECOND)
    source = PrecededCandles(own, practice_rules(), 1, PAST)
    assert source.first_at == own.first_at
    assert source.candles(FIRST - MONTH, own.ends_at) == own.candles(FIRST, own.ends_at)
    assert len(source.bare(0, 2**33)) == 600
