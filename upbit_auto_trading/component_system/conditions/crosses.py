"""The candle on which one line passes another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Bools, Number
from upbit_auto_trading.component_system.operator import LookBackOperator
from upbit_auto_trading.component_system.ordering import UNSAID, Value, Way, below, not_above
from upbit_auto_trading.utils.bilingual_text import Text


class CrossesAbove(
    LookBackOperator,
    id="crosses-above",
    title=Text("위로 교차", "crosses above"),
    help=Text(
        "바로 앞 캔들에서는 왼쪽이 오른쪽보다 크지 않았고 이번 캔들에서는 클 때 맞아요. "
        "두 캔들 가운데 하나라도 값이 없으면 맞지 않아요.",
        "Holds where the left side was not above the right side on the candle before and is above it on this one. "
        "Where a value is unknown on either candle, it does not hold.",
    ),
    phrase=Text("{left}{이/가} {right}{을/를} 위로 교차", "{left} crosses above {right}"),
):
    __slots__ = ()

    @property
    def back(self) -> int:
        return 1

    def over(self, left: Floats, *right: Number) -> Bools:
        held: Bools = left > right[0]
        held[1:] &= _all_but_last(left) <= _all_but_last(right[0])
        held[:1] = False
        return held

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        if not is_held:
            return UNSAID
        return ((below(right[0], left), not_above(left.before(1), right[0].before(1))),)


class CrossesBelow(
    LookBackOperator,
    id="crosses-below",
    title=Text("아래로 교차", "crosses below"),
    help=Text(
        "바로 앞 캔들에서는 왼쪽이 오른쪽보다 작지 않았고 이번 캔들에서는 작을 때 맞아요. "
        "두 캔들 가운데 하나라도 값이 없으면 맞지 않아요.",
        "Holds where the left side was not below the right side on the candle before and is below it on this one. "
        "Where a value is unknown on either candle, it does not hold.",
    ),
    phrase=Text("{left}{이/가} {right}{을/를} 아래로 교차", "{left} crosses below {right}"),
):
    __slots__ = ()

    @property
    def back(self) -> int:
        return 1

    def over(self, left: Floats, *right: Number) -> Bools:
        held: Bools = left < right[0]
        held[1:] &= _all_but_last(left) >= _all_but_last(right[0])
        held[:1] = False
        return held

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        if not is_held:
            return UNSAID
        return ((below(left, right[0]), not_above(right[0].before(1), left.before(1))),)


def _all_but_last(values: Number) -> Number:
    """On the candle before each, but the first, without a copy."""
    return values[:-1] if isinstance(values, np.ndarray) else values
