"""What the headers tell of the exchange's clock, and what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.data_layer.transport.clock_difference import ClockDifference


class World:
    """An exchange whose clock differs by so much; every answer takes its time there and back."""

    def __init__(self, theirs_minus_ours: float) -> None:
        self.clock = FakeClock()
        self.truth = theirs_minus_ours
        self.measured = ClockDifference(self.clock)

    def answer(self, there: float = 0.0, back: float = 0.0) -> bool:
        sent_at = self.clock.now()
        self.clock.advance(there)
        header = http_date(self.clock.now() + timedelta(seconds=self.truth))
        self.clock.advance(back)
        return self.measured.note(header, sent_at, self.clock.now())

    def check(self) -> float:
        """The truth lies within; how uncertain it is, in seconds."""
        estimate = self.measured.estimate()
        assert estimate is not None
        off_by = abs(estimate.difference.total_seconds() - self.truth)
        assert off_by <= estimate.uncertainty.total_seconds() + 1e-4
        return estimate.uncertainty.total_seconds()


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


seconds = st.floats(0.0, 3.0)


@given(st.floats(-5000.0, 5000.0), st.lists(st.tuples(seconds, seconds, seconds), min_size=1, max_size=30))
def test_the_truth_always_lies_within_and_more_answers_never_widen_it(
    truth: float, answers: list[tuple[float, float, float]]
) -> None:
    world = World(truth)
    before = 1e9
    for pause, there, back in answers:
        world.clock.advance(pause)
        assert world.answer(there, back)
        now = world.check()
        assert now <= before + 500e-6 * (pause + there + back) + 1e-5
        before = now


def test_one_answer_tells_half_a_second_and_many_tell_hundredths() -> None:
    world = World(2.34)
    world.answer(0.005, 0.005)
    assert 0.5 <= world.check() < 0.52
    for _ in range(60):
        world.clock.advance(0.173)
        world.answer(0.005, 0.005)
    assert world.check() < 0.03


def test_a_round_trip_counts_as_uncertainty() -> None:
    world = World(-1.0)
    for _ in range(60):
        world.clock.advance(0.173)
        world.answer(1.0, 1.0)
    assert 0.5 < world.check() < 1.2


def test_what_is_old_counts_less_and_less() -> None:
    world = World(0.5)
    for _ in range(60):
        world.clock.advance(0.173)
        world.answer()
    fresh = world.check()
    world.clock.advance(600)
    assert world.check() == pytest.approx(fresh + 0.3, abs=0.01)
    for step in range(200):
        # Their clock runs away from ours as fast as clocks are corrected.
        world.clock.advance(1.073)
        world.truth += 400e-6
        world.answer()
        if step > 20:
            assert world.check() < 0.3


def test_when_their_clock_is_set_the_newest_is_right() -> None:
    world = World(0.0)
    for _ in range(30):
        world.clock.advance(0.173)
        world.answer()
    world.truth = 42.0
    world.clock.advance(0.3)
    world.answer()
    assert world.check() < 0.6


def test_when_our_clock_is_set_what_was_known_is_forgotten() -> None:
    world = World(0.0)
    for _ in range(30):
        world.clock.advance(0.173)
        world.answer()
    world.clock.jump(-0.4)
    world.truth += 0.4
    assert world.measured.estimate() is None
    assert world.answer()
    assert world.check() < 0.6
    sent_at = world.clock.now()
    world.clock.jump(30)
    assert not world.measured.note(http_date(sent_at), sent_at, world.clock.now()), "it was set in between"
    assert world.measured.estimate() is None


class HeldClock(FakeClock):
    """Whoever reads the time is held by a busy machine just before, ``held`` seconds long."""

    held = 0.0

    def now(self) -> datetime:
        self.advance(self.held)
        return super().now()


def test_a_thread_that_is_held_between_its_readings_sees_no_clock_set() -> None:
    """What forgets the difference then asks for the orders of another hour."""
    world = World(-300.0)
    clock = world.clock = HeldClock()
    world.measured = ClockDifference(clock)
    assert world.answer()
    clock.held = 0.5
    assert world.measured.estimate() is not None
    assert world.answer()
    clock.held = 0.0
    assert world.measured.estimate() is not None
    clock.held = 0.5
    assert world.measured.estimate() is not None
    clock.held = 0.0
    clock.jump(30)
    assert world.measured.estimate() is None, "one that was set is seen all the same"


@pytest.mark.parametrize("header", [None, "", "yesterday", "Fri, 32 Nov 2026 00:00:00 GMT", "Fri, 20 Nov 99999999 0"])
def test_a_header_that_says_nothing_is_passed_over(header: str | None) -> None:
    world = World(0.0)
    assert not world.measured.note(header, world.clock.now(), world.clock.now())
    assert world.measured.estimate() is None


def test_times_in_the_wrong_order_are_passed_over() -> None:
    world = World(0.0)
    now = world.clock.now()
    assert not world.measured.note(http_date(now), now, now - timedelta(seconds=1))
