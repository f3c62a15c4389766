"""The same markets with the same past are the same world, whenever and however fast they run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions, assemble
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace

MARKET = Market("upbit", "KRW-BTC")
ONE = PracticeOptions(markets=2, seed=5)


def world(options: PracticeOptions, clock: FakeClock | None = None) -> str:
    return assemble(options, clock or FakeClock()).fingerprint()


def recorded(price: int) -> StoredCandles:
    exact = Decimal(price)
    candles = [
        Candle(
            MARKET, CandleUnit.MINUTE, START + n * timedelta(minutes=1), exact, exact, exact, exact, Decimal(1), exact
        )
        for n in range(3)
    ]
    return StoredCandles(ListedMarket(MARKET, "비트코인", "Bitcoin"), candles)


def test_time_and_speed_make_no_other_world() -> None:
    first = world(ONE)
    assert first == world(replace(ONE, speed=100.0), FakeClock(START + timedelta(days=3)))
    assert first == world(replace(ONE, pace=Pace.MAXIMUM, krw=Decimal(5)))
    assert len(first) == 64


def test_seed_markets_and_files_do() -> None:
    files = [replace(ONE, sources=(recorded(price),)) for price in (100, 101)]
    worlds = [world(one) for one in (ONE, replace(ONE, seed=6), replace(ONE, markets=3), *files)]
    assert len(set(worlds)) == 5
    assert world(files[0]) == worlds[3]
