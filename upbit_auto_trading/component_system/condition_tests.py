"""What a compiled condition does: over whole columns where candles alone decide, else at a state.

Its parts are values, so that equal ones share a column, whichever rule they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind
from upbit_auto_trading.business_logic.ports.strategy import (
    Bools,
    Columns,
    MarketTest,
    MarketVariable,
    Number,
    StateTest,
    StateVariable,
    StateView,
    Test,
    TestGroup,
    Truth,
)
from upbit_auto_trading.component_system.building import is_market_variable
from upbit_auto_trading.component_system.conditions.trends import any_of_last
from upbit_auto_trading.component_system.operator import Operator, PointOperator

AnyVariable = MarketVariable | StateVariable
Side = float | AnyVariable


def condition_test(operator: Operator, left: AnyVariable, right: tuple[Side, ...]) -> MarketTest | StateTest:
    sides: tuple[Side, ...] = (left, *right)
    read = tuple(one for one in sides if is_market_variable(one))
    needs = max((one.needs for one in read), default=1) + operator.back
    window = max((one.window for one in read), default=1) + operator.back
    key = f"{operator.key}[{';'.join(_key(one) for one in sides)}]"
    states = tuple(one for one in sides if not isinstance(one, float) and not is_market_variable(one))
    if not states:
        return MarketTest(key, _ColumnTruth(operator, sides), needs, window)
    assert isinstance(operator, PointOperator)
    is_searched = all(one.can_be_searched for one in states)  # type: ignore[union-attr]
    return StateTest(key, _StateTruth(operator, sides), is_searched, needs, window)


def group_test(kind: GroupKind, members: tuple[Test, ...]) -> Test:
    """One test where candles alone decide; otherwise those of its members that candles decide are one."""
    candles = tuple(one for one in _flat(kind, members) if isinstance(one, MarketTest))
    others = tuple(one for one in _flat(kind, members) if not isinstance(one, MarketTest))
    if not others:
        return _merged(kind, candles)
    if not candles:
        return others[0] if len(others) == 1 and kind is not GroupKind.NONE else TestGroup(kind, others)
    # none of (a, b, c) is none of (any of (a, b), c)
    inner = GroupKind.ALL if kind is GroupKind.ALL else GroupKind.ANY
    return TestGroup(kind, (_merged(inner, candles), *others))


def within_test(candles: int, member: MarketTest) -> MarketTest:
    return MarketTest(
        f"within({candles})[{member.key}]",
        _WithinTruth(candles, member),
        member.needs + candles - 1,
        member.window + candles - 1,
    )


def leaves_of(test: Test) -> Iterator[MarketTest | StateTest]:
    if isinstance(test, TestGroup):
        for member in test.members:
            yield from leaves_of(member)
    else:
        yield test


def _flat(kind: GroupKind, members: tuple[Test, ...]) -> Iterator[Test]:
    """All of (all of (a, b), c) is all of (a, b, c); so with any."""
    for member in members:
        if isinstance(member, TestGroup) and member.kind is kind and kind is not GroupKind.NONE:
            yield from member.members
        else:
            yield member


def _merged(kind: GroupKind, members: tuple[MarketTest, ...]) -> MarketTest:
    """Equal members count once, in an order of their own, so that the same group is the same column."""
    unique: dict[str, MarketTest] = {}
    for member in members:
        parts = member.compute.members if _is_group(member, kind) else (member,)  # type: ignore[attr-defined]
        unique.update((one.key, one) for one in parts)
    ordered = tuple(unique[key] for key in sorted(unique))
    if len(ordered) == 1 and kind is not GroupKind.NONE:
        return ordered[0]
    return MarketTest(
        f"{kind.value}[{'&'.join(one.key for one in ordered)}]",
        _GroupTruth(kind, ordered),
        max((one.needs for one in ordered), default=1),
        max((one.window for one in ordered), default=1),
    )


def _is_group(test: MarketTest, kind: GroupKind) -> bool:
    """None of (any of (a, b), c) is none of (a, b, c)."""
    inner = GroupKind.ALL if kind is GroupKind.ALL else GroupKind.ANY
    return isinstance(test.compute, _GroupTruth) and test.compute.kind is inner


def _key(side: Side) -> str:
    return repr(side) if isinstance(side, float) else side.key


@dataclass(frozen=True, slots=True)
class _ColumnTruth:
    operator: Operator
    sides: tuple[Side, ...]

    def __call__(self, columns: Columns) -> Bools:
        left, *right = (columns.of(one) if is_market_variable(one) else one for one in self.sides)
        return np.asarray(self.operator.over(left, *right))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _StateTruth:
    """For many candles as many truths, also where each is the same."""

    operator: PointOperator
    sides: tuple[Side, ...]

    def __call__(self, view: StateView) -> Truth:
        left, *right = (value_at(one, view) for one in self.sides)
        found = self.operator.holds(left, *right)
        return bool(found) if isinstance(view.row, int) else np.broadcast_to(found, np.shape(view.close))


def value_at(side: Side, view: StateView) -> Number:
    if isinstance(side, float):
        return side
    return view.of(side) if is_market_variable(side) else side.value(view)  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class _GroupTruth:
    kind: GroupKind
    members: tuple[MarketTest, ...]

    def __call__(self, columns: Columns) -> Bools:
        combine = np.logical_and if self.kind is GroupKind.ALL else np.logical_or
        truth: Bools = np.full(len(columns), self.kind is GroupKind.ALL)
        for member in self.members:
            combine(truth, columns.truth(member), out=truth)
        return np.logical_not(truth, out=truth) if self.kind is GroupKind.NONE else truth


@dataclass(frozen=True, slots=True)
class _WithinTruth:
    candles: int
    member: MarketTest

    def __call__(self, columns: Columns) -> Bools:
        return any_of_last(columns.truth(self.member), self.candles)
