"""What of a strategy is computed from candles alone: the columns that its checks compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import (
    Buy,
    LevelPlan,
    MarketTest,
    MarketVariable,
    MoveStop,
    RulePlan,
    StateTest,
    StrategyPlan,
    Test,
)

#: two computations of the same number in the same order differ by nothing; in another order by rounding
SAME: Final = (1e-9, 1e-12)
#: from a part of the history, rounding adds up in sums and fades in averages
SAME_FROM_WINDOW: Final = (1e-6, 1e-9)
#: candles behind the end in which there is nothing
_FENCE: Final = 256
Differing = NDArray[np.bool_]


class Checked(Enum):
    VARIABLE = "variable"
    #: a condition or a group of them: whether it held, 1 or 0
    CONDITION = "condition"
    #: an order of a run
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class CheckedColumn:
    kind: Checked
    name: str
    needs: int
    window: int
    of: Callable[[Frame], Floats]


def columns_of(plan: StrategyPlan) -> tuple[CheckedColumn, ...]:
    """Each once, by name: variables first, so that a fault is named where it begins."""
    variables = {variable.key: variable for variable in (*plan.variables, *_variables_of(plan))}
    tests = {test.key: test for rule in plan.rules for test in _market_tests(rule.when)}
    return (*map(_column_of_variable, variables.values()), *map(_column_of_test, tests.values()))


def columns_of_variables(variables: tuple[MarketVariable, ...]) -> tuple[CheckedColumn, ...]:
    return tuple(map(_column_of_variable, variables))


def copied(series: CandleSeries, begin: int, end: int) -> CandleSeries:
    """In memory of its own: whatever reads beyond its end finds nothing known there, and not the future."""
    part = series.rows(slice(begin, end))
    return replace(
        part,
        opened=part.opened.copy(),
        open=_fenced(part.open),
        high=_fenced(part.high),
        low=_fenced(part.low),
        close=_fenced(part.close),
        volume=_fenced(part.volume),
        turnover=None if part.turnover is None else _fenced(part.turnover),
    )


def _fenced(values: Floats) -> Floats:
    """Memory that was given back may still hold what was cut off."""
    count = len(values)
    memory = np.full(count + _FENCE, np.nan)
    memory[:count] = values
    return memory[:count]


def differing(one: Floats, two: Floats, scale: float, tolerance: tuple[float, float]) -> Differing:
    """Beyond rounding; unknown is the same as unknown. ``scale`` is the largest number of the whole column."""
    if one.dtype == two.dtype == np.float64 and np.array_equal(one.view(np.int64), two.view(np.int64)):
        return np.zeros(len(one), dtype=np.bool_)
    relative, absolute = tolerance
    with np.errstate(invalid="ignore"):
        allowed = relative * np.maximum(np.abs(one), np.abs(two)) + absolute * scale
        is_near = (np.abs(one - two) <= allowed) | (one == two)
    return np.asarray(~(is_near | (np.isnan(one) & np.isnan(two))))


def scale_of(column: Floats) -> float:
    finite = column[np.isfinite(column)]
    return float(np.abs(finite).max(initial=0.0))


def _column_of_variable(variable: MarketVariable) -> CheckedColumn:
    def of(frame: Frame) -> Floats:
        return np.asarray(frame.of(variable), dtype=np.float64)

    return CheckedColumn(Checked.VARIABLE, variable.key, variable.needs, variable.window, of)


def _column_of_test(test: MarketTest) -> CheckedColumn:
    def of(frame: Frame) -> Floats:
        return frame.truth(test).astype(np.float64)

    return CheckedColumn(Checked.CONDITION, test.key, test.needs, test.window, of)


def _market_tests(test: Test) -> Iterator[MarketTest]:
    if isinstance(test, MarketTest):
        yield test
    elif not isinstance(test, StateTest):
        for member in test.members:
            yield from _market_tests(member)


def _variables_of(plan: StrategyPlan) -> Iterator[MarketVariable]:
    """Those that rules and levels read themselves, should the plan not name them."""
    for part in plan.parts:
        for level in part.levels:
            yield from _of_level(level)
        for rule in part.rules:
            yield from _of_rule(rule)


def _of_rule(rule: RulePlan) -> Iterator[MarketVariable]:
    if not isinstance(rule.strength, int | float):
        yield rule.strength
    action = rule.action
    if isinstance(action, Buy):
        yield from action.sizing.variables
        for level in action.levels:
            yield from _of_level(level)
    elif isinstance(action, MoveStop):
        yield from (one for one in (action.variable, action.price) if one is not None)


def _of_level(level: LevelPlan) -> Iterator[MarketVariable]:
    yield from (one for one in (level.variable, level.price) if one is not None)
