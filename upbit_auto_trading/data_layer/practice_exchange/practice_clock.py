"""Market time of the practice exchange: 1× to 1000×, as fast as it goes, paused, or in lock-step."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.clock import Clock

SLOWEST, FASTEST = 1.0, 1_000.0
#: a wall clock that was set back, or has slept longer than can be played through, is not followed
_SET_BACK = timedelta(minutes=1)
_LONGEST_SLEEP = timedelta(days=7)


class Pace(Enum):
    RUNNING = "running"
    #: as fast as the machine goes
    MAXIMUM = "max"
    PAUSED = "paused"
    #: stands until the client says that it has nothing left to do
    LOCK_STEP = "lock-step"


class PracticeClock:
    """Implements the port ``Clock`` in market time.

    ``now`` is the moment up to which the market was played: no order can lie before a trade that was printed already.
    Whoever plays the market asks ``due``, plays up to there, and says how far it came (``reach``).
    One that ``follows_present`` is the wall clock, also after the machine slept, until its speed or place is changed.
    """

    def __init__(
        self,
        real: Clock,
        start: datetime,
        *,
        pace: Pace = Pace.RUNNING,
        speed: float = SLOWEST,
        follows_present: bool = False,
    ) -> None:
        self._real = real
        self._now = start
        self._passed = 0.0
        self._seen_now, self._seen_real = start, real.monotonic()
        self.pace = pace
        self.speed = _checked(speed)
        self._follows_present = follows_present and pace is Pace.RUNNING and speed == SLOWEST
        #: in lock-step: how far the best prices of the book lie from the price, as a fraction
        self.slippage = Decimal(0)
        self._anchor_now = start
        self._anchor_real = real.monotonic()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        """Market seconds that have passed, at the wanted speed also between two turns; a jump is none of this clock."""
        real = self._real.monotonic()
        if self.pace is Pace.RUNNING:
            passed = (real - self._seen_real) * self.speed
        else:
            passed = (self._now - self._seen_now).total_seconds()
        self._passed += max(passed, 0.0)
        self._seen_real, self._seen_now = real, self._now
        return self._passed

    @property
    def real(self) -> Clock:
        """For what stays real time: network time-outs."""
        return self._real

    def due(self) -> datetime | None:
        """Where market time should be by now; None where nothing but speed bounds it."""
        if self.pace is Pace.MAXIMUM:
            return None
        if self.pace is not Pace.RUNNING:
            return self._now
        if self.follows_present:
            return self._real.now()
        passed = self._real.monotonic() - self._anchor_real
        return self._anchor_now + timedelta(seconds=passed * self.speed)

    @property
    def follows_present(self) -> bool:
        if self._follows_present and not -_SET_BACK <= self._real.now() - self._now <= _LONGEST_SLEEP:
            self._follows_present = False
            self.forgive()
        return self._follows_present

    def reach(self, moment: datetime) -> None:
        """The market was played up to there. Time never goes back this way."""
        self._now = max(self._now, moment)

    def forgive(self) -> None:
        """Too late to catch up: goes on from here at its speed."""
        self._anchor_now = self._now
        self._anchor_real = self._real.monotonic()

    def run(self, speed: float) -> None:
        checked = _checked(speed)
        self._follows_present = self._follows_present and checked == SLOWEST
        self.monotonic()
        self.speed = checked
        self._change(Pace.RUNNING)

    def run_at_maximum(self) -> None:
        self._change(Pace.MAXIMUM)

    def pause(self) -> None:
        self._change(Pace.PAUSED)

    def lock_step(self) -> None:
        self._change(Pace.LOCK_STEP)

    def jump(self, moment: datetime) -> None:
        """Also back. Market seconds that have passed keep counting."""
        self.monotonic()
        self._follows_present = False
        self._now = self._seen_now = moment
        self.forgive()

    def _change(self, pace: Pace) -> None:
        self.monotonic()  # what passed until now passed at the old pace
        self.pace = pace
        self._follows_present = self._follows_present and pace is Pace.RUNNING
        self.forgive()


def _checked(speed: float) -> float:
    if not SLOWEST <= speed <= FASTEST:
        raise InvalidParameter("speed", speed, "out-of-range", f"{SLOWEST:g}–{FASTEST:g}")
    return speed
