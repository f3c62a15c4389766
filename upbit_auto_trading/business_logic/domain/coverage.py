"""What is known of a range of candles. A missing candle means "no trade" only where the range is covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter


class Origin(Enum):
    """Where a range came from. The order is that of trust: a later one is never replaced by an earlier one."""

    #: computed from candles of a finer unit that are complete
    DERIVED = "derived"
    #: imported from a file, which says that a missing row is an interval without trades
    FILE = "file"
    #: built from the trade stream and found equal to the exchange's own candles
    STREAM = "stream"
    #: told by the exchange when it was asked for them
    EXCHANGE = "exchange"

    @property
    def trust(self) -> int:
        """Candles that the exchange confirmed are as good as those it was asked for."""
        return {Origin.DERIVED: 0, Origin.FILE: 1, Origin.STREAM: 2, Origin.EXCHANGE: 2}[self]


class Knowledge(Enum):
    """Of one interval."""

    PRESENT = "present"
    #: it is covered, and has no candle
    NO_TRADE = "no-trade"
    #: nobody asked, or nobody answered
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """[start, end), aware times."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidParameter("span", self.end.isoformat(), "ends-before-it-begins")

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def meets(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def clipped(self, other: Span) -> Span | None:
        return Span(max(self.start, other.start), min(self.end, other.end)) if self.meets(other) else None


@dataclass(frozen=True, slots=True)
class CoveredSpan:
    """All candles that exist in it are stored."""

    span: Span
    origin: Origin
    recorded_at: datetime


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """By time; those that touch or overlap become one."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def without(span: Span, taken: Iterable[Span]) -> tuple[Span, ...]:
    """What of it lies in none of them, by time."""
    rest: list[Span] = []
    start = span.start
    for one in merged(taken):
        if one.end <= start:
            continue
        if one.start >= span.end:
            break
        if one.start > start:
            rest.append(Span(start, one.start))
        start = one.end
    if start < span.end:
        rest.append(Span(start, span.end))
    return tuple(rest)
