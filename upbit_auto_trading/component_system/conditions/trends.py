"""Values that rose, or fell, candle after candle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Bools, Number
from upbit_auto_trading.component_system.declaration import whole
from upbit_auto_trading.component_system.operator import LookBackOperator, before
from upbit_auto_trading.component_system.ordering import UNSAID, Value, Way, below
from upbit_auto_trading.utils.bilingual_text import Text

MOST_CANDLES = 500
#: candles of a run that are told in order; fewer than there are only say less
_MOST_ORDERED = 20


class Rising(
    LookBackOperator,
    id="rising",
    title=Text("계속 오름", "is rising"),
    help=Text(
        "정한 캔들 수만큼 매번 바로 앞 캔들보다 클 때 맞아요. 같으면 오른 것이 아니에요.",
        "Holds where each of so many candles was higher than the one before; an equal one is not.",
    ),
    operands=0,
    phrase=Text("{left}{이/가} {candles}캔들째 오름", "{left} rising for {candles} candle(s)"),
):
    __slots__ = ()
    candles: int = whole(3, Text("캔들 수", "Candles"), 1, MOST_CANDLES)

    @property
    def back(self) -> int:
        return self.candles

    def over(self, left: Floats, *right: Number) -> Bools:
        return all_of_last(left > before(left, 1), self.candles)

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        steps = range(min(self.candles, _MOST_ORDERED))
        return (tuple(below(left.before(one + 1), left.before(one)) for one in steps),) if is_held else UNSAID


class Falling(
    LookBackOperator,
    id="falling",
    title=Text("계속 내림", "is falling"),
    help=Text(
        "정한 캔들 수만큼 매번 바로 앞 캔들보다 작을 때 맞아요. 같으면 내린 것이 아니에요.",
        "Holds where each of so many candles was lower than the one before; an equal one is not.",
    ),
    operands=0,
    phrase=Text("{left}{이/가} {candles}캔들째 내림", "{left} falling for {candles} candle(s)"),
):
    __slots__ = ()
    candles: int = whole(3, Text("캔들 수", "Candles"), 1, MOST_CANDLES)

    @property
    def back(self) -> int:
        return self.candles

    def over(self, left: Floats, *right: Number) -> Bools:
        return all_of_last(left < before(left, 1), self.candles)

    def ways(self, left: Value, right: Sequence[Value], *, is_held: bool) -> tuple[Way, ...]:
        steps = range(min(self.candles, _MOST_ORDERED))
        return (tuple(below(left.before(one), left.before(one + 1)) for one in steps),) if is_held else UNSAID


def all_of_last(truth: Bools, candles: int) -> Bools:
    """Whether it was true on each of the last so many candles, this one included."""
    found: Bools = _counted(truth, candles) == candles
    return found


def any_of_last(truth: Bools, candles: int) -> Bools:
    found: Bools = _counted(truth, candles) > 0
    return found


def _counted(truth: Bools, candles: int) -> NDArray[np.int64]:
    counted: NDArray[np.int64] = np.cumsum(truth, dtype=np.int64)
    counted[candles:] = counted[candles:] - counted[:-candles] if candles < len(truth) else []
    return counted
