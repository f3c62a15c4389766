"""Leaves an exchange alone that does not answer, and finds out by itself when it does again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import CircuitState


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    #: in a row
    failures_to_open: int = 5
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0

    def pause(self, openings: int) -> float:
        """After the so-many-th opening in a row."""
        return min(self.longest_pause_seconds, self.first_pause_seconds * 2.0 ** min(openings - 1, 60))


class Admission(Enum):
    """How a request got through; handed back with its result."""

    NORMAL = "normal"
    #: the one that finds out
    PROBE = "probe"
    #: urgent, while the circuit was not closed
    FORCED = "forced"


@dataclass(frozen=True, slots=True)
class Ticket:
    admission: Admission
    #: of which closed, open or half-open spell; a result from an earlier one says nothing about this one
    spell: int


class CircuitBreaker:
    """Closed: all pass. Open: none, for a pause that grows. Half-open: one probe, whose result decides.

    A request that is ``forced`` (kill switch, cancels) always passes: a trader who wants out must not wait for our own
    caution. Its success closes the circuit; its failure changes nothing.
    """

    def __init__(self, clock: Clock, policy: BreakerPolicy | None = None) -> None:
        self._clock = clock
        self._policy = policy or BreakerPolicy()
        self._lock = threading.Lock()
        self._spell = 0
        self._is_closed = True
        self._failures = 0
        self._openings = 0
        self._probe_at = 0.0
        self._probe_is_under_way = False

    @property
    def state(self) -> CircuitState:
        with self._lock:
            return self._state()

    @property
    def seconds_until_probe(self) -> float:
        """0 unless the circuit is open."""
        with self._lock:
            if self._state() is not CircuitState.OPEN:
                return 0.0
            return self._probe_at - self._clock.monotonic()

    def would_admit(self) -> bool:
        """Without taking the place of the probe."""
        with self._lock:
            return self._is_closed or (not self._probe_is_under_way and self._state() is CircuitState.HALF_OPEN)

    def admit(self, *, forced: bool = False) -> Ticket | None:
        """None: not now. A ticket is handed back once, to ``succeeded``, ``failed`` or ``abandoned``."""
        with self._lock:
            if self._is_closed:
                return Ticket(Admission.NORMAL, self._spell)
            if self._state() is CircuitState.HALF_OPEN and not self._probe_is_under_way:
                self._probe_is_under_way = True
                return Ticket(Admission.PROBE, self._spell)
            return Ticket(Admission.FORCED, self._spell) if forced else None

    def succeeded(self, ticket: Ticket) -> None:
        with self._lock:
            if ticket.spell != self._spell:
                return
            self._failures = 0
            if not self._is_closed:
                self._close()

    def failed(self, ticket: Ticket) -> None:
        with self._lock:
            if ticket.spell != self._spell or ticket.admission is Admission.FORCED:
                return
            self._failures += 1
            if ticket.admission is Admission.PROBE or self._failures >= self._policy.failures_to_open:
                self._open()

    def abandoned(self, ticket: Ticket) -> None:
        """It ended without telling anything about the exchange; another may probe."""
        with self._lock:
            if ticket.spell == self._spell and ticket.admission is Admission.PROBE:
                self._probe_is_under_way = False

    def _state(self) -> CircuitState:
        if self._is_closed:
            return CircuitState.CLOSED
        if self._probe_is_under_way or self._clock.monotonic() >= self._probe_at:
            return CircuitState.HALF_OPEN
        return CircuitState.OPEN

    def _open(self) -> None:
        self._spell += 1
        self._is_closed = False
        self._openings += 1
        self._failures = 0
        self._probe_is_under_way = False
        self._probe_at = self._clock.monotonic() + self._policy.pause(self._openings)

    def _close(self) -> None:
        self._spell += 1
        self._is_closed = True
        self._openings = 0
        self._probe_is_under_way = False
