"""One download: pages handed out, answers written one after the other, what failed tried again and at last listed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, series_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseBusy,
    ExchangeUnavailable,
    MarketUnknown,
    RateLimited,
    TradingAppError,
)
from upbit_auto_trading.business_logic.ports.candle_store import WriteReport
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.downloads import (
    DownloadFailure,
    DownloadPhase,
    DownloadPlan,
    DownloadProgress,
)
from upbit_auto_trading.business_logic.ports.exchange import Capabilities, MarketData
from upbit_auto_trading.business_logic.use_cases import plan_download as plans
from upbit_auto_trading.data_layer.candle_download.fetch_threads import Fetched, FetchThreads, NotFetched, Page
from upbit_auto_trading.data_layer.transport.gate import CIRCUIT_OPEN

#: ``CandleStore.write``: a page with its coverage, in one transaction. Raises StorageError; DatabaseBusy is tried again
WritePage = Callable[[CandleSeries, Span, Origin, datetime], WriteReport]
#: enough for ten requests a second where each takes half a second; more would only wait in line
THREADS = 6
MARKET_UNKNOWN = "market-unknown"
OUT_OF_REACH = "out-of-reach"
#: so soon a cancelled download ends, whatever it waits for
_LOOK_SECONDS = 0.2
#: handed out beyond what is asked for right now, so that no thread waits for the writing
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Patience:
    #: of one page; each is several requests of the client. Where nothing could be asked at all is no try
    tries: int = 5
    #: after a failure, doubled with each further one in a row
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0
    #: without a single page that came
    give_up_after_seconds: float = 300.0

    def pause(self, failures: int) -> float:
        return min(self.longest_pause_seconds, self.first_pause_seconds * 2.0 ** min(failures - 1, 30))


@dataclass(frozen=True, slots=True)
class DownloadOutcome:
    phase: DownloadPhase
    progress: DownloadProgress
    seconds: float
    trouble: str = ""
    error: TradingAppError | None = None

    @property
    def is_whole(self) -> bool:
        return self.phase is DownloadPhase.COMPLETE

    @property
    def requests_per_second(self) -> float:
        return self.progress.done / self.seconds if self.seconds > 0 else 0.0


class CandleDownload:
    """Of one plan; runs in the thread that calls ``run``, which is the one that writes. Used once."""

    def __init__(
        self,
        plan: DownloadPlan,
        market_data: MarketData,
        capabilities: Capabilities,
        write: WritePage,
        clock: Clock,
        *,
        cancelled: threading.Event,
        tell: Callable[[DownloadProgress], None] = lambda _progress: None,
        patience: Patience | None = None,
        threads: int = THREADS,
    ) -> None:
        self._plan = plan
        self._market, self._unit = plan.request.market, plan.request.unit
        self._market_data = market_data
        self._capabilities = capabilities
        self._write = write
        self._clock = clock
        self._cancelled = cancelled
        self._tell = tell
        self._patience = patience or Patience()
        self._threads = threads
        self._waiting = deque(Page(span) for span in plan.pages)
        self._under_way: dict[Span, Page] = {}
        self._progress = plans.begun(plan)
        self._began_at, self._began = clock.now(), clock.monotonic()
        self._last_success = self._began
        self._failures_in_a_row = 0
        self._hold_until = self._began
        self._silent_until: datetime | None = None

    def run(self) -> DownloadOutcome:
        """Raises StorageError where nothing more can be written; what is stored stays."""
        self._show()
        if not self._waiting:
            return self._outcome(DownloadPhase.COMPLETE)
        fetching = FetchThreads(self._fetch, min(self._threads, len(self._waiting)))
        try:
            while self._waiting or self._under_way:
                if self._cancelled.is_set():
                    return self._outcome(DownloadPhase.CANCELLED)
                self._hand_out(fetching)
                outcome = fetching.take(_LOOK_SECONDS)
                if isinstance(outcome, Fetched):
                    self._take_answer(outcome)
                elif outcome is not None:
                    if isinstance(outcome.error, MarketUnknown):
                        return self._outcome(DownloadPhase.FAILED, MARKET_UNKNOWN, outcome.error)
                    self._take_failure(outcome)
        finally:
            fetching.leave()
        is_whole = not (self._progress.failures or self._progress.refused)
        return self._outcome(DownloadPhase.COMPLETE if is_whole else DownloadPhase.INCOMPLETE)

    # --- asking

    def _fetch(self, page: Span) -> Sequence[Candle]:
        """In a thread that fetches. Goes by the lowest priority: orders and what windows show go first."""
        return self._market_data.candles_between(self._market, self._unit, page.start, page.end)

    def _hand_out(self, fetching: FetchThreads) -> None:
        if self._clock.monotonic() < self._hold_until:
            return
        if self._silent_until is not None:
            self._silent_until = None
            self._show()
        while self._waiting and len(self._under_way) < self._threads + _AHEAD:
            page = self._waiting.popleft()
            self._under_way[page.span] = page
            fetching.hand_out(page)

    # --- what came

    def _take_answer(self, answer: Fetched) -> None:
        page = self._under_way.pop(answer.page.span)
        span = page.span
        if not plans.is_kept(self._capabilities, self._unit, span, self._exchange_now()):
            self._give_up(DownloadFailure(span, OUT_OF_REACH))
            return
        try:
            self._store(span, answer.candles)
        except DatabaseBusy as error:
            self._try_again(page, error, type(error).__name__)
        else:
            self._last_success = self._clock.monotonic()
            self._failures_in_a_row = 0

    def _store(self, page: Span, candles: Sequence[Candle]) -> None:
        unit, day_start = self._unit, self._capabilities.day_start
        certain = plans.certain_part(page, candles, unit, day_start, self._plan.made_at)
        report, intervals = WriteReport(), 0
        if certain is not None:
            series = series_of(self._market, unit, candles)
            report = self._write(series, certain, Origin.EXCHANGE, self._exchange_now())
            intervals = plans.intervals_in(certain, unit, day_start)
        self._progress = plans.page_stored(self._progress, page, certain, intervals, len(candles), report)
        self._show()

    def _exchange_now(self) -> datetime:
        """By our clock from when the plan was made: a practice market has a time of its own."""
        return self._plan.made_at + max(self._clock.now() - self._began_at, timedelta(0))

    # --- what did not

    def _take_failure(self, outcome: NotFetched) -> None:
        page, error = self._under_way.pop(outcome.page.span), outcome.error
        if isinstance(error, RateLimited):
            self._be_silent(error.until)
            self._try_again(page, error, error.detail or "rate-limited", error.until)
        elif isinstance(error, ExchangeUnavailable):
            self._try_again(page, error, error.detail or "unavailable")
        else:  # it does not answer this question, and asking again would not help
            self._give_up(DownloadFailure(page.span, error.detail or type(error).__name__))

    def _be_silent(self, until: datetime) -> None:
        seconds = max(0.0, (until - self._clock.now()) / timedelta(seconds=1))
        self._hold_until = max(self._hold_until, self._clock.monotonic() + seconds)
        self._silent_until = until
        self._show()

    def _try_again(self, page: Page, error: TradingAppError, reason: str, until: datetime | None = None) -> None:
        """At the end, when the others have had their turn."""
        now = self._clock.monotonic()
        was_asked = not isinstance(error, RateLimited) and reason != CIRCUIT_OPEN
        if was_asked:
            self._failures_in_a_row += 1
        pause = self._patience.pause(max(self._failures_in_a_row, 1))
        self._hold_until = max(self._hold_until, now + pause)
        if max(self._hold_until, now) - self._last_success > self._patience.give_up_after_seconds:
            self._give_up_all(page, reason, until)
        elif page.tries + was_asked >= self._patience.tries:
            self._give_up(DownloadFailure(page.span, reason, until))
        else:
            self._waiting.append(replace(page, tries=page.tries + was_asked))
            self._show()

    def _give_up_all(self, page: Page, reason: str, until: datetime | None) -> None:
        """Nothing came for so long, or nothing may be asked for so long."""
        left = sorted((page.span, *(one.span for one in self._waiting), *self._under_way))
        self._waiting.clear()
        self._under_way.clear()
        self._give_up(*(DownloadFailure(span, reason, until) for span in left))

    def _give_up(self, *failures: DownloadFailure) -> None:
        self._progress = plans.pages_given_up(self._progress, failures)
        self._show()

    # --- telling

    def _show(self) -> None:
        rate = self._capabilities.candle_requests_per_second
        self._progress = replace(
            self._progress,
            remaining_seconds=plans.remaining_seconds(self._progress, self._seconds(), rate),
            waiting_again=sum(page.tries > 0 for page in (*self._waiting, *self._under_way.values())),
            silent_until=self._silent_until,
        )
        self._tell(self._progress)

    def _seconds(self) -> float:
        return self._clock.monotonic() - self._began

    def _outcome(
        self, phase: DownloadPhase, trouble: str = "", error: TradingAppError | None = None
    ) -> DownloadOutcome:
        progress = replace(self._progress, remaining_seconds=None, silent_until=None)
        return DownloadOutcome(phase, progress, self._seconds(), trouble, error)
