"""Strategies written in code, run on candles of which every price is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from tests.fakes.made_candles import BITCOIN
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    NO_LIMITS,
    ComponentKind,
    Condition,
    ConflictPolicy,
    Limits,
    Part,
    Role,
    Rule,
    StrategyDefinition,
    Use,
)
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.component_system.compiler import compile_strategy
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.part_writing import action, all_of, compare
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.utils.bilingual_text import Text

#: Monday 2026-01-05, 09:00 in Korea
MONDAY = 1_767_571_200
CLOSE = variable_use("close")
#: without a fee, so that amounts are round
SETTINGS = BacktestSettings(cash=1_000_000.0, fee=0.0)


@cache
def registry() -> Registry:
    return built_in()


def candles(
    closes: Sequence[float],
    *,
    wick: float = 0.0,
    unit: CandleUnit = CandleUnit.MINUTE,
    market: Market = BITCOIN,
    first: int = MONDAY,
) -> CandleSeries:
    """Each opens where the one before closed; ``wick`` is above and below both."""
    assert unit.length is not None
    close = np.asarray(closes, dtype=np.float64)
    opens = np.concatenate((close[:1], close[:-1]))
    opened = first + np.arange(len(close), dtype=np.int64) * int(unit.length.total_seconds())
    high, low = np.maximum(opens, close) + wick, np.minimum(opens, close) - wick
    return CandleSeries(market, unit, opened, opens, high, low, close, np.full(len(close), 1e6))


def rule(rule_id: str, role: Role, when: Condition, does: Use, limits: Limits = NO_LIMITS) -> Rule:
    return Rule(rule_id, role, all_of(when), does, limits=limits)


#: a close that comes from 101 or below to above it
SIGNAL = compare(CLOSE, "crosses-above", 101.0)


def entry(**buy: Any) -> Part:
    """Buys on the signal."""
    return Part(rules=(rule("enter", Role.ENTRY, SIGNAL, action("buy", **buy)),))


def strategy(
    enters: Part | None = None,
    *management: Part,
    risk: Sequence[Use] = (),
    unit: CandleUnit = CandleUnit.MINUTE,
    policy: ConflictPolicy = ConflictPolicy.PRIORITY,
) -> StrategyDefinition:
    name = Text("시험", "Trial")
    return StrategyDefinition(name, unit, enters or entry(), management, policy=policy, risk=tuple(risk))


def brake(component_id: str, /, **parameters: Any) -> Use:
    return Use(ComponentKind.RISK_RULE, component_id, tuple(parameters.items()))


def block(component_id: str, /, **parameters: Any) -> Part:
    return Part(block=Use(ComponentKind.BLOCK, component_id, tuple(parameters.items())))


def run(definition: StrategyDefinition, *series: CandleSeries, settings: BacktestSettings = SETTINGS) -> BacktestResult:
    return run_backtest(compile_strategy(definition, registry()), [BacktestData(one) for one in series], settings)


def stepped(
    definition: StrategyDefinition, *series: CandleSeries, settings: BacktestSettings = SETTINGS
) -> BacktestResult:
    return run(definition, *series, settings=replace(settings, fast_forward=False))
