"""Nothing counted is lost or counted twice, whichever way threads, takes and put-backs interleave."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS
from upbit_auto_trading.utils.operation_count import OperationCount
from upbit_auto_trading.utils.operation_counts import OperationCounts

DURATIONS = st.one_of(
    st.floats(min_value=0, max_value=1e6), st.sampled_from(LATENCY_BOUNDS_MS).map(float), st.just(0.0)
)
RECORDS = st.tuples(st.sampled_from(["read", "write", "send"]), DURATIONS, st.booleans())
STEPS = st.lists(st.one_of(RECORDS, st.just("take"), st.just("put back"), st.just("next hour")), max_size=60)


@pytest.fixture(scope="module")
def restless_threads() -> Iterator[None]:
    """Threads change places as often as Python allows, so that a missing lock shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def bucket_of(duration_ms: float) -> int:
    """The definition, spelt out: the first bound that is not below the duration."""
    return next((i for i, bound in enumerate(LATENCY_BOUNDS_MS) if duration_ms <= bound), len(LATENCY_BOUNDS_MS))


def summed(rows: list[OperationCount]) -> tuple[Counter[str], Counter[str], Counter[tuple[str, int]]]:
    counts: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    buckets: Counter[tuple[str, int]] = Counter()
    for row in rows:
        assert row.count == sum(row.latency_counts)
        counts[row.operation] += row.count
        failures[row.operation] += row.failures
        for bucket, number in enumerate(row.latency_counts):
            buckets[row.operation, bucket] += number
    return +counts, +failures, +buckets


@given(STEPS)
def test_sums_survive_any_order_of_taking_and_putting_back(steps: list[object]) -> None:
    clock = FakeClock()
    counts = OperationCounts(clock.now, clock.monotonic, LATENCY_BOUNDS_MS)
    expected: tuple[Counter[str], Counter[str], Counter[tuple[str, int]]] = (Counter(), Counter(), Counter())
    kept: list[OperationCount] = []
    newest: tuple[OperationCount, ...] = ()
    for step in steps:
        match step:
            case "take":
                kept.extend(newest)
                newest = counts.take()
            case "put back":
                counts.put_back(newest)
                newest = ()
            case "next hour":
                clock.advance(3600)
            case (str(operation), float(duration_ms), bool(failed)):
                counts.record(operation, duration_ms, failed=failed)
                expected[0][operation] += 1
                expected[1][operation] += int(failed)
                expected[2][operation, bucket_of(duration_ms)] += 1
    assert summed([*kept, *newest, *counts.take()]) == (+expected[0], +expected[1], +expected[2])


@pytest.mark.usefixtures("restless_threads")
@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(RECORDS, min_size=20, max_size=60), min_size=3, max_size=5))
def test_sums_survive_threads_that_count_while_one_takes(work: list[list[tuple[str, float, bool]]]) -> None:
    clock = FakeClock()
    counts = OperationCounts(clock.now, clock.monotonic, LATENCY_BOUNDS_MS)
    barrier = Barrier(len(work) + 1)
    kept: list[OperationCount] = []

    def count(records: list[tuple[str, float, bool]]) -> None:
        barrier.wait()
        for operation, duration_ms, failed in records * 10:
            counts.record(operation, duration_ms, failed=failed)

    threads = [Thread(target=count, args=(records,)) for records in work]
    for thread in threads:
        thread.start()
    barrier.wait()
    while any(thread.is_alive() for thread in threads):
        kept.extend(counts.take())
    kept.extend(counts.take())
    total = Counter(operation for records in work for operation, _, _ in records * 10)
    failed_total = Counter(operation for records in work for operation, _, failed in records * 10 if failed)
    assert summed(kept)[:2] == (total, failed_total)
