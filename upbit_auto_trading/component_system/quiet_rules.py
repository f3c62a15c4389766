"""Why a strategy never entered: how often each condition of its entry rules held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import Columns, MarketTest
from upbit_auto_trading.component_system.compiler import (
    CompiledStrategy,
    ExplainedCondition,
    ExplainedOperand,
    ExplainedTest,
    ExplainedWithin,
)
from upbit_auto_trading.component_system.naming import name_of
from upbit_auto_trading.utils.bilingual_text import Text

_WITHIN = Text("최근 {candles}캔들 안에 {condition}", "{condition} within {candles} candles")


@dataclass(frozen=True, slots=True)
class HeldCount:
    condition: Text
    #: on how many candles of all markets; None: it is about the position or the purse
    held: int | None


@dataclass(frozen=True, slots=True)
class QuietRule:
    id: str
    name: Text
    conditions: tuple[HeldCount, ...]
    #: on how many candles all of it held; None: not a matter of candles alone
    held: int | None


def quiet_rules(compiled: CompiledStrategy, columns: Sequence[Columns]) -> tuple[QuietRule, ...]:
    """Of each entry rule that is switched on."""
    return tuple(
        QuietRule(
            rule.plan.id,
            rule.plan.name if rule.plan.name != Text("", "") else Text(rule.plan.id, rule.plan.id),
            tuple(HeldCount(words, _count(test, columns)) for words, test in _leaves(rule.when)),
            _count(rule.plan.when, columns),
        )
        for rule in compiled.rules.values()
        if rule.plan.role is Role.ENTRY
    )


def _leaves(test: ExplainedTest) -> Iterator[tuple[Text, object]]:
    if isinstance(test, ExplainedCondition):
        yield _words(test), test.test
    elif isinstance(test, ExplainedWithin):
        for words, _inner in _leaves(test.member):
            yield _WITHIN.format(candles=test.candles, condition=words), test.test
    else:
        for member in test.members:
            yield from _leaves(member)


def _words(condition: ExplainedCondition) -> Text:
    right = [_side(one) for one in condition.right]
    named = dict(zip(("low", "high") if len(right) == 2 else ("right",), right, strict=False))
    return condition.operator.phrase.format(left=_side(condition.left), **named, **condition.operator.values)


def _side(operand: ExplainedOperand) -> Text:
    if isinstance(operand.side, int | float):
        return Text(f"{operand.side:.10g}", f"{operand.side:.10g}")
    return name_of(operand.side)


def _count(test: object, columns: Sequence[Columns]) -> int | None:
    if not isinstance(test, MarketTest):
        return None
    return sum(int(one.truth(test).sum()) for one in columns)
