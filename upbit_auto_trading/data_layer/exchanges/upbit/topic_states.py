"""How far each topic can be relied on at the moment, and the events that say so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from upbit_auto_trading.business_logic.domain.stream import StreamState, StreamStateChanged, Topic
from upbit_auto_trading.business_logic.ports.clock import Clock

_SETTLED = ("no-data", "refused", "key-refused", "no-key")


class TopicStates:
    """Changed in the stream thread, read in any."""

    def __init__(self, clock: Clock, put: Callable[[StreamStateChanged], None]) -> None:
        self._clock = clock
        self._put = put
        self._lock = threading.Lock()
        self._wanted: frozenset[Topic] = frozenset()
        self._states: dict[Topic, tuple[StreamState, str | None]] = {}
        #: since when a topic has not been pushed, by the monotonic clock
        self._lost_at: dict[Topic, float] = {}

    def snapshot(self) -> dict[Topic, StreamState]:
        with self._lock:
            return {topic: state for topic, (state, _) in self._states.items()}

    def of(self, topic: Topic) -> StreamState | None:
        known = self._states.get(topic)
        return known[0] if known is not None else None

    def change(self, topic: Topic, state: StreamState, reason: str | None = None) -> None:
        """Of a topic that nobody wants any more nothing is told: an answer may come late."""
        if topic not in self._wanted or self._states.get(topic) == (state, reason):
            return
        with self._lock:
            self._states[topic] = (state, reason)
            if state is StreamState.LIVE:
                self._lost_at.pop(topic, None)
            else:
                self._lost_at.setdefault(topic, self._clock.monotonic())
        self._put(StreamStateChanged(topic, state, self._clock.now(), reason))

    def keep_only(self, topics: Iterable[Topic]) -> None:
        self._wanted = frozenset(topics)
        with self._lock:
            for topic in set(self._states) - self._wanted:
                del self._states[topic]
                self._lost_at.pop(topic, None)

    def is_settled(self, topic: Topic) -> bool:
        """The exchange itself has said that there is nothing to be had."""
        state, reason = self._states.get(topic, (None, None))
        return state is StreamState.DOWN and reason in _SETTLED

    def lost_seconds(self, topic: Topic) -> float:
        """How long it has not been pushed; 0 while it is."""
        lost_at = self._lost_at.get(topic)
        return 0.0 if lost_at is None else self._clock.monotonic() - lost_at
