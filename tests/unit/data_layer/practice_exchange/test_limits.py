"""How limits count: windows, buckets, blocks, messages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.data_layer.practice_exchange.limits import (
    DEFAULT,
    MARKET,
    ORDER,
    WEBSOCKET,
    Limits,
    LimitTime,
    MessageQuota,
    remaining_req,
)
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace, PracticeClock


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.mark.sheet("7.1")
def test_a_window_begins_with_the_second_not_with_the_first_request(seconds: Seconds) -> None:
    limits = Limits(seconds)
    seconds.now = 100.9
    assert all(limits.take(MARKET, "address").is_granted for _ in range(10))
    assert not limits.take(MARKET, "address").is_granted
    seconds.now = 101.0
    assert all(limits.take(MARKET, "address").is_granted for _ in range(10))


@pytest.mark.sheet("7.1")
def test_a_bucket_lets_a_burst_through_and_then_its_rate(seconds: Seconds) -> None:
    limits = Limits(seconds)
    assert [limits.take(ORDER, "pocket").remaining for _ in range(12)] == list(range(11, -1, -1))
    granted = 0
    for _ in range(1_000):
        seconds.now += 0.01
        granted += limits.take(ORDER, "pocket", may_block=False).is_granted
    assert granted == 120


def test_scopes_and_groups_do_not_share(seconds: Seconds) -> None:
    limits = Limits(seconds)
    for _ in range(12):
        limits.take(ORDER, "one")
    assert not limits.take(ORDER, "one").is_granted
    assert limits.take(ORDER, "other").is_granted
    assert limits.take(DEFAULT, "one").is_granted
    limits.forgive()
    assert limits.take(ORDER, "one").is_granted


@pytest.mark.sheet("7.3")
def test_a_block_doubles_up_to_a_day(seconds: Seconds) -> None:
    limits = Limits(seconds)
    lengths = []
    for _ in range(13):
        while (blocked := limits.take(MARKET, "address").blocked_for) is None:
            pass
        lengths.append(blocked)
        seconds.now += blocked
    assert lengths == [min(60 * 2**number, 86_400) for number in range(13)]


@pytest.mark.sheet("7.1")
def test_messages_have_two_bounds(seconds: Seconds) -> None:
    quota = MessageQuota(seconds)
    assert [quota.take() for _ in range(6)] == [True] * 5 + [False]
    granted = 5
    for _ in range(300):
        seconds.now += 0.2
        granted += quota.take()
        if seconds.now >= 159.9:
            break
    assert granted == 100
    seconds.now = 160.0
    assert quota.take()


@pytest.mark.sheet("7.2")
def test_the_header_is_three_pairs(seconds: Seconds) -> None:
    assert remaining_req(Limits(seconds).take(WEBSOCKET, "a")) == "group=websocket; min=300; sec=4"


def test_limit_time_is_market_time_unless_that_stands() -> None:
    real = FakeClock()
    clock = PracticeClock(real, START, pace=Pace.MAXIMUM)
    seconds = LimitTime(clock)
    clock.reach(START + timedelta(seconds=3))
    real.advance(100)
    assert seconds() == 3
    clock.pause()
    real.advance(2)
    assert seconds() == 5
    clock.run_at_maximum()
    real.advance(9)
    clock.reach(clock.now() + timedelta(seconds=1))
    assert seconds() == 6
    # and never goes back with a market that is set back
    clock.jump(START - timedelta(days=9))
    assert seconds() == 6
