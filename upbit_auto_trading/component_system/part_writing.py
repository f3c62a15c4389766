"""Short words for writing parts in code, as ready-made blocks do."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    Group,
    GroupKind,
    Node,
    Operand,
    ParameterValue,
    Use,
)


def compare(left: Use, operator: str, *right: Operand, **parameters: ParameterValue) -> Condition:
    return Condition(left, Use(ComponentKind.OPERATOR, operator, tuple(parameters.items())), right)


def all_of(*members: Node) -> Group:
    return Group(GroupKind.ALL, members)


def any_of(*members: Node) -> Group:
    return Group(GroupKind.ANY, members)


def action(component_id: str, /, **parameters: ParameterValue) -> Use:
    return Use(ComponentKind.ACTION, component_id, tuple(parameters.items()))


def sizing(component_id: str, /, **parameters: ParameterValue) -> Use:
    return Use(ComponentKind.SIZING, component_id, tuple(parameters.items()))


def style(component_id: str, /, **parameters: ParameterValue) -> Use:
    return Use(ComponentKind.STYLE, component_id, tuple(parameters.items()))


def level(component_id: str, /, **parameters: ParameterValue) -> Use:
    return Use(ComponentKind.LEVEL, component_id, tuple(parameters.items()))
