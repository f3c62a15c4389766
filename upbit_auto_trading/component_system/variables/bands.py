"""Bands around prices."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import choice, number
from upbit_auto_trading.component_system.variable import PERCENT, PRICE, CandleVariable, fading_window
from upbit_auto_trading.component_system.variables.averages import (
    AVERAGE_KIND,
    AVERAGE_KINDS,
    average_fade,
    average_type,
)
from upbit_auto_trading.component_system.variables.categories import BANDS
from upbit_auto_trading.component_system.variables.indicator import (
    LINE,
    TaLib,
    candle_count,
    taken_from,
    wilder_window,
)
from upbit_auto_trading.component_system.variables.known_runs import divided
from upbit_auto_trading.utils.bilingual_text import Text

_UPPER = Text("위", "Upper")
_MIDDLE = Text("가운데", "Middle")
_LOWER = Text("아래", "Lower")
BAND_LINES = {"upper": _UPPER, "middle": _MIDDLE, "lower": _LOWER}
RELATIVE_LINES = {"percent-b": Text("밴드 안 위치(%)", "Place in the band, %"), "width": Text("폭(%)", "Width, %")}
#: of the middle: a place in a narrower band would be made of rounding
_NARROWEST = 1e-6
TIMES = Text("배수", "Times")


class _Bands(TaLib):
    category: ClassVar[Text] = BANDS

    def calculate(self, *inputs: Floats) -> Floats:
        line: str = self.values["line"]
        bands = self.called(*inputs)
        if line in self.lines:
            chosen: Floats = bands[self.lines.index(line)]
            return chosen
        upper, middle, lower = bands
        if line == "width":
            return divided((upper - lower) * 100, middle)
        width = upper - lower
        width[np.abs(width) < _NARROWEST * np.abs(middle)] = np.nan
        return divided((inputs[-1] - lower) * 100, width)


class Bollinger(
    _Bands,
    id="bollinger",
    function="BBANDS",
    arguments={"period": "timeperiod"},
    lines=("upper", "middle", "lower"),
    line_groups={"percent-b": PERCENT, "width": PERCENT},
    title=Text("볼린저 밴드", "Bollinger bands"),
    help=Text(
        "평균에서 표준편차의 몇 배만큼 위아래로 벌린 밴드예요. 밴드 안 위치는 아래 선이 0 %, 위 선이 100 %예요.",
        "An average, and bands some standard deviations away from it. The place in the band is 0 % on the lower line "
        "and 100 % on the upper; it is unknown where the band is narrower than a millionth.",
    ),
):
    period: int = candle_count(20, maximum=300)
    deviations: float = number(2.0, Text("표준편차 배수", "Standard deviations"), 0.1, 10.0)
    average: str = choice("sma", AVERAGE_KIND, AVERAGE_KINDS)
    line: str = choice("upper", LINE, BAND_LINES | RELATIVE_LINES)
    source: CandleVariable = taken_from()

    def ta_parameters(self) -> dict[str, Any]:
        return {
            "timeperiod": self.period,
            "nbdevup": float(self.deviations),
            "nbdevdn": float(self.deviations),
            "matype": average_type(self.average),
        }

    @property
    def own_window(self) -> int:
        return self.own_needs + average_fade(self.average, self.period)


class Keltner(
    _Bands,
    id="keltner",
    group=PRICE,
    function="KC",
    takes=("high", "low", "close"),
    arguments={"period": "timeperiod", "atr_period": "atrperiod", "factor": "nbdev"},
    lines=("upper", "middle", "lower"),
    line_groups={"percent-b": PERCENT, "width": PERCENT},
    title=Text("켈트너 채널", "Keltner channel"),
    help=Text(
        "대표 가격의 지수 평균에서 ATR의 몇 배만큼 위아래로 벌린 채널이에요.",
        "The exponential average of the typical price, and lines some ATRs above and below it.",
    ),
):
    period: int = candle_count(20, maximum=300)
    atr_period: int = candle_count(10, Text("ATR 기간", "ATR period"), 2, 300)
    factor: float = number(2.0, TIMES, 0.1, 20.0)
    line: str = choice("upper", LINE, BAND_LINES | RELATIVE_LINES)

    def ta_parameters(self) -> dict[str, Any]:
        return super().ta_parameters() | {"nbdev": float(self.factor)}

    @property
    def own_window(self) -> int:
        return self.own_needs + max(fading_window(self.period), wilder_window(self.atr_period))


class Donchian(
    _Bands,
    id="donchian",
    group=PRICE,
    function="DONCHIAN",
    takes=("high", "low", "close"),
    lines=("upper", "middle", "lower"),
    line_groups={"percent-b": PERCENT, "width": PERCENT},
    title=Text("돈치안 채널", "Donchian channel"),
    help=Text(
        "최근 N개 캔들의 고가와 저가, 그 가운데예요. 지금 캔들도 들어가므로 돌파는 1개 캔들 전 값과 비교하세요.",
        "The high and the low of the last N candles and their middle. This candle counts, so compare a break-out with "
        "the value one candle ago.",
    ),
):
    period: int = candle_count(20)
    line: str = choice("upper", LINE, BAND_LINES | RELATIVE_LINES)

    def called(self, *inputs: Floats) -> Any:
        high, low, _close = inputs
        return talib.DONCHIAN(high, low, self.period)


class AccelerationBands(
    _Bands,
    id="acceleration-bands",
    group=PRICE,
    function="ACCBANDS",
    takes=("high", "low", "close"),
    lines=("upper", "middle", "lower"),
    line_groups={"percent-b": PERCENT, "width": PERCENT},
    title=Text("가속 밴드", "Acceleration bands"),
    help=Text(
        "캔들 길이에 따라 넓어지는 밴드예요. 가운데는 종가의 단순 평균이에요.",
        "Bands that widen with the range of candles around the simple mean of closes.",
    ),
):
    period: int = candle_count(20)
    line: str = choice("upper", LINE, BAND_LINES | RELATIVE_LINES)


class MidPoint(
    TaLib,
    id="mid-point",
    category=BANDS,
    function="MIDPOINT",
    title=Text("범위의 가운데", "Middle of the range"),
    help=Text(
        "최근 N개 값의 최고와 최저의 가운데예요.", "The middle between the largest and the smallest of N values."
    ),
):
    period: int = candle_count(14)
    source: CandleVariable = taken_from()


class MidPrice(
    TaLib,
    id="mid-price",
    category=BANDS,
    group=PRICE,
    function="MIDPRICE",
    takes=("high", "low"),
    title=Text("고가와 저가의 가운데", "Middle of high and low"),
    help=Text("최근 N개 캔들의 고가와 저가의 가운데예요.", "The middle between the high and the low of N candles."),
):
    period: int = candle_count(14)
