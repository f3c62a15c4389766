"""Notices a subscription that is dead although the connection lives: pings are answered, but no data comes.

Asking again for everything is harmless and answered with snapshots, so that is the question; a kind that stays silent
after it makes the connection worthless.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming


class Verdict(Enum):
    FINE = "fine"
    ASK_AGAIN = "ask-again"
    DEAD = "dead"


@dataclass(slots=True)
class Pulse:
    """Of one kind of data on the present connection."""

    kind: TopicKind
    markets: int = 0
    heard_at: float = 0.0
    asked_at: float | None = None
    #: it has brought data; the others may have no snapshot to send
    has_spoken: bool = False

    def heard(self, now: float) -> None:
        self.heard_at, self.asked_at, self.has_spoken = now, None, True


class Liveness:
    """Of the public stream. Own orders may be silent for days: they are not judged here."""

    def __init__(self, timing: StreamTiming) -> None:
        self._timing = timing
        self._pulses = {kind: Pulse(kind) for kind in TopicKind}

    def pulse(self, kind: TopicKind) -> Pulse:
        """Always the same object: told of every frame."""
        return self._pulses[kind]

    def begin(self, now: float) -> None:
        """A new connection."""
        for pulse in self._pulses.values():
            pulse.heard_at, pulse.asked_at, pulse.has_spoken = now, None, False

    def asked(self, topics: Iterable[Topic], now: float) -> None:
        """The whole subscription was sent (again)."""
        counts = Counter(topic.kind for topic in topics)
        for pulse in self._pulses.values():
            if not pulse.markets:
                pulse.heard_at = now
            pulse.markets = counts[pulse.kind]

    def look(self, now: float) -> Verdict:
        verdict = Verdict.FINE
        for pulse in self._pulses.values():
            if not pulse.markets:
                continue
            if pulse.asked_at is not None:
                if now - pulse.asked_at > self._timing.snapshot:
                    return Verdict.DEAD
            elif self._is_expected(pulse) and now - pulse.heard_at > self._quiet_seconds(pulse.markets):
                pulse.asked_at = now
                verdict = Verdict.ASK_AGAIN
        return verdict

    def _is_expected(self, pulse: Pulse) -> bool:
        """Prices and books always have a snapshot; trades and candles where something was traded before."""
        has_spoken = any(one.has_spoken for one in self._pulses.values())
        return pulse.has_spoken or (pulse.kind in (TopicKind.PRICES, TopicKind.BOOKS) and not has_spoken)

    def _quiet_seconds(self, markets: int) -> float:
        return self._timing.quiet_many if markets >= self._timing.many_markets else self._timing.quiet_few
