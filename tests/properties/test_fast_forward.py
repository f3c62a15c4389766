"""Jumping to the next candle that matters gives what stepping through every one gives: any strategy, any data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.random_plans import Maker, coarse, random_candles
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

RULES = practice_rules()


def both_ways(seed: int, count: int) -> tuple[BacktestResult, BacktestResult]:
    rng = np.random.default_rng(seed)
    maker = Maker(rng)
    plan, assumed = maker.plan(), maker.settings()
    data = []
    for number in range(int(rng.choice([1, 1, 2, 3]))):
        fine = random_candles(rng, max(1, int(count * rng.choice([1.0, 0.7]))), f"KRW-A{number}")
        rules = RULES if rng.random() < 0.3 else None
        if plan.needs % 3 == 0:
            data.append(BacktestData(coarse(fine), fine if plan.needs % 2 else None, rules))
        else:
            data.append(BacktestData(fine, None, rules))
    plan = replace(plan, unit=data[0].series.unit)
    jumped = run_backtest(plan, data, replace(assumed, fast_forward=True))
    stepped = run_backtest(plan, data, replace(assumed, fast_forward=False))
    return jumped, stepped


def at_once(seed: int, count: int) -> tuple[BacktestResult, BacktestResult]:
    """One that is found by searching all exits at once, nearly always."""
    rng = np.random.default_rng(seed)
    maker = Maker(rng)
    plan = maker.simple_plan()
    assumed = replace(maker.settings(), latency=0, volume_share=None)
    data = [BacktestData(random_candles(rng, count), None, RULES if rng.random() < 0.4 else None)]
    found = run_backtest(plan, data, replace(assumed, fast_forward=True))
    return found, run_backtest(plan, data, replace(assumed, fast_forward=False))


def assert_same(jumped: BacktestResult, stepped: BacktestResult) -> None:
    assert list(jumped.fills) == list(stepped.fills)
    assert repr(list(jumped.decisions)) == repr(list(stepped.decisions))
    assert jumped.limits == stepped.limits
    assert np.array_equal(jumped.equity, stepped.equity)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.sampled_from([1, 2, 40, 400]))
def test_any_strategy_on_any_candles(seed: int, count: int) -> None:
    assert_same(*both_ways(seed, count))


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.sampled_from([1, 2, 60, 600]))
def test_all_exits_at_once(seed: int, count: int) -> None:
    assert_same(*at_once(seed, count))


def test_most_simple_strategies_are_searched_at_once() -> None:
    found = [at_once(seed, 600)[0] for seed in range(40)]
    without_steps = [one for one in found if not one.stepped]
    assert len(without_steps) > 15
    assert sum(len(one.trades) for one in without_steps) > 400
    reasons = {fill.reason[0] for one in without_steps for fill in one.fills}
    assert reasons == {"e", "m", "l"}


@pytest.mark.long
@settings(max_examples=250, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.sampled_from([400, 1500]))
def test_more_of_them(seed: int, count: int) -> None:
    assert_same(*both_ways(seed, count))
    assert_same(*at_once(seed, count))


def test_the_random_runs_are_about_something() -> None:
    """Fills of all kinds, and candles that were jumped over."""
    reasons: set[str] = set()
    outcomes: set[str] = set()
    stepped = total = fills = 0
    for seed in range(60):
        jumped, _ = both_ways(seed, 400)
        fills += len(jumped.fills)
        reasons |= {fill.reason[0] for fill in jumped.fills}
        outcomes |= {one.outcome.value for one in jumped.decisions}
        stepped += jumped.stepped
        total += sum(len(one) for one in jumped.series)
    assert fills > 500
    assert reasons >= {"e", "m", "l"}
    assert outcomes >= {"ordered", "done", "prevented", "outranked", "too-small", "unfilled"}
    assert stepped < total * 0.9
