"""The candles of a chart: rows and seconds, calendars, and a million of them on a screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from tests.ui.charts.made_candles import MIDNIGHT, candles_at, minutes
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.reductions import GrowingColumns, Reduction
from upbit_auto_trading.ui.charts.time_scale import TimeScale

UTC_DAYS = timedelta(0)
KST_DAYS = timedelta(hours=-9)


def _columns(series: CandleSeries, day_start: timedelta = UTC_DAYS) -> CandleColumns:
    return CandleColumns(series, day_start)


def _month_starts(count: int, day_start: timedelta) -> np.ndarray:
    months = [datetime(2020 + place // 12, place % 12 + 1, 1, tzinfo=UTC) + day_start for place in range(count)]
    return np.array([epoch_second(month) for month in months], dtype=np.int64)


def test_a_row_is_found_by_any_second_of_its_interval() -> None:
    candles = _columns(candles_at(MIDNIGHT + np.array([0, 60, 300])))

    assert [candles.row_at(MIDNIGHT + second) for second in (-1, 0, 59.9, 60, 119, 120, 299, 300, 359.5, 360)] == [
        None, 0, 0, 1, 1, None, None, 2, 2, None,
    ]  # fmt: skip


def test_the_nearest_row_is_that_of_the_nearest_interval() -> None:
    candles = _columns(candles_at(MIDNIGHT + np.array([0, 60, 300])))

    assert [candles.nearest_row(MIDNIGHT + second) for second in (-900, 59, 150, 209, 211, 299, 9000)] == [
        0, 0, 1, 1, 2, 2, 2,
    ]  # fmt: skip
    assert _columns(minutes(0)).nearest_row(0) is None


def test_a_range_takes_the_candles_that_it_cuts() -> None:
    candles = _columns(candles_at(MIDNIGHT + np.array([0, 60, 300])))

    assert candles.rows_between(MIDNIGHT + 59, MIDNIGHT + 61) == (0, 2)
    assert candles.rows_between(MIDNIGHT + 60, MIDNIGHT + 300) == (1, 2)
    assert candles.rows_between(MIDNIGHT + 119.5, MIDNIGHT + 300.5) == (1, 3)
    assert candles.rows_between(MIDNIGHT + 120, MIDNIGHT + 200) == (2, 2)
    assert candles.rows_between(MIDNIGHT - 90, MIDNIGHT - 10) == (0, 0)


@pytest.mark.parametrize("day_start", [UTC_DAYS, KST_DAYS])
def test_months_have_their_own_lengths(day_start: timedelta) -> None:
    candles = _columns(candles_at(_month_starts(14, day_start), unit=CandleUnit.MONTH), day_start)
    day = 86_400

    assert [(candles.closed(row) - int(candles.opened[row])) // day for row in range(12)] == [
        31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    ]  # fmt: skip
    assert candles.closed(13) == epoch_second(datetime(2021, 3, 1, tzinfo=UTC) + day_start)
    bars = candles.columns_of(TimeScale(float(candles.opened[0]), day / 2, 500))
    assert bars.x[1] - bars.x[0] == 31 + 29  # from the middle of one to the middle of the other, at two pixels a day
    assert candles.row_at(candles.closed(1) - 1) == 1


def test_months_closer_than_pixels_are_thinned_too() -> None:
    candles = _columns(candles_at(_month_starts(48, KST_DAYS), unit=CandleUnit.MONTH), KST_DAYS)
    bars = candles.columns_of(TimeScale(float(candles.opened[0]), 365.25 * 86_400, 4))

    assert bars.is_thinned
    assert list(bars.first_row) == [0, 12, 24, 36]
    assert list(bars.high) == [candles.high[row : row + 12].max() for row in (0, 12, 24, 36)]


def test_a_candle_that_forms_is_replaced_and_the_next_appended() -> None:
    series = minutes(10)
    candles = _columns(series)
    before = candles.revision
    formed = candles_at(series.opened[9:], seed=7)
    assert candles.replace_tail(formed) == 9
    assert candles.replace_tail(candles_at(series.opened[9:] + 60, seed=8)) == 10

    assert len(candles) == 11
    assert candles.close[9] == formed.close[0]
    assert candles.revision == before + 2
    assert candles.replace_tail(minutes(0)) == 11
    assert candles.revision == before + 2


def test_what_is_handed_out_is_not_to_be_written() -> None:
    candles = _columns(minutes(10))

    with pytest.raises(ValueError, match="read-only"):
        candles.high[3] = 1.0


def test_a_copied_range_stays_as_it_was() -> None:
    candles = _columns(minutes(10))
    copied = candles.copied(8)
    candles.replace_tail(candles_at(copied.opened, seed=3))

    assert copied.equals(minutes(10).rows(slice(8, 10)))


def test_no_spike_is_lost_in_a_million_candles() -> None:
    """Whole range on a screen: each planted extreme is in the column that holds its candle."""
    series = minutes(1_000_000)
    planted = np.random.default_rng(5).choice(1_000_000, 300, replace=False)
    series.high[planted] += 1e6
    series.low[planted] -= 1e6
    series.volume[planted] += 1e6
    candles = _columns(series)
    time = TimeScale(float(series.opened[0]), 1_000_000 * 60 / 1900, 1900)
    bars = candles.columns_of(time)

    assert len(bars) == 1900
    for row in planted.tolist():
        column = int(np.searchsorted(bars.last_row, row))
        assert bars.high[column] > 5e5
        assert bars.low[column] < -5e5
        assert bars.volume[column] > 1e6
        assert bars.x[column] <= time.x_of(series.opened[row] + 30.0) < bars.x[column] + 1
    assert np.count_nonzero(bars.high > 5e5) == len(np.unique(np.searchsorted(bars.last_row, planted)))


def test_thousands_of_older_pages_move_no_buffer_each_time() -> None:
    """Two thousand pages in front: the buffers are moved a few times, as they grow by a share."""
    candles = _columns(minutes(1, first=MIDNIGHT + 400_000 * 60))
    buffers = []
    for page in range(200):
        candles.prepend(minutes(2000, seed=page, first=MIDNIGHT + (398_000 - page * 2000) * 60))
        buffers.append(candles.high.base)

    assert len(candles) == 400_001
    assert sum(one is not two for one, two in pairwise(buffers)) <= 9


def test_columns_grow_only_from_rows_that_are_there() -> None:
    column = GrowingColumns((np.arange(5.0),), (Reduction(0, np.maximum, -np.inf),))

    with pytest.raises(InvariantBroken):
        column.replace_from(6, (np.zeros(1),))
    assert column.reduced(0, 2, 2) == -np.inf


@pytest.mark.parametrize("count", [*range(1, 35), 255, 256, 257])
def test_what_stands_at_an_end_is_found_through_the_blocks(count: int) -> None:
    """Rows are added at either end or cut there, at every place within a block; each new one is once the greatest."""
    middle = np.zeros(600)
    for place in {0, count // 2, count - 1}:
        added = np.zeros(count)
        added[place] = 1.0
        column = GrowingColumns((middle,), (Reduction(0, np.maximum, -np.inf),))
        column.replace_until(0, (added,))
        assert column.reduced(0, 0, 600 + count) == 1
        assert column.reduced(0, 0, place) == (0 if place else -np.inf)
        assert column.reduced(0, place + 1, 600 + count) == 0
        column.replace_until(count + 1, (np.zeros(1),))
        column.replace_from(600, (added,))
        assert column.reduced(0, 0, 600 + count) == 1
        assert column.reduced(0, 0, 600 + place) == 0
        column.replace_from(600, (np.zeros(count + 300),))
        assert column.reduced(0, 0, 900 + count) == 0


@pytest.mark.parametrize("shift", range(17))
def test_groups_of_any_length_beside_each_other_are_exact(shift: int) -> None:
    """Long ones by their blocks, short ones within a block, and those that end with it."""
    numbers = np.random.default_rng(shift)
    values = numbers.random(30_000)
    column = GrowingColumns((values,), (Reduction(0, np.minimum, np.inf), Reduction(0, np.fmax, np.nan)))
    edges = np.array([0, 1, 5, 16, 17, 9_000, 9_003, 9_008, 9_040, 20_000, 20_016, 20_032, 29_950, 29_953]) + shift
    low, high = column.grouped(edges, 0, 1)

    assert list(low) == [values[first:last].min() for first, last in pairwise(edges)]
    assert list(high) == [values[first:last].max() for first, last in pairwise(edges)]


def test_the_same_view_of_other_candles_is_answered_anew() -> None:
    series = minutes(2_000)
    candles = _columns(series.rows(slice(0, 1000)))
    time = TimeScale(MIDNIGHT * 1.0, 600.0, 200)
    assert len(candles.columns_of(time)) == 100
    candles.replace_tail(series.rows(slice(1000, 2000)))

    assert len(candles.columns_of(time)) == 200
