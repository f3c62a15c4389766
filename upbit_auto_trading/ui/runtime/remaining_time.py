"""How long a piece of work will still take, from a smoothed rate; says nothing while it cannot know."""

from __future__ import annotations

import math

from upbit_auto_trading.business_logic.ports.clock import Clock

#: before this, a guess would jump about
QUIET_SECONDS = 3.0
#: how fast the rate forgets: recent progress counts, one hiccup does not
_SMOOTHING_SECONDS = 5.0
#: beyond this the number helps nobody
_LONGEST_SECONDS = 24 * 3600.0


class RemainingTime:
    """Fed with the fraction done; asked for the seconds left."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin(0.0)

    def _begin(self, fraction: float) -> None:
        self._began_at = self._updated_at = self._clock.monotonic()
        self._fraction = fraction
        self._progressed = 0.0  # both forgetting at the same speed: their quotient is the rate,
        self._elapsed = 0.0  # right from the first sample on

    def update(self, fraction: float) -> None:
        fraction = min(max(fraction, 0.0), 1.0)
        if fraction < self._fraction:
            self._begin(fraction)  # a new phase: what was learnt does not hold for it
            return
        now = self._clock.monotonic()
        passed = now - self._updated_at
        kept = math.exp(-passed / _SMOOTHING_SECONDS)
        self._progressed = self._progressed * kept + (fraction - self._fraction)
        self._elapsed = self._elapsed * kept + passed
        self._fraction = fraction
        self._updated_at = now

    def seconds(self) -> float | None:
        """``None`` in the first three seconds, while nothing moves, and beyond a day."""
        if self._fraction >= 1.0:
            return 0.0
        now = self._clock.monotonic()
        if now - self._began_at < QUIET_SECONDS or self._progressed <= 0:
            return None
        idle = now - self._updated_at  # standing still makes the rate smaller, without a new sample
        kept = math.exp(-idle / _SMOOTHING_SECONDS)
        rate = self._progressed * kept / (self._elapsed * kept + idle)
        if rate * _LONGEST_SECONDS < 1.0 - self._fraction:
            return None
        return (1.0 - self._fraction) / rate
