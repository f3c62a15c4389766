"""Every variable of candles that is declared, with its defaults or with parameters drawn within its bounds."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from random import Random

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.component_system import variables
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind, variable_use
from upbit_auto_trading.component_system.registry import ComponentClass, Registry, declared_in
from upbit_auto_trading.component_system.variable import CandleVariable, StateVariable

#: long periods are the same formula, and slow to wait for
LONGEST_DRAWN = 30
_DURATIONS = ("1m", "7m", "90s", "2h", "30m")
#: bounded and not, with unknown values at the beginning, and with some in between
_SOURCES: tuple[Use, ...] = (
    variable_use("close"),
    variable_use("high"),
    variable_use("volume"),
    variable_use("roc", period=3),
    variable_use("rsi", period=5),
    variable_use("stochastic", period=5),
    variable_use("volume-ratio", period=4),
)


@cache
def registry() -> Registry:
    """Of variables alone, so that nothing else must be importable."""
    found = Registry()
    for module in iter_modules(variables.__path__):
        for component in declared_in(import_module(f"{variables.__name__}.{module.name}")):
            found.add(component)
    return found


def candle_variables() -> tuple[type[CandleVariable], ...]:
    return tuple(one for one in registry().of(ComponentKind.VARIABLE) if issubclass(one, CandleVariable))


def state_variables() -> tuple[type[StateVariable], ...]:
    return tuple(one for one in registry().of(ComponentKind.VARIABLE) if issubclass(one, StateVariable))


def built(use: Use | str, unit: CandleUnit = CandleUnit.MINUTE) -> CandleVariable:
    found = Builder(registry(), unit).component(variable_use(use) if isinstance(use, str) else use)
    assert isinstance(found, CandleVariable)
    return found


def having(component_id: str, **parameters: ParameterValue) -> CandleVariable:
    return built(variable_use(component_id, **parameters))


def each_line(component: ComponentClass) -> tuple[CandleVariable, ...]:
    """With its defaults; one for each choice of each parameter that is a choice."""
    plain = variable_use(component.declaration.id)
    uses = [
        plain.having(parameter.name, choice.value)
        for parameter in component.declaration.parameters
        for choice in parameter.choices
    ]
    return tuple(built(use) for use in uses or [plain])


def at_bounds(component: ComponentClass) -> tuple[CandleVariable, ...]:
    """With each number at its least and at its most, the others as they are."""
    plain = variable_use(component.declaration.id)
    return tuple(
        built(plain.having(parameter.name, int(bound) if parameter.kind is ParameterKind.WHOLE else bound))
        for parameter in component.declaration.parameters
        for bound in (parameter.minimum, parameter.maximum)
        if bound is not None
    )


def drawn(component: ComponentClass, chance: Random) -> CandleVariable:
    return built(drawn_use(component, chance))


def drawn_use(component: ComponentClass, chance: Random) -> Use:
    use = variable_use(component.declaration.id)
    for parameter in component.declaration.parameters:
        use = use.having(parameter.name, _drawn_value(parameter, chance))
    return use


def _drawn_value(parameter: Parameter, chance: Random) -> ParameterValue:
    low, high = parameter.minimum or 0.0, parameter.maximum or 0.0
    match parameter.kind:
        case ParameterKind.WHOLE:
            return chance.randint(int(low), min(int(high), LONGEST_DRAWN))
        case ParameterKind.NUMBER:
            return round(chance.uniform(low, high), 3)
        case ParameterKind.CHOICE:
            return chance.choice(parameter.choices).value
        case ParameterKind.SWITCH:
            return chance.random() < 0.5
        case ParameterKind.DURATION:
            return chance.choice(_DURATIONS)
    assert parameter.kind is ParameterKind.VARIABLE, parameter
    fitting = [use for use in _SOURCES if not parameter.groups or built(use).comparison_group.id in parameter.groups]
    return chance.choice(fitting)
