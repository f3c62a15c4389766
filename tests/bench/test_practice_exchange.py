"""How soon the practice exchange serves, and whether it keeps its time and its manners at 1000×.

Judged by the processor time that it takes, against an interpreter that loads the libraries that it needs and no more,
and against the same markets played without anybody who looks. How late it is, by the clock, is printed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import psutil
import pytest

from tests.bench.yardstick import seconds_of
from tests.e2e.test_practice_exchange import Served, served
from tests.fakes.krw_rules import krw_rules
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS

#: started anew so many times, in turns with the peer
_STARTS = 3
_WATCHED_SECONDS = 5.0
#: of the peers' processor time
_MOST_TIMES_TO_START, _MOST_TIMES_TO_RACE = 6.5, 7.0
#: what is loaded when it serves, of others'
_LIBRARIES = "asyncio, decimal, http.server, json, numpy, numpy.random"
_BETWEEN_REQUESTS = 0.05
_REQUESTS_AT_LEAST = 20
_START = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)


def market_time(exchange: Served) -> datetime:
    return datetime.fromisoformat(str(exchange.control.state()["now"]))


def used_by(process: subprocess.Popen[str]) -> float:
    used = psutil.Process(process.pid).cpu_times()
    return used.user + used.system


def bare_start() -> float:
    """Of an interpreter, until it has loaded the libraries."""
    told = f"import {_LIBRARIES}; print(1, flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", told], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        used = used_by(process)
        process.kill()
    return used


@pytest.mark.bench
def test_it_starts_little_later_than_its_libraries() -> None:
    pairs = []
    for _start in range(_STARTS):
        theirs, began = bare_start(), time.perf_counter()
        with served() as exchange:
            pairs.append((used_by(exchange.process), theirs, time.perf_counter() - began))
    ratio = statistics.median(ours / theirs for ours, theirs, _clock in pairs)
    for ours, theirs, clock in pairs:
        print(f"first line after {clock:.2f} s, {ours:.2f} of processor time; its libraries {theirs:.2f}")
    print(f"{ratio:.2f} times its libraries")
    assert ratio < _MOST_TIMES_TO_START


def seconds_without_anybody() -> float:
    """Of the processor, for a thousand seconds of the same markets, with as many books as are sent at this speed."""
    markets = [GeneratedMarket(one, krw_rules(), 1) for one in PRACTICE_MARKETS]
    replay = MarketReplay(markets, krw_rules(), ReplaySettings(book_interval=timedelta(seconds=100)), 1)
    replay.start_at(_START)
    ends = [_START + timedelta(seconds=1_000 * number) for number in range(1, 6)]
    return statistics.median(seconds_of(partial(_play, replay, end)) for end in ends)


def _play(replay: MarketReplay, end: datetime) -> None:
    assert sum(1 for _event in replay.advance(end))


@pytest.mark.bench
def test_it_answers_while_the_market_races() -> None:
    with served("--speed", "1000") as exchange:
        exchange.get("/v1/ticker/all?quote_currencies=KRW")
        _wait_until_warm(exchange)
        before = seconds_without_anybody()
        first, watched_from, used_before = market_time(exchange), time.perf_counter(), used_by(exchange.process)
        waits, pause = list[float](), threading.Event()
        while time.perf_counter() - watched_from < _WATCHED_SECONDS or len(waits) < _REQUESTS_AT_LEAST:
            asked = time.perf_counter()
            exchange.get("/v1/market/all")
            waits.append(time.perf_counter() - asked)
            pause.wait(_BETWEEN_REQUESTS)
        passed, real = (market_time(exchange) - first).total_seconds(), time.perf_counter() - watched_from
        share = (used_by(exchange.process) - used_before) / passed * 1_000
        alone = (before + seconds_without_anybody()) / 2
        late = exchange.control.state()["times_late"]
    slowest = statistics.quantiles(waits, n=100)[98]
    print(
        f"{passed / real:.0f}x for {real:.1f} s, late {late} times; {len(waits)} requests, "
        f"median {statistics.median(waits) * 1000:.1f} ms, 99 of 100 under {slowest * 1000:.1f} ms; "
        f"{share:.2f} s of processor time for a thousand of the market, without anybody {alone:.2f}: "
        f"{share / alone:.2f} ×"
    )
    assert share / alone < _MOST_TIMES_TO_RACE


def _wait_until_warm(exchange: Served) -> None:
    """The first seconds look the past up."""
    ends_at = time.perf_counter() + 15
    while time.perf_counter() < ends_at:
        exchange.get("/v1/candles/days?market=KRW-BTC&count=30")
