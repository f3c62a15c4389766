"""What a candle of a backtest is explained with agrees with what the run did there: taken or not taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.random_plans import random_candles
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, DecisionRow, Outcome
from upbit_auto_trading.business_logic.domain.explanation import Obstacle, RuleExplanation
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Limits, Use
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.component_system.compiler import CompiledStrategy, compile_explained
from upbit_auto_trading.component_system.explaining_run import explain_candle
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.strategy_file import read_strategy

STRATEGIES = Path(__file__).parents[3] / "resources" / "strategies"
SETTINGS = BacktestSettings(cash=1_000_000.0)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return built_in()


def compiled(registry: Registry, name: str) -> CompiledStrategy:
    """With limits on each rule and a brake, so that something is prevented."""
    found = read_strategy((STRATEGIES / f"{name}.json").read_text("utf-8"), registry)
    brake = Use(ComponentKind.RISK_RULE, "max-entries-a-day", (("count", 1),))
    entry = replace(found.entry, rules=tuple(replace(rule, limits=Limits(cooldown=15)) for rule in found.entry.rules))
    return compile_explained(replace(found, entry=entry, risk=(*found.risk, brake)), registry)


def eventful(strategy: CompiledStrategy) -> tuple[list[BacktestData], BacktestResult]:
    """The first of some random candles on which it acts a few times."""
    for seed in range(100):
        data = [BacktestData(random_candles(np.random.default_rng(seed), 900))]
        result = run_backtest(strategy.plan, data, SETTINGS)
        if len(result.fills) >= 4:
            return data, result
    raise AssertionError("nothing happens on any of them")


@pytest.mark.parametrize("name", ["basic-seven-rules", "ema-rsi-atr", "pyramiding", "bollinger"])
def test_every_candle_says_what_happened_there(registry: Registry, name: str) -> None:
    strategy = compiled(registry, name)
    data, result = eventful(strategy)
    told = {(one.row, one.rule): one for one in result.decisions if one.outcome is not Outcome.UNFILLED}
    rows = sorted({row for row, _ in told})[:40] + list(range(result.first_rows[0], 900, 45))
    seen: Counter[str] = Counter()
    for row in rows:
        for rule in explain_candle(strategy, data, SETTINGS, 0, int(data[0].series.opened[row])):
            acted = row_says(told, row, rule)
            seen["acted" if acted else "held" if rule.held else "not held"] += 1
            assert (rule.held and rule.prevented is None) is acted, (row, rule)
    assert seen["acted"]
    assert seen["not held"]


def row_says(told: dict[tuple[int, str], DecisionRow], row: int, rule: RuleExplanation) -> bool:
    found = told.get((row, rule.rule_id))
    return found is not None and found.outcome in (Outcome.ORDERED, Outcome.DONE)


def test_the_brake_that_prevented_is_named(registry: Registry) -> None:
    strategy = compiled(registry, "bollinger")
    data, result = eventful(strategy)
    prevented = next(one for one in result.decisions if one.outcome is Outcome.PREVENTED)
    explained = explain_candle(strategy, data, SETTINGS, 0, int(data[0].series.opened[prevented.row]))
    found = next(one.prevented for one in explained if one.rule_id == prevented.rule)
    assert found is not None
    assert (found.obstacle, found.by) == (Obstacle.BRAKE, "max-entries-a-day")
    assert (found.value, found.limit) == (1, 1)


def test_nothing_is_said_of_the_warm_up_or_of_no_candle(registry: Registry) -> None:
    strategy = compiled(registry, "bollinger")
    data = [BacktestData(random_candles(np.random.default_rng(3), 300))]
    opened = data[0].series.opened
    assert explain_candle(strategy, data, SETTINGS, 0, int(opened[2])) == ()
    assert explain_candle(strategy, data, SETTINGS, 0, int(opened[100]) + 1) == ()
    assert explain_candle(strategy, data, SETTINGS, 0, int(opened[-1]) + 60) == ()
