"""Any value that a declaration allows, so that a new component is tried by itself."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind
from upbit_auto_trading.component_system.registry import Registry


def values_of(parameter: Parameter, registry: Registry) -> st.SearchStrategy[Any]:
    """Within its bounds; of a variable its default."""
    low, high = parameter.minimum, parameter.maximum
    if parameter.kind is ParameterKind.WHOLE:
        assert low is not None
        assert high is not None
        return st.integers(int(low), int(high))
    if parameter.kind is ParameterKind.NUMBER:
        return st.floats(low, high)
    if parameter.kind is ParameterKind.NUMBERS:
        return st.lists(st.floats(low, high), max_size=7).map(tuple)
    if parameter.kind is ParameterKind.SWITCH:
        return st.booleans()
    if parameter.kind is ParameterKind.CHOICE:
        return st.sampled_from([one.value for one in parameter.choices])
    if parameter.kind is ParameterKind.SIZING:
        return any_use(ComponentKind.SIZING, registry)
    if parameter.kind is ParameterKind.STYLE:
        return any_use(ComponentKind.STYLE, registry)
    if parameter.kind is ParameterKind.LEVELS:
        return st.lists(any_use(ComponentKind.LEVEL, registry), max_size=3).map(tuple)
    return st.just(parameter.default)


def uses_of(kind: ComponentKind, component_id: str, registry: Registry) -> st.SearchStrategy[Use]:
    declared = registry.find(kind, component_id)
    assert declared is not None
    drawn = {one.name: values_of(one, registry) for one in declared.declaration.parameters}
    return st.fixed_dictionaries(drawn).map(
        lambda values: Use(kind, component_id, tuple((name, values[name]) for name in drawn))
    )


def any_use(kind: ComponentKind, registry: Registry) -> st.SearchStrategy[Use]:
    ids = [one.declaration.id for one in registry.of(kind)]
    return st.sampled_from(ids).flatmap(lambda one: uses_of(kind, one, registry))
