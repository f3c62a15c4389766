"""How many more requests an exchange would take now, by our count. Pure: the time is a parameter.

An exchange counts a request at a moment that we cannot see, somewhere between sending and the answer. So a permit is
held from before the sending until the answer, and then for as long as the exchange remembers. Whatever the delays, and
wherever its windows begin, it then never counts more than it allows:

- sliding window: had n + 1 requests been counted within one window that began at ``a``, each of them was answered
  after ``a``, so its permit was held until after ``a + window``: the last of them could not have been sent before that.
- token bucket: ours fills up only to what is not under way, so that our level plus what is sent but not yet counted
  never exceeds the level of theirs.
"""

from __future__ import annotations

import math
from typing import Protocol

from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, LimitKind

#: a window lasts so much longer for us: clocks tick in steps (16 ms on Windows) and at slightly different rates
CLOCK_SLACK_SECONDS = 0.02
#: of a permit; what sums of fractions lose
_EPSILON = 1e-6


class Slip:
    """What one request holds."""

    __slots__ = ("cost", "ended_at")

    def __init__(self, cost: int, ended_at: float | None = None) -> None:
        self.cost = cost
        self.ended_at = ended_at


class PermitCounter(Protocol):
    def free(self, now: float) -> int: ...

    def take(self, cost: int, now: float) -> Slip:
        """The caller has looked at ``free`` first."""

    def end(self, slip: Slip, now: float) -> None:
        """Answered: from now on the exchange forgets it."""

    def give_back(self, slip: Slip, now: float) -> None:
        """Never sent: it was not counted."""

    def lower(self, free: int, now: float) -> None:
        """The exchange says that only so many are left; more than we think changes nothing."""

    def earliest(self, needed: int, now: float) -> float:
        """Not before this moment will so many be free; ``now`` if they are."""

    def change(self, group: LimitGroup, now: float) -> None:
        """Other numbers, same kind. What is held stays held."""

    def under_way(self) -> int: ...


class SlidingWindow:
    def __init__(self, group: LimitGroup) -> None:
        self._permits = group.permits
        self._window = group.window_seconds + CLOCK_SLACK_SECONDS
        self._slips: list[Slip] = []

    def free(self, now: float) -> int:
        self._slips = [slip for slip in self._slips if slip.ended_at is None or slip.ended_at + self._window > now]
        return self._permits - sum(slip.cost for slip in self._slips)

    def take(self, cost: int, now: float) -> Slip:
        slip = Slip(cost)
        self._slips.append(slip)
        return slip

    def end(self, slip: Slip, now: float) -> None:
        slip.ended_at = now

    def give_back(self, slip: Slip, now: float) -> None:
        self._slips.remove(slip)

    def lower(self, free: int, now: float) -> None:
        surplus = self.free(now) - max(0, free)
        if surplus > 0:
            # Somebody else uses this limit too: hold what they hold.
            self._slips.append(Slip(surplus, now))

    def earliest(self, needed: int, now: float) -> float:
        free = self.free(now)
        if free >= needed:
            return now
        # One that is under way ends now at the earliest.
        for moment, cost in sorted(
            ((now if slip.ended_at is None else slip.ended_at) + self._window, slip.cost) for slip in self._slips
        ):
            free += cost
            if free >= needed:
                return moment
        return math.inf

    def change(self, group: LimitGroup, now: float) -> None:
        self._permits = group.permits
        self._window = group.window_seconds + CLOCK_SLACK_SECONDS

    def under_way(self) -> int:
        return sum(slip.cost for slip in self._slips if slip.ended_at is None)


class TokenBucket:
    def __init__(self, group: LimitGroup) -> None:
        self._permits = group.permits
        self._rate = _rate(group)
        self._level = float(group.permits)
        self._filled_at: float | None = None
        self._under_way = 0

    def free(self, now: float) -> int:
        self._fill(now)
        return math.floor(self._level + _EPSILON)

    def take(self, cost: int, now: float) -> Slip:
        self._fill(now)
        self._level -= cost
        self._under_way += cost
        return Slip(cost)

    def end(self, slip: Slip, now: float) -> None:
        self._fill(now)
        self._under_way -= slip.cost

    def give_back(self, slip: Slip, now: float) -> None:
        self._fill(now)
        self._under_way -= slip.cost
        self._level += slip.cost

    def lower(self, free: int, now: float) -> None:
        self._fill(now)
        self._level = min(self._level, float(max(0, free)))

    def earliest(self, needed: int, now: float) -> float:
        self._fill(now)
        missing = needed - self._level
        return now if missing <= _EPSILON else now + missing / self._rate

    def change(self, group: LimitGroup, now: float) -> None:
        self._fill(now)
        self._permits = group.permits
        self._rate = _rate(group)
        self._level = min(self._level, self._room())

    def under_way(self) -> int:
        return self._under_way

    def _room(self) -> float:
        return float(self._permits - self._under_way)

    def _fill(self, now: float) -> None:
        if self._filled_at is not None and self._level < self._room():
            self._level = min(self._room(), self._level + (now - self._filled_at) * self._rate)
        self._filled_at = now


def counter_for(group: LimitGroup) -> PermitCounter:
    return SlidingWindow(group) if group.kind is LimitKind.FIXED_WINDOW else TokenBucket(group)


def _rate(group: LimitGroup) -> float:
    return group.permits / (group.window_seconds + CLOCK_SLACK_SECONDS)
