"""Stretches in which everything is known, and those in which nothing moves."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.any_variable import having
from tests.fakes.made_candles import made_series
from tests.fakes.odd_candles import still_series
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.variables.known_runs import divided, first_move, known_runs, moving_runs

NAN = float("nan")


def test_each_known_stretch_is_a_run() -> None:
    one = np.array([NAN, 1.0, 2.0, NAN, 3.0, 4.0])
    two = np.array([0.0, 1.0, 2.0, 3.0, 4.0, NAN])
    assert known_runs((one,)) == [(1, 3), (4, 6)]
    assert known_runs((two,)) == [(0, 5)]
    assert known_runs((one, two)) == [(1, 3), (4, 5)]
    assert known_runs((np.zeros(4),)) == [(0, 4)]
    assert known_runs((np.full(3, NAN),)) == []
    assert known_runs((np.zeros(0),)) == []


def runs_by_hand(values: list[int], stale_after: int) -> list[tuple[int, int]]:
    """Rows that are not stale; a run after stale ones begins with the last of these."""
    moved, stale = 0, []
    for row, value in enumerate(values):
        if row and value != values[row - 1]:
            moved = row
        stale.append(row - moved >= stale_after)
    found, row = [], 0
    while row < len(values):
        if stale[row]:
            row += 1
            continue
        end = row
        while end < len(values) and not stale[end]:
            end += 1
        found.append((row - 1 if row else 0, end))
        row = end
    return found


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 60)), min_size=1, max_size=12), st.integers(2, 40))
def test_runs_end_where_nothing_has_moved_for_long(stretches: list[tuple[int, int]], stale_after: int) -> None:
    values = [value for value, count in stretches for _ in range(count)]
    column = np.array(values, dtype=np.float64)
    assert moving_runs((column,), (0, len(values)), stale_after) == runs_by_hand(values, stale_after)
    shifted = np.concatenate((np.full(5, NAN), column))
    later = [(start + 5, end + 5) for start, end in runs_by_hand(values, stale_after)]
    assert moving_runs((shifted,), (5, len(shifted)), stale_after) == later


def test_nothing_moves_where_all_stand_still() -> None:
    assert first_move((np.zeros(4),)) == 4
    assert first_move((np.array([1.0, 1.0, 2.0, 1.0]), np.zeros(4))) == 2


def test_a_division_is_never_endless() -> None:
    found = divided(np.array([1.0, 0.0, -1.0, 6.0, NAN]), np.array([0.0, 0.0, 0.0, 3.0, 1.0]))
    assert np.isnan(found).tolist() == [True, True, True, False, True]
    assert found[3] == 2.0


def with_stillness(moves: int, still: int, more: int) -> CandleSeries:
    series = made_series(moves + still + more, seed=9)
    for column in (series.open, series.high, series.low, series.close):
        column[moves : moves + still] = column[moves]
    return series


def test_an_rsi_is_unknown_where_nothing_moves_and_begins_anew() -> None:
    rsi = having("rsi", period=14)
    found = Frame(with_stillness(100, 400, 100)).of(rsi)
    known = np.flatnonzero(~np.isnan(found))
    assert known[0] == 14
    last_before = known[known < 500][-1]
    assert 300 < last_before < 400
    assert known[known > last_before][0] == 499 + 14
    assert np.isnan(Frame(still_series(300)).of(rsi)).all()


def test_a_short_stillness_is_what_ta_lib_makes_of_it() -> None:
    found = Frame(with_stillness(100, 200, 100)).of(having("rsi", period=14))
    assert not np.isnan(found[14:]).any()


def test_how_small_a_price_is_does_not_matter() -> None:
    """Nor how small the remainders of moves become while nothing moves."""
    like = with_stillness(100, 240, 60)
    first, high, low, close = (one * 2.0**-50 for one in (like.open, like.high, like.low, like.close))
    small = CandleSeries(like.market, like.unit, like.opened, first, high, low, close, like.volume)
    for name in ("rsi", "cmo", "adx", "plus-di"):
        variable = having(name, period=14)
        np.testing.assert_array_equal(Frame(small).of(variable), Frame(like).of(variable))


def test_an_unknown_value_starts_an_average_over() -> None:
    series = made_series(60)
    for column in (series.high, series.low):
        column[30:33] = series.close[30]
    place = variable_use("balance-of-power")
    frame = Frame(series)
    average = frame.of(having("ema", period=5, source=place))
    assert np.isnan(average[30:37]).all()
    assert not np.isnan(average[37:]).any()
    assert average[37] == frame.of(having("balance-of-power"))[33:38].mean()
