"""What time it is at the exchange, from what the connection tells and from what happens there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from upbit_auto_trading.business_logic.engine.live_clock import MOST_AHEAD, ON_ITS_WAY, ExchangeTimeTold, LiveClock

OURS = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
THEIRS = datetime(2025, 3, 1, 7, 30, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def told(speed: float = 1.0) -> LiveClock:
    clock = LiveClock()
    clock.tell(ExchangeTimeTold(THEIRS, OURS, speed))
    return clock


def test_nothing_is_known_until_the_connection_tells() -> None:
    clock = LiveClock()
    assert clock.now(OURS) is None
    clock.see(THEIRS, OURS)  # may be a snapshot of long ago
    assert clock.now(OURS) is None


def test_it_goes_on_by_our_clock_at_the_speed_of_the_market_a_little_late() -> None:
    assert told().now(OURS + seconds(10)) == THEIRS + seconds(10) - ON_ITS_WAY
    assert told(60).now(OURS + seconds(10)) == THEIRS + 60 * (seconds(10) - ON_ITS_WAY)
    assert told(0).now(OURS + seconds(10)) == THEIRS


def test_the_newest_event_shows_that_it_is_later() -> None:
    clock = told()
    clock.see(THEIRS + seconds(5), OURS)
    clock.see(THEIRS + seconds(2), OURS)
    assert clock.now(OURS) == THEIRS + seconds(5)
    assert clock.now(OURS + seconds(20)) == THEIRS + seconds(20) - ON_ITS_WAY


def test_an_event_of_a_far_future_has_a_wrong_stamp() -> None:
    clock = told()
    clock.see(THEIRS + MOST_AHEAD + seconds(1), OURS)
    assert clock.now(OURS) == THEIRS - ON_ITS_WAY
    fast = told(60)
    fast.see(THEIRS + seconds(600), OURS)
    assert fast.now(OURS) == THEIRS + seconds(600)


def test_where_it_runs_slower_than_was_thought_it_goes_back() -> None:
    clock = told(1_000)
    assert clock.now(OURS + seconds(1)) == THEIRS + seconds(750)
    clock.tell(ExchangeTimeTold(THEIRS + seconds(10), OURS + seconds(1)))
    assert clock.now(OURS + seconds(1)) == THEIRS + seconds(10) - ON_ITS_WAY


def test_other_streams_may_have_another_time() -> None:
    clock = told()
    clock.see(THEIRS, OURS)
    clock.forget()
    assert clock.now(OURS) is None
    clock.tell(ExchangeTimeTold(OURS, OURS))
    assert clock.now(OURS) == OURS - ON_ITS_WAY
