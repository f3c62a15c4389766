"""What goes to make room, in which order, and that the file becomes smaller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.made_candles import BITCOIN, FIRST, LATER, MINUTE, RIPPLE, all_of, candle_file, made_series
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import divides
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import RetentionPolicy
from upbit_auto_trading.config.setting import Setting
from upbit_auto_trading.config.settings import CANDLES_LIMIT_GB, CANDLES_MINUTES_MONTHS, CANDLES_SECONDS_DAYS
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.storage.candle_store.retention import retention_policy
from upbit_auto_trading.data_layer.storage.candle_store.store import SqliteCandleStore

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NO_LIMIT = 10**15


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return candle_file(tmp_path)


@pytest.fixture
def store(path: Path) -> Iterator[SqliteCandleStore]:
    opened = open_candle_store(path, {"bithumb": -9 * HOUR})
    yield opened
    opened.close()


def put(store: SqliteCandleStore, series: CandleSeries, origin: Origin = Origin.EXCHANGE) -> CandleSeries:
    store.write(series, all_of(series), origin, LATER)
    return series


def held(store: SqliteCandleStore) -> dict[tuple[Market, CandleUnit], int]:
    return {(one.market, one.unit): one.candles for one in store.inventory()}


def policy_with(changed: Setting, value: int) -> RetentionPolicy:
    """Of the settings' defaults but for one."""
    values = {one: one.default for one in (CANDLES_LIMIT_GB, CANDLES_SECONDS_DAYS, CANDLES_MINUTES_MONTHS)}
    limit, seconds, minutes = ({**values, changed: value}).values()
    assert isinstance(limit, int)
    assert isinstance(seconds, int)
    assert isinstance(minutes, int)
    return retention_policy(limit, seconds, minutes)


@pytest.mark.claims("setting:data.candles_seconds_days")
@pytest.mark.parametrize(("days", "left"), [(30, 1_000), (60, 2_000), (0, 2_000)])
def test_seconds_are_kept_for_days(store: SqliteCandleStore, days: int, left: int) -> None:
    for first in (FIRST, FIRST + 30 * DAY):
        put(store, made_series(1_000, unit=CandleUnit.SECOND, first=first))
    put(store, made_series(100, unit=CandleUnit.MINUTE))
    store.clean_up(policy_with(CANDLES_SECONDS_DAYS, days), FIRST + 50 * DAY)
    assert held(store) == {(BITCOIN, CandleUnit.SECOND): left, (BITCOIN, CandleUnit.MINUTE): 100}


@pytest.mark.claims("setting:data.candles_minutes_months")
@pytest.mark.parametrize(("months", "left"), [(0, 600), (2, 600), (1, 0)])
def test_minutes_are_kept_for_months(store: SqliteCandleStore, months: int, left: int) -> None:
    put(store, made_series(300, unit=CandleUnit.MINUTE))
    put(store, made_series(300, unit=CandleUnit.MINUTES_30))
    put(store, made_series(50, unit=CandleUnit.HOUR))
    store.clean_up(policy_with(CANDLES_MINUTES_MONTHS, months), FIRST + 40 * DAY)
    found = held(store)
    assert found.pop((BITCOIN, CandleUnit.HOUR)) == 50
    assert sum(found.values()) == left


@pytest.mark.claims("setting:data.candles_limit_gb")
def test_the_limit_counts_in_gigabytes(store: SqliteCandleStore) -> None:
    assert policy_with(CANDLES_LIMIT_GB, 3).most_bytes == 3_000_000_000
    series = put(store, made_series(20_000))
    assert store.clean_up(policy_with(CANDLES_LIMIT_GB, 1), FIRST).forgotten == ()
    # a limit that a test can reach; the setting's least is a gigabyte
    [(market, unit, _span, why)] = store.clean_up(retention_policy(0, 0, 0), FIRST).forgotten
    assert (market, unit, why) == (series.market, series.unit, "size-limit")
    assert held(store) == {}


def test_what_finer_candles_say_goes_first(store: SqliteCandleStore) -> None:
    minutes = put(store, made_series(30_000))
    hours = put(store, made_series(2_000, unit=CandleUnit.HOUR))
    days = put(store, made_series(400, unit=CandleUnit.DAY, market=RIPPLE))
    used = size_of(store)
    report = store.clean_up(RetentionPolicy({}, used - 4096), LATER)
    end = FIRST + 500 * HOUR  # the minutes end at the five hundredth hour
    assert report.forgotten == ((BITCOIN, CandleUnit.HOUR, Span(FIRST, end), "derivable"),)
    assert held(store) == {
        (BITCOIN, CandleUnit.MINUTE): len(minutes),
        (BITCOIN, CandleUnit.HOUR): len(hours) - 500,
        (RIPPLE, CandleUnit.DAY): len(days),
    }
    assert store.read(BITCOIN, CandleUnit.HOUR, all_of(hours)).known == (Span(end, FIRST + 2_000 * HOUR),)


def size_of(store: SqliteCandleStore) -> int:
    store.compact()
    return store.clean_up(RetentionPolicy({}, NO_LIMIT), LATER).bytes_after


def test_better_coarse_candles_stay_for_what_is_worse(store: SqliteCandleStore) -> None:
    put(store, made_series(30_000), Origin.FILE)
    put(store, made_series(400, unit=CandleUnit.HOUR))
    store.clean_up(RetentionPolicy({}, size_of(store) - 4096), LATER)
    assert held(store)[BITCOIN, CandleUnit.HOUR] == 400


def test_then_the_oldest_of_the_finest_goes(store: SqliteCandleStore, path: Path) -> None:
    for market, first in ((BITCOIN, FIRST), (RIPPLE, FIRST - 40 * DAY)):
        put(store, made_series(60_000, market=market, first=first))
    days = put(store, made_series(5_000, unit=CandleUnit.DAY, first=FIRST - 4_000 * DAY))
    before = size_of(store)
    report = store.clean_up(RetentionPolicy({}, before * 7 // 10), LATER)
    assert (report.bytes_before, report.bytes_after) == (before, path.stat().st_size)
    assert report.bytes_after <= before * 7 // 10
    assert {(unit, why) for _market, unit, _span, why in report.forgotten} == {(CandleUnit.MINUTE, "size-limit")}
    assert report.forgotten[0][0] == RIPPLE
    # what went is the older part of a market, and what is left is known without a hole
    for market, _unit, span, _why in report.forgotten:
        left = store.read(market, CandleUnit.MINUTE, Span(FIRST - 100 * DAY, FIRST + 100 * DAY))
        assert [one.start for one in left.known] == [span.end]
        assert len(left.series) == (left.known[0].end - left.known[0].start) // MINUTE
    # days would come from minutes as well, but are too small to lose with them
    assert held(store)[BITCOIN, CandleUnit.DAY] == len(days)


def test_the_file_shrinks_while_others_read(store: SqliteCandleStore, path: Path) -> None:
    series = put(store, made_series(60_000))
    reader = open_candle_reader(path)
    assert len(reader.read(BITCOIN, CandleUnit.MINUTE, all_of(series)).series) == 60_000
    before = size_of(store)
    store.clean_up(RetentionPolicy({CandleUnit.MINUTE: 10 * DAY}, NO_LIMIT), all_of(series).end)
    assert path.stat().st_size < before / 2
    assert len(reader.read(BITCOIN, CandleUnit.MINUTE, all_of(series)).series) == 14_400
    reader.close()


@pytest.mark.parametrize("coarse", list(CandleUnit))
def test_coarse_candles_are_made_of_whole_finer_ones(coarse: CandleUnit) -> None:
    """Checked against the calendar: every opening time of the coarse unit is one of the finer unit."""
    for fine in CandleUnit:
        nests = coarse is not fine and all(
            fine.floor(opened, start) == opened
            for start in (timedelta(0), -9 * HOUR)
            for opened in openings(coarse, start)
        )
        is_longer = list(CandleUnit).index(coarse) > list(CandleUnit).index(fine)
        assert divides(fine, coarse) is (nests and is_longer), (coarse, fine)


def openings(unit: CandleUnit, day_start: timedelta) -> list[datetime]:
    found = [unit.floor(FIRST, day_start)]
    while len(found) < 40:
        found.append(unit.next(found[-1], day_start))
    return found
