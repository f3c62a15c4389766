"""The simulated feed keeps its pace by the clock, never waits, and never floods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.data_layer.exchanges.simulated.feed import SIMULATED_MARKETS, SimulatedFeed

ALL_CODES = {market.code for market in SIMULATED_MARKETS}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))


@pytest.fixture
def feed(clock: FakeClock) -> SimulatedFeed:
    feed = SimulatedFeed(clock, seed=5)
    feed.open()
    return feed


def listen(feed: SimulatedFeed, clock: FakeClock, seconds: int) -> list[LastPrice]:
    heard: list[LastPrice] = []
    for _ in range(seconds * 20):
        clock.advance(0.05)
        heard.extend(feed.due_prices())
    return heard


def test_every_market_has_a_price_from_the_first_moment(feed: SimulatedFeed) -> None:
    assert {price.market.code for price in feed.due_prices()} == ALL_CODES


def test_nothing_is_due_while_the_clock_stands_still(feed: SimulatedFeed) -> None:
    feed.due_prices()
    assert feed.due_prices() == ()


def test_about_four_trades_a_second_over_all_markets(feed: SimulatedFeed, clock: FakeClock) -> None:
    feed.due_prices()
    heard = listen(feed, clock, seconds=250)
    assert 900 < len(heard) < 1_100
    assert {price.market.code for price in heard} == ALL_CODES


def test_trades_carry_the_moment_they_happened_in_order(feed: SimulatedFeed, clock: FakeClock) -> None:
    feed.due_prices()
    clock.advance(3)
    times = [price.traded_at for price in feed.due_prices()]
    assert times == sorted(times)
    assert len(set(times)) == len(times) > 5
    assert clock.now() - timedelta(seconds=3) < times[0] <= times[-1] <= clock.now()


def test_after_a_night_asleep_only_the_last_seconds_are_caught_up(feed: SimulatedFeed, clock: FakeClock) -> None:
    feed.due_prices()
    clock.advance(8 * 3600)
    assert 10 < len(feed.due_prices()) < 60
    assert len(listen(feed, clock, seconds=10)) < 80


def test_the_same_seed_gives_the_same_trades_and_another_seed_others(clock: FakeClock) -> None:
    def first_minute(seed: int) -> list[LastPrice]:
        own_clock = FakeClock(clock.now())
        feed = SimulatedFeed(own_clock, seed)
        feed.open()
        return listen(feed, own_clock, seconds=60)

    assert first_minute(1) == first_minute(1)
    assert first_minute(1) != first_minute(2)


def test_the_day_opens_anew_at_nine_in_korea_with_the_last_price(feed: SimulatedFeed, clock: FakeClock) -> None:
    starts = {market.code: market.start for market in SIMULATED_MARKETS}
    last = {}
    for price in [*feed.due_prices(), *listen(feed, clock, seconds=60)]:
        assert price.day_open == starts[price.market.code]
        last[price.market.code] = price.price
    clock.jump(timedelta(hours=12))  # past midnight UTC, which is 09:00 in Korea
    for price in listen(feed, clock, seconds=60):
        assert price.day_open == last[price.market.code]


def test_prices_lie_on_the_tick_of_their_market(feed: SimulatedFeed, clock: FakeClock) -> None:
    ticks = {market.code: market.tick for market in SIMULATED_MARKETS}
    assert all(price.price % ticks[price.market.code] == 0 for price in listen(feed, clock, seconds=30))


def test_a_closed_feed_says_nothing_and_may_be_closed_twice(feed: SimulatedFeed, clock: FakeClock) -> None:
    feed.close()
    feed.close()
    clock.advance(10)
    assert feed.due_prices() == ()


def test_an_unopened_feed_says_nothing(clock: FakeClock) -> None:
    assert SimulatedFeed(clock, seed=1).due_prices() == ()
