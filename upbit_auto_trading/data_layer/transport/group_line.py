"""Those who wait for one limit group: whose turn it is, and when at the earliest. Pure: the time is a parameter."""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, Priority
from upbit_auto_trading.data_layer.transport.permit_counter import PermitCounter, Slip, counter_for

#: a background request that has waited so long takes its place among the reads, by the time it came
PATIENCE_SECONDS = 5.0
#: for a refusal that tells no time (429), while refusals keep coming
LONGEST_PAUSE_SECONDS = 60.0
#: for a ban that tells no time (418); the exchange's own grow with each repetition
FIRST_BAN_SECONDS = 60.0
LONGEST_BAN_SECONDS = 3600.0
#: longest known ban of any exchange; a longer one that was told is a misread answer
LONGEST_TOLD_SECONDS = 3 * 86_400.0
#: refusals count as repeated while this many times the last pause has not passed since its end
MEMORY = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Waiter:
    number: int
    priority: Priority
    cost: int
    came_at: float

    def rank(self, now: float) -> tuple[int, int]:
        """Lower goes first."""
        priority = self.priority
        if priority is Priority.BACKGROUND and now >= self.came_at + PATIENCE_SECONDS:
            priority = Priority.READ
        return priority, self.number


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A permit; it ends with the counter that gave it, though the group may count differently by then."""

    counter: PermitCounter
    slip: Slip


class Silence:
    """What the exchange asked for; longer when it has to ask again soon."""

    def __init__(self, longest_seconds: float) -> None:
        self._longest = longest_seconds
        self._last_seconds = 0.0
        self.until = 0.0

    def extend(self, now: float, first_seconds: float, told_seconds: float | None) -> None:
        if told_seconds is not None:
            told_seconds = min(max(told_seconds, 0.0), LONGEST_TOLD_SECONDS)
        if now < self.until:
            # Answers to what was sent before the silence began are the same refusal, not a repetition.
            self.until = max(self.until, now + (first_seconds if told_seconds is None else told_seconds))
            return
        repeated = self._last_seconds > 0 and now < self.until + MEMORY * self._last_seconds
        seconds = min(self._longest, 2 * self._last_seconds) if repeated else first_seconds
        seconds = max(seconds, first_seconds) if told_seconds is None else told_seconds
        self._last_seconds = max(seconds, first_seconds)
        self.until = now + seconds


class GroupLine:
    """Strictly one after the other by rank: whoever is behind never passes while the first cannot go.

    The first is the one that may leave the fewest permits alone, so nobody behind it could go anyway, unless it needs
    several at once; then the others wait for it, or it would never find enough.
    """

    def __init__(self, group: LimitGroup) -> None:
        self.group = group
        self._counter = counter_for(group)
        self._waiting: dict[int, Waiter] = {}
        self._next_number = 1
        self._pause = Silence(max(LONGEST_PAUSE_SECONDS, group.window_seconds))
        self._ban = Silence(LONGEST_BAN_SECONDS)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def silent_until(self) -> float:
        """Nobody gets through before; in the past if there is no such wish."""
        return max(self._pause.until, self._ban.until)

    def join(self, priority: Priority, cost: int, now: float) -> Waiter:
        if not 1 <= cost <= self.group.permits - self.group.kept_from(priority):
            raise ValueError(f"{self.group.name}: {cost} permits at once are never free for {priority.name}")
        waiter = Waiter(self._next_number, priority, cost, now)
        self._next_number += 1
        self._waiting[waiter.number] = waiter
        return waiter

    def leave(self, waiter: Waiter) -> None:
        self._waiting.pop(waiter.number, None)

    def try_grant(self, waiter: Waiter, now: float) -> Held | None:
        """The waiter stays until it leaves."""
        if now < self.silent_until or self._first(now) is not waiter:
            return None
        if self._counter.free(now) - self.group.kept_from(waiter.priority) < waiter.cost:
            return None
        return Held(self._counter, self._counter.take(waiter.cost, now))

    def earliest(self, waiter: Waiter, now: float) -> float:
        """It certainly cannot go before."""
        needed = waiter.cost + self.group.kept_from(waiter.priority)
        return max(self.silent_until, self._counter.earliest(needed, now))

    def look_again_at(self, waiter: Waiter, now: float) -> float | None:
        """When time alone may change whose turn it is or whether it may go; None: only others can change that."""
        if self._first(now) is waiter:
            return self.earliest(waiter, now)
        matures_at = waiter.came_at + PATIENCE_SECONDS
        if waiter.priority is Priority.BACKGROUND and now < matures_at:
            return matures_at
        return None

    def end(self, held: Held, now: float) -> None:
        held.counter.end(held.slip, now)

    def give_back(self, held: Held, now: float) -> None:
        held.counter.give_back(held.slip, now)

    def note_remaining(self, remaining: int, now: float) -> None:
        self._counter.lower(remaining, now)

    def note_too_many(self, now: float, told_seconds: float | None) -> None:
        self._pause.extend(now, self.group.window_seconds, told_seconds)
        self._counter.lower(0, now)

    def ban(self, now: float, told_seconds: float | None) -> None:
        self._ban.extend(now, FIRST_BAN_SECONDS, told_seconds)

    def change(self, group: LimitGroup, now: float) -> None:
        """A group that counts in another way from now on starts with nothing free."""
        if group.kind is self.group.kind:
            self._counter.change(group, now)
        else:
            self._counter = counter_for(group)
            self._counter.lower(0, now)
        self.group = group

    def _first(self, now: float) -> Waiter | None:
        return min(self._waiting.values(), key=lambda waiter: waiter.rank(now), default=None)
