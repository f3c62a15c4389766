"""How far the exchange's clock is from ours, from the ``Date`` of its answers.

A ``Date`` has whole seconds, and was written at some moment between our sending and the arrival. One answer therefore
gives an interval a second and a round trip wide; the intersection of many is far narrower, as they fall at different
places in the second. An old interval widens by what clocks drift, so that it is forgotten by and by.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from upbit_auto_trading.business_logic.ports.clock import Clock

#: as fast as systems correct a clock without a jump
DRIFT = 500e-6
#: the wall clock moved by this much more or less than the monotonic one: it was set, or the machine slept
JUMP_SECONDS = 0.2
_RESOLUTION = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ClockEstimate:
    """Exchange minus ours; the truth lies within ``uncertainty`` on either side."""

    difference: timedelta
    uncertainty: timedelta


class ClockDifference:
    """Told about every answer, by any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        #: (bound in seconds, monotonic when it was found)
        self._low: tuple[float, float] | None = None
        self._high: tuple[float, float] | None = None
        self._offset: float | None = None

    def note(self, date_header: str | None, sent_at: datetime, received_at: datetime) -> bool:
        """Whether it told something: a header that is missing or unreadable, or a clock that was set, does not."""
        written_at = _parsed(date_header)
        if written_at is None or received_at < sent_at:
            return False
        low = (written_at - received_at).total_seconds()
        high = (written_at + _RESOLUTION - sent_at).total_seconds()
        with self._lock:
            now = self._clock.monotonic()
            if self._forget_after_jump(now):
                # The jump may lie between sending and arrival.
                return False
            self._narrow(low, high, now)
        return True

    def estimate(self) -> ClockEstimate | None:
        """None until an answer told something, and after our clock was set."""
        with self._lock:
            now = self._clock.monotonic()
            self._forget_after_jump(now)
            if self._low is None or self._high is None:
                return None
            low, high = _aged(self._low, now, -DRIFT), _aged(self._high, now, DRIFT)
        return ClockEstimate(timedelta(seconds=(low + high) / 2), timedelta(seconds=(high - low) / 2))

    def _narrow(self, low: float, high: float, now: float) -> None:
        # Only the best bound of each side is needed: all of them widen at the same rate, so the best stays the best.
        kept_low = low if self._low is None else max(low, _aged(self._low, now, -DRIFT))
        kept_high = high if self._high is None else min(high, _aged(self._high, now, DRIFT))
        if kept_low > kept_high:
            # A clock of theirs was set, or answers come from machines that disagree: the newest is right.
            kept_low, kept_high = low, high
        self._low, self._high = (kept_low, now), (kept_high, now)

    def _forget_after_jump(self, now: float) -> bool:
        offset = self._clock.now().timestamp() - now
        if self._clock.monotonic() - now > JUMP_SECONDS / 2:
            # This thread was held between both readings: they belong to different moments. The next ones tell.
            return False
        jumped = self._offset is not None and abs(offset - self._offset) > JUMP_SECONDS
        if jumped:
            self._low = self._high = None
        self._offset = offset
        return jumped


def _aged(bound: tuple[float, float], now: float, drift: float) -> float:
    value, found_at = bound
    return value + drift * (now - found_at)


def _parsed(date_header: str | None) -> datetime | None:
    if not date_header:
        return None
    try:
        written_at = parsedate_to_datetime(date_header)
    except ValueError:
        return None
    return written_at.replace(tzinfo=UTC) if written_at.tzinfo is None else written_at
