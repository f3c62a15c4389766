"""Rate limits by the sheet's section 7: windows and buckets per group, 429, 418 that grows, and ``Remaining-Req``.

Limits run on market time, so that a fast market does not starve its clients. Where market time stands (paused,
lock-step) they run on real time instead: a quota that never came back would end every client.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace, PracticeClock

#: so many 429s within so many seconds end in a 418, whose length doubles each time
REFUSALS_UNTIL_BLOCK: Final = 20
REFUSALS_WITHIN: Final = 10.0
FIRST_BLOCK: Final = 60.0
LONGEST_BLOCK: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class LimitGroup:
    """``minutes`` is the legacy constant of the header. Groups by address count in fixed windows, others in buckets."""

    name: str
    requests: int
    seconds: float
    minutes: int
    #: counted for the address rather than the pocket
    is_by_address: bool = False


MARKET = LimitGroup("market", 10, 1.0, 600, is_by_address=True)
CANDLES = LimitGroup("candles", 10, 1.0, 600, is_by_address=True)
TRADE = LimitGroup("trade", 10, 1.0, 600, is_by_address=True)
TICKER = LimitGroup("ticker", 10, 1.0, 600, is_by_address=True)
ORDERBOOK = LimitGroup("orderbook", 10, 1.0, 600, is_by_address=True)
ORIGIN = LimitGroup("origin", 1, 10.0, 6, is_by_address=True)
DEFAULT = LimitGroup("default", 30, 1.0, 1800)
ORDER = LimitGroup("order", 12, 1.0, 480)
ORDER_TEST = LimitGroup("order-test", 8, 1.0, 480)
CANCEL_ALL = LimitGroup("order-cancel-all", 1, 2.0, 30)
#: of handshakes: by address without a token, by pocket with one; the caller gives the scope
WEBSOCKET = LimitGroup("websocket", 5, 1.0, 300)


@dataclass(frozen=True, slots=True)
class Quota:
    """``blocked_for`` is set where the answer is a 418."""

    group: LimitGroup
    is_granted: bool
    remaining: int
    blocked_for: float | None = None


class LimitTime:
    """Seconds for limits."""

    def __init__(self, clock: PracticeClock) -> None:
        self._clock = clock
        self._market = clock.monotonic()
        self._real = clock.real.monotonic()
        # whole microseconds: sums of fractions would miss the beginning of a window by a hair
        self._microseconds = 0

    def __call__(self) -> float:
        market, real = self._clock.monotonic(), self._clock.real.monotonic()
        stands = self._clock.pace in (Pace.PAUSED, Pace.LOCK_STEP)
        passed = real - self._real if stands else market - self._market
        self._microseconds += max(round(passed * 1e6), 0)
        self._market, self._real = market, real
        return self._microseconds / 1e6


@dataclass(slots=True)
class _Window:
    """A fixed window: all of it is there again at its next beginning."""

    number: int = -1
    used: int = 0

    def take(self, group: LimitGroup, now: float) -> int | None:
        number = math.floor(now / group.seconds)
        if number != self.number:
            self.number, self.used = number, 0
        if self.used >= group.requests:
            return None
        self.used += 1
        return group.requests - self.used


@dataclass(slots=True)
class _Bucket:
    """Fills steadily."""

    level: float = math.inf
    at: float = 0.0

    def take(self, group: LimitGroup, now: float) -> int | None:
        rate = group.requests / group.seconds
        self.level = min(self.level + (now - self.at) * rate, float(group.requests))
        self.at = now
        # a hair less than one is one: the sum of many small waits
        if self.level < 1 - 1e-9:
            return None
        self.level -= 1
        return math.floor(self.level + 1e-9)


@dataclass(slots=True)
class _Conduct:
    """What a scope has overdone."""

    refusals: deque[float] = field(default_factory=deque)
    blocks: int = 0
    blocked_until: float = -math.inf


class Limits:
    """Use from the server's thread alone. A scope is an address or a pocket."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._counters: dict[tuple[str, str], _Window | _Bucket] = {}
        self._conduct: dict[str, _Conduct] = {}

    def take(self, group: LimitGroup, scope: str, *, may_block: bool = True) -> Quota:
        now = self._seconds()
        conduct = self._conduct.setdefault(scope, _Conduct())
        if now < conduct.blocked_until:
            return Quota(group, False, 0, conduct.blocked_until - now)
        remaining = self._counter(group, scope).take(group, now)
        if remaining is not None:
            return Quota(group, True, remaining)
        blocked_for = self._refused(conduct, now) if may_block else None
        return Quota(group, False, 0, blocked_for)

    def block(self, scope: str, seconds: float) -> None:
        """On request: a fault."""
        self._conduct.setdefault(scope, _Conduct()).blocked_until = self._seconds() + seconds

    def forgive(self) -> None:
        """As if nobody had ever asked for anything."""
        self._counters.clear()
        self._conduct.clear()

    def _counter(self, group: LimitGroup, scope: str) -> _Window | _Bucket:
        fresh: _Window | _Bucket = _Window() if group.is_by_address else _Bucket()
        return self._counters.setdefault((group.name, scope), fresh)

    @staticmethod
    def _refused(conduct: _Conduct, now: float) -> float | None:
        conduct.refusals.append(now)
        while conduct.refusals[0] < now - REFUSALS_WITHIN:
            conduct.refusals.popleft()
        if len(conduct.refusals) < REFUSALS_UNTIL_BLOCK:
            return None
        conduct.refusals.clear()
        length = min(FIRST_BLOCK * 2**conduct.blocks, LONGEST_BLOCK)
        conduct.blocks += 1
        conduct.blocked_until = now + length
        return length


class MessageQuota:
    """Of one WebSocket connection: 5 messages a second and 100 a minute."""

    _BOUNDS = ((5, 1.0), (100, 60.0))

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def take(self) -> bool:
        now = self._seconds()
        while self._taken and self._taken[0] <= now - 60.0:
            self._taken.popleft()
        for most, within in self._BOUNDS:
            if sum(moment > now - within for moment in self._taken) >= most:
                return False
        self._taken.append(now)
        return True


def remaining_req(quota: Quota, *, name: str | None = None, minutes: int | None = None) -> str:
    """``group=default; min=1800; sec=29``."""
    legacy = quota.group.minutes if minutes is None else minutes
    return f"group={name or quota.group.name}; min={legacy}; sec={quota.remaining}"
