"""A clock that stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


class FakeClock:
    """Implements the port ``Clock``. ``advance`` lets time pass, ``jump`` changes the wall clock alone."""

    def __init__(self, now: datetime = START, monotonic: float = 1_000.0) -> None:
        self._now = now
        self._monotonic = monotonic
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float | timedelta) -> None:
        """Both clocks go forward, then those that watch are told."""
        step = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        assert step >= timedelta(0), "time passes forward; use jump"
        self._now += step
        self._monotonic += step.total_seconds()
        self._tell()

    def jump(self, seconds: float | timedelta) -> None:
        """What a laptop's sleep or a corrected clock looks like: the monotonic clock notices nothing."""
        self._now += seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        self._tell()

    def watch(self, callback: Callable[[], None]) -> None:
        """Called after each change."""
        self._watchers.append(callback)

    def _tell(self) -> None:
        for callback in tuple(self._watchers):
            callback()
