"""Patterns where prices have few ticks, so that bodies, shadows and their means are often exactly alike."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes.any_variable import built
from tests.fakes.made_candles import made_series
from tests.fakes.odd_candles import last_of
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.variables.patterns import TABLE


def few_ticks(count: int, ticks_in_one: float) -> CandleSeries:
    """Bodies, shadows and gaps of some ticks; every price is the float nearest to its decimal."""
    chance = np.random.default_rng(21)
    close = 3700 + np.cumsum(chance.integers(-4, 5, count))
    first = np.concatenate((close[:1], close[:-1])) + chance.integers(-3, 4, count)
    high = np.maximum(first, close) + chance.integers(0, 4, count)
    low = np.minimum(first, close) - chance.integers(0, 4, count)
    prices = [column / ticks_in_one for column in (first, high, low, close)]
    like = made_series(count)
    return CandleSeries(like.market, like.unit, like.opened, prices[0], prices[1], prices[2], prices[3], like.volume)


FEW_TICKS = few_ticks(2000, ticks_in_one=1e6)
IN_WHOLE_NUMBERS = few_ticks(2000, ticks_in_one=1.0)


@pytest.mark.parametrize("pattern_id", [row[1] for row in TABLE])
def test_neither_history_nor_the_size_of_prices_matters(pattern_id: str) -> None:
    """The floats of 0.003712 and 0.003705 are not exactly seven millionths apart: equal bodies would not be equal."""
    variable = built(f"pattern-{pattern_id}")
    small, whole = (variable.compute(Frame(one)) for one in (FEW_TICKS, IN_WHOLE_NUMBERS))
    np.testing.assert_array_equal(small, whole)
    for end in range(variable.window, len(FEW_TICKS) + 1, 19):
        newest = variable.compute(last_of(FEW_TICKS, end, variable.window))[-1]
        assert newest == small[end - 1], end


def test_most_patterns_are_found_and_say_which_way() -> None:
    frame = Frame(FEW_TICKS)
    columns = [frame.of(built(f"pattern-{row[1]}")) for row in TABLE]
    known = [column[~np.isnan(column)] for column in columns]
    assert set(np.concatenate(known)) <= {-200.0, -100.0, -80.0, 0.0, 80.0, 100.0, 200.0}
    assert sum(bool(column.any()) for column in known) >= 45
