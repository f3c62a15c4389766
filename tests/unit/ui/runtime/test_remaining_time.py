"""The remaining time is silent while it cannot know, right at a steady pace, and honest about standing still."""

from __future__ import annotations

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.ui.runtime.remaining_time import RemainingTime


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def remaining(clock: FakeClock) -> RemainingTime:
    return RemainingTime(clock)


def steady(remaining: RemainingTime, clock: FakeClock, per_second: float, seconds: int, start: float = 0.0) -> None:
    for second in range(1, seconds + 1):
        clock.advance(1)
        remaining.update(start + per_second * second)


def test_nothing_is_said_in_the_first_three_seconds(remaining: RemainingTime, clock: FakeClock) -> None:
    clock.advance(2.9)
    remaining.update(0.29)
    assert remaining.seconds() is None
    clock.advance(0.1)
    remaining.update(0.3)
    assert remaining.seconds() == pytest.approx(7.0)


def test_a_steady_pace_is_told_exactly(remaining: RemainingTime, clock: FakeClock) -> None:
    steady(remaining, clock, per_second=0.01, seconds=20)
    assert remaining.seconds() == pytest.approx(80.0)


def test_a_slower_pace_is_believed_within_seconds_but_not_at_once(remaining: RemainingTime, clock: FakeClock) -> None:
    steady(remaining, clock, per_second=0.02, seconds=10)
    clock.advance(1)
    remaining.update(0.205)
    first = remaining.seconds()
    steady(remaining, clock, per_second=0.005, seconds=20, start=0.205)
    settled = remaining.seconds()
    assert first is not None
    assert settled is not None
    assert 40 < first < 60
    assert settled == pytest.approx((1 - 0.305) / 0.005, rel=0.1)


def test_standing_still_makes_the_rest_longer_without_a_new_report(remaining: RemainingTime, clock: FakeClock) -> None:
    steady(remaining, clock, per_second=0.05, seconds=10)
    before = remaining.seconds()
    clock.advance(10)
    after = remaining.seconds()
    assert before is not None
    assert after is not None
    assert after > before * 4


def test_nothing_is_said_while_nothing_moves_or_it_would_take_more_than_a_day(
    remaining: RemainingTime, clock: FakeClock
) -> None:
    clock.advance(10)
    remaining.update(0.0)
    assert remaining.seconds() is None
    steady(remaining, clock, per_second=1e-6, seconds=30)
    assert remaining.seconds() is None


def test_a_new_phase_begins_anew(remaining: RemainingTime, clock: FakeClock) -> None:
    steady(remaining, clock, per_second=0.1, seconds=8)
    clock.advance(1)
    remaining.update(0.1)
    assert remaining.seconds() is None
    clock.advance(3)
    remaining.update(0.13)
    assert remaining.seconds() == pytest.approx(87.0)


def test_done_is_done_whatever_was_reported(remaining: RemainingTime, clock: FakeClock) -> None:
    clock.advance(1)
    remaining.update(1.7)
    assert remaining.seconds() == 0.0
