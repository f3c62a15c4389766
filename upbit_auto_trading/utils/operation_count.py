"""One row of what was counted; apart from the counting, whose locks the core does not import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperationCount:
    """What was counted for one operation on one KST day (``2026-11-21``)."""

    day: str
    operation: str
    count: int
    failures: int
    #: one more than there are bounds: the last holds what was slower than all of them
    latency_counts: tuple[int, ...]
