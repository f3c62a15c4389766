"""Random strategies, built from the declarations of a registry, so that a new component is among them by itself.

``any_definitions`` keeps to the form alone; ``valid_strategies`` can be compiled and run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    ConflictPolicy,
    Group,
    GroupKind,
    Limits,
    Node,
    Operand,
    ParameterValue,
    Part,
    Rearm,
    Role,
    Rule,
    StrategyDefinition,
    Use,
    Within,
)
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.declaration import ComparisonGroup, Parameter, ParameterKind
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.strategy_reader import LONGEST_RULE_ID, RULE_ID
from upbit_auto_trading.component_system.variable import StateVariable, Variable
from upbit_auto_trading.utils.bilingual_text import Text

#: draws from a strategy, as ``st.composite`` hands it out
Draw = Callable[[st.SearchStrategy[Any]], Any]
RULE_IDS = st.from_regex(RULE_ID, fullmatch=True).filter(lambda text: len(text) <= LONGEST_RULE_ID)
_WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=30).filter(str.strip)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=64)
_MARKETS = st.sampled_from([Market("upbit", "KRW-BTC"), Market("upbit", "KRW-ETH"), Market("practice", "BTC-A.B_2")])


@st.composite
def texts(draw: Draw) -> Text:
    korean = draw(_WORDS)
    return Text(korean, draw(st.one_of(st.just(korean), _WORDS)))


class _AnyForm:
    """What can be written and read, be it nonsense."""

    def __init__(self, draw: Draw, registry: Registry) -> None:
        self.draw = draw
        self.registry = registry

    def definition(self) -> StrategyDefinition:
        return StrategyDefinition(
            self.draw(texts()),
            self.draw(st.sampled_from(CandleUnit)),
            self.part(),
            tuple(self.part() for _ in range(self.count(3))),
            tuple(self.draw(st.lists(_MARKETS, unique=True, max_size=3))),
            self.draw(st.sampled_from(ConflictPolicy)),
            tuple(self.use(ComponentKind.RISK_RULE) for _ in range(self.count(2))),
            self.draw(st.one_of(st.just(Text("", "")), texts())),
        )

    def count(self, most: int, least: int = 0) -> int:
        found: int = self.draw(st.integers(least, most))
        return found

    def one_of(self, *choices: Callable[[], Any]) -> Any:
        return self.draw(st.sampled_from(choices))()

    def part(self) -> Part:
        name = self.draw(st.one_of(st.just(Text("", "")), texts()))
        if self.registry.of(ComponentKind.BLOCK) and self.count(2) == 0:
            return Part(name, block=self.use(ComponentKind.BLOCK))
        rules = tuple(self.rule() for _ in range(self.count(3)))
        return Part(name, rules, tuple(self.use(ComponentKind.LEVEL) for _ in range(self.count(2))))

    def rule(self) -> Rule:
        counts = st.one_of(st.none(), st.integers(0, 10**20))
        return Rule(
            self.draw(RULE_IDS),
            self.draw(st.sampled_from(Role)),
            self.group(2),
            self.use(ComponentKind.ACTION),
            self.draw(st.one_of(st.just(Text("", "")), texts())),
            Limits(self.draw(counts), self.draw(counts), self.count(9), self.draw(st.sampled_from(Rearm))),
            self.operand(),
            self.draw(st.booleans()),
        )

    def group(self, depth: int) -> Group:
        members = tuple(self.node(depth) for _ in range(self.count(3)))
        return Group(self.draw(st.sampled_from(GroupKind)), members)

    def node(self, depth: int) -> Node:
        kind = self.count(3)
        if depth and kind == 0:
            return self.group(depth - 1)
        if depth and kind == 1:
            return Within(self.count(50), self.node(depth - 1))
        right = tuple(self.operand() for _ in range(self.count(3)))
        return Condition(self.variable(1), self.use(ComponentKind.OPERATOR), right)

    def operand(self) -> Operand:
        found: Operand = self.one_of(lambda: self.draw(_FLOATS), lambda: self.variable(1))
        return found

    def variable(self, depth: int, *, is_adapted: bool = True) -> Use:
        use = self.use(ComponentKind.VARIABLE, depth)
        if not is_adapted or self.count(1) == 0:
            return use
        unit = self.draw(st.one_of(st.none(), st.sampled_from(CandleUnit)))
        return replace(use, unit=unit, ago=self.count(5), times=self.draw(_FLOATS), plus=self.draw(_FLOATS))

    def use(self, kind: ComponentKind, depth: int = 1) -> Use:
        component = self.draw(st.sampled_from(self.registry.of(kind)))
        written = [one for one in component.declaration.parameters if self.draw(st.booleans())]
        return Use(kind, component.declaration.id, tuple((one.name, self.value(one, kind, depth)) for one in written))

    def value(self, declared: Parameter, kind: ComponentKind, depth: int) -> ParameterValue:
        simple = _ANY_VALUES.get(declared.kind)
        if simple is not None:
            found: ParameterValue = self.draw(simple)
            return found
        if declared.kind is ParameterKind.VARIABLE:
            if depth == 0:
                return Use(ComponentKind.VARIABLE, self.registry.of(ComponentKind.VARIABLE)[0].declaration.id)
            return self.variable(depth - 1, is_adapted=kind is not ComponentKind.VARIABLE)
        if declared.kind is ParameterKind.CONDITIONS:
            return self.group(1)
        if declared.kind is ParameterKind.LEVELS:
            return tuple(self.use(ComponentKind.LEVEL) for _ in range(self.count(2)))
        return self.use(ComponentKind.SIZING if declared.kind is ParameterKind.SIZING else ComponentKind.STYLE)


_ANY_VALUES: dict[ParameterKind, st.SearchStrategy[Any]] = {
    ParameterKind.WHOLE: st.integers(-(10**30), 10**30),
    ParameterKind.NUMBER: _FLOATS,
    ParameterKind.NUMBERS: st.lists(_FLOATS, max_size=4).map(tuple),
    ParameterKind.SWITCH: st.booleans(),
    ParameterKind.CHOICE: _WORDS,
    ParameterKind.TEXT: st.text(st.characters(codec="utf-8"), max_size=20),
    ParameterKind.DURATION: _WORDS,
    ParameterKind.RULES: st.lists(RULE_IDS, max_size=3).map(tuple),
}


@st.composite
def any_definitions(draw: Draw, registry: Registry) -> StrategyDefinition:
    return _AnyForm(draw, registry).definition()


@dataclass(frozen=True, slots=True)
class Complexity:
    """How much a valid strategy may have; the defaults fit a few hundred candles of a minute."""

    entry_rules: int = 2
    management_parts: int = 2
    #: of each management part
    rules: int = 2
    conditions: int = 2
    #: groups inside groups
    depth: int = 1
    #: no parameter counts more candles than this
    most_candles: int = 30
    units: tuple[CandleUnit, ...] = (CandleUnit.MINUTE,)
    #: variables on candles of a coarser unit
    coarser: tuple[CandleUnit, ...] = (CandleUnit.MINUTES_5, CandleUnit.MINUTES_15)
    #: rules about the position and the purse
    state: bool = True
    blocks: bool = True
    risk_rules: int = 1


SIMPLE = Complexity(1, 1, 1, 1, 0, coarser=(), state=False, blocks=False, risk_rules=0)
_MANAGING = tuple(role for role in Role if role is not Role.ENTRY)
_NOT_IN_ENTRIES = "position-"


@dataclass(frozen=True, slots=True)
class _Known:
    """A variable that can be read with what is written here."""

    use: Use
    group: ComparisonGroup
    is_state: bool


class _Valid:
    def __init__(self, draw: Draw, registry: Registry, complexity: Complexity) -> None:
        self.draw = draw
        self.registry = registry
        self.wanted = complexity
        self.unit: CandleUnit = draw(st.sampled_from(complexity.units))
        self.rule_ids: list[str] = []

    @cached_property
    def variables(self) -> tuple[ComponentClass, ...]:
        """Without those that name a rule: they are built where rules are known."""
        return tuple(one for one in self.registry.of(ComponentKind.VARIABLE) if not _has_text(one))

    def definition(self) -> StrategyDefinition:
        entry = self.part(entry=True)
        management = tuple(self.part(entry=False) for _ in range(self.count(self.wanted.management_parts)))
        risk = tuple(self.component(ComponentKind.RISK_RULE) for _ in range(self.count(self.wanted.risk_rules)))
        return StrategyDefinition(
            self.draw(texts()),
            self.unit,
            entry,
            management,
            policy=self.draw(st.sampled_from(ConflictPolicy)),
            risk=risk,
        )

    def count(self, most: int, least: int = 0) -> int:
        found: int = self.draw(st.integers(least, most))
        return found

    def part(self, *, entry: bool) -> Part:
        if self.wanted.blocks and self.count(3) == 0 and self.blocks(entry):
            return Part(block=self.filled(self.draw(st.sampled_from(self.blocks(entry)))))
        most = self.wanted.entry_rules if entry else self.wanted.rules
        rules = tuple(self.rule(Role.ENTRY if entry else None) for _ in range(self.count(most, 1)))
        levels = tuple(self.component(ComponentKind.LEVEL) for _ in range(self.count(2)))
        return Part(rules=rules, levels=levels)

    def blocks(self, entry: bool) -> tuple[ComponentClass, ...]:
        kind = "entry" if entry else "management"
        every = self.registry.of(ComponentKind.BLOCK)
        return tuple(one for one in every if getattr(one, "part_kind").value == kind)  # noqa: B009 - of blocks alone

    def rule(self, role: Role | None) -> Rule:
        actions = [one for one in self.registry.of(ComponentKind.ACTION) if self.can_act(one, role)]
        action = self.draw(st.sampled_from(actions))
        chosen = role or self.draw(st.sampled_from(sorted(_roles(action) & set(_MANAGING), key=lambda one: one.value)))
        rule_id = f"rule-{len(self.rule_ids) + 1}"
        when = self.group(self.wanted.depth, is_entry=chosen is Role.ENTRY)
        use = self.filled(action)
        limits = Limits(
            self.draw(st.sampled_from([None, None, 1, 3])),
            self.draw(st.sampled_from([None, None, 2, 10])),
            self.draw(st.sampled_from([0, 0, 1, 7])),
            self.draw(st.sampled_from(Rearm)),
        )
        self.rule_ids.append(rule_id)
        is_enabled = len(self.rule_ids) == 1 or self.count(5) > 0
        return Rule(rule_id, chosen, when, self.needing_stop(use), limits=limits, is_enabled=is_enabled)

    def can_act(self, action: ComponentClass, role: Role | None) -> bool:
        if any(one.kind is ParameterKind.RULES for one in action.declaration.parameters) and not self.rule_ids:
            return False
        return role in _roles(action) if role is not None else bool(_roles(action) & set(_MANAGING))

    def needing_stop(self, action: Use) -> Use:
        """A sizing that divides by the distance to a stop has one."""
        size = action.get("size")
        if not isinstance(size, Use):
            return action
        component = Builder(self.registry, self.unit).component(size)
        if not getattr(component, "needs_stop", False):
            return action
        return action.having("levels", (Use(ComponentKind.LEVEL, "stop-percent", (("percent", 2.0),)),))

    def group(self, depth: int, *, is_entry: bool) -> Group:
        members = tuple(self.node(depth, is_entry=is_entry) for _ in range(self.count(self.wanted.conditions, 1)))
        return Group(self.draw(st.sampled_from(GroupKind)), members)

    def node(self, depth: int, *, is_entry: bool, is_past: bool = False) -> Node:
        kind = self.count(4)
        if depth and kind == 0 and not is_past:
            return self.group(depth - 1, is_entry=is_entry)
        if kind == 1 and not is_past:
            return Within(self.count(5, 1), self.node(0, is_entry=is_entry, is_past=True))
        return self.condition(is_entry=is_entry, is_past=is_past)

    def condition(self, *, is_entry: bool, is_past: bool) -> Condition:
        left = self.known(is_entry=is_entry, may_be_state=self.wanted.state and not is_past)
        operators = [one for one in self.registry.of(ComponentKind.OPERATOR) if self.fits(one, left)]
        chosen = self.draw(st.sampled_from(operators))
        operands: int = getattr(chosen, "operands")  # noqa: B009 - of operators alone
        right: tuple[Operand, ...]
        if operands == 1 and self.count(1):
            right = (self.like(left),)
        else:
            right = tuple(sorted(self.constant(left.group) for _ in range(operands)))
        return Condition(left.use, self.filled(chosen), right)

    def fits(self, operator: ComponentClass, left: _Known) -> bool:
        """What a position was is not kept, so nothing looks back at it."""
        return not left.is_state or hasattr(operator, "holds")

    def known(self, *, is_entry: bool, may_be_state: bool) -> _Known:
        offered = [
            one
            for one in self.variables
            if not issubclass(one, StateVariable)
            or (may_be_state and not (is_entry and one.declaration.id.startswith(_NOT_IN_ENTRIES)))
        ]
        component = self.draw(st.sampled_from(offered))
        return self.adapted(self.judged(self.filled(component)))

    def judged(self, use: Use) -> _Known:
        component = Builder(self.registry, self.unit).component(use)
        assert isinstance(component, Variable)
        return _Known(use, component.comparison_group, isinstance(component, StateVariable))

    def adapted(self, known: _Known) -> _Known:
        if known.is_state:
            return known
        unit = self.draw(st.sampled_from([None, None, None, *self.wanted.coarser]))
        ago = self.draw(st.sampled_from([0, 0, 0, 1, 3]))
        return replace(known, use=replace(known.use, unit=unit, ago=ago))

    def like(self, left: _Known) -> Operand:
        """Another that it may be compared with, or a constant."""
        for _ in range(3):
            other = self.known(is_entry=True, may_be_state=False)
            if other.group == left.group:
                return other.use
        return self.constant(left.group)

    def constant(self, group: ComparisonGroup) -> float:
        low = -1_000.0 if group.minimum is None else group.minimum
        high = low + 2_000.0 if group.maximum is None else group.maximum
        found: float = self.draw(st.floats(low, high).map(lambda value: round(value, 2)))
        return min(max(found, low), high)

    def component(self, kind: ComponentKind) -> Use:
        return self.filled(self.draw(st.sampled_from(self.registry.of(kind))))

    def filled(self, component: ComponentClass, depth: int = 1) -> Use:
        declared = component.declaration
        written = [one for one in declared.parameters if one.is_required or self.draw(st.booleans())]
        return Use(declared.kind, declared.id, tuple((one.name, self.value(one, depth)) for one in written))

    def value(self, declared: Parameter, depth: int) -> ParameterValue:
        made = getattr(self, f"_a_{declared.kind.name.lower()}", None)
        if made is not None:
            found: ParameterValue = made(declared, depth)
            return found
        assert declared.default is not None
        return declared.default

    def _a_whole(self, declared: Parameter, _depth: int) -> int:
        low, high = int(declared.minimum or 0), int(declared.maximum or 0)
        return self.count(max(low, min(high, self.wanted.most_candles)), low)

    def _a_number(self, declared: Parameter, _depth: int) -> float:
        assert declared.minimum is not None
        assert declared.maximum is not None
        assert isinstance(declared.default, int | float)
        high = min(declared.maximum, max(2.0 * declared.default, declared.minimum + 1))
        drawn: float = self.draw(st.floats(declared.minimum, high))
        return min(max(round(drawn, 2), declared.minimum), high)

    def _a_switch(self, _declared: Parameter, _depth: int) -> bool:
        return bool(self.count(1))

    def _a_choice(self, declared: Parameter, _depth: int) -> str:
        found: str = self.draw(st.sampled_from([choice.value for choice in declared.choices]))
        return found

    def _a_rules(self, _declared: Parameter, _depth: int) -> tuple[str, ...]:
        return (self.draw(st.sampled_from(self.rule_ids or ["rule-1"])),)

    def _a_variable(self, declared: Parameter, depth: int) -> Use:
        """That of the declaration, or another that fits, with its defaults."""
        if depth and self.count(1):
            for _ in range(3):
                drawn = self.draw(st.sampled_from(self.variables))
                if issubclass(drawn, StateVariable) or any(one.is_required for one in drawn.declaration.parameters):
                    continue
                known = self.judged(self.filled(drawn, depth - 1))
                if not declared.groups or known.group.id in declared.groups:
                    return known.use
        assert isinstance(declared.default, Use)
        return declared.default

    def _a_conditions(self, _declared: Parameter, _depth: int) -> Group:
        return self.group(0, is_entry=True)

    def _a_sizing(self, _declared: Parameter, _depth: int) -> Use:
        return self.component(ComponentKind.SIZING)

    def _a_style(self, _declared: Parameter, _depth: int) -> Use:
        return self.component(ComponentKind.STYLE)

    def _a_levels(self, _declared: Parameter, _depth: int) -> tuple[Use, ...]:
        return tuple(self.component(ComponentKind.LEVEL) for _ in range(self.count(2)))


def _has_text(component: ComponentClass) -> bool:
    return any(one.kind is ParameterKind.TEXT for one in component.declaration.parameters)


def _roles(action: ComponentClass) -> frozenset[Role]:
    found: frozenset[Role] = getattr(action, "roles")  # noqa: B009 - of actions alone
    return found


@st.composite
def _made(draw: Draw, registry: Registry, complexity: Complexity) -> StrategyDefinition:
    return _Valid(draw, registry, complexity).definition()


def valid_strategies(registry: Registry, complexity: Complexity | None = None) -> st.SearchStrategy[StrategyDefinition]:
    """That can be compiled."""
    made = _made(registry, complexity or Complexity())
    return made.filter(lambda definition: not problems_in(definition, registry))
