from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    InvariantBroken,
    OrderNotFound,
    RateLimited,
    TradingAppError,
)
from upbit_auto_trading.data_layer.exchanges.upbit.rest_lane import Job, RestLane
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.backoff import Backoff


@pytest.fixture
def lane() -> Iterator[RestLane]:
    made = RestLane("test-lane", SystemClock(), Backoff(0.01, 0.02))
    made.start()
    yield made
    assert made.stop()


def never(error: TradingAppError) -> None:
    raise AssertionError(error)


def failing(times: int, error: TradingAppError, done: threading.Event) -> Callable[[], None]:
    left = [times]

    def work() -> None:
        if left[0]:
            left[0] -= 1
            raise error
        done.set()

    return work


def test_urgent_jobs_go_first_and_the_same_job_waits_once(lane: RestLane) -> None:
    gate, done, order = threading.Event(), threading.Event(), list[str]()
    started = threading.Event()

    def hold() -> None:
        started.set()
        assert gate.wait(10)

    lane.ask(Job(("hold",), hold, never))
    assert started.wait(10)
    lane.ask(Job(("slow",), lambda: order.append("slow"), never))
    lane.ask(Job(("slow",), lambda: order.append("again"), never))
    lane.ask(Job(("urgent",), lambda: order.append("urgent"), never, urgency=1))
    lane.ask(Job(("last",), done.set, never, urgency=9))
    gate.set()
    assert done.wait(10)
    assert order == ["urgent", "slow"]


@pytest.mark.parametrize("limited", [False, True])
def test_what_fails_for_the_moment_is_tried_again(lane: RestLane, limited: bool) -> None:
    done = threading.Event()
    soon = SystemClock().now() + timedelta(milliseconds=30)
    error = RateLimited("upbit", soon) if limited else ExchangeUnavailable("upbit")
    lane.ask(Job(("x",), failing(3, error, done), never))
    assert done.wait(10)


def test_what_fails_for_good_is_told(lane: RestLane) -> None:
    told, done = list[TradingAppError](), threading.Event()

    def failed(error: TradingAppError) -> None:
        told.append(error)
        done.set()

    lane.ask(Job(("x",), failing(1, OrderNotFound("upbit"), threading.Event()), failed))
    assert done.wait(10)
    done.clear()
    lane.ask(Job(("x",), failing(1, ExchangeUnavailable("upbit"), threading.Event()), failed, retries=False))
    assert done.wait(10)
    assert [type(error) for error in told] == [OrderNotFound, ExchangeUnavailable]


def test_a_bug_in_one_job_does_not_end_the_others(lane: RestLane) -> None:
    done, reported = threading.Event(), threading.Event()
    before, threading.excepthook = threading.excepthook, lambda _arguments: reported.set()
    try:
        told = list[TradingAppError]()
        lane.ask(Job(("bug",), lambda: never(ExchangeUnavailable("upbit")), told.append))
        lane.ask(Job(("good",), done.set, never))
        assert done.wait(10)
        assert reported.wait(10), "the crash hook sees it"
        assert [type(error) for error in told] == [InvariantBroken]
    finally:
        threading.excepthook = before


def test_nothing_is_asked_after_the_end() -> None:
    lane = RestLane("test-lane", SystemClock(), Backoff())
    lane.start()
    assert lane.stop()
    assert lane.stop()
    lane.ask(Job(("x",), lambda: never(ExchangeUnavailable("upbit")), never))
