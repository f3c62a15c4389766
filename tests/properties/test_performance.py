"""Figures of a run against the same written as plainly as can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.performance.drawdown import longest_drawdown_seconds, max_drawdown
from upbit_auto_trading.business_logic.performance.returns import daily_returns, sharpe
from upbit_auto_trading.business_logic.performance.trade_figures import exposure

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_STARTS = st.sampled_from((timedelta(0), timedelta(hours=-9)))
#: closing times by rising time, with gaps of up to days
TIMES = st.lists(st.integers(1, 200_000), min_size=1, max_size=80).map(
    lambda steps: np.cumsum(np.array(steps, dtype=np.int64))
)


def values(count: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.integers(1, 1_000).map(float), min_size=count, max_size=count)


@given(TIMES, st.data())
def test_drawdowns(closed: np.ndarray, data: st.DataObject) -> None:
    equity = data.draw(values(len(closed)))
    deepest, longest = 0.0, 0
    high, high_at, fell = equity[0], int(closed[0]), False
    for value, moment in zip(equity, closed.tolist(), strict=True):
        if value >= high:
            longest = max(longest, moment - high_at) if fell else longest
            high, high_at, fell = value, moment, False
        else:
            fell = True
            deepest = max(deepest, 1 - value / high)
            longest = max(longest, moment - high_at)
    assert max_drawdown(np.array(equity)) == pytest.approx(deepest)
    assert longest_drawdown_seconds(np.array(equity), closed) == longest


@given(TIMES, DAY_STARTS, st.data())
def test_daily_returns_and_sharpe(closed: np.ndarray, day_start: timedelta, data: st.DataObject) -> None:
    equity = data.draw(values(len(closed)))
    by_day: dict[datetime, float] = {}
    for value, moment in zip(equity, closed.tolist(), strict=True):
        just_before = EPOCH + timedelta(seconds=moment - 1)
        by_day[CandleUnit.DAY.floor(just_before, day_start)] = value
    ends, day = [500.0], min(by_day)
    while day <= max(by_day):
        ends.append(by_day.get(day, ends[-1]))
        day += timedelta(days=1)
    expected = [later / earlier - 1 for earlier, later in pairwise(ends)]

    found = daily_returns(500.0, np.array(equity), closed, day_start)
    assert found.tolist() == pytest.approx(expected)
    if len(expected) < 30 or stdev(expected) < 1e-9:
        assert sharpe(found) is None
    else:
        assert sharpe(found) == pytest.approx(mean(expected) / stdev(expected) * 365**0.5)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-20, 120), st.integers(0, 60)), max_size=8))
def test_exposure_counts_each_second_once(trades: list[tuple[int, int]]) -> None:
    starts = np.array([start for start, _ in trades], dtype=np.int64)
    ends = np.array([start + length for start, length in trades], dtype=np.int64)
    held = sum(any(start <= second < start + length for start, length in trades) for second in range(100))
    assert exposure(starts, ends, 0, 100) == pytest.approx(held / 100)
