"""Overlapping downloads, live candles, failures, kills and restarts in any order end as one clean download does."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import series_of
from upbit_auto_trading.business_logic.domain.coverage import Span, without
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import DownloadPhase, DownloadProgress, DownloadRequest
from upbit_auto_trading.business_logic.ports.exchange import MarketData
from upbit_auto_trading.business_logic.use_cases.plan_download import SETTLING, plan_download
from upbit_auto_trading.data_layer.candle_download.download import CandleDownload, DownloadOutcome, Patience
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import UPBIT_CAPABILITIES

BTC = Market("upbit", "KRW-BTC")
MINUTE = timedelta(minutes=1)
FIRST = datetime(2026, 11, 20, tzinfo=UTC)
LENGTH = 1_200
WHOLE = Span(FIRST, FIRST + LENGTH * MINUTE)
#: an exchange under load lists its newest candles so late at worst
MOST_LATE = 8
PATIENCE = Patience(tries=1, first_pause_seconds=0.0, longest_pause_seconds=0.0)


def candle(minute: int, price: int) -> Candle:
    exact = Decimal(price)
    return Candle(
        BTC, CandleUnit.MINUTE, FIRST + minute * MINUTE, exact, exact + 2, exact - 1, exact + 1, Decimal(3), exact * 3
    )


_EXISTING = [candle(minute, 100 + minute % 7) for minute in range(LENGTH)]


@dataclass
class Venue:
    """``late``: so many of the newest minutes are not listed yet. ``broken``: pages that hold one of them fail."""

    traded: set[int]
    now: datetime = WHOLE.start
    late: int = 0
    broken: set[int] = field(default_factory=set)

    def truth(self) -> list[Candle]:
        return [_EXISTING[minute] for minute in sorted(self.traded)]

    def candles_between(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> tuple[Candle, ...]:
        if any(start <= FIRST + minute * MINUTE < end for minute in self.broken):
            raise ExchangeUnavailable("upbit", "http-500")
        listed = unit.floor(self.now) - self.late * MINUTE
        return tuple(one for one in self.truth() if start <= one.opened_at < min(end, listed))


def download(venue: Venue, store: MemoryCandleStore, span: Span, killed_after: int | None = None) -> DownloadOutcome:
    """A new object each time, which knows nothing but what is stored: every one of them is a restart."""
    clock = FakeClock(venue.now)
    request = DownloadRequest(BTC, CandleUnit.MINUTE, span)
    plan = plan_download(UPBIT_CAPABILITIES, store.covered(BTC, CandleUnit.MINUTE), request, venue.now)
    killed = threading.Event()

    def tell(progress: DownloadProgress) -> None:
        if killed_after is not None and progress.done >= killed_after:
            killed.set()

    return CandleDownload(
        plan, cast(MarketData, venue), UPBIT_CAPABILITIES, store.write, clock, cancelled=killed, tell=tell,
        patience=PATIENCE, threads=2,
    ).run()  # fmt: skip


def nothing_untrue(venue: Venue, store: MemoryCandleStore) -> None:
    """What counts as known is what the exchange has: nobody takes a hole for minutes without trades."""
    for known in store.covered(BTC, CandleUnit.MINUTE):
        stored = store.read(BTC, CandleUnit.MINUTE, known.span).series
        truth = [one for one in venue.truth() if known.span.holds(one.opened_at)]
        assert stored.equals(series_of(BTC, CandleUnit.MINUTE, truth))


_MINUTES = st.integers(0, LENGTH - 1)
_SPANS = st.tuples(_MINUTES, st.integers(1, 500)).map(
    lambda pair: Span(FIRST + pair[0] * MINUTE, FIRST + (pair[0] + pair[1]) * MINUTE)
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("download"), _SPANS, st.none() | st.integers(0, 3), st.sets(_MINUTES, max_size=2)),
        st.tuples(st.just("append"), _MINUTES, st.integers(90, 110)),
        st.tuples(st.just("wait"), st.integers(1, 400), st.integers(0, MOST_LATE)),
    ),
    max_size=12,
)


def carry_out(step: Sequence[object], venue: Venue, store: MemoryCandleStore) -> None:
    if step[0] == "download":
        _name, span, killed_after, broken = cast(tuple[str, Span, int | None, set[int]], step)
        venue.broken = broken
        outcome = download(venue, store, span, killed_after)
        venue.broken = set()
        progress = outcome.progress
        assert progress.done + progress.failed + progress.left == progress.pages
        if outcome.phase is DownloadPhase.COMPLETE:
            assert not progress.left
            reached = [Span(span.start, min(span.end, venue.now))] if span.start < venue.now else []
            known = [one.span for one in store.covered(BTC, CandleUnit.MINUTE)]
            missing = [part for one in reached for part in without(one, (*known, *progress.unlisted))]
            assert all(part.start >= venue.now - 2 * MINUTE for part in missing)
    elif step[0] == "append":
        _name, minute, price = cast(tuple[str, int, int], step)
        if FIRST + (minute + 1) * MINUTE <= venue.now and minute in venue.traded:
            store.append([candle(minute, price)], venue.now)
    else:
        _name, minutes, late = cast(tuple[str, int, int], step)
        venue.now = min(venue.now + minutes * MINUTE, WHOLE.end)
        venue.late = late


#: nearly every minute, or hardly any
_TRADED = st.sets(_MINUTES, max_size=200).map(lambda quiet: set(range(LENGTH)) - quiet) | st.sets(_MINUTES, min_size=1)


@settings(max_examples=60)
@given(_TRADED, st.integers(0, LENGTH), _STEPS)
def test_any_order_of_downloads_appends_failures_and_kills_is_one_clean_download(
    traded: set[int], begins: int, steps: list[tuple[object, ...]]
) -> None:
    venue = Venue(traded, FIRST + begins * MINUTE)
    store = MemoryCandleStore()
    for step in steps:
        carry_out(step, venue, store)
        nothing_untrue(venue, store)
    venue.now, venue.late = WHOLE.end + SETTLING + MINUTE, 0
    clean = MemoryCandleStore()
    assert download(venue, store, WHOLE).phase is DownloadPhase.COMPLETE
    assert download(venue, clean, WHOLE).phase is DownloadPhase.COMPLETE
    one, other = (kept.read(BTC, CandleUnit.MINUTE, WHOLE, with_turnover=True) for kept in (store, clean))
    assert one.is_complete
    assert one.known == other.known == (WHOLE,)
    assert one.series.equals(other.series)
    assert len(one.series) == len(traded)
