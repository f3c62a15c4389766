"""Counters per operation and KST day."""

from __future__ import annotations

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS
from upbit_auto_trading.utils.operation_count import OperationCount
from upbit_auto_trading.utils.operation_counts import (
    MOST_OPERATIONS,
    OTHER_OPERATIONS,
    OperationCounts,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def counts(clock: FakeClock) -> OperationCounts:
    return OperationCounts(clock.now, clock.monotonic, (1, 10, 100))


def test_a_measured_block_is_counted_in_its_bucket(clock: FakeClock, counts: OperationCounts) -> None:
    with counts.measure("storage.write"):
        clock.advance(0.05)
    assert counts.take() == (OperationCount("2026-11-20", "storage.write", 1, 0, (0, 0, 1, 0)),)


def test_a_duration_on_a_bound_belongs_below_it_and_the_last_bucket_is_open(counts: OperationCounts) -> None:
    for duration_ms in (0, 1, 1.001, 10, 100, 100.5, 1e9):
        counts.record("read", duration_ms)
    assert counts.take()[0].latency_counts == (2, 2, 1, 2)


def test_an_exception_counts_as_a_failure_and_goes_on(counts: OperationCounts) -> None:
    with pytest.raises(KeyError), counts.measure("read"):
        raise KeyError("x")
    (row,) = counts.take()
    assert (row.count, row.failures) == (1, 1)


def test_days_change_at_midnight_in_korea(clock: FakeClock, counts: OperationCounts) -> None:
    clock.advance(15 * 3600 - 1)
    counts.record("read", 1)
    clock.advance(1)
    counts.record("read", 1)
    assert [row.day for row in counts.take()] == ["2026-11-20", "2026-11-21"]


def test_taking_forgets_and_putting_back_adds(counts: OperationCounts) -> None:
    counts.record("read", 5, failed=True)
    taken = counts.take()
    assert counts.take() == ()
    counts.record("read", 5)
    counts.put_back(taken)
    assert counts.take() == (OperationCount("2026-11-20", "read", 2, 1, (0, 2, 0, 0)),)


def test_endless_names_are_counted_together(counts: OperationCounts) -> None:
    for number in range(MOST_OPERATIONS + 50):
        counts.record(f"order {number:04}", 1)
    taken = counts.take()
    assert len(taken) == MOST_OPERATIONS + 1
    assert {row.operation: row.count for row in taken}[OTHER_OPERATIONS] == 50


def test_the_bounds_of_the_store_are_increasing() -> None:
    assert list(LATENCY_BOUNDS_MS) == sorted(set(LATENCY_BOUNDS_MS))
