"""The limiter as threads see it: who waits, who is let through, and who is told that it cannot be."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, RateLimited
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.rate_limiter import LimitGroup, LimitKind, Permit, Priority, RateLimiter

READ, URGENT, ORDER, BACKGROUND = Priority.READ, Priority.URGENT, Priority.ORDER, Priority.BACKGROUND


class Queue:
    """A limiter of one group, its clock, and threads that wait in it."""

    def __init__(self, group: LimitGroup) -> None:
        self.clock = FakeClock()
        self.limiter = RateLimiter("upbit", self.clock, [group, LimitGroup("other", 1, 1.0)])
        self.clock.watch(self.limiter.wake)
        self.threads = ThreadPoolExecutor(12)
        self.order: list[str] = []
        self._lock = threading.Lock()

    def now_or_never(self, priority: Priority = READ, *, cost: int = 1) -> Permit:
        return self.limiter.acquire("group", priority, self.clock.monotonic(), cost=cost)

    def use(self, count: int, priority: Priority = READ) -> None:
        for _ in range(count):
            self.now_or_never(priority).release()

    def wait(self, name: str, priority: Priority, seconds: float = 1000.0) -> Future[None]:
        """Returns when it stands in the queue."""
        before = self.limiter.waiting("group")
        deadline = self.clock.monotonic() + seconds

        def stand() -> None:
            permit = self.limiter.acquire("group", priority, deadline)
            with self._lock:
                self.order.append(name)
            permit.release()

        future = self.threads.submit(stand)
        patience = threading.Event()
        for _ in range(2000):
            if self.limiter.waiting("group") > before or future.done():
                return future
            patience.wait(0.005)
        raise AssertionError("it never came to wait")

    def until(self, error: pytest.ExceptionInfo[RateLimited]) -> float:
        return (error.value.until - self.clock.now()).total_seconds()


@pytest.fixture
def queue() -> Iterator[Queue]:
    queue = Queue(LimitGroup("group", 3, 1.0))
    yield queue
    queue.limiter.close()
    queue.threads.shutdown()


def test_as_many_as_allowed_go_at_once_and_the_next_is_told_when(queue: Queue) -> None:
    queue.use(3)
    with pytest.raises(RateLimited) as caught:
        queue.now_or_never()
    assert 1.0 <= queue.until(caught) < 1.1
    assert (caught.value.exchange, caught.value.detail) == ("upbit", "group")
    queue.limiter.acquire("other", READ, queue.clock.monotonic()).release()


def test_a_permit_is_held_until_the_answer_and_a_window_longer(queue: Queue) -> None:
    held = [queue.now_or_never() for _ in range(3)]
    queue.clock.advance(50)
    with pytest.raises(RateLimited):
        queue.now_or_never()
    held[0].release()
    held[0].release()
    queue.clock.advance(0.9)
    with pytest.raises(RateLimited):
        queue.now_or_never()
    queue.clock.advance(0.2)
    with queue.now_or_never():
        pass
    with pytest.raises(RateLimited):
        queue.now_or_never()


def test_what_was_not_sent_is_given_back(queue: Queue) -> None:
    for _ in range(10):
        queue.now_or_never().give_back()
    queue.use(3)


def test_one_that_waits_goes_when_it_is_time(queue: Queue) -> None:
    queue.use(3)
    waiting = queue.wait("a", READ)
    assert queue.limiter.waiting("group") == 1
    queue.clock.advance(0.5)
    assert not waiting.done()
    queue.clock.advance(0.6)
    waiting.result(10)
    assert queue.limiter.waiting("group") == 0


def test_one_goes_when_another_gives_back(queue: Queue) -> None:
    held = [queue.now_or_never() for _ in range(3)]
    waiting = queue.wait("a", READ)
    held[1].give_back()
    waiting.result(10)


def test_who_came_last_but_is_urgent_goes_first(queue: Queue) -> None:
    queue.use(3)
    names = ["background", "read 1", "order", "read 2", "urgent"]
    priorities = [BACKGROUND, READ, ORDER, READ, URGENT]
    futures = [queue.wait(name, priority) for name, priority in zip(names, priorities, strict=True)]
    queue.clock.advance(1.05)
    # Those that go in the same window may be noted in any order.
    for future in (futures[4], futures[2], futures[1]):
        future.result(10)
    queue.clock.advance(1.05)
    for future in futures:
        future.result(10)
    assert set(queue.order[:3]) == {"urgent", "order", "read 1"}
    assert set(queue.order[3:]) == {"read 2", "background"}


def test_waiting_ends_where_the_turn_cannot_come_in_time(queue: Queue) -> None:
    queue.use(3)
    with pytest.raises(RateLimited):
        queue.limiter.acquire("group", READ, queue.clock.monotonic() + 0.9)
    waiting = queue.wait("a", READ, 2.0)
    queue.limiter.note_too_many("group", 5.0)
    with pytest.raises(RateLimited) as caught:
        waiting.result(10)
    assert queue.until(caught) == pytest.approx(5.0)


def test_waiting_ends_at_its_deadline_where_others_take_the_turns(queue: Queue) -> None:
    held = [queue.now_or_never() for _ in range(3)]
    waiting = queue.wait("a", READ, 2.0)
    queue.clock.advance(0.5)
    assert not waiting.done()
    # As long as these are under way, the turn is never certain to come too late; then it is.
    queue.clock.advance(0.6)
    with pytest.raises(RateLimited):
        waiting.result(10)
    for permit in held:
        permit.release()


def test_a_ban_stops_everyone_and_is_seen_and_grows(queue: Queue) -> None:
    assert queue.limiter.blocked_until("group") is None
    for seconds in (60.0, 120.0, 240.0):
        queue.limiter.block("group")
        queue.limiter.block("group")  # the answer to what was sent before the first arrived
        until = queue.limiter.blocked_until("group")
        assert until == queue.clock.now() + timedelta(seconds=seconds)
        with pytest.raises(RateLimited) as caught:
            queue.now_or_never(URGENT)
        assert caught.value.until == until
        queue.clock.advance(seconds - 0.1)
        with pytest.raises(RateLimited):
            queue.now_or_never(URGENT)
        queue.clock.advance(0.2)
        queue.now_or_never(URGENT).release()
    queue.clock.advance(86_400)
    queue.limiter.block("group")
    assert queue.limiter.blocked_until("group") == queue.clock.now() + timedelta(seconds=60)


def test_a_ban_lasts_as_long_as_the_exchange_says_within_reason(queue: Queue) -> None:
    queue.limiter.block("group", queue.clock.now() + timedelta(seconds=7))
    assert queue.limiter.blocked_until("group") == queue.clock.now() + timedelta(seconds=7)
    queue.limiter.block("group", queue.clock.now() + timedelta(days=4000))
    assert queue.limiter.blocked_until("group") == queue.clock.now() + timedelta(days=3)
    queue.limiter.acquire("other", READ, queue.clock.monotonic()).release()


def test_a_refusal_is_waited_out_and_longer_when_it_repeats(queue: Queue) -> None:
    for seconds in (1.0, 2.0, 4.0):
        queue.limiter.note_too_many("group")
        with pytest.raises(RateLimited) as caught:
            queue.now_or_never(URGENT)
        assert seconds <= queue.until(caught) < seconds + 0.1
        queue.clock.advance(seconds + 0.05)
        queue.now_or_never(URGENT).release()
    queue.clock.advance(600)
    queue.limiter.note_too_many("group")
    with pytest.raises(RateLimited) as caught:
        queue.now_or_never()
    assert queue.until(caught) < 1.1


def test_the_headers_only_lower_our_count(queue: Queue) -> None:
    queue.limiter.note_remaining("group", 1)
    queue.now_or_never().release()
    with pytest.raises(RateLimited):
        queue.now_or_never()
    queue.limiter.note_remaining("group", 1000)
    with pytest.raises(RateLimited):
        queue.now_or_never()
    queue.clock.advance(1.1)
    queue.use(3)


def test_what_is_kept_for_orders_and_the_kill_switch_is_kept() -> None:
    queue = Queue(LimitGroup("group", 6, 1.0, LimitKind.TOKEN_BUCKET, kept_for_urgent=1, kept_for_orders=2))
    queue.use(3)
    for priority, count in ((ORDER, 2), (URGENT, 1)):
        with pytest.raises(RateLimited):
            queue.now_or_never(BACKGROUND)
        queue.use(count, priority)
        with pytest.raises(RateLimited):
            queue.now_or_never(priority)


def test_limits_change_while_the_program_runs(queue: Queue) -> None:
    waiting_before = [queue.now_or_never() for _ in range(3)]
    waiting = queue.wait("a", READ)
    queue.limiter.change(LimitGroup("group", 4, 1.0))
    waiting.result(10)
    assert queue.limiter.groups[0].permits == 4
    queue.limiter.change(LimitGroup("group", 1, 1.0, LimitKind.TOKEN_BUCKET))
    for permit in waiting_before:
        permit.release()
    with pytest.raises(RateLimited):
        queue.now_or_never()
    queue.clock.advance(1.1)
    queue.use(1)


def test_what_could_never_be_free_is_a_mistake(queue: Queue) -> None:
    with pytest.raises(ValueError, match="never free"):
        queue.now_or_never(cost=4)
    for group in ({"permits": 0}, {"window_seconds": 0.0}, {"kept_for_urgent": 2, "kept_for_orders": 1}):
        with pytest.raises(ValueError, match="group"):
            LimitGroup(**{"name": "group", "permits": 3, "window_seconds": 1.0, **group})  # type: ignore[arg-type]


def test_closing_ends_all_waiting(queue: Queue) -> None:
    queue.use(3)
    waiting = [queue.wait(str(number), READ) for number in range(3)]
    queue.limiter.close()
    for future in waiting:
        with pytest.raises(ExchangeUnavailable):
            future.result(10)
    with pytest.raises(ExchangeUnavailable):
        queue.now_or_never()


@pytest.mark.parametrize("kind", LimitKind)
def test_many_threads_with_a_real_clock_stay_within_the_limit(kind: LimitKind) -> None:
    clock, window, permits = SystemClock(), 0.1, 10
    limiter = RateLimiter("upbit", clock, [LimitGroup("group", permits, window, kind, 1, 1)])
    lock, counted = threading.Lock(), []
    total = 120

    def send(number: int) -> None:
        priority = list(Priority)[number % 4]
        with limiter.acquire("group", priority, clock.monotonic() + 60):
            with lock:
                counted.append(clock.monotonic())
            if random.Random(number).random() < 0.2:
                threading.Event().wait(0.01)

    with ThreadPoolExecutor(12) as threads:
        for _ in threads.map(send, range(total)):
            pass
    assert len(counted) == total
    assert limiter.waiting("group") == 0
    counted.sort()
    most = max(sum(begin <= one < begin + window for one in counted) for begin in counted)
    # A bucket is full at the beginning and fills during the window.
    assert most <= (permits if kind is LimitKind.FIXED_WINDOW else 2 * permits)
    took = counted[-1] - counted[0]
    assert took >= (total - 2 * permits) * window / permits
