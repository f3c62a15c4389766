"""Between and outside two bounds, numbers or variables."""

from __future__ import annotations

from collections.abc import Sequence

from upbit_auto_trading.business_logic.ports.strategy import Number, Truth
from upbit_auto_trading.component_system.operator import PointOperator
from upbit_auto_trading.component_system.ordering import Value, Way, below, not_above
from upbit_auto_trading.utils.bilingual_text import Text


class Between(
    PointOperator,
    id="between",
    title=Text("사이에 있음", "is between"),
    help=Text(
        "값이 두 경계 사이에 있을 때 맞아요. 경계와 같아도 맞아요.",
        "Holds where the value lies between both bounds, or on one of them.",
    ),
    operands=2,
    phrase=Text("{low} ≤ {left} ≤ {high}", "{low} ≤ {left} ≤ {high}"),
):
    __slots__ = ()

    def holds(self, left: Number, *right: Number) -> Truth:
        low, high = right
        return (left >= low) & (left <= high)

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        low, high = right
        return _inside(left, low, high) if is_held else _outside(left, low, high)


class Outside(
    PointOperator,
    id="outside",
    title=Text("밖에 있음", "is outside"),
    help=Text(
        "값이 아래 경계보다 작거나 위 경계보다 클 때 맞아요. 경계와 같으면 맞지 않아요.",
        "Holds where the value lies below the lower bound or above the upper one; on a bound it does not.",
    ),
    operands=2,
    phrase=Text("{left}{이/가} {low}–{high} 밖", "{left} outside {low}–{high}"),
):
    __slots__ = ()

    def holds(self, left: Number, *right: Number) -> Truth:
        low, high = right
        is_known = (low == low) & (high == high)  # NaN is the one number that does not equal itself
        return is_known & ((left < low) | (left > high))

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        low, high = right
        return _outside(left, low, high) if is_held else _inside(left, low, high)


def _inside(left: Value, low: Value, high: Value) -> tuple[Way, ...]:
    return ((not_above(low, left), not_above(left, high)),)


def _outside(left: Value, low: Value, high: Value) -> tuple[Way, ...]:
    return (below(left, low),), (below(high, left),)
