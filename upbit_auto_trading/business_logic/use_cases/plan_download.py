"""What a download has to ask for, page by page, and how it stands while it runs. Pure.

Pages go from the oldest to the newest: what the exchange will soon keep no longer is fetched first, and what is known
grows at one end, so that a download that was interrupted leaves one range behind and not two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span, merged, without
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.candle_store import WriteReport
from upbit_auto_trading.business_logic.ports.downloads import (
    REACHED_SHARE,
    DownloadFailure,
    DownloadPlan,
    DownloadProgress,
    DownloadRequest,
)
from upbit_auto_trading.business_logic.ports.exchange import Capabilities

#: after its end until a candle is certainly final
GRACE = timedelta(seconds=5)
#: exchanges under load were seen to list the newest candles minutes late: until so long after its end, an interval
#: without a candle is not taken for one without trades unless a later candle is there
SETTLING = timedelta(minutes=10)
#: what the exchange forgets while the download runs is not asked for; its "three months" are 89 days at the shortest
HISTORY_MARGIN = timedelta(days=2)
#: before it the estimate from what was reached so far would jump about
_ENOUGH_PAGES = 20


def plan_download(
    capabilities: Capabilities, covered: Iterable[CoveredSpan], request: DownloadRequest, now: datetime
) -> DownloadPlan:
    """``now`` is the exchange's. Raises InvalidParameter for a unit that the exchange does not have."""
    unit, day_start = request.unit, capabilities.day_start
    if unit not in capabilities.candle_units:
        allowed = ", ".join(one.value for one in CandleUnit if one in capabilities.candle_units)
        raise InvalidParameter("unit", unit.value, "not-offered", allowed)
    whole = _on_grid(request.span, unit, day_start)
    listed_until = unit.floor(now - GRACE, day_start)
    kept_since = _kept_since(capabilities, unit, now)
    reach = whole if kept_since is None or whole.start >= kept_since else _span(kept_since, whole.end)
    out_of_reach = _span(whole.start, min(whole.end, kept_since)) if kept_since is not None else None
    within = None if reach is None else _span(reach.start, min(reach.end, listed_until))
    known = _known(covered)
    missing = () if within is None else without(within, known)
    return DownloadPlan(
        request,
        now,
        pages_of(missing, unit, day_start, capabilities.candles_per_page),
        tuple(part for one in known if (part := one.clipped(whole)) is not None),
        out_of_reach,
        _span(max(whole.start, listed_until), whole.end),
    )


def _known(covered: Iterable[CoveredSpan]) -> tuple[Span, ...]:
    """What we computed ourselves is not what the exchange says."""
    return merged(one.span for one in covered if one.origin is not Origin.DERIVED)


def _kept_since(capabilities: Capabilities, unit: CandleUnit, now: datetime) -> datetime | None:
    history = capabilities.candle_history.get(unit)
    if history is None:
        return None
    return unit.next(unit.floor(now - history + HISTORY_MARGIN, capabilities.day_start), capabilities.day_start)


def is_kept(capabilities: Capabilities, unit: CandleUnit, page: Span, now: datetime) -> bool:
    """False where "nothing" may mean "no longer": a computer that slept for days goes on where it stood."""
    history = capabilities.candle_history.get(unit)
    return history is None or page.start >= now - history + HISTORY_MARGIN / 2


def _on_grid(span: Span, unit: CandleUnit, day_start: timedelta) -> Span:
    """Whole intervals: those that hold its ends are asked for too."""
    end = unit.floor(span.end, day_start)
    return Span(unit.floor(span.start, day_start), end if end >= span.end else unit.next(end, day_start))


def _span(start: datetime, end: datetime) -> Span | None:
    return Span(start, end) if start < end else None


def pages_of(missing: Sequence[Span], unit: CandleUnit, day_start: timedelta, most: int) -> tuple[Span, ...]:
    """Each of at most so many intervals. Small gaps that lie close together are one page: what is known between them
    comes again, and costs no request more."""
    pages: list[Span] = []
    for gap in missing:
        start = gap.start
        if pages and start < (full := _after(pages[-1].start, unit, day_start, most)):
            pages[-1] = Span(pages[-1].start, min(gap.end, full))
            start = pages[-1].end
        while start < gap.end:
            end = min(gap.end, _after(start, unit, day_start, most))
            pages.append(Span(start, end))
            start = end
    return tuple(pages)


def _after(start: datetime, unit: CandleUnit, day_start: timedelta, intervals: int) -> datetime:
    if unit.length is not None:
        return start + intervals * unit.length
    for _ in range(intervals):
        start = unit.next(start, day_start)
    return start


def intervals_in(span: Span, unit: CandleUnit, day_start: timedelta) -> int:
    """Of a span on the grid."""
    if unit.length is not None:
        return (span.end - span.start) // unit.length
    count, start = 0, span.start
    while start < span.end:
        start, count = unit.next(start, day_start), count + 1
    return count


def certain_part(
    page: Span, candles: Sequence[Candle], unit: CandleUnit, day_start: timedelta, made_at: datetime
) -> Span | None:
    """What of a page is known by its answer: intervals at the newest end that are still empty may be listed late."""
    settled = unit.floor(made_at - SETTLING, day_start)
    if page.end <= settled:
        return page
    listed = max((unit.next(candle.opened_at, day_start) for candle in candles), default=page.start)
    return _span(page.start, min(page.end, max(settled, listed)))


# --- how it stands


def begun(plan: DownloadPlan) -> DownloadProgress:
    return DownloadProgress(pages=plan.requests)


def page_stored(
    progress: DownloadProgress, page: Span, certain: Span | None, intervals: int, candles: int, report: WriteReport
) -> DownloadProgress:
    """``intervals`` in the certain part, ``candles`` that came for it."""
    unlisted = _span(page.start if certain is None else certain.end, page.end)
    return replace(
        progress,
        done=progress.done + 1,
        candles=progress.candles + candles - len(report.refused),
        without_trades=progress.without_trades + intervals - candles,
        refused=progress.refused + report.refused,
        unlisted=progress.unlisted if unlisted is None else (*progress.unlisted, unlisted),
    )


def pages_given_up(progress: DownloadProgress, failures: Sequence[DownloadFailure]) -> DownloadProgress:
    """One each."""
    return replace(
        progress, failed=progress.failed + len(failures), failures=joined_failures((*progress.failures, *failures))
    )


def remaining_seconds(progress: DownloadProgress, running_seconds: float, requests_per_second: float) -> float:
    """At the rate that was reached, which is never more than what is allowed; at first at the one that is usual."""
    reached = requests_per_second * REACHED_SHARE
    if progress.done >= _ENOUGH_PAGES and running_seconds > 0:
        reached = min(requests_per_second, progress.done / running_seconds)
    return progress.left / reached


def joined_failures(failures: Iterable[DownloadFailure]) -> tuple[DownloadFailure, ...]:
    """For people: neighbours that failed for the same reason are one line."""
    result: list[DownloadFailure] = []
    for one in sorted(failures, key=lambda failure: failure.span):
        last = result[-1] if result else None
        if (
            last is not None
            and last.span.end == one.span.start
            and (last.reason, last.until) == (one.reason, one.until)
        ):
            result[-1] = replace(last, span=Span(last.span.start, one.span.end))
        else:
            result.append(one)
    return tuple(result)
