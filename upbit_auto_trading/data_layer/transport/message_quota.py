"""How many of something may be sent in a window of time, counted by us before the other side has to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    most: int
    seconds: float


class MessageQuota:
    """Sliding windows, so that two bursts at a border of the exchange's own windows stay within its limit too."""

    def __init__(self, *quotas: Quota) -> None:
        self._quotas = quotas
        self._longest = max(quota.seconds for quota in quotas)
        self._spent: deque[float] = deque()

    def wait_seconds(self, now: float) -> float:
        """How long from now until one more may be sent; 0: at once."""
        while self._spent and now - self._spent[0] >= self._longest:
            self._spent.popleft()
        return max(self._wait_for(quota, now) for quota in self._quotas)

    def spend(self, now: float) -> None:
        self._spent.append(now)

    def _wait_for(self, quota: Quota, now: float) -> float:
        if len(self._spent) < quota.most:
            return 0.0
        return max(0.0, self._spent[-quota.most] + quota.seconds - now)
