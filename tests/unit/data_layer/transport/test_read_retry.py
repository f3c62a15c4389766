"""Which errors are tried again, how long is waited before, and when it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, OutcomeUnknown, RateLimited
from upbit_auto_trading.data_layer.transport.read_retry import ReadRetry, RetryPolicy

RETRYABLE = (ExchangeUnavailable, RateLimited)


class World:
    """Tries that fail as they are told; waiting moves the clock."""

    def __init__(self, draw: Callable[[], float] = lambda: 1.0, policy: RetryPolicy | None = None) -> None:
        self.clock = FakeClock()
        self.waits: list[float] = []
        self.tries = 0
        self.stops_during_wait = 0
        self.retry = ReadRetry(self.clock, draw, self.wait, policy)

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        if len(self.waits) == self.stops_during_wait:
            return True
        self.clock.advance(seconds)
        return False

    def run(self, *errors: Exception, total_seconds: float = 100.0) -> str:
        waiting = list(errors)

        def attempt(deadline: float) -> str:
            self.tries += 1
            assert deadline == pytest.approx(1_000.0 + total_seconds)
            if waiting:
                raise waiting.pop(0)
            return "answer"

        return self.retry.run(attempt, retryable=RETRYABLE, total_seconds=total_seconds)


def down(count: int = 1) -> list[Exception]:
    return [ExchangeUnavailable("upbit", str(number)) for number in range(count)]


def test_the_pause_doubles_up_to_its_bound() -> None:
    world = World(policy=RetryPolicy(first_seconds=0.5, longest_seconds=3.0))
    assert world.run(*down(5)) == "answer"
    assert world.waits == [0.5, 1.0, 2.0, 3.0, 3.0]


@given(st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=1, max_size=30), st.integers(0, 200))
def test_the_pause_lies_anywhere_between_nothing_and_the_bound(draws: list[float], failures: int) -> None:
    numbers = iter(draws * 300)
    world = World(lambda: next(numbers))
    policy = RetryPolicy()
    assert world.run(*down(failures), total_seconds=1e6) == "answer"
    for number, seconds in enumerate(world.waits):
        assert seconds == draws[number % len(draws)] * min(5.0, 0.2 * 2.0 ** min(number, 60))
        assert seconds <= policy.longest_seconds


@pytest.mark.parametrize("error", [OutcomeUnknown("upbit", "order-1"), KeyError("ours")])
def test_what_was_not_declared_is_not_tried_again(error: Exception) -> None:
    world = World()
    with pytest.raises(type(error)) as caught:
        world.run(*down(1), error)
    assert caught.value is error
    assert world.tries == 2


def test_it_ends_within_its_time_with_the_last_error() -> None:
    world = World()
    with pytest.raises(ExchangeUnavailable) as caught:
        world.run(*down(1000), total_seconds=10.0)
    assert world.clock.monotonic() - 1_000.0 <= 10.0
    assert caught.value.detail == str(world.tries - 1)
    assert 4 < world.tries < 10


def test_a_limit_is_waited_for_as_long_as_it_says() -> None:
    world = World(lambda: 0.5)
    until = world.clock.now() + timedelta(seconds=7)
    assert world.run(RateLimited("upbit", until)) == "answer"
    assert world.waits == [pytest.approx(7.1)]


def test_a_limit_that_has_passed_is_a_failure_like_others() -> None:
    world = World(lambda: 0.5)
    assert world.run(RateLimited("upbit", world.clock.now() - timedelta(seconds=7))) == "answer"
    assert world.waits == [0.1]


def test_a_limit_beyond_the_time_is_not_waited_for() -> None:
    world = World()
    with pytest.raises(RateLimited):
        world.run(RateLimited("upbit", world.clock.now() + timedelta(seconds=11)), total_seconds=10.0)
    assert (world.waits, world.tries) == ([], 1)


def test_a_shutdown_interrupts_the_wait() -> None:
    world = World()
    world.stops_during_wait = 2
    with pytest.raises(ExchangeUnavailable) as caught:
        world.run(*down(10))
    assert (world.tries, caught.value.detail) == (2, "1")


def test_an_event_is_such_a_wait() -> None:
    stopping = threading.Event()
    clock = FakeClock()
    retry = ReadRetry(clock, lambda: 1.0, stopping.wait, RetryPolicy(first_seconds=30.0, longest_seconds=30.0))
    tries = threading.Semaphore(0)

    def attempt(_deadline: float) -> None:
        tries.release()
        raise ExchangeUnavailable("upbit")

    def stop_after_the_first_try() -> None:
        assert tries.acquire(timeout=10)
        stopping.set()

    stop = threading.Thread(target=stop_after_the_first_try)
    stop.start()
    with pytest.raises(ExchangeUnavailable):
        retry.run(attempt, retryable=RETRYABLE, total_seconds=100.0)
    stop.join(10)
