"""Counts operations and how long they take, as a histogram per day, from any thread.

The bounds of the histogram and both clocks are given, so that this module knows neither ports nor time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import RLock

from upbit_auto_trading.utils.korean_time import kst_day
from upbit_auto_trading.utils.operation_count import OperationCount

#: more names than this are a mistake (an id in a name); they are counted together
MOST_OPERATIONS = 500
OTHER_OPERATIONS = "other"


@dataclass(slots=True)
class _Tally:
    count: int
    failures: int
    latency_counts: list[int]


class OperationCounts:
    """``with counts.measure("storage.write"): …``, and ``take()`` now and then to keep the sums."""

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float], bounds_ms: tuple[int, ...]) -> None:
        self._now = now
        self._monotonic = monotonic
        self._bounds_ms = bounds_ms
        self._tallies: dict[tuple[str, str], _Tally] = {}
        # Re-entrant: a finaliser may run, and count, at any allocation inside the locked lines.
        self._lock = RLock()

    @contextmanager
    def measure(self, operation: str) -> Iterator[None]:
        """Counts the block once; as a failure if an exception leaves it."""
        started = self._monotonic()
        failed = True
        try:
            yield
            failed = False
        finally:
            self.record(operation, (self._monotonic() - started) * 1_000, failed=failed)

    def record(self, operation: str, duration_ms: float, *, failed: bool = False) -> None:
        """For what cannot be wrapped in a block. A duration on a bound belongs to the bucket below it."""
        day = kst_day(self._now()).isoformat()
        bucket = bisect_left(self._bounds_ms, duration_ms)
        with self._lock:
            tally = self._tally(day, operation)
            tally.count += 1
            tally.failures += int(failed)
            tally.latency_counts[bucket] += 1

    def take(self) -> tuple[OperationCount, ...]:
        """What was counted since the last time; it is forgotten here."""
        with self._lock:
            taken, self._tallies = self._tallies, {}
        return tuple(
            OperationCount(day, operation, tally.count, tally.failures, tuple(tally.latency_counts))
            for (day, operation), tally in sorted(taken.items())
        )

    def put_back(self, counts: Iterable[OperationCount]) -> None:
        """What was taken but could not be kept is counted again."""
        with self._lock:
            for row in counts:
                tally = self._tally(row.day, row.operation)
                tally.count += row.count
                tally.failures += row.failures
                for bucket, number in enumerate(row.latency_counts):
                    tally.latency_counts[bucket] += number

    def _tally(self, day: str, operation: str) -> _Tally:
        key = (day, operation)
        if key not in self._tallies and len(self._tallies) >= MOST_OPERATIONS:
            key = (day, OTHER_OPERATIONS)
        return self._tallies.setdefault(key, _Tally(0, 0, [0] * (len(self._bounds_ms) + 1)))
