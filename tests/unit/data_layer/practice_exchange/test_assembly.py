"""Where market time begins."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.business_logic.simulation.virtual_events import PublicTrade
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions, assemble
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace


@pytest.mark.parametrize(("minutes_away", "is_followed"), [(5, True), (59, True), (61, False)])
def test_after_a_short_break_a_kept_exchange_catches_up_with_the_present(
    tmp_path: Path, minutes_away: int, is_followed: bool
) -> None:
    real = FakeClock()
    options = PracticeOptions(markets=1, state=tmp_path / "state.json")
    first = assemble(options, real)
    assert first.world.clock.follows_present
    assert first.keeper is not None
    first.keeper.close()
    real.advance(timedelta(minutes=minutes_away))
    again = assemble(options, real)
    assert again.world.clock.now() == START
    assert again.world.clock.follows_present is is_followed
    assert again.world.clock.due() == (real.now() if is_followed else START)
    assert again.keeper is not None
    again.keeper.close()


def test_one_that_was_started_elsewhere_stays_there() -> None:
    real = FakeClock()
    world = assemble(PracticeOptions(markets=1, start=START), real).world
    real.advance(2)
    real.jump(100)
    assert world.clock.due() == START + timedelta(seconds=2)


@pytest.mark.parametrize(("days", "start"), [(62, timedelta(days=30)), (60, timedelta(0)), (1, timedelta(0))])
def test_candles_of_ones_own_are_replayed_after_thirty_days_or_from_their_first(days: int, start: timedelta) -> None:
    """And thirty days lie before it either way: their own, or generated ones."""
    market, price = Market("upbit", "KRW-BTC"), Decimal(100_000_000)
    first, hour = START - timedelta(days=days), timedelta(hours=1)
    candles = [
        Candle(market, CandleUnit.MINUTE, first + number * hour, price, price, price, price, Decimal(1), price)
        for number in range(days * 24)
    ]
    source = StoredCandles(ListedMarket(market, "비트코인", "Bitcoin"), candles)
    world = assemble(PracticeOptions(markets=0, sources=(source,), pace=Pace.PAUSED), FakeClock()).world
    assert world.clock.now() == first + start
    days_before = world.candles(market, CandleUnit.DAY, None, 200)
    assert days_before[-1].opened_at <= first + start - timedelta(days=30)
    assert [event for event in world.step() if isinstance(event, PublicTrade)]


def test_downloaded_candles_bring_their_past() -> None:
    market, price = Market("upbit", "KRW-BTC"), Decimal(100_000_000)
    first = START - timedelta(days=33)
    candles = [
        Candle(
            market,
            CandleUnit.MINUTE,
            first + number * timedelta(hours=1),
            price,
            price,
            price,
            price,
            Decimal(1),
            price,
        )
        for number in range(33 * 24)
    ]
    source = StoredCandles(ListedMarket(market, "비트코인", "Bitcoin"), candles)
    options = PracticeOptions(markets=0, sources=(source,), sources_bring_past=True, pace=Pace.PAUSED)
    assert assemble(options, FakeClock()).world.clock.now() == first + timedelta(days=30)
