"""What the clock of the exchange shows: candles end by it, and lists of orders are asked for in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.ports.clock import Clock

_NOTHING = timedelta(0)


class ExchangeTime:
    """Implements the port ``Clock``. ``difference`` is exchange minus ours; our own time counts until it is known."""

    def __init__(self, clock: Clock, difference: Callable[[], timedelta | None]) -> None:
        self._clock = clock
        self._difference = difference

    def now(self) -> datetime:
        return self.at(self._clock.now())

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def at(self, ours: datetime) -> datetime:
        """When our clock showed that."""
        return ours + (self._difference() or _NOTHING)
