"""One candle → its prints: the corners of its path, the grid between them, sides, and strange candles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.fakes.krw_rules import BTC, DOGE, KRW_TICKS
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.candle_path import PathSettings, candle_prints
from upbit_auto_trading.business_logic.simulation.market_tick import Print

OPENED = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
USUAL = PathSettings(Decimal("0.1"))
EVERY_TICK = PathSettings(Decimal("0.1"), every_tick=True)


def candle(
    first: str, high: str, low: str, last: str, volume: str = "2.5", market: Market = BTC, unit: str = "1m"
) -> Candle:
    prices = (Decimal(first), Decimal(high), Decimal(low), Decimal(last))
    return Candle(market, CandleUnit(unit), OPENED, *prices, Decimal(volume), Decimal(0))


def prints(one: Candle, settings: PathSettings = USUAL, seed: int = 1) -> tuple[Print, ...]:
    return candle_prints(one, KRW_TICKS, seed, settings)


def prices(made: tuple[Print, ...]) -> list[int]:
    return [int(one.price) for one in made]


def test_the_price_goes_from_open_to_low_to_high_to_close() -> None:
    path = prices(prints(candle("120000000", "120030000", "119990000", "120010000")))
    low, high = path.index(119_990_000), path.index(120_030_000)
    assert (path[0], path[-1]) == (120_000_000, 120_010_000)
    assert path[: low + 1] == sorted(path[: low + 1], reverse=True)
    assert path[low : high + 1] == sorted(path[low : high + 1])
    assert path[high:] == sorted(path[high:], reverse=True)


def test_every_tick_is_met_on_the_way_when_asked_for() -> None:
    path = prices(prints(candle("120001000", "120002000", "119999000", "120000000"), EVERY_TICK))
    thousands = [120_001, 120_000, 119_999, 120_000, 120_001, 120_002, 120_001, 120_000]
    assert path == [1000 * one for one in thousands]


def test_every_tick_of_both_bands_is_met_across_their_edge() -> None:
    path = [one.price for one in prints(candle("10010", "10020", "9990", "10000", "50"), EVERY_TICK)]
    wanted = {Decimal(one) for one in ("9990", "9995", "10000", "10010", "10020")}
    assert set(path) == wanted
    assert all(KRW_TICKS.is_on_grid(price) for price in path)


def test_every_tick_needs_a_quantity_for_each_print() -> None:
    path = prints(candle("120000000", "120030000", "119990000", "120010000", "0.00000006"), EVERY_TICK)
    assert len(path) == 6
    assert {one.quantity for one in path} == {Decimal("0.00000001")}


def test_a_false_price_in_a_file_does_not_become_a_million_prints() -> None:
    path = prints(candle("120000000", "120000000", "0.001", "120000000"), EVERY_TICK)
    assert len(path) == 20_000
    assert min(one.price for one in path) == Decimal("0.001")


@pytest.mark.parametrize(
    ("corners", "fewest"),
    [
        (("300", "300", "300", "300"), 1),
        (("300", "301", "300", "301"), 2),
        (("301", "301", "300", "300"), 4),
        (("300", "301", "300", "300"), 3),
        (("301", "301", "300", "301"), 3),
        (("301", "302", "300", "301"), 4),
    ],
)
def test_a_corner_needs_a_print_only_where_the_price_turns(corners: tuple[str, ...], fewest: int) -> None:
    first, high, low, last = corners
    made = prints(candle(first, high, low, last, "0.00000004", DOGE), PathSettings(Decimal(1)))
    assert len(made) == fewest


def test_more_volume_makes_more_prints_up_to_a_limit() -> None:
    counts = [len(prints(candle("300", "302", "299", "301", volume, DOGE))) for volume in ("0.1", "1", "1000")]
    assert counts == [5, 14, 24]


def test_times_rise_within_the_candle() -> None:
    for unit, length in (("1m", timedelta(minutes=1)), ("1s", timedelta(seconds=1))):
        made = prints(candle("300", "302", "299", "301", "100", DOGE, unit))
        assert made[0].at >= OPENED
        assert made[-1].at < OPENED + length
        assert all(before.at < after.at for before, after in pairwise(made))


def test_who_takes_shows_in_the_way_of_the_price() -> None:
    made = prints(candle("120000000", "120030000", "119990000", "120010000"))
    assert made[0].taker_side is Side.SELL
    for before, after in pairwise(made):
        if before.price != after.price:
            assert after.taker_side is (Side.BUY if after.price > before.price else Side.SELL)
        else:
            assert after.taker_side is before.taker_side
    rising = prints(candle("300", "302", "300", "302", "0.1", DOGE))
    assert {one.taker_side for one in rising} == {Side.BUY}


def test_a_flat_candle_is_bought_or_sold_by_chance() -> None:
    flat = candle("300", "300", "300", "300", market=DOGE)
    assert {prints(flat, seed=seed)[0].taker_side for seed in range(20)} == {Side.BUY, Side.SELL}


def test_prints_depend_on_seed_and_market_and_on_nothing_else() -> None:
    one = candle("120000000", "120030000", "119990000", "120010000")
    other = candle("120000000", "120030000", "119990000", "120010000", market=DOGE)
    assert prints(one) == prints(one)
    assert prints(one) != prints(one, seed=2)
    assert [made.quantity for made in prints(one)] != [made.quantity for made in prints(other)]


def test_prices_off_the_grid_stay_where_they_are_and_what_lies_between_is_on_it() -> None:
    made = prints(candle("114000.37", "114910.12", "113020.55", "114200.01"))
    assert made[0].price == Decimal("114000.37")
    assert {Decimal("114910.12"), Decimal("113020.55")} <= {one.price for one in made}
    corners = {Decimal(one) for one in ("114000.37", "114910.12", "113020.55", "114200.01")}
    assert all(one.price in corners or KRW_TICKS.is_on_grid(one.price) for one in made)
    assert any(one.price not in corners for one in made)


def test_nothing_traded_is_nothing_printed() -> None:
    assert prints(candle("300", "300", "300", "300", "0", DOGE)) == ()


def test_too_little_volume_for_the_corners_is_raised_to_one_step_each() -> None:
    made = prints(candle("301", "302", "300", "301", "0.00000001", DOGE))
    assert [one.quantity for one in made] == [Decimal("0.00000001")] * 4


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (candle("1000000000", "1000000000", "1000000000", "1000000000"), "too-large-to-replay"),
        (candle("900000000", "900000000", "900000000", "900000000", "900000000"), "too-large-to-replay"),
        (candle("1E-9", "1E-9", "1E-9", "1E-9"), "price-not-positive"),
    ],
)
def test_what_the_arithmetic_cannot_hold_is_refused(one: Candle, reason: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        prints(one)
    assert refused.value.reason == reason
