"""What every variable says of itself: both languages, a heading, bounds that hold its defaults."""

from __future__ import annotations

import re

import pytest

from tests.fakes.any_variable import built, candle_variables, each_line, registry, state_variables
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import Use
from upbit_auto_trading.component_system import variable as groups
from upbit_auto_trading.component_system.declaration import ComparisonGroup, Parameter, ParameterKind, variable_use
from upbit_auto_trading.component_system.registry import ComponentClass
from upbit_auto_trading.component_system.variable import Drawn, Variable
from upbit_auto_trading.component_system.variables import categories, patterns
from upbit_auto_trading.utils.bilingual_text import Text

EVERY = pytest.mark.parametrize("component", tuple(registry()), ids=lambda one: one.declaration.id)
RESERVED = {
    "variable",
    "operator",
    "action",
    "sizing",
    "style",
    "level",
    "risk",
    "block",
    "unit",
    "ago",
    "times",
    "plus",
}
HEADINGS = {one for one in vars(categories).values() if isinstance(one, Text)}
GROUPS = {id(one) for one in vars(groups).values() if isinstance(one, ComparisonGroup)}


def assert_is_said(text: Text) -> None:
    assert text.ko.strip() == text.ko != ""
    assert text.en.strip() == text.en != ""


@EVERY
def test_it_says_everything_of_itself(component: ComponentClass) -> None:
    assert_it_speaks_both_languages(component)
    assert_its_names_can_stand_in_a_file(component)
    assert_its_defaults_lie_within_its_bounds(component)
    assert_what_it_may_be_compared_with_is_known(component)


def assert_it_speaks_both_languages(component: ComponentClass) -> None:
    declaration = component.declaration
    assert_is_said(declaration.title)
    assert_is_said(declaration.help)
    assert declaration.help.ko.endswith(("요.", "ATR."))
    assert declaration.help.en.endswith(".")
    assert declaration.category in HEADINGS
    for parameter in declaration.parameters:
        assert_is_said(parameter.label)
        for choice in parameter.choices:
            assert_is_said(choice.label)


def assert_its_names_can_stand_in_a_file(component: ComponentClass) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", component.declaration.id)
    for parameter in component.declaration.parameters:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", parameter.name)
        assert parameter.name not in RESERVED, parameter.name


def assert_its_defaults_lie_within_its_bounds(component: ComponentClass) -> None:
    for parameter in component.declaration.parameters:
        assert allows(parameter, parameter.default), parameter.name


def allows(parameter: Parameter, value: object) -> bool:
    if parameter.is_required:
        return value is None
    if parameter.kind is ParameterKind.CHOICE:
        return value in [one.value for one in parameter.choices]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is not None
    assert parameter.minimum is not None
    assert parameter.maximum is not None
    return parameter.minimum <= value <= parameter.maximum


def assert_what_it_may_be_compared_with_is_known(component: ComponentClass) -> None:
    assert issubclass(component, Variable)
    found = each_line(component) if component in candle_variables() else (component(),)
    for one in found:
        assert isinstance(one, Variable)
        assert id(one.comparison_group) in GROUPS
        assert isinstance(one.where_drawn, Drawn)


def test_there_are_no_fewer_than_there_were() -> None:
    assert len(candle_variables()) >= 211
    assert len(state_variables()) >= 13
    assert len(patterns.TABLE) == 61


@pytest.mark.parametrize(
    ("source", "group"),
    [
        ("close", "price"),
        ("volume", "volume"),
        ("rsi", "oscillator"),
        ("roc", "percent"),
    ],
)
def test_an_average_compares_as_what_it_averages(source: str, group: str) -> None:
    assert built(having_source("ema", source)).comparison_group.id == group


@pytest.mark.parametrize(
    ("source", "group"),
    [
        ("close", "price-distance"),
        ("volume", "volume-flow"),
        ("rsi", "centred-100"),
        ("roc", "percent"),
        ("quotient", "centred"),
    ],
)
def test_a_difference_compares_as_differences_do(source: str, group: str) -> None:
    assert built(having_source("momentum", source)).comparison_group.id == group


def having_source(component_id: str, source: str) -> Use:
    return variable_use(component_id, source=variable_use(source))


def test_time_is_counted_in_candles_of_the_unit() -> None:
    assert built("yesterday-level").window == 2880
    assert built("yesterday-level", CandleUnit.HOUR).window == 48
    assert built("yesterday-level", CandleUnit.WEEK).window == 2
    assert built("change-percent").needs == 2
    averaged = built(having_source("sma", "highest-in-time"), CandleUnit.MINUTES_30)
    assert averaged.needs == 48 + 19
