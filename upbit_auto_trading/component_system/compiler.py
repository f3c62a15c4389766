"""A definition → what the engine runs, or every problem of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy, InvariantBroken
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    Condition,
    Group,
    GroupKind,
    Node,
    Operand,
    Part,
    Rule,
    StrategyDefinition,
    Use,
    Within,
)
from upbit_auto_trading.business_logic.ports.strategy import (
    Action,
    Buy,
    LevelPlan,
    MarketTest,
    MarketVariable,
    MoveStop,
    PartPlan,
    RiskRule,
    RulePlan,
    StateTest,
    StrategyPlan,
    Test,
)
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder, is_market_variable
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.condition_tests import (
    AnyVariable,
    Side,
    condition_test,
    group_test,
    leaves_of,
    within_test,
)
from upbit_auto_trading.component_system.expanding import expanded
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.operator import Operator
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.risk_component import RiskComponent


@dataclass(frozen=True, slots=True)
class ExplainedOperand:
    """``use`` is what was written; None: a number."""

    side: Side
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class ExplainedCondition:
    operator: Operator
    left: ExplainedOperand
    right: tuple[ExplainedOperand, ...]
    test: MarketTest | StateTest


@dataclass(frozen=True, slots=True)
class ExplainedWithin:
    candles: int
    member: ExplainedTest
    test: MarketTest


@dataclass(frozen=True, slots=True)
class ExplainedGroup:
    kind: GroupKind
    members: tuple[ExplainedTest, ...]
    test: Test


#: the conditions as they were written, each with the test that it became
ExplainedTest = ExplainedCondition | ExplainedWithin | ExplainedGroup


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    plan: RulePlan
    when: ExplainedTest


@dataclass(frozen=True, slots=True)
class CompiledStrategy:
    plan: StrategyPlan
    #: blocks written out
    definition: StrategyDefinition
    #: by id of the rule
    rules: Mapping[str, ExplainedRule]


def compile_strategy(definition: StrategyDefinition, registry: Registry) -> StrategyPlan:
    """Raises InvalidStrategy with all that is wrong."""
    return compile_explained(definition, registry).plan


def compile_explained(definition: StrategyDefinition, registry: Registry) -> CompiledStrategy:
    """With what explanations need. Raises InvalidStrategy with all that is wrong."""
    problems = problems_in(definition, registry)
    if problems:
        raise InvalidStrategy(problems)
    return build_strategy(definition, registry)


def build_strategy(definition: StrategyDefinition, registry: Registry) -> CompiledStrategy:
    """One that was checked."""
    return _Compiler(registry, definition.unit).strategy(expanded(definition, registry))


def compile_group(group: Group, registry: Registry, unit: CandleUnit) -> ExplainedTest:
    """Checked conditions that stand alone, as those of a screen."""
    return _Compiler(registry, unit).node(group)


class _Compiler:
    def __init__(self, registry: Registry, unit: CandleUnit) -> None:
        self._builder = Builder(registry, unit)

    def strategy(self, definition: StrategyDefinition) -> CompiledStrategy:
        found: dict[str, ExplainedRule] = {}
        entry, *management = (self._part(part, found) for part in definition.parts)
        risk = tuple(self._risk(use) for use in definition.risk)
        plans = (entry, *management)
        read = unique(one for plan in plans for one in _variables_of(plan, found))
        tests = tuple(one for rule in found.values() for one in leaves_of(rule.plan.when))
        plan = StrategyPlan(
            name=definition.name,
            unit=definition.unit,
            entry=entry,
            management=tuple(management),
            policy=definition.policy,
            risk=risk,
            markets=definition.markets,
            needs=max((one.needs for one in (*read, *tests)), default=1),
            window=max((one.window for one in (*read, *tests)), default=1),
            variables=read,
        )
        return CompiledStrategy(plan, definition, found)

    def _part(self, part: Part, found: dict[str, ExplainedRule]) -> PartPlan:
        rules = tuple(self._rule(rule) for rule in part.rules if rule.is_enabled)
        found.update((rule.plan.id, rule) for rule in rules)
        return PartPlan(part.name, tuple(rule.plan for rule in rules), tuple(self._level(use) for use in part.levels))

    def _rule(self, rule: Rule) -> ExplainedRule:
        when = self.node(rule.when)
        plan = RulePlan(
            id=rule.id,
            name=rule.name,
            role=rule.role,
            when=when.test,
            action=self._action(rule.action),
            limits=rule.limits,
            strength=self._strength(rule.strength),
        )
        return ExplainedRule(plan, when)

    def _strength(self, strength: Operand) -> float | MarketVariable:
        return self._builder.market_variable(strength) if isinstance(strength, Use) else float(strength)

    def _action(self, use: Use) -> Action:
        component = self._builder.component(use)
        assert isinstance(component, ActionComponent)
        return component.plan(self._builder)

    def _level(self, use: Use) -> LevelPlan:
        component = self._builder.component(use)
        assert isinstance(component, LevelComponent)
        return component.plan(self._builder)

    def _risk(self, use: Use) -> RiskRule:
        component = self._builder.component(use)
        assert isinstance(component, RiskComponent)
        return component

    def node(self, node: Node) -> ExplainedTest:
        if isinstance(node, Group):
            members = tuple(self.node(one) for one in node.members)
            return ExplainedGroup(node.kind, members, group_test(node.kind, tuple(one.test for one in members)))
        if isinstance(node, Within):
            member = self.node(node.node)
            if not isinstance(member.test, MarketTest):
                raise InvariantBroken(
                    "what a position was some candles ago is not kept: the definition was not checked"
                )
            return ExplainedWithin(node.candles, member, within_test(node.candles, member.test))
        return self._condition(node)

    def _condition(self, condition: Condition) -> ExplainedCondition:
        operator = self._builder.component(condition.operator)
        assert isinstance(operator, Operator)
        left = self._builder.variable(condition.left)
        right = tuple(self._operand(one) for one in condition.right)
        test = condition_test(operator, left, tuple(one.side for one in right))
        return ExplainedCondition(operator, ExplainedOperand(left, condition.left), right, test)

    def _operand(self, operand: Operand) -> ExplainedOperand:
        if isinstance(operand, Use):
            return ExplainedOperand(self._builder.variable(operand), operand)
        return ExplainedOperand(float(operand))


def _variables_of(part: PartPlan, found: Mapping[str, ExplainedRule]) -> Iterator[MarketVariable]:
    for level in part.levels:
        yield from _of_level(level)
    for rule in part.rules:
        yield from _of_test(found[rule.id].when)
        yield from _of_action(rule.action)
        if not isinstance(rule.strength, float):
            yield rule.strength


def _of_test(test: ExplainedTest) -> Iterator[MarketVariable]:
    if isinstance(test, ExplainedGroup):
        for member in test.members:
            yield from _of_test(member)
    elif isinstance(test, ExplainedWithin):
        yield from _of_test(test.member)
    else:
        yield from _market_only(one.side for one in (test.left, *test.right))


def _of_action(action: Action) -> Iterator[MarketVariable]:
    if isinstance(action, Buy):
        yield from action.sizing.variables
        for level in action.levels:
            yield from _of_level(level)
    elif isinstance(action, MoveStop):
        yield from _market_only((action.variable, action.price))


def _of_level(level: LevelPlan) -> Iterator[MarketVariable]:
    yield from _market_only((level.variable, level.price))


def _market_only(values: Iterable[float | AnyVariable | None]) -> Iterator[MarketVariable]:
    return (one for one in values if is_market_variable(one))


def unique(variables: Iterable[MarketVariable]) -> tuple[MarketVariable, ...]:
    """Each once, in the order in which they were met."""
    return tuple({one.key: one for one in variables}.values())
