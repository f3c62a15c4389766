"""The circuit breaker as a state machine, against a plain description of it."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.exchange import CircuitState
from upbit_auto_trading.data_layer.transport.circuit_breaker import Admission, BreakerPolicy, CircuitBreaker, Ticket

POLICY = BreakerPolicy(failures_to_open=3, first_pause_seconds=1.0, longest_pause_seconds=8.0)


class Breaker(RuleBasedStateMachine):
    under_way = Bundle("under_way")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(monotonic=0.0)
        self.breaker = CircuitBreaker(self.clock, POLICY)
        self.is_closed = True
        self.failures = 0
        self.pause = POLICY.first_pause_seconds
        self.opened_at = 0.0
        self.probe: Ticket | None = None
        #: admitted since the last change of state
        self.counting: set[int] = set()

    def pause_is_over(self) -> bool:
        return self.clock.monotonic() >= self.opened_at + self.pause

    def open(self, pause: float) -> None:
        self.is_closed, self.probe, self.failures = False, None, 0
        self.pause, self.opened_at = min(pause, POLICY.longest_pause_seconds), self.clock.monotonic()
        self.counting.clear()

    @rule(target=under_way, forced=st.booleans())
    def admit(self, forced: bool) -> Ticket | None:
        was_probing = self.probe is not None
        ticket = self.breaker.admit(forced=forced)
        if self.is_closed:
            assert ticket is not None
            assert ticket.admission is Admission.NORMAL
        elif self.pause_is_over() and not was_probing:
            assert ticket is not None
            assert ticket.admission is Admission.PROBE
            self.probe = ticket
        elif forced:
            assert ticket is not None
            assert ticket.admission is Admission.FORCED
        else:
            assert ticket is None, "nothing is sent while it is open, and one probe only"
        if ticket is not None:
            self.counting.add(id(ticket))
        return ticket

    @rule(ticket=consumes(under_way))
    def succeed(self, ticket: Ticket | None) -> None:
        if ticket is None:
            return
        self.breaker.succeeded(ticket)
        if id(ticket) in self.counting:
            self.failures = 0
            if not self.is_closed:
                self.is_closed, self.probe, self.pause = True, None, POLICY.first_pause_seconds
                self.counting.clear()

    @rule(ticket=consumes(under_way))
    def fail(self, ticket: Ticket | None) -> None:
        if ticket is None:
            return
        self.breaker.failed(ticket)
        if id(ticket) not in self.counting:
            return
        if ticket is self.probe:
            self.open(self.pause * 2)
        elif self.is_closed:
            self.failures += 1
            if self.failures == POLICY.failures_to_open:
                self.open(POLICY.first_pause_seconds)

    @rule(ticket=consumes(under_way))
    def abandon(self, ticket: Ticket | None) -> None:
        if ticket is None:
            return
        self.breaker.abandoned(ticket)
        if ticket is self.probe:
            self.probe = None

    @rule(seconds=st.sampled_from([0.1, 0.5, 1.0, 3.0, 10.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def the_wall_clock_jumps(self) -> None:
        self.clock.jump(-3600)

    @invariant()
    def its_state_is_visible(self) -> None:
        if self.is_closed:
            expected = CircuitState.CLOSED
        elif self.probe is not None or self.pause_is_over():
            expected = CircuitState.HALF_OPEN
        else:
            expected = CircuitState.OPEN
        assert self.breaker.state is expected
        assert self.breaker.would_admit() == (self.is_closed or (self.pause_is_over() and self.probe is None))
        left = self.breaker.seconds_until_probe
        assert (left > 0) == (expected is CircuitState.OPEN)
        assert left <= self.pause + 1e-9  # times are sums of floats


TestBreaker = Breaker.TestCase
TestBreaker.settings = settings(max_examples=200, stateful_step_count=40)
