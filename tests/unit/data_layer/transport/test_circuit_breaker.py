"""How long the circuit stays open, and how many probe at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.exchange import CircuitState
from upbit_auto_trading.data_layer.transport.circuit_breaker import Admission, BreakerPolicy, CircuitBreaker, Ticket


def admitted(breaker: CircuitBreaker) -> Ticket:
    ticket = breaker.admit()
    assert ticket is not None
    return ticket


def test_the_pause_doubles_while_probes_fail_and_begins_anew_after_a_success() -> None:
    clock = FakeClock()
    breaker = CircuitBreaker(clock, BreakerPolicy(2, 1.0, 8.0))
    for _ in range(2):
        breaker.failed(admitted(breaker))
    pauses = []
    for _ in range(6):
        pauses.append(breaker.seconds_until_probe)
        clock.advance(breaker.seconds_until_probe)
        breaker.failed(admitted(breaker))
    assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    clock.advance(8.0)
    breaker.succeeded(admitted(breaker))
    assert breaker.state is CircuitState.CLOSED
    for _ in range(2):
        breaker.failed(admitted(breaker))
    assert breaker.seconds_until_probe == 1.0


def test_a_success_in_between_keeps_it_closed() -> None:
    breaker = CircuitBreaker(FakeClock(), BreakerPolicy(2))
    for _ in range(10):
        breaker.failed(admitted(breaker))
        breaker.succeeded(admitted(breaker))
    assert breaker.state is CircuitState.CLOSED


def test_of_many_threads_one_probes() -> None:
    clock = FakeClock()
    breaker = CircuitBreaker(clock, BreakerPolicy(1))
    breaker.failed(admitted(breaker))
    clock.advance(1.0)
    together = threading.Barrier(8)

    def ask(_number: int) -> Ticket | None:
        together.wait(10)
        return breaker.admit()

    with ThreadPoolExecutor(8) as threads:
        tickets = [ticket for ticket in threads.map(ask, range(8)) if ticket is not None]
    assert [ticket.admission for ticket in tickets] == [Admission.PROBE]
