"""What holds for every load, limit and delay: the exchange never counts too much, and everyone gets a turn in order."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.data_layer.transport.group_line import PATIENCE_SECONDS, GroupLine, Held, Waiter
from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, LimitKind, Priority


@dataclass(frozen=True)
class Load:
    """One request: when it comes, and how long it is on its way to the exchange and back."""

    after: float
    priority: Priority
    cost: int
    there: float
    back: float
    is_sent: bool = True


class Run:
    """Discrete events, no threads: requests come, are let through, counted by the exchange, answered."""

    def __init__(self, group: LimitGroup, on_answer: Callable[[Run, float], None] | None = None) -> None:
        self.line = GroupLine(group)
        #: (moment, cost) as the exchange counts
        self.counted: list[tuple[float, int]] = []
        #: (moment, waiter) in the order of being let through
        self.granted: list[tuple[float, Waiter]] = []
        self._on_answer = on_answer
        self._waiting: dict[Waiter, Load] = {}
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()

    def of(self, loads: list[Load]) -> Run:
        moment = 0.0
        for load in loads:
            moment += load.after
            self._at(moment, partial(self._come, load))
        while self._events or self._waiting:
            moment = self._next_moment(moment)
            while self._let_one_through(moment):
                pass
        return self

    def _next_moment(self, now: float) -> float:
        watching = [one for one in self._waiting if one.priority is Priority.BACKGROUND]
        if self._waiting:
            watching.append(self._best(now))
        looks = [self.line.look_again_at(waiter, now) for waiter in watching]
        due = min((look for look in looks if look is not None and look > now), default=math.inf)
        if self._events and self._events[0][0] <= due:
            moment, _, act = heapq.heappop(self._events)
            act(moment)
            return moment
        assert due < math.inf, "somebody waits for nothing"
        return due

    def _let_one_through(self, now: float) -> bool:
        if not self._waiting:
            return False
        best = self._best(now)
        worst = max(self._waiting, key=lambda one: one.rank(now))
        if worst is not best:
            assert self.line.try_grant(worst, now) is None, "somebody overtook"
        not_before = self.line.earliest(best, now)
        held = self.line.try_grant(best, now)
        if held is None:
            return False
        assert not_before <= now, "it was said to be impossible before"
        self.line.leave(best)
        self.granted.append((now, best))
        load = self._waiting.pop(best)
        if load.is_sent:
            self._at(now + load.there, partial(self._count, load))
            self._at(now + load.there + load.back, partial(self._answer, held))
        else:
            self.line.give_back(held, now)
        return True

    def _come(self, load: Load, now: float) -> None:
        self._waiting[self.line.join(load.priority, load.cost, now)] = load

    def _count(self, load: Load, now: float) -> None:
        self.counted.append((now, load.cost))

    def _answer(self, held: Held, now: float) -> None:
        if self._on_answer is not None:
            self._on_answer(self, now)
        self.line.end(held, now)

    def _best(self, now: float) -> Waiter:
        return min(self._waiting, key=lambda one: one.rank(now))

    def _at(self, moment: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), act))


def run(group: LimitGroup, loads: list[Load], on_answer: Callable[[Run, float], None] | None = None) -> Run:
    return Run(group, on_answer).of(loads)


def most_in_a_window(counted: list[tuple[float, int]], seconds: float) -> int:
    """Of all windows [t, t + seconds), wherever they begin."""
    moments = sorted(counted)
    return max(
        (sum(cost for moment, cost in moments if begin <= moment < begin + seconds) for begin, _ in moments), default=0
    )


delays = st.one_of(st.just(0.0), st.floats(0.0, 0.3), st.floats(0.0, 4.0))
priorities = st.sampled_from(Priority)


@st.composite
def groups(draw: st.DrawFn, kind: LimitKind) -> LimitGroup:
    permits = draw(st.integers(1, 12))
    kept = draw(st.integers(0, permits - 1))
    kept_for_urgent = draw(st.integers(0, kept))
    return LimitGroup(
        "group", permits, draw(st.sampled_from([0.5, 1.0, 2.0, 10.0])), kind, kept_for_urgent, kept - kept_for_urgent
    )


@st.composite
def loads_for(draw: st.DrawFn, group: LimitGroup) -> list[Load]:
    def load() -> Load:
        priority = draw(priorities)
        most = group.permits - group.kept_from(priority)
        cost = draw(st.one_of(st.just(1), st.integers(1, most)))
        after = draw(st.one_of(st.just(0.0), st.floats(0.0, 2.0)))
        return Load(after, priority, cost, draw(delays), draw(delays), draw(st.integers(0, 9)) > 0)

    return [load() for _ in range(draw(st.integers(1, 40)))]


@given(st.data())
def test_no_window_of_the_exchange_holds_more_than_it_allows(data: st.DataObject) -> None:
    group = data.draw(groups(LimitKind.FIXED_WINDOW))
    loads = data.draw(loads_for(group))
    done = run(group, loads)
    assert len(done.granted) == len(loads)
    assert most_in_a_window(done.counted, group.window_seconds) <= group.permits


@given(st.data())
def test_the_bucket_of_the_exchange_is_never_overdrawn(data: st.DataObject) -> None:
    group = data.draw(groups(LimitKind.TOKEN_BUCKET))
    loads = data.draw(loads_for(group))
    done = run(group, loads)
    assert len(done.granted) == len(loads)
    level, filled_at = float(group.permits), 0.0
    for moment, cost in sorted(done.counted):
        level = min(group.permits, level + (moment - filled_at) * group.permits / group.window_seconds) - cost
        filled_at = moment
        assert level > -1e-6


@given(st.data())
def test_what_others_use_is_seen_in_the_headers(data: st.DataObject) -> None:
    """Another program uses ``foreign`` of each window; the header of every answer says what is left of it."""
    group = data.draw(groups(LimitKind.FIXED_WINDOW))
    foreign = data.draw(st.integers(0, group.permits))
    phase = data.draw(st.floats(0.0, group.window_seconds))

    def window(moment: float) -> int:
        return int((moment + phase) // group.window_seconds)

    def read_header(this: Run, now: float) -> None:
        ours = sum(cost for moment, cost in this.counted if window(moment) == window(now))
        before = this.line.earliest(ghost(this.line, now), now)
        this.line.note_remaining(max(0, group.permits - foreign - ours), now)
        assert this.line.earliest(ghost(this.line, now), now) >= before, "it only ever lowers"

    loads = [Load(load.after, load.priority, 1, 0.0, 0.0) for load in data.draw(loads_for(group))]
    done = run(group, loads, read_header)
    assert len(done.granted) == len(loads), "and is forgotten with the window"


def ghost(line: GroupLine, now: float) -> Waiter:
    return Waiter(0, Priority.URGENT, line.group.permits, now)


@given(st.data())
def test_numbers_that_change_hold_from_then_on(data: st.DataObject) -> None:
    group = data.draw(groups(LimitKind.FIXED_WINDOW))
    smaller = LimitGroup("group", data.draw(st.integers(1, group.permits)), group.window_seconds)
    loads = [Load(load.after, load.priority, 1, load.there, load.back) for load in data.draw(loads_for(group))]
    change_at = data.draw(st.integers(0, len(loads)))
    answers = itertools.count()
    changed_at: list[float] = []

    def change(this: Run, now: float) -> None:
        if next(answers) == change_at:
            this.line.change(smaller, now)
            changed_at.append(now)

    done = run(group, loads, change)
    assert len(done.granted) == len(loads)
    if changed_at:
        later = [moment for moment, _ in done.granted if moment > changed_at[0]]
        counted = [(moment, 1) for moment in later]
        assert most_in_a_window(counted, group.window_seconds) <= smaller.permits


@given(st.data())
def test_reads_never_touch_what_is_kept_for_orders(data: st.DataObject) -> None:
    """However many reads wait and are under way, so many orders and urgent requests go at once."""
    group = data.draw(groups(data.draw(st.sampled_from(LimitKind))))
    line = GroupLine(group)
    reading = [line.join(data.draw(st.sampled_from([Priority.READ, Priority.BACKGROUND])), 1, 0.0) for _ in range(30)]
    for waiter in reading:
        if line.try_grant(waiter, 0.0) is not None:
            line.leave(waiter)
    for priority, count in ((Priority.ORDER, group.kept_for_orders), (Priority.URGENT, group.kept_for_urgent)):
        for _ in range(count):
            waiter = line.join(priority, 1, 0.0)
            assert line.try_grant(waiter, 0.0) is not None
            line.leave(waiter)


@given(st.integers(1, 4), st.sampled_from(LimitKind), st.floats(0.0, 1.0))
def test_a_background_request_is_not_starved_by_reads(permits: int, kind: LimitKind, back: float) -> None:
    """Reads come twice as fast as they can go; the one in the background passes all that came after it."""
    group = LimitGroup("group", permits, 1.0, kind)
    reads = [Load(0.5 / permits, Priority.READ, 1, 0.0, back) for _ in range(20 * permits)]
    done = run(
        group, [Load(0.0, Priority.READ, permits, 0.0, 0.0), Load(0.0, Priority.BACKGROUND, 1, 0.0, 0.0), *reads]
    )
    moment = next(moment for moment, waiter in done.granted if waiter.priority is Priority.BACKGROUND)
    # Its patience; the reads of equal age were there before it; then the next that is free.
    assert moment <= PATIENCE_SECONDS + 2 * (1.0 + back) + 0.1


@given(st.integers(1, 10), st.sampled_from(LimitKind), st.integers(1, 40), st.integers(0, 40))
def test_urgent_ones_go_first_and_orders_next(permits: int, kind: LimitKind, reads: int, orders: int) -> None:
    group = LimitGroup("group", permits, 1.0, kind)
    full = Load(0.0, Priority.READ, permits, 0.0, 0.0)
    many = [Load(0.0, Priority.BACKGROUND, 1, 0.0, 0.0), *[Load(0.0, Priority.READ, 1, 0.0, 0.0)] * reads]
    done = run(
        group,
        [full, *many, *[Load(0.0, Priority.ORDER, 1, 0.0, 0.0)] * orders, Load(0.0, Priority.URGENT, 1, 0.0, 0.0)],
    )
    waited = [waiter for moment, waiter in done.granted if moment > 0]
    assert len(waited) == reads + orders + 2
    by_turn = [waiter.priority for moment, waiter in done.granted if 0 < moment < PATIENCE_SECONDS]
    assert by_turn == sorted(by_turn)
    assert waited[0].priority is Priority.URGENT
    numbers = [one.number for one in waited if one.priority is Priority.READ]
    assert numbers == sorted(numbers), "first come, first served"


@given(
    st.lists(
        st.tuples(st.floats(0.0, 400.0), st.sampled_from(["too many", "ban"]), st.none() | st.floats(0, 500)),
        max_size=12,
    )
)
def test_silence_is_kept_by_all(events: list[tuple[float, str, float | None]]) -> None:
    """After a refusal nobody goes, urgent or not, before what was told, or the window, or a minute for a ban."""
    line = GroupLine(LimitGroup("group", 10, 1.0))
    now, silent_until = 0.0, 0.0
    for after, what, told in events:
        now += after
        if what == "ban":
            line.ban(now, told)
        else:
            line.note_too_many(now, told)
        least = told if told is not None else (60.0 if what == "ban" else 1.0)
        silent_until = max(silent_until, now + least)
        urgent = line.join(Priority.URGENT, 1, now)
        for moment in (now, (now + silent_until) / 2, silent_until - 0.001):
            if now <= moment < silent_until:
                assert line.try_grant(urgent, moment) is None
                assert line.earliest(urgent, moment) >= silent_until - 1e-6
        line.leave(urgent)
    again = line.join(Priority.BACKGROUND, 1, now)
    assert line.try_grant(again, max(line.silent_until, now) + 2.0) is not None
