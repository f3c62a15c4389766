"""Jumping equals stepping for strategies made of the real components; each of the registry is among them in time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.random_plans import random_candles
from tests.properties.strategy_definitions import valid_strategies
from tests.properties.test_fast_forward import assert_same
from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.compiler import compile_strategy
from upbit_auto_trading.component_system.registry import built_in

REGISTRY = built_in()
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))


def compare(definition: StrategyDefinition, seed: int, count: int) -> int:
    """How many fills there were."""
    minutes = replace(definition, unit=CandleUnit.MINUTE)
    if problems_in(minutes, REGISTRY):
        return 0
    plan = replace(compile_strategy(minutes, REGISTRY), needs=1)
    rng = np.random.default_rng(seed)
    data = [BacktestData(random_candles(rng, count, f"KRW-A{number}")) for number in range(1 + seed % 2)]
    assumed = BacktestSettings(slippage=0.001 * (seed % 3 == 0))
    jumped = run_backtest(plan, data, assumed)
    stepped = run_backtest(plan, data, replace(assumed, fast_forward=False))
    assert_same(jumped, stepped)
    return len(jumped.fills)


@settings(SLOW, max_examples=40)
@given(definition=valid_strategies(REGISTRY), seed=st.integers(0, 2**32), count=st.sampled_from([1, 30, 300]))
def test_strategies_of_components(definition: StrategyDefinition, seed: int, count: int) -> None:
    compare(definition, seed, count)


@pytest.mark.long
def test_many_of_them() -> None:
    filled = 0

    @settings(SLOW, max_examples=400, database=None)
    @given(definition=valid_strategies(REGISTRY), seed=st.integers(0, 2**32), count=st.sampled_from([300, 1000]))
    def each(definition: StrategyDefinition, seed: int, count: int) -> None:
        nonlocal filled
        filled += compare(definition, seed, count) > 0

    each()
    assert filled >= 20
