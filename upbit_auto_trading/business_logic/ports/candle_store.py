"""Where candles are kept. What is read says what it knows and where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span, merged, without
from upbit_auto_trading.business_logic.domain.market import Market


@dataclass(frozen=True, slots=True, eq=False)
class StoredRange:
    """``series`` also holds candles that nobody has confirmed yet: those outside of what is covered."""

    span: Span
    series: CandleSeries
    #: within ``span``, by time
    covered: tuple[CoveredSpan, ...]
    #: opening times of candles that lie far from both neighbours; kept, and to be named by whatever uses them
    jumps: tuple[datetime, ...] = ()

    @property
    def known(self) -> tuple[Span, ...]:
        return merged(one.span for one in self.covered)

    @property
    def unknown(self) -> tuple[Span, ...]:
        return without(self.span, self.known)

    @property
    def is_complete(self) -> bool:
        return not self.unknown


@dataclass(frozen=True, slots=True)
class Refused:
    """A candle that cannot be; its interval stays unknown."""

    opened_at: datetime
    #: price-not-positive, volume-negative, high-too-low, low-too-high, not-a-number, off-the-grid, in-the-future
    reason: str


@dataclass(frozen=True, slots=True)
class WriteReport:
    new: int = 0
    #: rows that were known with other values
    changed: int = 0
    #: rows that what is stored already says better
    kept: int = 0
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """For the user: what lies there, how much room it takes."""

    market: Market
    unit: CandleUnit
    candles: int
    first_at: datetime | None
    last_at: datetime | None
    known: tuple[Span, ...]
    #: share of [first known, last known) that is known
    completeness: float
    origins: frozenset[Origin]
    jumps: int
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """A unit that is not named is kept for ever."""

    oldest: dict[CandleUnit, timedelta]
    most_bytes: int


@dataclass(frozen=True, slots=True)
class CleanUpReport:
    #: what went because of its age, because it can be computed from finer candles, because of the size limit
    forgotten: tuple[tuple[Market, CandleUnit, Span, str], ...]
    bytes_before: int
    bytes_after: int


class CandleReader(Protocol):
    """May be opened in any thread, each with a connection of its own."""

    def read(self, market: Market, unit: CandleUnit, span: Span, *, with_turnover: bool = False) -> StoredRange: ...

    def covered(self, market: Market, unit: CandleUnit, span: Span | None = None) -> tuple[CoveredSpan, ...]: ...

    def inventory(self) -> tuple[SeriesFacts, ...]:
        """By exchange, market and unit."""


class CandleStore(CandleReader, Protocol):
    """The one that writes; lives in the storage thread, or is all there is in a command."""

    def write(self, series: CandleSeries, span: Span, origin: Origin, recorded_at: datetime) -> WriteReport:
        """``series`` is all that exists in ``span``. Writing it again, in whatever order, changes nothing.

        What is known by a better origin stays. Impossible candles are refused, and their intervals stay unknown.
        """

    def append(self, candles: Iterable[Candle], recorded_at: datetime) -> WriteReport:
        """Live candles that nobody has confirmed: kept where the range is not covered."""

    def forget(self, market: Market, unit: CandleUnit | None = None, span: Span | None = None) -> int:
        """How many candles went."""

    def identify(self, exchange: str, fingerprint: str) -> bool:
        """True where the exchange was another world until now: its candles were forgotten (practice markets)."""

    def compact(self, keep_going: Callable[[float], bool] = lambda _fraction: True) -> None:
        """Rows into columns, and the file as small as it can be. Raises Cancelled."""

    def clean_up(self, policy: RetentionPolicy, now: datetime) -> CleanUpReport:
        """What is too old goes; beyond the size limit what can be computed from finer candles, then the oldest."""
