"""Every variable of the program: its bounds are true, it compares with its own group alone, and is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice, product

import numpy as np
import pytest

from tests.fakes.toy_strategies import ALWAYS, all_of, buy, exit_rule, part, strategy, var, when
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.explanation import Outcome
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Role, Rule, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import MarketTest, StateView
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.compiler import compile_explained
from upbit_auto_trading.component_system.declaration import ParameterKind
from upbit_auto_trading.component_system.explaining import explain_rule
from upbit_auto_trading.component_system.explanation_text import text_of
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.variable import CandleVariable, StateVariable, Variable

CANDLES = 400
#: shares of differences may come out a last digit above one
ROUNDING = 1e-9


@cache
def registry() -> Registry:
    return built_in()


@cache
def builder() -> Builder:
    return Builder(registry(), CandleUnit.MINUTE)


def ids() -> list[str]:
    return [one.declaration.id for one in registry().of(ComponentKind.VARIABLE)]


def plain_use(variable_id: str) -> Use:
    """With what must be written."""
    declared = registry().find(ComponentKind.VARIABLE, variable_id)
    assert declared is not None
    required = [one for one in declared.declaration.parameters if one.is_required]
    given = {one.name: ("in",) if one.kind is ParameterKind.RULES else var("close") for one in required}
    return var(variable_id, **given)


@cache
def frames() -> tuple[Frame, ...]:
    """A wild market, one that stands still most of the time, and one that only rises."""
    random = np.random.default_rng(4)
    found = []
    for steps in (
        random.normal(0, 0.2, CANDLES),
        random.normal(0, 0.01, CANDLES) * (random.random(CANDLES) < 0.3),
        np.abs(random.normal(0, 0.01, CANDLES)),
    ):
        close = 100 * np.exp(np.cumsum(steps))
        opened = np.concatenate([[100], close[:-1]])
        high = np.maximum(opened, close) * (1 + np.abs(steps) * (random.random(CANDLES) < 0.5))
        low = np.minimum(opened, close) * np.exp(-np.abs(steps) * (random.random(CANDLES) < 0.5))
        volume = np.where(random.random(CANDLES) < 0.1, 0, random.exponential(5, CANDLES))
        begin = 1_700_000_000 // 60 * 60
        times = begin + np.arange(CANDLES) * 60
        series = CandleSeries(Market("upbit", "KRW-BTC"), CandleUnit.MINUTE, times, opened, high, low, close, volume)
        found.append(Frame(series))
    return tuple(found)


def chosen(variable_id: str) -> Iterator[Use]:
    """Each choice, with periods as they are and as short as they may be."""
    use = plain_use(variable_id)
    declared = registry().find(ComponentKind.VARIABLE, variable_id)
    assert declared is not None
    choices = [one for one in declared.declaration.parameters if one.kind is ParameterKind.CHOICE]
    short = {
        one.name: int(one.minimum or 0) for one in declared.declaration.parameters if one.kind is ParameterKind.WHOLE
    }
    for values in islice(product(*(one.choices for one in choices)), 12):
        picked = use
        for parameter, value in zip(choices, values, strict=True):
            picked = picked.having(parameter.name, value.value)
        yield picked
        for name, least in short.items():
            picked = picked.having(name, least)
        yield picked


@pytest.mark.parametrize("variable_id", ids())
def test_its_values_lie_within_its_bounds(variable_id: str) -> None:
    """What is refused as never holding is refused by them."""
    for use in chosen(variable_id):
        variable = builder().component(use)
        if not isinstance(variable, CandleVariable):
            continue
        low, high = (
            limit if one is None else one for one, limit in zip(variable.bounds, (-np.inf, np.inf), strict=True)
        )
        if np.isfinite(low) or np.isfinite(high):
            for columns in frames():
                values = columns.of(variable)
                known = values[~np.isnan(values)]
                assert ((known >= low - ROUNDING) & (known <= high + ROUNDING)).all(), variable.key


@pytest.mark.parametrize("variable_id", ids())
def test_it_compares_with_its_own_group_and_is_told_in_words(variable_id: str) -> None:
    use = plain_use(variable_id)
    variable = builder().component(use)
    assert isinstance(variable, Variable)
    group = variable.comparison_group
    bounds = [one for one in (group.minimum, group.maximum) if one is not None] or [1.0]
    middle = float(sum(bounds)) / len(bounds) or 1.0

    entry = Rule("in", Role.ENTRY, ALWAYS, buy())
    rule = exit_rule("out", all_of(when(use, ">=", middle), when(use, "<=", use)))
    definition = strategy(part(entry), part(rule))

    assert problems_in(definition, registry()) == ()
    compiled = compile_explained(definition, registry()).rules["out"]
    for columns in frames()[:1]:
        for row in (0, CANDLES - 1):
            close = float(columns.close[row])
            view = StateView(columns, row, close, float(columns.closed[row]), average=90.0, quantity=1.0, equity=1e6)
            explained = explain_rule(compiled, view)
            if isinstance(compiled.plan.when, MarketTest):
                assert explained.held == bool(columns.truth(compiled.plan.when)[row])
            words = text_of(explained)
            assert variable.declaration.title.ko in words.ko
            assert variable.declaration.title.en in words.en
            assert "{" not in words.ko + words.en
            assert explained.when.outcome in Outcome


@pytest.mark.parametrize("variable_id", ids())
def test_it_compares_with_no_other_group(variable_id: str) -> None:
    variable = builder().component(plain_use(variable_id))
    assert isinstance(variable, Variable)
    for other in ("close", "rsi", "volume", "weekday", "change-percent"):
        theirs = builder().component(var(other))
        assert isinstance(theirs, Variable)
        rule = exit_rule("out", all_of(when(plain_use(variable_id), "<", other)))
        problems = problems_in(strategy(part(Rule("in", Role.ENTRY, ALWAYS, buy())), part(rule)), registry())
        is_same = variable.comparison_group.id == theirs.comparison_group.id

        reasons = {one.reason for one in problems} - {"never-true"}  # rsi < rsi
        assert reasons == (set() if is_same else {"not-comparable"})
        for problem in problems:
            if problem.reason == "not-comparable" and problem.nearest:
                nearest = builder().component(plain_use(problem.nearest))
                assert isinstance(nearest, Variable)
                assert nearest.comparison_group.id in (variable.comparison_group.id, theirs.comparison_group.id)


def test_there_are_variables_of_both_kinds() -> None:
    kinds = [registry().find(ComponentKind.VARIABLE, one) for one in ids()]

    assert sum(one is not None and issubclass(one, StateVariable) for one in kinds) >= 13
    assert len(kinds) >= 140
