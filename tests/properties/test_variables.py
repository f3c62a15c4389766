"""What holds for every variable of candles, whichever is added: the future changes nothing, a window of candles tells
what the whole history tells, and nothing is told before it can be known."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.any_variable import at_bounds, candle_variables, drawn, each_line
from tests.fakes.made_candles import made_series
from tests.fakes.odd_candles import last_of, odd_series, scale_of, still_series, upto
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.registry import ComponentClass
from upbit_auto_trading.component_system.variable import CandleVariable

EVERY = pytest.mark.parametrize("component", candle_variables(), ids=lambda one: one.declaration.id)
ROUNDING = 1e-9
#: enough for the longest window of any variable with its defaults
LONG_HISTORY = odd_series(8000, seed=11)
SHORT_HISTORY = odd_series(900, seed=5)
SMALL_PRICES = odd_series(900, seed=6, price=0.0123, tick=0.00001)


ORDINARY = Frame(made_series(3000, seed=4))


def some_of(component: ComponentClass, seed: int) -> tuple[CandleVariable, ...]:
    """Each line with defaults, and one with parameters drawn."""
    return (*each_line(component), drawn(component, Random(f"{component.declaration.id}{seed}")))


def assert_same(found: Floats, expected: Floats, scale: float, what: str) -> None:
    assert np.array_equal(np.isnan(found), np.isnan(expected)), what
    known = ~np.isnan(expected)
    worst = np.abs(found[known] - expected[known]).max(initial=0.0)
    assert worst <= ROUNDING * scale, f"{what}: {worst} of {scale}"


def assert_past_stays(variable: CandleVariable, series: CandleSeries, cuts: tuple[int, ...]) -> None:
    whole = variable.compute(Frame(series))
    for count in cuts:
        part = variable.compute(upto(series, count))
        assert len(part) == count
        assert_same(part, whole[:count], 1e-3 * scale_of(whole[:count]), f"{variable.key}, cut at {count}")


def assert_window_tells_all(variable: CandleVariable, series: CandleSeries, ends: tuple[int, ...]) -> None:
    whole = variable.compute(Frame(series))
    assert len(series) > variable.window, f"{variable.key} needs a longer test: {variable.window}"
    for end in ends:
        if end >= variable.window:
            newest = variable.compute(last_of(series, end, variable.window))[-1:]
            what = f"{variable.key}, {variable.window} candles before {end}"
            assert_same(newest, whole[end - 1 : end], scale_of(whole[:end]), what)


def assert_within_its_group(variable: CandleVariable, values: Floats) -> None:
    group = variable.comparison_group
    assert group.minimum is None or np.nanmin(values) >= group.minimum, variable.key
    assert group.maximum is None or np.nanmax(values) <= group.maximum, variable.key


@EVERY
def test_cutting_off_the_future_changes_nothing(component: ComponentClass) -> None:
    for variable in some_of(component, seed=1):
        for series in (SHORT_HISTORY, SMALL_PRICES):
            assert_past_stays(variable, series, (1, 2, 3, 40, 41, 399, 400, 640, 899))


@EVERY
def test_a_window_tells_what_the_history_tells(component: ComponentClass) -> None:
    for variable in some_of(component, seed=2):
        ends = (variable.window, variable.window + 1, 5000, 7301, 7777, 8000)
        assert_window_tells_all(variable, LONG_HISTORY, ends)
        if variable.window < len(SMALL_PRICES):
            assert_window_tells_all(variable, SMALL_PRICES, tuple(range(variable.window, 901, 97)))


@EVERY
def test_values_begin_where_they_say_and_lie_within_their_group(component: ComponentClass) -> None:
    for variable in (*each_line(component), drawn(component, Random(3))):
        known = np.flatnonzero(~np.isnan(ORDINARY.of(variable)))
        assert len(known), variable.key
        assert known[0] + 1 == variable.needs, variable.key
        assert variable.window >= variable.needs
    for variable in each_line(component):
        assert_within_its_group(variable, ORDINARY.of(variable))


@EVERY
def test_hard_histories_give_no_error_and_nothing_endless(component: ComponentClass) -> None:
    histories = (
        still_series(0),
        still_series(1),
        still_series(2),
        still_series(700),
        still_series(700, volume=0.0),
        still_series(60, price=1e-8),
        odd_series(400, seed=8, price=9e11),
        odd_series(300, seed=9, price=0.0001, tick=1e-8),
    )
    for variable in some_of(component, seed=4):
        for series in histories:
            found = variable.compute(Frame(series))
            assert found.dtype == np.float64
            assert len(found) == len(series)
            assert found.flags.c_contiguous
            assert not np.isinf(found).any(), variable.key


@EVERY
def test_each_bound_can_be_used(component: ComponentClass) -> None:
    frame = Frame(SHORT_HISTORY)
    for variable in at_bounds(component):
        assert variable.window >= variable.needs >= 1, variable.key
        assert len(variable.compute(frame)) == len(frame), variable.key


@EVERY
def test_candles_are_never_written_to(component: ComponentClass) -> None:
    series = odd_series(300, seed=10)
    for column in series.columns:
        column.flags.writeable = False
    frame = Frame(series)
    for variable in some_of(component, seed=5):
        for source in variable.sources:
            frame.of(source).flags.writeable = False
        variable.compute(frame)


@pytest.mark.long
@EVERY
@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), stillness=st.sampled_from((5, 60, 900)), missing=st.sampled_from((0.0, 0.1, 0.6)))
def test_any_parameters_on_any_candles(component: ComponentClass, seed: int, stillness: int, missing: float) -> None:
    variable = drawn(component, Random(seed))
    series = odd_series(variable.window + 1500, seed, longest_stillness=stillness, missing=missing)
    chance = Random(seed)
    cuts = tuple(chance.randint(1, len(series)) for _ in range(20))
    assert_past_stays(variable, series, cuts)
    assert_window_tells_all(variable, series, tuple(variable.window + chance.randint(0, 1500) for _ in range(6)))
