"""Generated markets: the same for ever, from wherever one starts; on the grid of their day; alike to real ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes.krw_rules import NEW_TICKS_SINCE, krw_rules
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.simulation.candle_columns import UNIT, CandleColumns, epoch_seconds
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS, generated_market

RULES = krw_rules()
DAY = timedelta(days=1)
START = datetime(2026, 9, 1, tzinfo=UTC)
BY_CODE = {one.market.code: one for one in PRACTICE_MARKETS}


def market(code: str = "KRW-BTC", seed: int = 1) -> GeneratedMarket:
    return GeneratedMarket(BY_CODE[code], RULES, seed)


def returns(columns: CandleColumns) -> NDArray[np.float64]:
    return np.diff(np.log(columns.close / UNIT))


def resemblance(series: NDArray[np.float64], lag: int) -> float:
    apart = series - series.mean()
    return float((apart[:-lag] * apart[lag:]).mean() / (apart * apart).mean())


@pytest.mark.parametrize("code", ["KRW-BTC", "KRW-DOGE", "KRW-SHIB", "KRW-STRAX"])
def test_the_candles_are_the_same_in_every_version_on_every_machine(code: str) -> None:
    columns = market(code).columns(START, START + 2 * DAY)
    digest = sha256()
    for column in (columns.opened, columns.open, columns.high, columns.low, columns.close, columns.volume):
        digest.update(np.ascontiguousarray(column).astype("<i8").tobytes())
    for column in (columns.turnover, columns.last_ms):
        digest.update(np.ascontiguousarray(column).astype("<i8").tobytes())
    assert digest.hexdigest()[:16] == CHECKSUMS[code]


CHECKSUMS = {
    "KRW-BTC": "7e5c008405791681",
    "KRW-DOGE": "9823dab1116dbe63",
    "KRW-SHIB": "6816ffce82fb3c53",
    "KRW-STRAX": "309471ef07855517",
}


def test_a_range_is_the_same_whatever_was_asked_before() -> None:
    middle = START + timedelta(hours=20, minutes=13), START + timedelta(hours=29, minutes=7)
    fresh = market("KRW-ADA").candles(*middle)
    used = market("KRW-ADA")
    used.candles(START - 400 * DAY, START - 399 * DAY)
    whole = used.candles(START - DAY, START + 5 * DAY)
    assert fresh == tuple(one for one in whole if middle[0] <= one.opened_at < middle[1])
    assert len(fresh) > 400


def test_days_join_without_a_jump() -> None:
    columns = market().columns(START, START + 40 * DAY)
    moves = np.abs(returns(columns))
    at_midnight = moves[np.flatnonzero(columns.opened[1:] % 86_400 == 0)]
    assert len(at_midnight) == 39
    assert at_midnight.mean() < 3 * moves.mean()


def test_blocks_of_days_join_without_a_jump() -> None:
    edge = datetime(1970, 1, 1, tzinfo=UTC) + 256 * 80 * DAY
    columns = market().columns(edge - DAY, edge + DAY)
    assert np.abs(returns(columns)).max() < 0.02


def test_prices_lie_on_the_grid_of_their_minute() -> None:
    made = market("KRW-SOL").candles(NEW_TICKS_SINCE - timedelta(hours=3), NEW_TICKS_SINCE + timedelta(hours=3))
    for one in made:
        ticks = RULES.rules(one.market, one.opened_at).ticks
        assert all(ticks.is_on_grid(price) for price in (one.open, one.high, one.low, one.close))
    assert any(off_todays_grid(one) for one in made if one.opened_at < NEW_TICKS_SINCE)


def off_todays_grid(one: Candle) -> bool:
    return not RULES.rules(one.market, NEW_TICKS_SINCE).ticks.is_on_grid(one.close)


def test_candles_are_consistent_and_trade() -> None:
    columns = market("KRW-LINK").columns(START, START + 5 * DAY)
    assert np.all(columns.high >= np.maximum(columns.open, columns.close))
    assert np.all(columns.low <= np.minimum(columns.open, columns.close))
    assert np.all(columns.volume.sum(axis=1) > 0)
    assert np.all(np.diff(columns.opened) > 0)


def test_large_moves_cluster_and_tails_are_fat() -> None:
    moves = returns(market().columns(START, START + 30 * DAY))
    size = np.abs(moves)
    assert abs(resemblance(moves, 1)) < 0.1
    assert resemblance(size, 1) > resemblance(size, 10) > resemblance(size, 60) > resemblance(size, 240) > 0.01
    assert resemblance(size, 1) > 0.2
    assert float(((moves - moves.mean()) ** 4).mean() / moves.var() ** 2) > 8
    assert 0.0002 < moves.std() < 0.0006


def test_volume_follows_the_size_of_moves() -> None:
    columns = market().columns(START, START + 20 * DAY)
    volume = columns.volume[1:, 0] + columns.volume[1:, 1] / UNIT
    assert np.corrcoef(np.log(volume), np.sqrt(np.abs(returns(columns))))[0, 1] > 0.25


@pytest.mark.parametrize(
    ("code", "least", "most"), [("KRW-BTC", 0, 0.001), ("KRW-TRX", 0.03, 0.3), ("KRW-STRAX", 0.6, 0.95)]
)
def test_thin_markets_have_minutes_without_trades(code: str, least: float, most: float) -> None:
    columns = market(code).columns(START, START + 14 * DAY)
    assert least <= 1 - len(columns) / (14 * 1440) <= most


def test_the_night_of_korea_is_livelier_than_its_afternoon_and_the_week_than_the_weekend() -> None:
    columns = market().columns(START, START + 56 * DAY)
    size, kst = np.abs(returns(columns)), columns.opened[1:] + 9 * 3600
    hour, weekday = kst // 3600 % 24, (kst // 86_400 + 3) % 7
    assert size[hour == 23].mean() > 1.3 * size[hour == 14].mean()
    assert size[weekday < 5].mean() > 1.15 * size[weekday >= 5].mean()


def test_markets_move_together_and_each_by_itself() -> None:
    hours = [hourly(market(code)) for code in ("KRW-BTC", "KRW-ETH", "KRW-USDT")]
    assert np.corrcoef(hours[0], hours[1])[0, 1] > 0.4
    assert abs(np.corrcoef(hours[0], hours[2])[0, 1]) < 0.15


def hourly(one: GeneratedMarket) -> NDArray[np.float64]:
    columns = one.columns(START, START + 30 * DAY)
    wanted = epoch_seconds(START) + 3600 * np.arange(1, 720)
    return np.diff(np.log(columns.close[np.searchsorted(columns.opened, wanted) - 1] / UNIT))


def test_prices_come_back_to_their_usual_level_over_the_years() -> None:
    closes = [
        market().columns(day, day + timedelta(minutes=2)).close[0] / UNIT / 118_000_000
        for day in (START + timedelta(days=90 * n) for n in range(-25, 25))
    ]
    assert 0.6 < float(np.median(closes)) < 1.6
    assert min(closes) > 0.2
    assert max(closes) < 5


def test_other_seeds_are_other_worlds() -> None:
    first, second = (market(seed=seed).columns(START, START + DAY) for seed in (1, 2))
    assert not np.array_equal(first.close, second.close)


def test_a_source_tells_what_it_is() -> None:
    one = market("KRW-STRAX")
    assert (one.market.code, one.unit, one.ends_at) == ("KRW-STRAX", CandleUnit.MINUTE, None)
    assert one.listed.is_warned
    assert one.book.spread_ticks == 4
    assert one.candles(one.first_at - DAY, one.first_at) == ()
    assert one.candles(one.first_at, one.first_at + DAY)[0].opened_at >= one.first_at


@pytest.mark.parametrize("number", [13, 77, 150, 299])
def test_any_made_up_market_can_be_generated(number: int) -> None:
    columns = GeneratedMarket(generated_market(number, 3), RULES, 3).columns(START, START + 3 * DAY)
    assert len(columns) > 50
    assert columns.low.min() > 0


def test_a_price_of_a_few_hundred_millionths_stays_above_nothing() -> None:
    tiny = generated_market(13, 1)
    character = type(tiny)(
        tiny.market, "가", "A", Decimal("0.00000002"), Decimal(10**9), Decimal(3), 3000, 90_000, spread_ticks=4
    )
    assert GeneratedMarket(character, RULES, 1).columns(START, START + DAY).low.min() > 0
