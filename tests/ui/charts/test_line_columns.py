"""A line over candles: points close up, at most four a pixel far away, and breaks where it has no values."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from tests.ui.charts.made_candles import MIDNIGHT, candles_at, minutes
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.time_scale import TimeScale

NAN = float("nan")


def test_close_up_there_is_a_point_in_the_middle_of_each_candle() -> None:
    candles = CandleColumns(minutes(5), timedelta(0))
    line = LineColumns(np.array([1.0, NAN, 3.0, 4.0, 5.0]))
    x, y = line.points_of(candles, TimeScale(MIDNIGHT + 60.0, 6.0, 20.0))

    assert list(x) == [-5.0, 5.0, 15.0, 25.0]  # with the neighbours, so that the line runs to the edges
    assert np.array_equal(y, [1.0, NAN, 3.0, 4.0], equal_nan=True)


def test_a_line_runs_on_over_intervals_without_candles() -> None:
    candles = CandleColumns(candles_at(MIDNIGHT + np.array([0, 60, 86_400, 86_460])), timedelta(0))
    line = LineColumns(np.array([1.0, 2.0, 3.0, 4.0]))

    x, y = line.points_of(candles, TimeScale(MIDNIGHT + 1000.0, 6.0, 100.0))
    assert list(y) == [2.0, 3.0]  # both far outside, and the line from one to the other crosses what is seen
    assert x[0] < 0 < 100 < x[1]
    x, y = line.points_of(candles, TimeScale(MIDNIGHT * 1.0, 864.0, 101.0))
    assert not np.isnan(y).any()
    assert list(y) == [1.0, 2.0, 3.0, 4.0]
    assert list(x) == [0.5, 0.5, 100.5, 100.5]


def test_far_away_a_column_enters_at_its_first_and_leaves_at_its_last_value() -> None:
    values = np.array([5.0, 9.0, 1.0, 6.0] * 2 + [6.0, 1.0, 9.0, 5.0] + [7.0] * 4 + [NAN] * 4 + [2.0, NAN, NAN, 3.0])
    candles = CandleColumns(minutes(len(values)), timedelta(0))
    x, y = LineColumns(values).points_of(candles, TimeScale(MIDNIGHT * 1.0, 240.0, 6.0))

    expected = [5, 1, 9, 6, 5, 1, 9, 6, 6, 9, 1, 5, 7, NAN, 2, 3]
    assert np.array_equal(y, expected, equal_nan=True)
    assert list(x) == [0.5] * 4 + [1.5] * 4 + [2.5] * 4 + [3.5, 4.5, 5.5, 5.5]


def test_extremes_pass_over_what_is_no_value() -> None:
    line = LineColumns(np.array([NAN, 3.0, NAN, -2.0, NAN]))

    assert line.extremes(0, 5) == (-2.0, 3.0)
    assert line.extremes(-3, 3) == (3.0, 3.0)
    assert line.extremes(2, 3) is None
    assert line.extremes(4, 99) is None
    assert line.extremes(3, 3) is None


def test_a_line_that_is_not_yet_as_long_as_its_candles_ends_earlier() -> None:
    candles = CandleColumns(minutes(400), timedelta(0))
    line = LineColumns(np.arange(390.0))

    x, y = line.points_of(candles, TimeScale(MIDNIGHT * 1.0, 6.0, 4000.0))
    assert (len(x), y[-1]) == (390, 389.0)
    x, y = line.points_of(candles, TimeScale(MIDNIGHT * 1.0, 600.0, 40.0))
    assert y[-1] == 389.0
    assert x[-1] == 38.5
    assert len(LineColumns(np.zeros(0)).points_of(candles, TimeScale(MIDNIGHT * 1.0, 600.0, 40.0))[0]) == 0


def test_points_are_at_most_four_a_pixel() -> None:
    candles = CandleColumns(minutes(100_000), timedelta(0))
    x, y = LineColumns(candles.close).points_of(candles, TimeScale(MIDNIGHT * 1.0, 60_000.0, 100.0), 2.0)

    assert np.unique(x, return_counts=True)[1].max() == 4
    assert len(np.unique(x)) == 200
    assert (y.min(), y.max()) == (candles.close.min(), candles.close.max())
