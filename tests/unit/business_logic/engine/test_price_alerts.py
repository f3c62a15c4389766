"""Price alerts: what is reached fires once, whatever jumps, gaps and starts lie between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.fakes.fake_clock import START
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.price_alert import AlertDirection, PriceAlert, Side
from upbit_auto_trading.business_logic.engine.price_alerts import REST, AlertFired, PriceAlerts

BTC, ETH, PRACTICE = Market("upbit", "KRW-BTC"), Market("upbit", "KRW-ETH"), Market("practice", "KRW-BTC")
CROSSES, RISES, FALLS = AlertDirection.CROSSES, AlertDirection.RISES_TO, AlertDirection.FALLS_TO


def alert(price: str = "100", alert_id: str = "a", **changes: object) -> PriceAlert:
    made = PriceAlert(alert_id, BTC, Decimal(price), START)
    return replace(made, **changes)  # type: ignore[arg-type]  # names are checked by replace itself


def price(value: str, market: Market = BTC) -> LastPrice:
    return LastPrice(market, Decimal(value), Decimal(90), START)


class World:
    def __init__(self, *alerts: PriceAlert) -> None:
        self.engine = PriceAlerts()
        self.engine.load(alerts)
        self.now = START
        self.stored = {one.id: one for one in alerts}

    def trades(self, *values: str, market: Market = BTC) -> list[AlertFired]:
        """A trade each second."""
        fired: list[AlertFired] = []
        for value in values:
            self.now += timedelta(seconds=1)
            changed = self.engine.process([price(value, market)], self.now)
            self.stored.update((one.id, one) for one in changed.moved)
            fired += changed.fired
        return fired

    def restarted(self) -> World:
        after = World(*self.stored.values())
        after.now = self.now + timedelta(hours=8)
        return after


@pytest.mark.parametrize(
    ("direction", "path", "fires_at"),
    [
        (CROSSES, ("99", "101"), "101"),
        (CROSSES, ("101", "99"), "99"),
        (CROSSES, ("99", "100"), "100"),
        (CROSSES, ("99", "99.9", "98"), None),
        (RISES, ("99", "100"), "100"),
        (RISES, ("99", "500"), "500"),
        (RISES, ("101", "99"), None),
        (RISES, ("101", "99", "100.5"), "100.5"),
        (FALLS, ("101", "100"), "100"),
        (FALLS, ("101", "1"), "1"),
        (FALLS, ("99", "101"), None),
        (FALLS, ("99", "101", "99"), "99"),
        (CROSSES, ("100", "100", "101"), None),
        (CROSSES, ("100", "101", "100"), "100"),
    ],
)
def test_each_direction_fires_when_it_is_reached(
    direction: AlertDirection, path: tuple[str, ...], fires_at: str | None
) -> None:
    world = World(alert(direction=direction))
    fired = world.trades(*path)
    assert [str(one.price) for one in fired] == ([] if fires_at is None else [fires_at])
    for one in fired:
        assert (one.alert.is_on, one.alert.fired_at) == (False, world.now)
        assert world.stored["a"] == one.alert


def test_the_first_price_only_says_the_side() -> None:
    world = World(alert())
    assert world.trades("99") == []
    assert world.stored["a"].side is Side.BELOW


def test_what_fired_is_off_and_fires_no_more() -> None:
    world = World(alert())
    assert len(world.trades("99", "101", "99", "101", "99")) == 1
    assert world.restarted().trades("99", "101", "99") == []


def test_one_that_was_passed_while_the_program_was_off_fires_at_the_first_price_and_says_so() -> None:
    world = World(alert())
    world.trades("99")
    first = world.restarted()
    fired = first.trades("105")
    assert [(one.price, one.was_unwatched) for one in fired] == [(Decimal(105), True)]
    assert first.restarted().trades("99", "105") == []


def test_one_that_lies_on_the_same_side_after_a_start_stays_quiet_and_armed() -> None:
    world = World(alert())
    world.trades("99")
    again = world.restarted()
    assert again.trades("98") == []
    assert [one.was_unwatched for one in again.trades("100")] == [False]


def test_a_jump_over_it_across_a_gap_of_the_stream_fires_once() -> None:
    world = World(alert(direction=RISES))
    world.trades("99")
    world.engine.lose()
    assert [one.was_unwatched for one in world.trades("130", "99", "130")] == [True]


def test_one_that_repeats_rests_a_minute_and_then_fires_again() -> None:
    world = World(alert(repeats=True))
    assert len(world.trades("99", "101", "99", "101", "99", "101")) == 1
    world.now += REST
    fired = world.trades("99")
    assert [(one.alert.is_on, one.alert.fired_at) for one in fired] == [(True, world.now)]


def test_one_that_repeats_and_was_just_touched_does_not_fire_by_going_on() -> None:
    world = World(alert(repeats=True))
    assert len(world.trades("99", "100")) == 1
    world.now += REST
    assert world.trades("101", "105") == []
    assert len(world.trades("99")) == 1


def test_two_firings_at_one_moment_of_the_clock_are_two() -> None:
    world = World(alert(side=Side.BELOW, fired_at=START))
    changed = world.engine.process([price("101")], START)
    assert [one.alert.is_on for one in changed.fired] == [False]


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    world = World(alert(repeats=True))
    world.trades("99", "101")
    world.now -= timedelta(days=1)
    assert len(world.trades("99")) == 1


def test_another_market_and_one_that_is_off_say_nothing() -> None:
    world = World(alert(side=Side.BELOW, is_on=False), alert(alert_id="e", market=ETH, side=Side.BELOW))
    assert world.trades("101") == []
    assert [one.alert.id for one in world.trades("101", market=ETH)] == ["e"]


def test_a_new_alert_knows_the_side_of_the_price_that_is_there() -> None:
    world = World()
    world.trades("99")
    assert world.engine.put(alert()).side is Side.BELOW
    assert world.engine.put(alert("99", "b")).side is None
    assert world.engine.put(alert(alert_id="e", market=ETH)).side is None
    assert [one.alert.id for one in world.trades("100")] == ["a"]


def test_an_alert_that_was_moved_counts_from_the_price_that_is_there() -> None:
    world = World(alert())
    world.trades("99")
    world.engine.put(alert("98", side=Side.BELOW))
    assert world.trades("99.5") == []
    assert len(world.trades("98")) == 1


def test_a_removed_alert_is_silent() -> None:
    world = World(alert())
    world.trades("99")
    world.engine.remove("a")
    world.engine.remove("a")
    assert world.trades("101") == []
    assert not world.engine.alerts


def test_another_practice_market_reaches_nothing_by_being_another() -> None:
    world = World(alert(market=PRACTICE), alert(alert_id="b"))
    world.trades("99")
    world.trades("99", market=PRACTICE)
    forgotten = world.engine.begin_anew("practice")
    assert [(one.id, one.side) for one in forgotten] == [("a", None)]
    assert world.trades("500", market=PRACTICE) == []
    assert len(world.trades("500")) == 1
    assert len(world.trades("50", market=PRACTICE)) == 1
