"""Heikin-Ashi candles are the recursion of their definition, and the same ones whatever range is asked for."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.charts.made_candles import MIDNIGHT, candles_at, minutes
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.heikin_ashi import derived, derived_in_pieces

COUNT = 400


def _columns(series: CandleSeries) -> CandleColumns:
    return CandleColumns(series, timedelta(0))


@given(st.integers(0, 2**16), st.integers(1, COUNT))
@settings(max_examples=30, deadline=None)
def test_each_candle_is_what_the_definition_says(seed: int, count: int) -> None:
    series = minutes(count, seed)
    shown = derived(_columns(series))
    open_ = (series.open[0] + series.close[0]) / 2
    for row in range(count):
        close = (series.open[row] + series.high[row] + series.low[row] + series.close[row]) / 4
        assert np.isclose(shown.open[row], open_, rtol=1e-14, atol=0)
        assert shown.close[row] == close
        assert shown.high[row] == max(series.high[row], shown.open[row], close)
        assert shown.low[row] == min(series.low[row], shown.open[row], close)
        open_ = (open_ + close) / 2
    assert np.array_equal(shown.volume, series.volume)
    assert np.array_equal(shown.opened, series.opened)


@given(st.integers(0, 2**16), st.integers(0, COUNT), st.integers(0, COUNT))
@settings(max_examples=60, deadline=None)
def test_a_range_has_the_numbers_of_the_whole_to_the_last_bit(seed: int, one: int, two: int) -> None:
    candles = _columns(minutes(COUNT, seed))
    first, last = sorted((one, two))

    assert derived(candles, first, last).equals(derived(candles).rows(slice(first, last)))


@given(st.integers(0, 2**16), st.integers(0, COUNT))
@settings(max_examples=30, deadline=None)
def test_many_are_computed_in_pieces(seed: int, first: int) -> None:
    series = minutes(COUNT, seed)
    pieces: list[None] = []

    assert derived_in_pieces(series, first, lambda: pieces.append(None), 90).equals(derived(_columns(series), first))
    assert len(pieces) == -(-(COUNT - first) // 90)


def test_a_few_candles_and_none() -> None:
    assert len(derived(_columns(minutes(0)))) == 0
    assert len(derived_in_pieces(minutes(0), 0, lambda: None)) == 0
    assert len(derived(_columns(candles_at(np.array([MIDNIGHT]))))) == 1
