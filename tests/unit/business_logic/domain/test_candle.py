"""Where candles begin: on the exchange's own grid, months and years by the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit

KST = timezone(timedelta(hours=9))
#: days that open at midnight in Korea
FROM_MIDNIGHT_KST = timedelta(hours=-9)
MOMENT = datetime(2026, 11, 18, 5, 23, 31, 412_377, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("unit", "opened", "following"),
    [
        (CandleUnit.SECOND, "2026-11-18T05:23:31", "2026-11-18T05:23:32"),
        (CandleUnit.MINUTE, "2026-11-18T05:23", "2026-11-18T05:24"),
        (CandleUnit.MINUTES_3, "2026-11-18T05:21", "2026-11-18T05:24"),
        (CandleUnit.MINUTES_5, "2026-11-18T05:20", "2026-11-18T05:25"),
        (CandleUnit.MINUTES_10, "2026-11-18T05:20", "2026-11-18T05:30"),
        (CandleUnit.MINUTES_15, "2026-11-18T05:15", "2026-11-18T05:30"),
        (CandleUnit.MINUTES_30, "2026-11-18T05:00", "2026-11-18T05:30"),
        (CandleUnit.HOUR, "2026-11-18T05:00", "2026-11-18T06:00"),
        (CandleUnit.HOURS_4, "2026-11-18T04:00", "2026-11-18T08:00"),
        (CandleUnit.DAY, "2026-11-18", "2026-11-19"),
        (CandleUnit.WEEK, "2026-11-16", "2026-11-23"),
        (CandleUnit.MONTH, "2026-11-01", "2026-12-01"),
        (CandleUnit.YEAR, "2026-01-01", "2027-01-01"),
    ],
)
def test_the_candle_of_a_moment_and_the_next(unit: CandleUnit, opened: str, following: str) -> None:
    assert unit.floor(MOMENT) == at(opened)
    assert unit.floor(MOMENT.astimezone(KST)) == at(opened)
    assert unit.next(at(opened)) == at(following)


@pytest.mark.parametrize(
    ("unit", "opened", "following"),
    [
        (CandleUnit.HOUR, "2026-11-18T05:00", "2026-11-18T06:00"),
        (CandleUnit.HOURS_4, "2026-11-18T03:00", "2026-11-18T07:00"),
        (CandleUnit.DAY, "2026-11-17T15:00", "2026-11-18T15:00"),
        (CandleUnit.WEEK, "2026-11-15T15:00", "2026-11-22T15:00"),
        (CandleUnit.MONTH, "2026-10-31T15:00", "2026-11-30T15:00"),
        (CandleUnit.YEAR, "2025-12-31T15:00", "2026-12-31T15:00"),
    ],
)
def test_a_grid_that_begins_elsewhere(unit: CandleUnit, opened: str, following: str) -> None:
    assert unit.floor(MOMENT, FROM_MIDNIGHT_KST) == at(opened)
    assert unit.next(at(opened), FROM_MIDNIGHT_KST) == at(following)


def test_the_calendar_decides_how_long_months_and_years_are() -> None:
    assert {unit for unit in CandleUnit if unit.length is None} == {CandleUnit.MONTH, CandleUnit.YEAR}
    assert CandleUnit.MONTH.next(at("2028-02-01")) == at("2028-03-01")
    assert CandleUnit.MONTH.next(at("2026-01-01")) == at("2026-02-01")
    assert CandleUnit.YEAR.next(at("2028-01-01")) == at("2029-01-01")
