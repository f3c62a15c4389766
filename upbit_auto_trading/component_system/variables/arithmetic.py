"""Two variables made into one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import ComparisonGroup, number
from upbit_auto_trading.component_system.variable import PERCENT, RATIO, CandleVariable
from upbit_auto_trading.component_system.variables.categories import STATISTICS
from upbit_auto_trading.component_system.variables.indicator import Indicator, difference_group, taken_from
from upbit_auto_trading.component_system.variables.known_runs import divided
from upbit_auto_trading.component_system.variables.statistics import OTHER
from upbit_auto_trading.utils.bilingual_text import Text


class _OfTwo(Indicator):
    category: ClassVar[Text] = STATISTICS

    @property
    def own_needs(self) -> int:
        return 1


class Difference(
    _OfTwo,
    id="difference",
    takes=("source", "other"),
    title=Text("차이", "Difference"),
    help=Text("값 − 비교할 값이에요.", "value − other."),
):
    source: CandleVariable = taken_from()
    other: CandleVariable = taken_from("open", OTHER)

    @property
    def comparison_group(self) -> ComparisonGroup:
        return difference_group(self.values["source"].comparison_group)

    def calculate(self, *inputs: Floats) -> Floats:
        return inputs[0] - inputs[1]


class DistancePercent(
    _OfTwo,
    id="distance-percent",
    group=PERCENT,
    takes=("source", "other"),
    title=Text("두 값의 거리(%)", "Distance of two values, %"),
    help=Text(
        "(값 − 비교할 값) ÷ 비교할 값 × 100이에요. 비교할 값이 0이면 알 수 없어요.",
        "(value − other) ÷ other × 100; unknown where the other is 0.",
    ),
):
    source: CandleVariable = taken_from()
    other: CandleVariable = taken_from("sma", OTHER)

    def calculate(self, *inputs: Floats) -> Floats:
        value, other = inputs
        return divided((value - other) * 100, other)


class Quotient(
    _OfTwo,
    id="quotient",
    group=RATIO,
    takes=("source", "other"),
    title=Text("배율", "Quotient"),
    help=Text("값 ÷ 비교할 값이에요. 비교할 값이 0이면 알 수 없어요.", "value ÷ other; unknown where the other is 0."),
):
    source: CandleVariable = taken_from()
    other: CandleVariable = taken_from("open", OTHER)

    def calculate(self, *inputs: Floats) -> Floats:
        return divided(inputs[0], inputs[1])


class Larger(
    _OfTwo,
    id="larger",
    takes=("source", "other"),
    title=Text("더 큰 값", "Larger of two"),
    help=Text("두 값 가운데 큰 값이에요.", "The larger of both; unknown where one is."),
):
    source: CandleVariable = taken_from()
    other: CandleVariable = taken_from("open", OTHER)

    def calculate(self, *inputs: Floats) -> Floats:
        return np.maximum(inputs[0], inputs[1])


class Smaller(
    _OfTwo,
    id="smaller",
    takes=("source", "other"),
    title=Text("더 작은 값", "Smaller of two"),
    help=Text("두 값 가운데 작은 값이에요.", "The smaller of both; unknown where one is."),
):
    source: CandleVariable = taken_from()
    other: CandleVariable = taken_from("open", OTHER)

    def calculate(self, *inputs: Floats) -> Floats:
        return np.minimum(inputs[0], inputs[1])


class Shifted(
    _OfTwo,
    id="shifted-by",
    takes=("source", "other"),
    title=Text("거리를 더한 값", "Value plus a distance"),
    help=Text(
        "값 + 배수 × 거리예요. 배수가 음수면 아래로 가요. 예: 종가 − 2 × ATR.",
        "value + times × distance; a negative number goes below. For example close − 2 × ATR.",
    ),
):
    source: CandleVariable = taken_from()
    other: CandleVariable = taken_from("atr", Text("거리", "Distance"))
    by: float = number(-2.0, Text("배수", "Times"), -100.0, 100.0)

    def calculate(self, *inputs: Floats) -> Floats:
        return inputs[0] + self.by * inputs[1]


class Size(
    _OfTwo,
    id="absolute",
    title=Text("절댓값", "Absolute value"),
    help=Text("부호를 뗀 값이에요.", "The value without its sign."),
):
    source: CandleVariable = taken_from("roc")

    def calculate(self, *inputs: Floats) -> Floats:
        return np.abs(inputs[0])
