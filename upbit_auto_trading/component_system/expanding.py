"""Ready-made blocks written out as parts, so that checking and compiling know rules and levels alone."""

from __future__ import annotations

from dataclasses import replace

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    Condition,
    Group,
    Node,
    Operand,
    ParameterValue,
    Part,
    Rule,
    StrategyDefinition,
    Use,
    Within,
)
from upbit_auto_trading.component_system.block import BlockComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import ParameterKind
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.utils.bilingual_text import Text

ENTRY_PREFIX = "e."
MANAGEMENT_PREFIX = "m{number}."


def expanded(definition: StrategyDefinition, registry: Registry) -> StrategyDefinition:
    """Its uses of blocks must have been checked."""
    management = tuple(
        expanded_part(part, MANAGEMENT_PREFIX.format(number=index + 1), registry, definition)
        for index, part in enumerate(definition.management)
    )
    return replace(
        definition,
        entry=expanded_part(definition.entry, ENTRY_PREFIX, registry, definition),
        management=management,
    )


def expanded_part(part: Part, prefix: str, registry: Registry, definition: StrategyDefinition) -> Part:
    """Ids of the block's rules, and what refers to them inside the block, get the prefix; a name that was written
    stays."""
    if part.block is None:
        return part
    block = Builder(registry, definition.unit).component(part.block)
    assert isinstance(block, BlockComponent)
    made = block.part()
    renaming = _Renaming(registry, {rule.id: f"{prefix}{rule.id}" for rule in made.rules})
    name = next((one for one in (part.name, made.name, block.declaration.title) if one != Text("", "")), part.name)
    return Part(name, tuple(renaming.rule(rule) for rule in made.rules), renaming.uses(made.levels))


class _Renaming:
    def __init__(self, registry: Registry, names: dict[str, str]) -> None:
        self._registry = registry
        self._names = names

    def rule(self, rule: Rule) -> Rule:
        return replace(
            rule,
            id=self._names[rule.id],
            when=self._group(rule.when),
            action=self._use(rule.action),
            strength=self._operand(rule.strength),
        )

    def uses(self, uses: tuple[Use, ...]) -> tuple[Use, ...]:
        return tuple(self._use(one) for one in uses)

    def _group(self, group: Group) -> Group:
        return replace(group, members=tuple(self._node(one) for one in group.members))

    def _node(self, node: Node) -> Node:
        if isinstance(node, Group):
            return self._group(node)
        if isinstance(node, Within):
            return replace(node, node=self._node(node.node))
        return Condition(
            self._use(node.left), self._use(node.operator), tuple(self._operand(one) for one in node.right)
        )

    def _operand(self, operand: Operand) -> Operand:
        return self._use(operand) if isinstance(operand, Use) else operand

    def _use(self, use: Use) -> Use:
        declared = self._registry.find(use.kind, use.id)
        kinds = {} if declared is None else {one.name: one.kind for one in declared.declaration.parameters}
        return replace(
            use, parameters=tuple((name, self._value(value, kinds.get(name))) for name, value in use.parameters)
        )

    def _value(self, value: ParameterValue, kind: ParameterKind | None) -> ParameterValue:
        if kind is ParameterKind.RULES and isinstance(value, tuple):
            return tuple(self._names.get(one, one) if isinstance(one, str) else one for one in value)  # type: ignore[return-value]
        if isinstance(value, Use):
            return self._use(value)
        if isinstance(value, tuple) and value and isinstance(value[0], Use):
            return tuple(self._use(one) for one in value if isinstance(one, Use))
        return value


def place_of_part(index: int) -> str:
    """Of ``definition.parts``, where it stands in a file."""
    return "entry" if index == 0 else f"management[{index - 1}]"
