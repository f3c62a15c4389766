"""Limiter and circuit breaker together."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, RateLimited
from upbit_auto_trading.business_logic.ports.exchange import CircuitState, LimitGroupHealth
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.circuit_breaker import BreakerPolicy
from upbit_auto_trading.data_layer.transport.gate import Gate
from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, Priority
from upbit_auto_trading.data_layer.transport.rate_limiter import RateLimiter


class World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        groups = [LimitGroup("order", 4, 1.0), LimitGroup("default", 4, 1.0)]
        self.gate = Gate("upbit", self.clock, groups, BreakerPolicy(failures_to_open=2))

    def send(self, result: str, priority: Priority = Priority.READ, group: str = "order") -> None:
        with self.gate.passing(group, priority, self.clock.monotonic()) as pass_:
            if result != "nothing":
                getattr(pass_, result)()

    def health(self, group: str = "order") -> LimitGroupHealth:
        return next(one for one in self.gate.health() if one.group == group)


@pytest.fixture
def world() -> World:
    return World()


def test_failures_open_the_circuit_of_their_group_alone(world: World) -> None:
    assert world.gate.health() == tuple(
        LimitGroupHealth(name, CircuitState.CLOSED, None, 0) for name in ("order", "default")
    )
    world.send("failed")
    world.send("not_sent")
    with pytest.raises(ExchangeUnavailable) as caught:
        world.send("succeeded")
    assert caught.value.detail == "circuit-open"
    assert world.health("order").circuit is CircuitState.OPEN
    assert world.health("default").circuit is CircuitState.CLOSED
    world.send("succeeded", group="default")


def test_it_closes_by_itself_when_a_probe_succeeds(world: World) -> None:
    for _ in range(2):
        world.send("failed")
    world.clock.advance(1.1)
    assert world.health().circuit is CircuitState.HALF_OPEN
    with world.gate.passing("order", Priority.READ, world.clock.monotonic()) as probe:
        with pytest.raises(ExchangeUnavailable):
            world.send("succeeded")
        probe.succeeded()
    assert world.health().circuit is CircuitState.CLOSED


def test_a_probe_that_tells_nothing_lets_another_probe(world: World) -> None:
    for _ in range(2):
        world.send("failed")
    world.clock.advance(1.1)
    with pytest.raises(KeyError), world.gate.passing("order", Priority.READ, world.clock.monotonic()):
        raise KeyError("a mistake of ours")
    world.send("succeeded")
    assert world.health().circuit is CircuitState.CLOSED


def test_the_kill_switch_is_not_held_up_by_an_open_circuit(world: World) -> None:
    for _ in range(2):
        world.send("failed")
    world.send("failed", Priority.URGENT)
    assert world.health().circuit is CircuitState.OPEN
    world.send("succeeded", Priority.URGENT)
    assert world.health().circuit is CircuitState.CLOSED


def test_only_what_was_sent_counts_against_the_limit(world: World) -> None:
    for _ in range(20):
        world.send("not_sent", Priority.URGENT)
    world.clock.advance(60)
    for result in ("succeeded", "nothing", "succeeded", "failed"):
        world.send(result)
    with pytest.raises(RateLimited):
        world.send("succeeded")


def test_one_that_finds_the_circuit_open_costs_no_permit(world: World) -> None:
    for _ in range(2):
        world.send("failed")
    for _ in range(20):
        with pytest.raises(ExchangeUnavailable):
            world.send("succeeded")
    world.clock.advance(1.1)
    for _ in range(4):
        world.send("succeeded")


def test_what_the_exchange_says_of_its_limits_is_obeyed(world: World) -> None:
    with world.gate.passing("order", Priority.ORDER, world.clock.monotonic()) as pass_:
        pass_.remaining(0)
        pass_.succeeded()
    with pytest.raises(RateLimited):
        world.send("succeeded", Priority.URGENT)
    world.clock.advance(1.1)
    with world.gate.passing("order", Priority.ORDER, world.clock.monotonic()) as pass_:
        pass_.too_many(5.0)
        pass_.succeeded()
    world.clock.advance(4.9)
    with pytest.raises(RateLimited):
        world.send("succeeded", Priority.URGENT)
    world.clock.advance(0.2)
    with world.gate.passing("order", Priority.ORDER, world.clock.monotonic()) as pass_:
        pass_.banned()
    assert world.health().blocked_until is not None
    assert world.health("default").blocked_until is None
    world.gate.block(["order", "default"])
    assert world.health("default").blocked_until is not None
    with pytest.raises(RateLimited):
        world.send("succeeded", Priority.URGENT, "default")


def test_after_close_nobody_passes(world: World) -> None:
    world.gate.close()
    with pytest.raises(ExchangeUnavailable):
        world.send("succeeded", Priority.URGENT)


def test_gates_that_share_a_limiter_are_closed_one_by_one() -> None:
    clock, pause = SystemClock(), Event()
    limiter = RateLimiter("upbit", clock, [LimitGroup("order", 1, 60.0)])
    leaves, stays = (Gate("upbit", clock, limiter=limiter) for _gate in range(2))

    def ask(gate: Gate) -> None:
        with gate.passing("order", Priority.READ, clock.monotonic() + 90):
            pass

    def until_waiting(count: int) -> None:
        while limiter.waiting("order") != count:
            assert not pause.wait(0.005)

    ask(stays)
    with ThreadPoolExecutor(2) as pool:
        let_go: Future[None] = pool.submit(ask, leaves)
        until_waiting(1)
        waits_on: Future[None] = pool.submit(ask, stays)
        until_waiting(2)
        leaves.close()
        with pytest.raises(ExchangeUnavailable, match="closing"):
            let_go.result(10)
        assert not waits_on.done()
        until_waiting(1)
        limiter.close()
        with pytest.raises(ExchangeUnavailable, match="closing"):
            waits_on.result(10)


def test_what_one_gate_is_told_the_others_that_share_its_limiter_keep_to() -> None:
    clock = FakeClock()
    of_address = RateLimiter("upbit", clock, [LimitGroup("market", 4, 1.0)])
    one, other = (
        Gate("upbit", clock, limiter=RateLimiter("upbit", clock, [LimitGroup("order", 4, 1.0)], beside=of_address))
        for _gate in range(2)
    )
    one.block(["market", "order"])
    with pytest.raises(RateLimited), other.passing("market", Priority.READ, clock.monotonic()):
        pass
    with other.passing("order", Priority.READ, clock.monotonic()):
        pass
    assert {group.group for group in other.health()} == {"market", "order"}
