"""Market time against real time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace, PracticeClock


def test_it_is_due_at_its_speed_and_stands_where_it_was_played_to() -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, speed=60)
    real.advance(0.25)
    assert clock.due() == START + timedelta(seconds=15)
    assert clock.now() == START
    clock.reach(START + timedelta(seconds=14.5))
    assert clock.now() == START + timedelta(seconds=14.5)
    assert clock.monotonic() == 15, "limits count what passed since the last turn too"
    clock.forgive()
    assert clock.monotonic() == 15, "and never go back"


def test_it_never_goes_back_by_playing() -> None:
    clock = PracticeClock(FakeClock(), START)
    clock.reach(START + timedelta(seconds=5))
    clock.reach(START)
    assert clock.now() == START + timedelta(seconds=5)


@pytest.mark.parametrize("stands", ["pause", "lock_step"])
def test_where_it_stands_nothing_is_due_and_it_goes_on_from_there(stands: str) -> None:
    real = FakeClock()
    clock = PracticeClock(real, START)
    getattr(clock, stands)()
    real.advance(100)
    assert clock.due() == START
    clock.run(2)
    real.advance(3)
    assert clock.due() == START + timedelta(seconds=6)


def test_at_maximum_nothing_but_speed_bounds_it() -> None:
    clock = PracticeClock(FakeClock(), START, pace=Pace.MAXIMUM)
    assert clock.due() is None


def test_lost_time_is_forgiven() -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, speed=1000)
    real.advance(10)
    clock.reach(START + timedelta(seconds=100))
    clock.forgive()
    assert clock.due() == START + timedelta(seconds=100)


def test_a_jump_moves_the_market_and_its_seconds_keep_counting() -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, speed=2)
    real.advance(2.5)
    clock.jump(START - timedelta(days=1))
    assert clock.now() == START - timedelta(days=1)
    assert clock.monotonic() == 5
    real.advance(1)
    assert clock.monotonic() == 7


def test_at_another_pace_seconds_are_those_that_were_played() -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, pace=Pace.LOCK_STEP)
    real.advance(100)
    clock.reach(START + timedelta(seconds=3))
    assert clock.monotonic() == 3
    clock.run(10)
    real.advance(1)
    assert clock.monotonic() == 13


def test_who_follows_the_present_is_the_wall_clock_whatever_was_lost_on_the_way() -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, follows_present=True)
    real.advance(1.4)  # assembling the market
    clock.forgive()
    assert clock.due() == real.now()
    clock.reach(real.now())
    real.jump(timedelta(hours=9))  # a night of a laptop
    assert clock.due() == real.now()
    clock.reach(real.now())
    real.jump(-10)
    assert clock.due() == real.now(), "a small correction is waited for"
    assert clock.now() == real.now() + timedelta(seconds=10)


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=8)])
def test_a_wall_clock_that_was_set_is_not_followed(jump: timedelta) -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, follows_present=True)
    real.jump(jump)
    real.advance(2)
    assert clock.due() == START
    real.advance(2)
    assert clock.due() == START + timedelta(seconds=2)


@pytest.mark.parametrize("change", ["faster", "pause", "lock_step", "run_at_maximum", "jump"])
def test_who_leaves_the_present_goes_on_from_there(change: str) -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, follows_present=True)
    clock.run(1)
    assert clock.follows_present
    if change == "faster":
        clock.run(2)
    elif change == "jump":
        clock.jump(START)
    else:
        getattr(clock, change)()
    real.advance(5)
    clock.run(1)
    real.advance(1)
    assert clock.due() == START + timedelta(seconds=1)


@pytest.mark.parametrize(("speed", "pace"), [(2, Pace.RUNNING), (1, Pace.PAUSED), (1, Pace.MAXIMUM)])
def test_only_the_speed_of_the_present_follows_it(speed: float, pace: Pace) -> None:
    assert not PracticeClock(FakeClock(), START, speed=speed, pace=pace, follows_present=True).follows_present


@pytest.mark.parametrize("speed", [0.99, 1000.1, float("nan")])
def test_a_speed_out_of_bounds_is_refused(speed: float) -> None:
    with pytest.raises(InvalidParameter):
        PracticeClock(FakeClock(), START, speed=speed)
