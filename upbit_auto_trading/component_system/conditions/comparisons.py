"""Above, below, equal, about equal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from upbit_auto_trading.business_logic.ports.strategy import Number, Truth
from upbit_auto_trading.component_system.declaration import choice, number
from upbit_auto_trading.component_system.operator import PointOperator
from upbit_auto_trading.component_system.ordering import UNSAID, Value, Way, below, not_above
from upbit_auto_trading.utils.bilingual_text import Text

#: a difference is rounded before it is compared
_ROUNDING = 1e-9


class Above(
    PointOperator,
    id=">",
    title=Text("보다 큼", "is above"),
    help=Text("왼쪽이 오른쪽보다 클 때 맞아요.", "Holds where the left side is above the right side."),
    phrase=Text("{left} > {right}", "{left} > {right}"),
):
    __slots__ = ()

    def holds(self, left: Number, *right: Number) -> Truth:
        return left > right[0]

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        return ((below(right[0], left) if is_held else not_above(left, right[0]),),)


class Below(
    PointOperator,
    id="<",
    title=Text("보다 작음", "is below"),
    help=Text("왼쪽이 오른쪽보다 작을 때 맞아요.", "Holds where the left side is below the right side."),
    phrase=Text("{left} < {right}", "{left} < {right}"),
):
    __slots__ = ()

    def holds(self, left: Number, *right: Number) -> Truth:
        return left < right[0]

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        return ((below(left, right[0]) if is_held else not_above(right[0], left),),)


class NotBelow(
    PointOperator,
    id=">=",
    title=Text("보다 크거나 같음", "is at or above"),
    help=Text("왼쪽이 오른쪽보다 크거나 같을 때 맞아요.", "Holds where the left side is at or above the right side."),
    phrase=Text("{left} ≥ {right}", "{left} ≥ {right}"),
):
    __slots__ = ()

    def holds(self, left: Number, *right: Number) -> Truth:
        return left >= right[0]

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        return ((not_above(right[0], left) if is_held else below(left, right[0]),),)


class NotAbove(
    PointOperator,
    id="<=",
    title=Text("보다 작거나 같음", "is at or below"),
    help=Text("왼쪽이 오른쪽보다 작거나 같을 때 맞아요.", "Holds where the left side is at or below the right side."),
    phrase=Text("{left} ≤ {right}", "{left} ≤ {right}"),
):
    __slots__ = ()

    def holds(self, left: Number, *right: Number) -> Truth:
        return left <= right[0]

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        return ((not_above(left, right[0]) if is_held else below(right[0], left),),)


class Equal(
    PointOperator,
    id="==",
    title=Text("같음", "equals"),
    help=Text(
        "두 값이 정확히 같을 때만 맞아요. 소수점이 있는 값에는 ‘거의 같음’이 나아요.",
        "Holds where both sides are exactly equal. For values with decimals, “about” serves better.",
    ),
    phrase=Text("{left} = {right}", "{left} = {right}"),
):
    __slots__ = ()

    def holds(self, left: Number, *right: Number) -> Truth:
        return left == right[0]

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        if is_held:
            return ((not_above(left, right[0]), not_above(right[0], left)),)
        return (below(left, right[0]),), (below(right[0], left),)


class About(
    PointOperator,
    id="about",
    title=Text("거의 같음", "is about"),
    help=Text(
        "두 값의 차이가 허용 오차 이내일 때 맞아요. 퍼센트는 오른쪽 값을 기준으로 해요.",
        "Holds where the sides differ by the tolerance at most; a percentage is of the right side.",
    ),
    phrase=Text("{left} ≈ {right}", "{left} ≈ {right}"),
):
    __slots__ = ()
    tolerance: float = number(0.5, Text("허용 오차", "Tolerance"), 0, 1e12)
    tolerance_in: str = choice(
        "percent",
        Text("오차 단위", "Tolerance in"),
        {"percent": Text("퍼센트", "percent"), "absolute": Text("값 그대로", "units of the value")},
    )

    def holds(self, left: Number, *right: Number) -> Truth:
        apart: Number = np.abs(left - right[0])
        of_right: Number = np.abs(right[0])
        return apart <= (self.tolerance if self.tolerance_in == "absolute" else of_right * (self.tolerance / 100))

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        if right[0].key or not is_held:
            return UNSAID
        middle = right[0].number
        apart = self.tolerance if self.tolerance_in == "absolute" else abs(middle) * self.tolerance / 100
        apart += _ROUNDING * (abs(middle) + apart)
        return ((not_above(Value(middle - apart), left), not_above(left, Value(middle + apart))),)
