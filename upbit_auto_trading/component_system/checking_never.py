"""Conditions that can never hold together: what they say of each variable, as an order that turns in a circle.

Every condition that must hold puts values in an order: ``rsi < 20`` puts rsi below 20, a cross above puts one line
above another now and not above it a candle ago. Where the order comes back to where it began over something that is
strictly less, nothing can be so. Whatever cannot be put that way is taken to be possible: what could hold is never
refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    Condition,
    Group,
    GroupKind,
    Node,
    Operand,
    Use,
    Within,
)
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.checking_conditions import scaled
from upbit_auto_trading.component_system.checking_uses import written
from upbit_auto_trading.component_system.declaration import ParameterKind
from upbit_auto_trading.component_system.operator import Operator
from upbit_auto_trading.component_system.ordering import Order, Value, below, not_above
from upbit_auto_trading.component_system.variable import Variable

#: ways in which a group may hold that are looked at; with more, it is taken to be possible
MOST_WAYS = 400
#: orders that are followed to the end for one rule; a glance must stay one
MOST_ORDERS = 1000

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Statement:
    """A condition that must hold, or must not."""

    place: str
    condition: Condition
    is_held: bool

    @property
    def words(self) -> str:
        return condition_words(self.condition) if self.is_held else f"not ({condition_words(self.condition)})"


@dataclass(frozen=True, slots=True)
class Step:
    """``why`` is None where it is so by itself."""

    order: Order
    why: Statement | None = None
    #: the rule that cannot fire more often
    rule_id: str = ""

    @property
    def low(self) -> Value:
        return self.order.low

    @property
    def high(self) -> Value:
        return self.order.high


@dataclass(frozen=True, slots=True)
class Impossible:
    """``statements`` contradict one another, or one of them the bounds of its variable."""

    statements: tuple[Statement, ...]
    #: what a value can be
    bounds: tuple[float, ...] = ()
    rule_id: str = ""


class _TooManyWays(Exception):
    """It is not worth it."""


class NeverHolds:
    """``most_fired``: how often a rule may act for one position, by its id; None: as often as it likes."""

    def __init__(self, builder: Builder, most_fired: Mapping[str, int | None]) -> None:
        self._builder = builder
        self._most_fired = most_fired
        self._orders = 0

    def of(self, place: str, group: Group) -> tuple[Impossible, ...]:
        """Why it can never hold, each way in which it might; empty where it can."""
        found: dict[tuple[Statement, ...], Impossible] = {}
        self._orders = 0
        try:
            for way in self._ways(place, group, is_held=True):
                impossible = self._impossible(way)
                if impossible is None:
                    return ()
                found.setdefault(impossible.statements, impossible)
        except _TooManyWays:
            return ()
        return tuple(found.values())

    # ways in which a group may hold

    def _ways(self, place: str, node: Node, *, is_held: bool) -> list[tuple[Statement, ...]]:
        if isinstance(node, Condition):
            return [(Statement(place, node, is_held),)]
        if isinstance(node, Within):
            return self._ways_within(f"{place}.of", node, is_held=is_held)
        members = [(f"{place}.{node.kind.value}[{index}]", one) for index, one in enumerate(node.members)]
        are_held = is_held is not (node.kind is GroupKind.NONE)
        is_of_all = is_held is not (node.kind is GroupKind.ANY)  # not any of them: each of them not
        ways = [self._ways(where, one, is_held=are_held) for where, one in members]
        return _joined(ways) if is_of_all else _limited([way for one in ways for way in one])

    def _ways_within(self, place: str, node: Within, *, is_held: bool) -> list[tuple[Statement, ...]]:
        """It held on one of the candles, and what held then says nothing of now. What did not hold on any did not hold
        on this one either."""
        ways = self._ways(place, node.node, is_held=is_held)
        if not is_held:
            return ways
        impossible = [way for way in ways if self._impossible(way) is not None]
        return impossible if len(impossible) == len(ways) else [()]

    # one way

    def _impossible(self, way: Sequence[Statement]) -> Impossible | None:
        """Why not all of them can be so; None: they can, for all that is known."""
        known = {value for one in way if one.is_held for value in self._values_of(one.condition)}
        each = [self._steps(one, known) for one in way]
        first: Impossible | None = None
        for steps in _joined(each):
            self._orders += 1
            if self._orders > MOST_ORDERS:
                raise _TooManyWays
            found = self._circle(steps)
            if found is None:
                return None
            first = first or found
        return (
            None if first is None else replace(first, statements=tuple(one for one in way if one in first.statements))
        )

    def _steps(self, statement: Statement, known: set[Value]) -> list[tuple[Step, ...]]:
        """Each way in which it is so."""
        condition = statement.condition
        if not statement.is_held and not known.issuperset(self._values_of(condition)):
            return [()]  # an unknown value makes it not hold
        left, *right = (self._value(one) for one in (condition.left, *condition.right))
        ways = self._operator(condition).ways(left, right, is_held=statement.is_held)
        return [tuple(Step(order, statement) for order in way) for way in ways]

    def _operator(self, condition: Condition) -> Operator:
        found = self._builder.component(condition.operator)
        assert isinstance(found, Operator)
        return found

    def _values_of(self, condition: Condition) -> Iterator[Value]:
        """Those that are known where the condition holds."""
        back = self._operator(condition).back
        for operand in (condition.left, *condition.right):
            value = self._value(operand)
            if value.key:
                yield from (value.before(candles) for candles in range(back + 1))

    def _value(self, operand: Operand) -> Value:
        if not isinstance(operand, Use):
            return Value(float(operand))
        return Value(key=self._builder.variable(replace(operand, ago=0)).key, ago=operand.ago)

    # the circle

    def _circle(self, steps: Sequence[Step]) -> Impossible | None:
        """The shortest way back over something strictly less."""
        values = {value for step in steps for value in (step.low, step.high)}
        steps = (*steps, *self._bounds(steps, values))
        numbers = sorted({value.number for step in steps for value in (step.low, step.high) if not value.key})
        steps = (*steps, *(Step(below(Value(low), Value(high))) for low, high in pairwise(numbers)))
        after: dict[Value, list[Step]] = {}
        for step in steps:
            after.setdefault(step.low, []).append(step)
        ends = ((step, _path(after, step.high, step.low)) for step in steps if step.order.is_strict)
        circles = [(step, *back) for step, back in ends if back is not None]
        if not circles:
            return None
        shortest = min(circles, key=lambda circle: (len({step.why for step in circle}), len(circle)))
        whys = dict.fromkeys(step.why for step in shortest if step.why is not None)
        own = [step for step in shortest if step.why is None and (step.low.key or step.high.key)]
        bounds = tuple(value.number for step in own for value in (step.low, step.high) if not value.key)
        return Impossible(tuple(whys), bounds, next((step.rule_id for step in own if step.rule_id), ""))

    def _bounds(self, steps: Sequence[Step], values: Iterable[Value]) -> Iterator[Step]:
        uses: dict[str, Use] = {}
        for step in steps:
            if step.why is not None:
                operands = (step.why.condition.left, *step.why.condition.right)
                uses.update((self._value(one).key, one) for one in operands if isinstance(one, Use))
        for value in values:
            if value.key:
                minimum, maximum, rule_id = self._bounds_of(uses[value.key])
                if minimum is not None:
                    yield Step(not_above(Value(minimum), value), rule_id=rule_id)
                if maximum is not None:
                    yield Step(not_above(value, Value(maximum)), rule_id=rule_id)

    def _bounds_of(self, use: Use) -> tuple[float | None, float | None, str]:
        component = self._builder.component(use)
        assert isinstance(component, Variable)
        low, high = component.bounds
        counted = [one.name for one in component.declaration.parameters if one.kind is ParameterKind.RULES]
        rule_id = ""
        if counted:
            rule_ids = component.values[counted[0]]
            most = [self._most_fired.get(one) for one in rule_ids]
            if len(rule_ids) == 1 and most[0] is not None:
                high, rule_id = float(most[0]), rule_ids[0]
        return *scaled(use, low, high), rule_id


def _path(after: Mapping[Value, Sequence[Step]], begin: Value, end: Value) -> tuple[Step, ...] | None:
    """The fewest steps; none where both are the same."""
    came: dict[Value, Step | None] = {begin: None}
    waiting = deque([begin])
    while waiting:
        value = waiting.popleft()
        if value == end:
            return tuple(_back(came, value))
        for step in after.get(value, ()):
            if step.high not in came:
                came[step.high] = step
                waiting.append(step.high)
    return None


def _back(came: Mapping[Value, Step | None], value: Value) -> Iterator[Step]:
    step = came[value]
    while step is not None:
        yield step
        step = came[step.low]


def _joined(each: Sequence[list[tuple[_Item, ...]]]) -> list[tuple[_Item, ...]]:
    """One of each, in every combination."""
    count = 1
    for ways in each:
        count *= len(ways)
        if count > MOST_WAYS:
            raise _TooManyWays
    return [tuple(one for way in chosen for one in way) for chosen in product(*each)]


def _limited(ways: list[tuple[Statement, ...]]) -> list[tuple[Statement, ...]]:
    if len(ways) > MOST_WAYS:
        raise _TooManyWays
    return ways


def condition_words(condition: Condition) -> str:
    """As it stands in a file, on a line."""
    right = ", ".join(operand_words(one) for one in condition.right)
    parameters = "".join(f" {written(value)}" for _name, value in condition.operator.parameters)
    return f"{operand_words(condition.left)} {condition.operator.id} {right}".rstrip() + parameters


def operand_words(operand: Operand) -> str:
    if not isinstance(operand, Use):
        return written(float(operand))
    words = ", ".join(_parameter_words(value) for _name, value in operand.parameters)
    named = f"{operand.id}({words})" if words else operand.id
    if operand.times != 1:
        named = f"{written(operand.times)}×{named}"
    if operand.plus:
        named = f"{named}{operand.plus:+g}"
    unit = "" if operand.unit is None else f"@{operand.unit.value}"
    return f"{named}{unit}[-{operand.ago}]" if operand.ago else f"{named}{unit}"


def _parameter_words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(written(one) for one in value)
    return operand_words(value) if isinstance(value, Use) else written(value)
