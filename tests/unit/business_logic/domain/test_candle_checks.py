"""Which candles cannot be, and which are hard to believe."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.fakes.made_candles import BITCOIN, FIRST, LATER, made_series
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_checks import (
    JUMP_BOUNDS,
    find_jumps,
    impossible_rows,
)
from upbit_auto_trading.business_logic.domain.candle_grid import on_grid
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second

NOTHING = timedelta(0)


def flat(unit: CandleUnit, *closes: float) -> CandleSeries:
    """A second after the other: the grid is of no concern here."""
    prices = np.array(closes)
    opened = np.arange(len(closes), dtype=np.int64)
    return CandleSeries(BITCOIN, unit, opened, prices, prices.copy(), prices.copy(), prices, np.ones(len(closes)))


def test_made_candles_are_possible() -> None:
    assert list(impossible_rows(made_series(500), NOTHING, LATER)) == []


def test_the_first_reason_is_told_by_row() -> None:
    series = made_series(4)
    volume, high = series.volume.copy(), series.high.copy()
    volume[2], high[2], high[1] = -1, 1, float("nan")
    found = list(impossible_rows(replace(series, volume=volume, high=high), NOTHING, LATER))
    assert found == [(1, "not-a-number"), (2, "volume-negative")]


def test_nothing_opens_later_than_now() -> None:
    series = made_series(3)
    now = FIRST + timedelta(minutes=1)
    assert list(impossible_rows(series, NOTHING, now)) == [(2, "in-the-future")]


@pytest.mark.parametrize("unit", list(CandleUnit))
@pytest.mark.parametrize("day_start", [NOTHING, timedelta(hours=-9)])
def test_the_grid_is_that_of_floor(unit: CandleUnit, day_start: timedelta) -> None:
    chance = np.random.default_rng(1)
    on = unit.floor(datetime(2026, 3, 5, 7, 11, 13, tzinfo=UTC), day_start)
    moments = [on, *(on + timedelta(seconds=int(second)) for second in chance.integers(-(10**7), 10**7, 200))]
    moments += [unit.floor(moment, day_start) for moment in moments]
    opened = np.array([epoch_second(moment) for moment in moments])
    expected = [unit.floor(moment, day_start) == moment for moment in moments]
    assert on_grid(opened, unit, day_start).tolist() == expected


@pytest.mark.parametrize("unit", list(CandleUnit))
def test_each_unit_has_its_bound(unit: CandleUnit) -> None:
    above = 100 * (1 + JUMP_BOUNDS[unit])
    assert find_jumps(flat(unit, 100, above * 1.001, 100)).tolist() == [1]
    assert find_jumps(flat(unit, 100, above * 0.999, 100)).tolist() == []
    below = 100 / (1 + JUMP_BOUNDS[unit])
    assert find_jumps(flat(unit, 100, below * 0.999, 100)).tolist() == [1]
    assert find_jumps(flat(unit, 100, below * 1.001, 100)).tolist() == []


@pytest.mark.parametrize(
    ("closes", "jumps"),
    [
        ((), []),
        ((100,), []),
        ((100, 900), []),
        # one neighbour is near: the price moved, or came back
        ((100, 150, 151), []),
        ((150, 149, 100), []),
        # far from both, on both sides of them
        ((100, 150, 110), [1]),
        ((200, 100, 150), [1]),
        # between its neighbours
        ((100, 150, 200), []),
        ((100, 150, 100, 150, 100), [1, 2, 3]),
    ],
)
def test_only_what_is_far_from_both_is_a_jump(closes: tuple[float, ...], jumps: list[int]) -> None:
    assert find_jumps(flat(CandleUnit.MINUTE, *closes)).tolist() == jumps
