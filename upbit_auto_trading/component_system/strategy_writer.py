"""Definition → JSON, with the shortest spelling of everything and no field that says what holds anyway."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    NO_LIMITS,
    ComponentKind,
    Condition,
    ConflictPolicy,
    Group,
    Limits,
    Node,
    Operand,
    ParameterValue,
    Part,
    Rearm,
    Rule,
    StrategyDefinition,
    Use,
    Within,
)
from upbit_auto_trading.utils.bilingual_text import Text

Tree = dict[str, object]
_NOTHING = Text("", "")


def strategy_tree(definition: StrategyDefinition) -> Tree:
    """Without format and version."""
    tree: Tree = {"name": name_tree(definition.name)}
    if definition.description != _NOTHING:
        tree["description"] = name_tree(definition.description)
    tree["unit"] = definition.unit.value
    if definition.markets:
        tree["markets"] = [str(market) for market in definition.markets]
    if definition.policy is not ConflictPolicy.PRIORITY:
        tree["policy"] = definition.policy.value
    tree["entry"] = _part(definition.entry)
    if definition.management:
        tree["management"] = [_part(part) for part in definition.management]
    if definition.risk:
        tree["risk"] = [use_tree(rule) for rule in definition.risk]
    return tree


def use_tree(use: Use) -> Tree:
    tree: Tree = {use.kind.value: use.id}
    tree |= {name: value_tree(value) for name, value in use.parameters}
    if use.unit is not None:
        tree["unit"] = use.unit.value
    if use.ago:
        tree["ago"] = use.ago
    if use.times != 1:
        tree["times"] = use.times
    if use.plus:
        tree["plus"] = use.plus
    return tree


def node_tree(node: Node) -> Tree:
    if isinstance(node, Group):
        return {node.kind.value: [node_tree(member) for member in node.members]}
    if isinstance(node, Within):
        return {"within": node.candles, "of": node_tree(node.node)}
    return _condition(node)


def _condition(condition: Condition) -> Tree:
    operator = use_tree(condition.operator)
    tree: Tree = {"left": _operand(condition.left), "operator": operator.pop("operator")}
    if condition.right:
        sides = [_operand(one) for one in condition.right]
        tree["right"] = sides[0] if len(sides) == 1 else sides
    return tree | operator


def _operand(operand: Operand) -> object:
    if not isinstance(operand, Use):
        return operand
    tree = use_tree(operand)
    return operand.id if len(tree) == 1 else tree


def value_tree(value: ParameterValue) -> object:
    if isinstance(value, Use):
        return _operand(value) if value.kind is ComponentKind.VARIABLE else use_tree(value)
    if isinstance(value, Group):
        return node_tree(value)
    if isinstance(value, tuple):
        return [value_tree(one) for one in value]
    return value


def _part(part: Part) -> Tree:
    named: Tree = {} if part.name == _NOTHING else {"name": name_tree(part.name)}
    if part.block is not None:
        return named | use_tree(part.block)
    tree = named | {"rules": [_rule(rule) for rule in part.rules]}
    return tree | {"levels": [use_tree(level) for level in part.levels]} if part.levels else tree


def _rule(rule: Rule) -> Tree:
    tree: Tree = {"id": rule.id}
    if rule.name != _NOTHING:
        tree["name"] = name_tree(rule.name)
    tree |= {"role": rule.role.value, "when": node_tree(rule.when), "action": use_tree(rule.action)}
    if rule.limits != NO_LIMITS:
        tree["limits"] = _limits(rule.limits)
    if rule.strength != 1:
        tree["strength"] = _operand(rule.strength)
    if not rule.is_enabled:
        tree["enabled"] = False
    return tree


def _limits(limits: Limits) -> Tree:
    tree: Tree = {}
    if limits.times_per_position is not None:
        tree["times_per_position"] = limits.times_per_position
    if limits.times_per_day is not None:
        tree["times_per_day"] = limits.times_per_day
    if limits.cooldown:
        tree["cooldown"] = limits.cooldown
    if limits.rearm is not Rearm.AT_ONCE:
        tree["rearm"] = limits.rearm.value
    return tree


def name_tree(text: Text) -> object:
    return text.ko if text.ko == text.en else {"ko": text.ko, "en": text.en}
