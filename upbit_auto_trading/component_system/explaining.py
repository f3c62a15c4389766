"""Why a rule held or did not at one candle: each of its conditions with the values it compared."""

from __future__ import annotations

import math

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.explanation import (
    Outcome,
    Prevented,
    RuleExplanation,
    SeenCondition,
    SeenGroup,
    SeenNode,
    SeenValue,
    SeenWithin,
    ValueFormat,
)
from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind
from upbit_auto_trading.business_logic.ports.strategy import MarketTest, StateTest, StateView
from upbit_auto_trading.component_system.building import is_market_variable
from upbit_auto_trading.component_system.compiler import (
    ExplainedCondition,
    ExplainedOperand,
    ExplainedRule,
    ExplainedTest,
    ExplainedWithin,
)
from upbit_auto_trading.component_system.condition_tests import value_at
from upbit_auto_trading.component_system.declaration import ComparisonGroup
from upbit_auto_trading.component_system.naming import base_of, name_of
from upbit_auto_trading.component_system.variable import PERCENT, TIME_OF_DAY, WEEKDAY
from upbit_auto_trading.utils.bilingual_text import Text

_FORMATS = {TIME_OF_DAY.id: ValueFormat.TIME_OF_DAY, WEEKDAY.id: ValueFormat.WEEKDAY}


def explain_rule(rule: ExplainedRule, view: StateView, prevented: Prevented | None = None) -> RuleExplanation:
    """``view`` is of one candle; ``prevented`` says what kept a rule that held from acting."""
    return RuleExplanation(rule.plan.id, rule.plan.name, int(view.now), explain_test(rule.when, view), prevented)


def explain_test(test: ExplainedTest, view: StateView) -> SeenNode:
    if isinstance(test, ExplainedCondition):
        return _condition(test, view)
    if isinstance(test, ExplainedWithin):
        return _within(test, view)
    members = tuple(explain_test(one, view) for one in test.members)
    return SeenGroup(test.kind, members, _of_group(test.kind, {one.outcome for one in members}))


def _row(view: StateView) -> int:
    if not isinstance(view.row, int):
        raise InvariantBroken("an explanation is of one candle")
    return view.row


def _held(test: MarketTest | StateTest, view: StateView) -> bool:
    if isinstance(test, MarketTest):
        return bool(view.columns.truth(test)[_row(view)])
    return bool(test.holds(view))


def _condition(test: ExplainedCondition, view: StateView) -> SeenCondition:
    back = test.operator.back
    base = base_of(test.left.side)
    group = PERCENT if base is None else base.comparison_group
    left, *right = (_value(one, view, back, group) for one in (test.left, *test.right))
    is_known = _row(view) >= back and not any(
        math.isnan(value) for one in (test.left, *test.right) for value in _values(one, view, back)
    )
    if _held(test.test, view):
        outcome = Outcome.HELD
    else:
        outcome = Outcome.NOT_HELD if is_known else Outcome.UNKNOWN
    candles = str(back)
    phrase = test.operator.phrase
    phrase = Text(phrase.ko.replace("{candles}", candles), phrase.en.replace("{candles}", candles))
    return SeenCondition(phrase, left, tuple(right), outcome)


def _values(operand: ExplainedOperand, view: StateView, back: int) -> list[float]:
    """Of the candles that are looked at, the newest last."""
    row = _row(view)
    if back and is_market_variable(operand.side):
        return [float(one) for one in view.columns.of(operand.side)[max(row - back, 0) : row + 1]]
    return [float(value_at(operand.side, view))]


def _value(operand: ExplainedOperand, view: StateView, back: int, group: ComparisonGroup) -> SeenValue:
    values = _values(operand, view, back)
    has_past = back > 0 and len(values) == back + 1
    name = Text("", "") if isinstance(operand.side, float) else name_of(operand.side)
    return SeenValue(
        values[-1],
        name,
        values[0] if has_past else None,
        ValueFormat.PRICE if group.decimals is None else _FORMATS.get(group.id, ValueFormat.NUMBER),
        group.decimals or 0,
        group.unit,
    )


def _within(test: ExplainedWithin, view: StateView) -> SeenWithin:
    row = _row(view)
    assert isinstance(test.member.test, MarketTest)  # what a position was is not kept
    truth = view.columns.truth(test.member.test)
    ago = next((one for one in range(min(test.candles, row + 1)) if truth[row - one]), None)
    if ago is None:
        member = explain_test(test.member, view)
        return SeenWithin(test.candles, member, member.outcome)
    earlier = StateView(view.columns, row - ago, float(view.columns.close[row - ago]), view.columns.closed[row - ago])
    return SeenWithin(test.candles, explain_test(test.member, earlier), Outcome.HELD, ago)


def _of_group(kind: GroupKind, outcomes: set[Outcome]) -> Outcome:
    """Unknown members do not hold; it is told only where it is they that decided."""
    if kind is GroupKind.NONE:
        return Outcome.NOT_HELD if Outcome.HELD in outcomes else Outcome.HELD
    if kind is GroupKind.ALL:
        if outcomes <= {Outcome.HELD}:
            return Outcome.HELD
        return Outcome.NOT_HELD if Outcome.NOT_HELD in outcomes else Outcome.UNKNOWN
    if Outcome.HELD in outcomes:
        return Outcome.HELD
    return Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else Outcome.NOT_HELD
