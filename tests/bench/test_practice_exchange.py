"""How soon the practice exchange serves, and whether it keeps its time and its manners at 1000×."""

from __future__ import annotations

import statistics
import time
from datetime import datetime

import pytest

from tests.e2e.test_practice_exchange import Served, served

_START_LIMIT_SECONDS = 2.0
_WATCHED_SECONDS = 5.0
_REQUESTS_AT_LEAST = 100


def market_time(exchange: Served) -> datetime:
    return datetime.fromisoformat(str(exchange.control.state()["now"]))


@pytest.mark.bench
def test_it_serves_in_time_and_answers_while_the_market_races() -> None:
    began = time.perf_counter()
    with served("--speed", "1000") as exchange:
        started_after = time.perf_counter() - began
        exchange.get("/v1/ticker/all?quote_currencies=KRW")
        _wait_until_warm(exchange)
        first, watched_from = market_time(exchange), time.perf_counter()
        waits = []
        while time.perf_counter() - watched_from < _WATCHED_SECONDS:
            asked = time.perf_counter()
            exchange.get("/v1/market/all")
            waits.append(time.perf_counter() - asked)
        passed, real = (market_time(exchange) - first).total_seconds(), time.perf_counter() - watched_from
        late = exchange.control.state()["times_late"]
    slowest = statistics.quantiles(waits, n=100)[98]
    print(
        f"first line after {started_after:.2f} s; {passed / real:.0f}x for {real:.1f} s; {len(waits)} requests, "
        f"median {statistics.median(waits) * 1000:.1f} ms, 99 of 100 under {slowest * 1000:.1f} ms; late {late} times"
    )
    assert started_after < _START_LIMIT_SECONDS
    assert len(waits) >= _REQUESTS_AT_LEAST
    assert passed / real > 700, "a machine that does other things meanwhile may be late"
    assert slowest < 0.15


def _wait_until_warm(exchange: Served) -> None:
    """The first seconds look the past up."""
    ends_at = time.perf_counter() + 15
    while time.perf_counter() < ends_at:
        exchange.get("/v1/candles/days?market=KRW-BTC&count=30")
