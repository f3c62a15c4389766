"""What a download asks for: pages of what is missing, within what the exchange has and has listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span, merged, without
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import Refused, WriteReport
from upbit_auto_trading.business_logic.ports.downloads import DownloadFailure, DownloadPlan, DownloadRequest
from upbit_auto_trading.business_logic.use_cases import plan_download as plans
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import UPBIT_CAPABILITIES

BTC = Market("upbit", "KRW-BTC")
NOW = datetime(2026, 11, 20, 12, 30, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
ZERO = timedelta(0)
NONE = UPBIT_CAPABILITIES.day_start


def plan(
    start: datetime,
    end: datetime,
    covered: Sequence[tuple[datetime, datetime, Origin]] = (),
    unit: CandleUnit = CandleUnit.MINUTE,
    now: datetime = NOW,
) -> DownloadPlan:
    known = [CoveredSpan(Span(one, two), origin, NOW) for one, two, origin in covered]
    return plans.plan_download(UPBIT_CAPABILITIES, known, DownloadRequest(BTC, unit, Span(start, end)), now)


def test_a_year_of_minutes_is_2628_requests_and_takes_five_and_a_half_minutes() -> None:
    found = plan(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    assert found.requests == 2_628
    assert found.seconds(10) == pytest.approx(328.5)
    assert found.known == ()
    assert found.out_of_reach is None
    assert found.not_yet is None


def test_only_what_is_missing_is_asked_for_oldest_first() -> None:
    hole = (MONDAY + 400 * MINUTE, MONDAY + 500 * MINUTE, Origin.EXCHANGE)
    found = plan(MONDAY, MONDAY + 700 * MINUTE, [hole])
    edges = [((page.start - MONDAY) // MINUTE, (page.end - MONDAY) // MINUTE) for page in found.pages]
    assert edges == [(0, 200), (200, 400), (500, 700)]
    assert found.known == (Span(*hole[:2]),)


@pytest.mark.parametrize(("origin", "requests"), [(Origin.STREAM, 0), (Origin.FILE, 0), (Origin.DERIVED, 1)])
def test_what_we_computed_ourselves_is_still_asked_for(origin: Origin, requests: int) -> None:
    assert plan(MONDAY, MONDAY + 60 * MINUTE, [(MONDAY, MONDAY + 60 * MINUTE, origin)]).requests == requests


def test_small_gaps_close_together_are_one_request() -> None:
    every_tenth = [(MONDAY + n * MINUTE, MONDAY + (n + 9) * MINUTE, Origin.STREAM) for n in range(0, 400, 10)]
    found = plan(MONDAY, MONDAY + 400 * MINUTE, every_tenth)
    assert [page.start for page in found.pages] == [MONDAY + 9 * MINUTE, MONDAY + 209 * MINUTE]
    assert found.pages[-1].end == MONDAY + 400 * MINUTE


def test_a_candle_that_may_not_be_final_is_not_asked_for() -> None:
    end = NOW + DAY
    at = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    assert plan(at - 10 * MINUTE, end).pages[-1].end == at
    just_closed = plan(at - 10 * MINUTE, end, now=at + timedelta(seconds=4))
    assert just_closed.pages[-1].end == at - MINUTE
    assert just_closed.not_yet == Span(at - MINUTE, at + DAY + MINUTE)
    assert plan(NOW, end).pages == ()


def test_seconds_go_back_three_months_only_and_older_ones_stay_unknown() -> None:
    found = plan(NOW - 100 * DAY, NOW - 87 * DAY, unit=CandleUnit.SECOND)
    assert found.out_of_reach is not None
    assert found.out_of_reach.start == NOW - 100 * DAY
    assert found.pages[0].start == found.out_of_reach.end == NOW - 88 * DAY + timedelta(seconds=1)
    older = plan(NOW - 100 * DAY, NOW - 95 * DAY, unit=CandleUnit.SECOND)
    assert (older.pages, older.out_of_reach) == ((), Span(NOW - 100 * DAY, NOW - 95 * DAY))
    assert plan(NOW - 100 * DAY, NOW - 95 * DAY).out_of_reach is None


def test_a_page_that_is_too_old_by_the_time_of_its_answer_is_not_believed() -> None:
    page = Span(NOW - 88 * DAY, NOW - 88 * DAY + MINUTE)
    assert plans.is_kept(UPBIT_CAPABILITIES, CandleUnit.SECOND, page, NOW)
    assert not plans.is_kept(UPBIT_CAPABILITIES, CandleUnit.SECOND, page, NOW + 2 * DAY)
    assert plans.is_kept(UPBIT_CAPABILITIES, CandleUnit.MINUTE, page, NOW + 2 * DAY)


def test_months_are_pages_too() -> None:
    found = plan(datetime(2000, 1, 15, tzinfo=UTC), NOW, unit=CandleUnit.MONTH)
    assert [page.start for page in found.pages] == [
        datetime(2000, 1, 1, tzinfo=UTC), datetime(2016, 9, 1, tzinfo=UTC)
    ]  # fmt: skip
    assert found.pages[-1].end == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_unit_that_the_exchange_does_not_have_is_refused() -> None:
    without_years = replace(UPBIT_CAPABILITIES, candle_units=frozenset(CandleUnit) - {CandleUnit.YEAR})
    with pytest.raises(InvalidParameter) as caught:
        plans.plan_download(without_years, (), DownloadRequest(BTC, CandleUnit.YEAR, Span(MONDAY, NOW)), NOW)
    assert caught.value.reason == "not-offered"
    assert "1M" in caught.value.allowed


def candle(opened_at: datetime, unit: CandleUnit = CandleUnit.MINUTE) -> Candle:
    one = Decimal(1)
    return Candle(BTC, unit, opened_at, one, one, one, one, one, one)


def test_the_newest_minutes_without_candles_may_only_be_listed_late() -> None:
    at = NOW.replace(second=0)
    page = Span(at - 30 * MINUTE, at)
    certain = plans.certain_part(page, [candle(at - 4 * MINUTE)], CandleUnit.MINUTE, ZERO, NOW)
    assert certain == Span(page.start, at - 3 * MINUTE)
    assert plans.certain_part(page, [], CandleUnit.MINUTE, ZERO, NOW) == Span(page.start, at - 10 * MINUTE)
    old = Span(MONDAY, MONDAY + MINUTE)
    assert plans.certain_part(old, [], CandleUnit.MINUTE, ZERO, NOW) == old
    assert plans.certain_part(Span(at - MINUTE, at), [], CandleUnit.MINUTE, ZERO, NOW) is None


# --- properties

_UNITS = st.sampled_from([unit for unit in CandleUnit if unit is not CandleUnit.YEAR])
_MOMENTS = st.integers(0, 60 * 24 * 40).map(lambda minutes: MONDAY - 30 * DAY + minutes * MINUTE)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(_MOMENTS)
    return Span(start, start + draw(st.integers(1, 60 * 24 * 5)) * MINUTE)


@given(spans(), st.lists(spans(), max_size=6), _UNITS, _MOMENTS)
def test_pages_are_what_is_missing_and_nothing_that_has_not_ended(
    asked: Span, covered: list[Span], unit: CandleUnit, now: datetime
) -> None:
    on_grid = [Span(unit.floor(one.start), unit.next(unit.floor(one.end))) for one in covered]
    known = [CoveredSpan(one, Origin.EXCHANGE, NOW) for one in on_grid]
    request = DownloadRequest(BTC, unit, asked)
    found = plans.plan_download(UPBIT_CAPABILITIES, known, request, now)
    assert list(found.pages) == sorted(found.pages)
    for page, following in zip(found.pages, found.pages[1:], strict=False):
        assert page.end <= following.start
    for page in found.pages:
        assert 1 <= plans.intervals_in(page, unit, NONE) <= UPBIT_CAPABILITIES.candles_per_page
        assert page.end <= now - plans.GRACE
        assert unit.floor(page.start) == page.start
        # neither end of a page is known already
        assert not any(one.start <= page.start < one.end or one.start < page.end <= one.end for one in merged(on_grid))
    parts = (*found.pages, *found.known, *filter(None, (found.out_of_reach, found.not_yet)))
    assert without(asked, parts) == (), "all of it is accounted for"


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 5))
def test_every_page_is_counted_once(outcomes: list[bool], refused: int) -> None:
    pages = [Span(MONDAY + n * MINUTE, MONDAY + (n + 1) * MINUTE) for n in range(len(outcomes))]
    progress = plans.begun(replace(plan(MONDAY, MONDAY + MINUTE), pages=tuple(pages)))
    report = WriteReport(refused=(Refused(MONDAY, "high-too-low"),) * refused)
    for page, is_good in zip(pages, outcomes, strict=True):
        before = progress
        if is_good:
            progress = plans.page_stored(progress, page, page, 10, 7, report)
        else:
            progress = plans.pages_given_up(progress, (DownloadFailure(page, "gone"),))
        assert progress.done + progress.failed + progress.left == progress.pages == len(outcomes)
        assert progress.fraction > before.fraction
    assert progress.left == 0
    assert progress.candles == sum(outcomes) * (7 - refused)
    assert progress.without_trades == sum(outcomes) * 3
    lost = [one.span for one in progress.failures]
    assert sum((one.end - one.start) // MINUTE for one in lost) == outcomes.count(False)
    assert list(merged(lost)) == lost, "neighbours of one reason are one line"


def test_before_anything_is_known_the_usual_rate_counts() -> None:
    progress = replace(plans.begun(plan(MONDAY, MONDAY + MINUTE)), pages=801, done=1)
    assert plans.remaining_seconds(progress, 60.0, 10) == pytest.approx(100)


@given(st.integers(20, 500), st.floats(0.1, 1_000), st.integers(1, 50))
def test_time_left_follows_what_was_reached_and_is_never_better_than_allowed(
    done: int, seconds: float, rate: int
) -> None:
    progress = replace(plans.begun(plan(MONDAY, MONDAY + MINUTE)), pages=1_000, done=done)
    left = plans.remaining_seconds(progress, seconds, rate)
    assert left >= (1_000 - done) / rate
    assert left == pytest.approx((1_000 - done) / min(rate, done / seconds))
    assert plans.remaining_seconds(replace(progress, done=1_000), seconds, rate) == 0
