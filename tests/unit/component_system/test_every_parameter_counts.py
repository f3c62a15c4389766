"""No parameter of an action, style, sizing, level, brake or block is decorative: another value, another plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import nan
from typing import Any

import pytest

from tests.fakes.made_candles import BITCOIN, RIPPLE, made_series
from tests.fakes.small_backtests import registry
from tests.fakes.strategy_asks import HOUR, NEW_YEAR_KST, held, proposal, sizing_ask
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import PastTrades
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.block import BlockComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind, variable_use
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.part_writing import all_of, compare, level, sizing, style
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.component_system.style import StyleComponent

KINDS = (
    ComponentKind.ACTION,
    ComponentKind.STYLE,
    ComponentKind.SIZING,
    ComponentKind.LEVEL,
    ComponentKind.RISK_RULE,
    ComponentKind.BLOCK,
)
BUILDER = Builder(registry(), CandleUnit.MINUTE)
WON = PastTrades(count=40, wins=24, average_win=0.04, average_loss=0.02)
ASKS = (
    sizing_ask(stop_distance=4.0, first_funds=1_000.0, last_funds=2_000.0, past=WON, row=29),
    # a stop so near that only caps count
    sizing_ask(stop_distance=0.001, first_funds=1_000.0, last_funds=2_000.0, past=WON, row=29),
    # too few trades
    sizing_ask(stop_distance=4.0),
    # enough candles for a volatility
    sizing_ask(columns=Frame(made_series(100)), row=99),
)
PROPOSALS = tuple(
    proposal(
        now=NEW_YEAR_KST + int(hour * HOUR),
        closed_at=NEW_YEAR_KST + int(hour * HOUR) - 30 * 60,
        held=others,
        funds=funds,
        equity=950_000.0,
        stop_distance=50.0,
        entries_today=10,
        correlation=lambda one, other, days, known=known: nan if known else 0.85 if days == 30 else 0.5,
    )
    for hour in (3, 12, 23.5)
    for funds in (100_000.0, 2_000_000.0)
    for others in ((held(RIPPLE),), tuple(held(RIPPLE) for _ in range(5)), (held(BITCOIN, 1_000.0, 10.0), held(RIPPLE)))
    for known in (False, True)
)
#: what a parameter without a useful default is given
NEEDED = {
    ParameterKind.RULES: (("one",), ("two",)),
    ParameterKind.CONDITIONS: tuple(all_of(compare(variable_use("rsi"), ">", limit)) for limit in (60.0, 70.0)),
}


def others(declared: Parameter) -> list[Any]:
    """Some values that are not the default."""
    if declared.kind in NEEDED:
        return [NEEDED[declared.kind][1]]
    if declared.kind is ParameterKind.CHOICE:
        return [one.value for one in declared.choices if one.value != declared.default]
    if declared.kind is ParameterKind.SWITCH:
        return [not declared.default]
    if declared.kind is ParameterKind.NUMBERS:
        return [(1.0, 2.0)]
    if declared.kind in (ParameterKind.WHOLE, ParameterKind.NUMBER):
        assert declared.minimum is not None
        assert declared.maximum is not None
        middle = (declared.minimum + min(declared.maximum, declared.minimum + 100)) / 2
        values = [declared.minimum, declared.maximum, int(middle) if declared.kind is ParameterKind.WHOLE else middle]
        return [int(one) if declared.kind is ParameterKind.WHOLE else one for one in values if one != declared.default]
    uses: dict[ParameterKind, list[Any]] = {
        ParameterKind.TEXT: ["words"],
        ParameterKind.VARIABLE: [variable_use("atr", period=3), variable_use("sma"), variable_use("range-percent")],
        ParameterKind.SIZING: [sizing("fixed-amount", amount=5)],
        ParameterKind.STYLE: [style("best")],
        ParameterKind.LEVELS: [(level("stop-percent"),)],
    }
    return uses[declared.kind]


def outcome(use: Use) -> object:
    component = BUILDER.component(use)
    if isinstance(component, ActionComponent | LevelComponent):
        return component.plan(BUILDER)
    if isinstance(component, StyleComponent):
        return component.plan()
    if isinstance(component, BlockComponent):
        return component.part()
    if isinstance(component, SizingComponent):
        return [component.funds(ask) for ask in ASKS]
    assert isinstance(component, RiskComponent)
    return [component.judge(one).funds for one in PROPOSALS]


def surroundings(kind: ComponentKind, name: str, chosen: Parameter) -> Iterator[dict[str, Any]]:
    """Values of the others: what is needed, and each combination of choices and switches, as some count only there."""
    declared = registry().find(kind, name)
    assert declared is not None
    rest = [one for one in declared.declaration.parameters if one.name != chosen.name]
    needed = {one.name: NEEDED[one.kind][0] for one in rest if one.kind in NEEDED}
    switching = [one for one in rest if one.kind in (ParameterKind.CHOICE, ParameterKind.SWITCH)]
    for values in product(*([one.default, *others(one)[:4]] for one in switching)):
        yield needed | dict(zip((one.name for one in switching), values, strict=True))


def makes_a_difference(kind: ComponentKind, name: str, chosen: Parameter) -> bool:
    first = NEEDED[chosen.kind][0] if chosen.kind in NEEDED else chosen.default
    for around in surroundings(kind, name, chosen):
        base = outcome(Use(kind, name, tuple((around | {chosen.name: first}).items())))
        for other in others(chosen):
            if outcome(Use(kind, name, tuple((around | {chosen.name: other}).items()))) != base:
                return True
    return False


PARAMETERS = [
    (kind, one.declaration.id, parameter)
    for kind in KINDS
    for one in registry().of(kind)
    for parameter in one.declaration.parameters
]


@pytest.mark.parametrize(
    ("kind", "name", "parameter"),
    PARAMETERS,
    ids=[f"{kind.value}:{name}.{parameter.name}" for kind, name, parameter in PARAMETERS],
)
def test_a_parameter_makes_a_difference(kind: ComponentKind, name: str, parameter: Parameter) -> None:
    assert makes_a_difference(kind, name, parameter)


def test_texts_are_in_both_languages_and_say_something() -> None:
    for kind in KINDS:
        for one in registry().of(kind):
            said = one.declaration
            for text in (said.title, said.help, *(part.label for part in said.parameters)):
                assert text.ko, said.id
                assert text.en, said.id
            assert "요" in said.help.ko, said.id
            assert said.help.ko.endswith("."), said.id
            assert said.help.en.endswith("."), said.id
            for parameter in said.parameters:
                assert parameter.help.ko.endswith("요."), f"{said.id}.{parameter.name}"
                assert parameter.help.en.endswith("."), f"{said.id}.{parameter.name}"
    assert len(PARAMETERS) >= 150
    print(f"{len(PARAMETERS)} parameters")
