"""Implements the port ``Streams`` with what a test puts in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from upbit_auto_trading.business_logic.domain.stream import StreamEvent, StreamState, Topic


class FakeStreams:
    def __init__(self) -> None:
        self.wanted: frozenset[Topic] = frozenset()
        self.waiting: list[StreamEvent] = []
        self.current: dict[Topic, StreamState] = {}
        self.is_running = False

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def want(self, topics: Iterable[Topic]) -> None:
        self.wanted = frozenset(topics)

    def take(self, limit: int = 1_000) -> tuple[StreamEvent, ...]:
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return tuple(taken)

    def on_waiting(self, wake: Callable[[], None]) -> None:
        if self.waiting:
            wake()

    def states(self) -> dict[Topic, StreamState]:
        return dict(self.current)
