"""Stays within the exchange's limits, and says who goes first when they are short."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import TracebackType

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, RateLimited
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.transport.group_line import GroupLine, Held, Waiter
from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, LimitKind, Priority

__all__ = ["LimitGroup", "LimitKind", "Permit", "Priority", "RateLimiter"]

#: nobody waits longer without looking at the clock, which may have been moved by hand
LONGEST_WAIT_SECONDS = 30.0


class Permit:
    """Held while the request is under way. Ends once: ``release`` after an answer or none, ``give_back`` if not sent.

    It must end: the exchange's counting is followed from the moment it does. As a context manager it releases.
    """

    __slots__ = ("_held", "_line")

    def __init__(self, line: _Line, held: Held) -> None:
        self._line = line
        self._held: Held | None = held

    def release(self) -> None:
        self._line.end(self._taken(), was_sent=True)

    def give_back(self) -> None:
        self._line.end(self._taken(), was_sent=False)

    def __enter__(self) -> Permit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _taken(self) -> Held | None:
        held, self._held = self._held, None
        return held


class RateLimiter:
    """One for each identity that the exchange counts by; used by every thread that sends.

    Deadlines are moments of the clock's ``monotonic``.
    """

    def __init__(
        self, exchange: str, clock: Clock, groups: Iterable[LimitGroup], beside: RateLimiter | None = None
    ) -> None:
        """``beside``: another one, whose groups are counted in common."""
        self._clock = clock
        self._lines: dict[str, _Line] = {} if beside is None else dict(beside._lines)
        self._lines |= {group.name: _Line(exchange, clock, group) for group in groups}

    @property
    def groups(self) -> tuple[LimitGroup, ...]:
        return tuple(line.group for line in self._lines.values())

    def acquire(
        self,
        group: str,
        priority: Priority,
        deadline: float,
        *,
        cost: int = 1,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Permit:
        """Waits for its turn, at most until ``deadline``; one in the past means: now or not at all.

        ``RateLimited`` as soon as it is certain that its turn cannot come in time. ``ExchangeUnavailable`` after close,
        and where ``is_over`` says after a ``wake`` that this one is wanted no more.
        """
        return self._lines[group].acquire(priority, deadline, cost, is_over)

    def note_remaining(self, group: str, remaining_in_window: int) -> None:
        """From the headers of an answer, before its permit ends. Only ever lowers our own count."""
        self._lines[group].note_remaining(remaining_in_window)

    def note_too_many(self, group: str, retry_after_seconds: float | None = None) -> None:
        """Refused (429): nobody goes before the next window, or what was told; longer when it is refused again."""
        self._lines[group].note_too_many(retry_after_seconds)

    def block(self, group: str, until: datetime | None = None) -> None:
        """Banned (418): nobody goes, urgent or not. None: a minute, twice as long each time it comes again soon.

        What is counted together by address or account is several groups; the caller blocks each.
        """
        self._lines[group].block(until)

    def change(self, group: LimitGroup) -> None:
        """Other numbers for a group that exists, from now on."""
        self._lines[group.name].change(group)

    def blocked_until(self, group: str) -> datetime | None:
        return self._lines[group].blocked_until()

    def waiting(self, group: str) -> int:
        return self._lines[group].waiting()

    def wake(self) -> None:
        """Everyone who waits looks at the clock again. For clocks that are moved by hand."""
        for line in self._lines.values():
            line.wake()

    def close(self) -> None:
        """Everyone who waits, or comes later, gets ``ExchangeUnavailable``."""
        for line in self._lines.values():
            line.close()


class _Line:
    """A ``GroupLine`` that threads may wait in."""

    def __init__(self, exchange: str, clock: Clock, group: LimitGroup) -> None:
        self._exchange = exchange
        self._clock = clock
        self._changed = threading.Condition()
        self._line = GroupLine(group)
        self._is_closed = False

    @property
    def group(self) -> LimitGroup:
        with self._changed:
            return self._line.group

    def acquire(self, priority: Priority, deadline: float, cost: int, is_over: Callable[[], bool]) -> Permit:
        with self._changed:
            waiter = self._line.join(priority, cost, self._clock.monotonic())
            try:
                return Permit(self, self._wait_for_turn(waiter, deadline, is_over))
            finally:
                self._line.leave(waiter)
                # Whoever is first now may be able to go.
                self._changed.notify_all()

    def _wait_for_turn(self, waiter: Waiter, deadline: float, is_over: Callable[[], bool]) -> Held:
        while True:
            if self._is_closed or is_over():
                raise ExchangeUnavailable(self._exchange, "closing")
            now = self._clock.monotonic()
            held = self._line.try_grant(waiter, now)
            if held is not None:
                return held
            earliest = self._line.earliest(waiter, now)
            if earliest > deadline or now >= deadline:
                raise RateLimited(self._exchange, self._wall(max(earliest, now), now), self._line.group.name)
            again_at = self._line.look_again_at(waiter, now)
            wait_until = deadline if again_at is None else min(again_at, deadline)
            self._changed.wait(min(max(wait_until - now, 0.0), LONGEST_WAIT_SECONDS))

    def end(self, held: Held | None, *, was_sent: bool) -> None:
        if held is None:
            return
        with self._changed:
            now = self._clock.monotonic()
            if was_sent:
                self._line.end(held, now)
            else:
                self._line.give_back(held, now)
            self._changed.notify_all()

    def note_remaining(self, remaining: int) -> None:
        with self._changed:
            self._line.note_remaining(remaining, self._clock.monotonic())
            self._changed.notify_all()

    def note_too_many(self, told_seconds: float | None) -> None:
        with self._changed:
            self._line.note_too_many(self._clock.monotonic(), told_seconds)
            self._changed.notify_all()

    def block(self, until: datetime | None) -> None:
        with self._changed:
            told = None if until is None else max(0.0, (until - self._clock.now()).total_seconds())
            self._line.ban(self._clock.monotonic(), told)
            self._changed.notify_all()

    def change(self, group: LimitGroup) -> None:
        with self._changed:
            self._line.change(group, self._clock.monotonic())
            self._changed.notify_all()

    def blocked_until(self) -> datetime | None:
        with self._changed:
            now = self._clock.monotonic()
            return self._wall(self._line.silent_until, now) if self._line.silent_until > now else None

    def waiting(self) -> int:
        with self._changed:
            return self._line.waiting

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _wall(self, moment: float, now: float) -> datetime:
        return self._clock.now() + timedelta(seconds=moment - now)
