"""What is wrong with conditions: what is compared with what, and how."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    Group,
    Node,
    Operand,
    Use,
    Within,
)
from upbit_auto_trading.component_system.checking_uses import UseChecker, span, written
from upbit_auto_trading.component_system.operator import LookBackOperator, Operator
from upbit_auto_trading.component_system.variable import StateVariable, Variable

MOST_WITHIN = 500
#: groups inside one another; deeper ones nobody can read
DEEPEST_GROUP = 20


class ConditionChecker(UseChecker):
    #: the rule whose conditions are looked at opens positions, so there is none yet
    is_of_entry = False

    def group(self, place: str, group: Group) -> bool:
        return self._group(place, group, is_looking_back=False, depth=1)

    def _group(self, place: str, group: Group, *, is_looking_back: bool, depth: int) -> bool:
        inner = f"{place}.{group.kind.value}"
        if not group.members:
            self.note(inner, "group-empty", found=group.kind.value)
            return False
        if depth > DEEPEST_GROUP:
            self.note(inner, "too-deep", allowed=span(1, DEEPEST_GROUP))
            return False
        answers = [
            self._node(f"{inner}[{index}]", one, is_looking_back=is_looking_back, depth=depth)
            for index, one in enumerate(group.members)
        ]
        return all(answers)

    def _node(self, place: str, node: Node, *, is_looking_back: bool, depth: int) -> bool:
        if isinstance(node, Group):
            return self._group(place, node, is_looking_back=is_looking_back, depth=depth + 1)
        if isinstance(node, Within):
            return self._within(place, node, depth)
        return self._condition(place, node, is_looking_back)

    def _within(self, place: str, node: Within, depth: int) -> bool:
        before = len(self.problems)
        self.bounded(f"{place}.within", node.candles, 1, MOST_WITHIN)
        if depth >= DEEPEST_GROUP:
            self.note(place, "too-deep", allowed=span(1, DEEPEST_GROUP))
            return False
        self._node(f"{place}.of", node.node, is_looking_back=True, depth=depth + 1)
        return len(self.problems) == before

    def _condition(self, place: str, condition: Condition, is_looking_back: bool) -> bool:
        before = len(self.problems)
        operator = self._operator(place, condition)
        left = self._side(f"{place}.left", condition.left)
        if operator is None:
            return False
        places = [f"{place}.right"] if operator.operands == 1 else _numbered(place, operator.operands)
        if len(condition.right) != operator.operands:
            self.note(
                f"{place}.right",
                "operand-count",
                found=str(len(condition.right)),
                allowed=str(operator.operands),
                operator=condition.operator.id,
            )
            return False
        rights = [
            self._side(where, one) if isinstance(one, Use) else None
            for where, one in zip(places, condition.right, strict=True)
        ]
        looks_back = is_looking_back or isinstance(operator, LookBackOperator)
        sides = ((f"{place}.left", condition.left, left), *zip(places, condition.right, rights, strict=True))
        for where, operand, side in sides:
            if looks_back and isinstance(side, StateVariable) and isinstance(operand, Use):
                name = operator.declaration.id if isinstance(operator, LookBackOperator) else "within"
                self.note(where, "state-has-no-past", found=operand.id, operator=name)
        if left is not None:
            for where, operand, side in sides[1:]:
                self._compared(where, condition.left, left, operand, side)
        self._order_of_bounds(place, condition, operator)
        return len(self.problems) == before

    def _operator(self, place: str, condition: Condition) -> Operator | None:
        if not self.use(place, condition.operator, ComponentKind.OPERATOR):
            return None
        found = self.builder.component(condition.operator)
        assert isinstance(found, Operator)
        return found

    def _side(self, place: str, use: Use) -> Variable | None:
        found = self.variable(place, use)
        if self.is_of_entry and isinstance(found, StateVariable) and found.needs_position:
            self.note(place, "no-position-yet", found=use.id)
        return found

    def _compared(self, place: str, left_use: Use, left: Variable, operand: Operand, right: Variable | None) -> None:
        group = left.comparison_group
        if not isinstance(operand, Use):
            minimum, maximum = scaled(left_use, group.minimum, group.maximum)
            self.bounded(place, operand, minimum, maximum)
        elif right is not None and right.comparison_group.id != group.id:
            self.note(
                place,
                "not-comparable",
                found=operand.id,
                allowed=span(group.minimum, group.maximum),
                nearest=self.familiar(right.comparison_group.id, group.id, but=(left_use.id, operand.id)),
                left=left_use.id,
                left_group=group.id,
                right_group=right.comparison_group.id,
            )

    def _order_of_bounds(self, place: str, condition: Condition, operator: Operator) -> None:
        if operator.operands != 2:
            return
        low, high = condition.right
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            self.note(
                f"{place}.right",
                "bounds-crossed",
                found=f"{written(low)}, {written(high)}",
                nearest=f"{written(high)}, {written(low)}",
            )


def scaled(use: Use, minimum: float | None, maximum: float | None) -> tuple[float | None, float | None]:
    """Bounds of a variable after what scales it."""
    low, high = (None if one is None else one * use.times + use.plus for one in (minimum, maximum))
    return (low, high) if use.times >= 0 else (high, low)


def _numbered(place: str, count: int) -> list[str]:
    return [f"{place}.right[{index}]" for index in range(count)]
