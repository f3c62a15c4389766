"""Downloads of candles: what is wanted, how far it is, and what could not be had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market

if TYPE_CHECKING:  # NumPy comes with it: windows know of downloads before the first paint
    from upbit_auto_trading.business_logic.ports.candle_store import Refused


#: A permit is counted from the answer on, so each request costs its way to the exchange and back besides: at 50 to
#: 150 ms this is what was measured.
REACHED_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    market: Market
    unit: CandleUnit
    #: an end in the future means: up to now
    span: Span


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """What is missing of a request, and what can never be had."""

    request: DownloadRequest
    #: the exchange's time when it was made: what opened shortly before may not be listed yet
    made_at: datetime
    #: one request to the exchange each, oldest first
    pages: tuple[Span, ...]
    #: what of the request is there already
    known: tuple[Span, ...] = ()
    #: the exchange keeps nothing so old of this unit: it stays unknown
    out_of_reach: Span | None = None
    #: has not ended, or may not be listed yet
    not_yet: Span | None = None

    @property
    def requests(self) -> int:
        return len(self.pages)

    def seconds(self, requests_per_second: float) -> float:
        """Of the rate that the exchange allows, what is reached; less while something more urgent goes first."""
        return self.requests / (requests_per_second * REACHED_SHARE)


@dataclass(frozen=True, slots=True)
class DownloadFailure:
    """Stays unknown, and is fetched by the next download of the same range."""

    span: Span
    #: a stable code: that of the error, or the exchange's own
    reason: str
    #: the exchange wants silence until then
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """``pages`` = ``done`` + ``failed`` + ``left``."""

    pages: int = 0
    done: int = 0
    candles: int = 0
    #: intervals of which it is known now that nobody traded in them
    without_trades: int = 0
    #: pages that failed and are tried again later
    waiting_again: int = 0
    #: given up
    failed: int = 0
    #: what they were, by time; neighbours of one reason are one
    failures: tuple[DownloadFailure, ...] = ()
    refused: tuple[Refused, ...] = ()
    #: the newest intervals, of which the exchange has shown no candle yet: they stay unknown
    unlisted: tuple[Span, ...] = ()
    remaining_seconds: float | None = None
    #: nothing is asked before then: the exchange wants silence
    silent_until: datetime | None = None

    @property
    def left(self) -> int:
        return self.pages - self.done - self.failed

    @property
    def fraction(self) -> float:
        return 1.0 if not self.pages else (self.done + self.failed) / self.pages


class DownloadPhase(Enum):
    #: for its turn, or for its exchange
    WAITING = "waiting"
    RUNNING = "running"
    #: everything that can be had is stored
    COMPLETE = "complete"
    #: ``progress.failures`` or ``progress.refused`` say what is missing
    INCOMPLETE = "incomplete"
    CANCELLED = "cancelled"
    #: ended by an error that concerns all of it: ``trouble``
    FAILED = "failed"

    @property
    def has_ended(self) -> bool:
        return self not in (DownloadPhase.WAITING, DownloadPhase.RUNNING)


@dataclass(frozen=True, slots=True)
class DownloadEntry:
    """A line of the queue. What is stored stays, however it ended."""

    number: int
    request: DownloadRequest
    added_at: datetime
    phase: DownloadPhase = DownloadPhase.WAITING
    progress: DownloadProgress = DownloadProgress()
    #: a stable code: ``market-unknown``, or the name of an error of ``domain/errors.py``
    trouble: str = ""
    #: that error itself, for the sentence; None after a restart
    error: Exception | None = None


class DownloadQueue(Protocol):
    """The table; used in the storage thread."""

    def entries(self) -> tuple[DownloadEntry, ...]:
        """In the order of adding, without progress and errors; one that was running is waiting again."""

    def add(self, request: DownloadRequest, added_at: datetime) -> DownloadEntry: ...

    def mark(self, number: int, phase: DownloadPhase, trouble: str = "") -> None: ...

    def remove(self, number: int) -> None: ...


#: called with all entries, in the thread that the queue lives in (the UI's), at most ten times a second
DownloadListener = Callable[[tuple[DownloadEntry, ...]], None]


class Downloads(Protocol):
    """The program's queue: one download at a time, kept over restarts. For the UI thread; nothing waits.

    An entry whose exchange is not connected waits for it.
    """

    @property
    def entries(self) -> tuple[DownloadEntry, ...]:
        """In the order of adding, ended ones included until they are removed."""

    def on_changed(self, listener: DownloadListener) -> Callable[[], None]:
        """Returns what ends it. A listener that is a bound method of a deleted widget must have ended it before."""

    def preview(
        self,
        request: DownloadRequest,
        on_ready: Callable[[DownloadPlan, float], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        """What it would fetch, and in about how many seconds: to be said before it begins."""

    def add(self, request: DownloadRequest) -> None:
        """A market and unit that wait or run already may be asked for again: what is there is not fetched twice."""

    def cancel(self, number: int) -> None:
        """Ends within a second; what is stored stays."""

    def retry(self, number: int) -> None:
        """An ended one waits again; only what is missing is fetched."""

    def remove(self, number: int) -> None:
        """From the list; a running one is cancelled first. Candles stay."""
