"""Limiter and circuit breaker of one exchange together: every request goes through, whoever sends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import LimitGroupHealth
from upbit_auto_trading.data_layer.transport.circuit_breaker import BreakerPolicy, CircuitBreaker, Ticket
from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, Priority
from upbit_auto_trading.data_layer.transport.rate_limiter import Permit, RateLimiter

#: stable codes of ``ExchangeUnavailable``
CIRCUIT_OPEN = "circuit-open"


class Pass:
    """One request that got through. Told how it went, at most once; one that is told nothing counts as sent."""

    def __init__(
        self, group: str, limiter: RateLimiter, breaker: CircuitBreaker, permit: Permit, ticket: Ticket
    ) -> None:
        self._group = group
        self._limiter = limiter
        self._breaker = breaker
        self._permit = permit
        self._ticket: Ticket | None = ticket

    def succeeded(self) -> None:
        """It answered something readable that is not an error of its own (5xx): refusals are successes here."""
        ticket = self._taken()
        if ticket is not None:
            self._breaker.succeeded(ticket)

    def failed(self) -> None:
        """No reply, an unreadable one, or 5xx."""
        ticket = self._taken()
        if ticket is not None:
            self._breaker.failed(ticket)

    def not_sent(self) -> None:
        """A failure that the exchange cannot have counted."""
        self._permit.give_back()
        self.failed()

    def remaining(self, in_window: int) -> None:
        """What the headers say is left."""
        self._limiter.note_remaining(self._group, in_window)

    def too_many(self, retry_after_seconds: float | None = None) -> None:
        """429. Also tell ``succeeded``: it did answer."""
        self._limiter.note_too_many(self._group, retry_after_seconds)

    def banned(self, until: datetime | None = None) -> None:
        """418, for this group alone; ``Gate.block`` for those that share the address or the account."""
        self._limiter.block(self._group, until)

    def end(self) -> None:
        self._permit.release()
        ticket = self._taken()
        if ticket is not None:
            self._breaker.abandoned(ticket)

    def _taken(self) -> Ticket | None:
        ticket, self._ticket = self._ticket, None
        return ticket


class Gate:
    """``with gate.passing(group, priority, deadline) as pass_: …`` around one attempt, up to its answer."""

    def __init__(
        self,
        exchange: str,
        clock: Clock,
        groups: Iterable[LimitGroup] = (),
        breaker: BreakerPolicy | None = None,
        limiter: RateLimiter | None = None,
    ) -> None:
        """``limiter``: one that others share, with groups of its own; whoever made it closes it."""
        self._exchange = exchange
        self._owns_limiter = limiter is None
        self._is_closed = False
        self._limiter = limiter or RateLimiter(exchange, clock, groups)
        self._breakers = {group.name: CircuitBreaker(clock, breaker) for group in self._limiter.groups}

    @property
    def limiter(self) -> RateLimiter:
        return self._limiter

    @contextmanager
    def passing(self, group: str, priority: Priority, deadline: float, *, cost: int = 1) -> Iterator[Pass]:
        """``RateLimited`` or ``ExchangeUnavailable`` where it does not get through by ``deadline`` (monotonic).

        An urgent one is never held up by the circuit breaker.
        """
        breaker = self._breakers[group]
        is_urgent = priority is Priority.URGENT
        if not is_urgent and not breaker.would_admit():
            raise ExchangeUnavailable(self._exchange, CIRCUIT_OPEN)
        permit = self._limiter.acquire(group, priority, deadline, cost=cost, is_over=lambda: self._is_closed)
        ticket = breaker.admit(forced=is_urgent)
        if ticket is None:
            # It opened, or another became the probe, while this one waited.
            permit.give_back()
            raise ExchangeUnavailable(self._exchange, CIRCUIT_OPEN)
        pass_ = Pass(group, self._limiter, breaker, permit, ticket)
        try:
            yield pass_
        finally:
            pass_.end()

    def block(self, groups: Iterable[str], until: datetime | None = None) -> None:
        """418 for several groups that share an address or an account."""
        for group in groups:
            self._limiter.block(group, until)

    def health(self) -> tuple[LimitGroupHealth, ...]:
        return tuple(
            LimitGroupHealth(name, breaker.state, self._limiter.blocked_until(name), self._limiter.waiting(name))
            for name, breaker in self._breakers.items()
        )

    def close(self) -> None:
        """Nobody waits any longer, nobody gets through."""
        self._is_closed = True
        if self._owns_limiter:
            self._limiter.close()
        else:
            self._limiter.wake()
