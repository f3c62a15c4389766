"""What the clock of the exchange shows, as well as it can be known here.

Two things tell: the connection (our clock and its difference; of a practice market its time and how fast that runs) and
the newest event. The later of both counts. What the connection tells is taken ``ON_ITS_WAY`` of our own time late,
because trades are on their way for so long: at sixty times the speed of ours that is a quarter of a minute. Early, a
candle would be closed without its last trades; late, it only closes later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ON_ITS_WAY = timedelta(seconds=0.25)
#: an event that is further ahead than so much of our time has a wrong stamp
MOST_AHEAD = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ExchangeTimeTold:
    exchange_now: datetime
    own_now: datetime
    #: how many times as fast as ours it runs; 0: it stands still
    speed: float = 1.0


class LiveClock:
    """Knows nothing until the connection tells: the newest event may be a snapshot from hours ago.

    It may go back a little, where it ran slower than was thought.
    """

    def __init__(self) -> None:
        self._told: ExchangeTimeTold | None = None
        self._newest: datetime | None = None

    def forget(self) -> None:
        """Other streams may have another time."""
        self._told = self._newest = None

    def tell(self, told: ExchangeTimeTold) -> None:
        self._told = told

    def see(self, happened_at: datetime, own_now: datetime) -> None:
        """An event of the exchange."""
        told = self._told
        if told is not None:
            passed = max(own_now - told.own_now, timedelta(0)) + MOST_AHEAD
            if happened_at > told.exchange_now + passed * max(told.speed, 1.0):
                return
        self._newest = happened_at if self._newest is None else max(self._newest, happened_at)

    def now(self, own_now: datetime) -> datetime | None:
        if self._told is None:
            return None
        passed = own_now - self._told.own_now - ON_ITS_WAY
        estimate = self._told.exchange_now + passed * self._told.speed
        return estimate if self._newest is None else max(self._newest, estimate)
