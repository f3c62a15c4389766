"""Trying again what is harmless to repeat: reads, and cancels until they are final. Never an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.errors import RateLimited
from upbit_auto_trading.business_logic.ports.clock import Clock

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Before try n + 1 it waits between nothing and ``first × 2ⁿ⁻¹`` seconds, at most ``longest``."""

    first_seconds: float = 0.2
    longest_seconds: float = 5.0

    def ceiling(self, failures: int) -> float:
        # The exponent is bounded: a long outage must not overflow.
        return min(self.longest_seconds, self.first_seconds * 2.0 ** min(failures - 1, 60))


class ReadRetry:
    """Exponential with full jitter, within a deadline. Holds no state: one serves every thread.

    ``draw`` gives numbers in [0, 1). ``wait`` waits so many seconds and says whether it was interrupted instead, as
    ``threading.Event.wait`` of the event that a shutdown sets.
    """

    def __init__(
        self,
        clock: Clock,
        draw: Callable[[], float],
        wait: Callable[[float], bool],
        policy: RetryPolicy | None = None,
    ) -> None:
        self._clock = clock
        self._draw = draw
        self._wait = wait
        self._policy = policy or RetryPolicy()

    def run(
        self,
        attempt: Callable[[float], Answer],
        *,
        retryable: tuple[type[Exception], ...],
        total_seconds: float,
    ) -> Answer:
        """``attempt`` is given the deadline (monotonic) that it may not outlast itself.

        The last error is raised where it is not ``retryable``, where the wait before the next try would end after the
        deadline, or where a shutdown interrupts the wait. ``RateLimited`` is waited for as long as it says.
        """
        deadline = self._clock.monotonic() + total_seconds
        failures = 0
        while True:
            try:
                return attempt(deadline)
            except retryable as error:
                failures += 1
                seconds = self._pause(error, failures)
                if self._clock.monotonic() + seconds >= deadline or self._wait(seconds):
                    raise

    def _pause(self, error: Exception, failures: int) -> float:
        jitter = self._draw() * self._policy.ceiling(failures)
        if isinstance(error, RateLimited):
            return max(0.0, (error.until - self._clock.now()).total_seconds()) + jitter
        return jitter
