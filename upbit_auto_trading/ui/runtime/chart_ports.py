"""What the candles of a chart stand on: reading the store, asking the exchange, following the stream."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.live_candle import FollowedSeries
    from upbit_auto_trading.business_logic.domain.market import Market
    from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
    from upbit_auto_trading.business_logic.ports.clock import Clock
    from upbit_auto_trading.business_logic.ports.downloads import Downloads
    from upbit_auto_trading.ui.runtime.engine_link import EngineLink
    from upbit_auto_trading.ui.runtime.exchange_link import Connection, ExchangeLink
    from upbit_auto_trading.ui.runtime.freshness_board import FreshnessBoard
    from upbit_auto_trading.ui.runtime.market_board import MarketBoard
    from upbit_auto_trading.ui.runtime.operations import Operations


class ChartPhase(Enum):
    #: nothing can be shown yet
    LOADING = "loading"
    READY = "ready"
    #: nothing was ever traded here, as far as anybody knows
    EMPTY = "empty"
    #: nothing can be shown, and ``error`` says why
    FAILED = "failed"
    #: its exchange is not there; what is stored is shown. It comes back by itself
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class ChartState:
    phase: ChartPhase
    #: the newest candles are being asked for, whatever is shown meanwhile
    is_loading_newest: bool = False
    is_loading_older: bool = False
    #: a range that the user asked for
    is_filling: bool = False
    #: the newest candles may be older than they look
    is_stale: bool = False
    #: since the market told something, where it is stale; None: never, or it is not
    age: timedelta | None = None
    #: what went wrong last; ``ChartCandles.retry`` tries it again. What is shown stays
    error: Exception | None = None
    #: nothing older exists, or can be had
    at_the_beginning: bool = False
    #: every candle that ended is known, and the newest forms as it is traded
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class CandlePlan:
    """What the exchange is to be asked for of a range, at a moment of its own time."""

    made_at: datetime
    #: one request each, the newest first
    pages: tuple[Span, ...]
    #: the exchange keeps nothing so old of this unit
    out_of_reach: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FetchedPage:
    asked: Span
    series: CandleSeries
    #: of which the answer is all there is; None: candles may be listed late
    certain: Span | None
    #: by the exchange's clock, no later than it was asked
    asked_at: datetime
    #: it holds nothing, and nothing older can be had
    is_beginning: bool = False
    #: because nothing was ever traded before its end
    is_listing: bool = False
    #: it holds nothing: here is the newest candle before it
    newest_before: datetime | None = None


class ChartReader(Protocol):
    """Of the store; belongs to the thread that opened it."""

    def read(self, market: Market, unit: CandleUnit, span: Span) -> StoredRange:
        """Stored, or derived from finer units that are complete."""

    def known_range(self, market: Market, unit: CandleUnit) -> Span | None:
        """From the first to the last moment of which anything is known, in the unit or a finer one."""


class ChartSource(Protocol):
    """One exchange that is connected; called in threads that may wait. Raises ExchangeError."""

    @property
    def day_start(self) -> timedelta: ...

    def asked_unit(self, unit: CandleUnit) -> CandleUnit | None:
        """The unit itself, or the coarsest finer one that it is made of; None: the exchange has neither."""

    def now(self) -> datetime:
        """The exchange's time, never ahead of it."""

    def plan(
        self, market: Market, unit: CandleUnit, span: Span, known: tuple[Span, ...], now: datetime
    ) -> CandlePlan: ...

    def page(self, market: Market, unit: CandleUnit, span: Span, made_at: datetime) -> FetchedPage:
        """What of it has ended. Orders and everything else that windows ask for goes first."""


@dataclass(frozen=True, slots=True)
class ChartServices:
    """For the UI thread, but ``open_store``."""

    operations: Operations
    link: ExchangeLink
    engine: EngineLink
    board: MarketBoard
    freshness: FreshnessBoard
    downloads: Downloads
    clock: Clock
    #: the time of the connected exchange, as far as is known without asking
    market_now: Callable[[], datetime]
    #: inside an operation
    open_store: Callable[[], AbstractContextManager[ChartReader]]
    source_of: Callable[[Connection], ChartSource]
    #: (owner, series): from now on it looks at this one; True where that was followed already
    view: Callable[[str, FollowedSeries | None], bool]
    day_start_of: Callable[[str], timedelta]
    #: after which a page of the newest candles that failed is asked for again, one after the other
    retry_after_ms: tuple[int, ...] = (2_000, 5_000, 15_000, 45_000, 120_000)
