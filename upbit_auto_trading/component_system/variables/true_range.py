"""How far prices move, by TA-Lib."""

from __future__ import annotations

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.variable import (
    OSCILLATOR,
    PERCENT,
    PRICE_DISTANCE,
    RATIO,
    CandleVariable,
    fading_window,
)
from upbit_auto_trading.component_system.variables.categories import VOLATILITY
from upbit_auto_trading.component_system.variables.indicator import (
    PERIOD,
    FadingRatio,
    TaLib,
    candle_count,
    taken_from,
    wilder_window,
)
from upbit_auto_trading.component_system.variables.known_runs import divided
from upbit_auto_trading.utils.bilingual_text import Text

_CANDLE = ("high", "low", "close")


class TrueRange(
    TaLib,
    id="true-range",
    category=VOLATILITY,
    group=PRICE_DISTANCE,
    function="TRANGE",
    takes=_CANDLE,
    arguments={},
    title=Text("참 범위", "True range"),
    help=Text(
        "고가 − 저가, 또는 앞 종가에서 더 멀면 그 거리예요.",
        "high − low, or the distance from the close before where that is larger.",
    ),
):
    pass


class Atr(
    TaLib,
    id="atr",
    category=VOLATILITY,
    group=PRICE_DISTANCE,
    function="ATR",
    takes=_CANDLE,
    title=Text("ATR", "ATR"),
    help=Text("참 범위의 와일더 평균이에요.", "Wilder's average of the true range."),
):
    period: int = candle_count(14, minimum=2, maximum=300)

    @property
    def own_window(self) -> int:
        return self.own_needs + wilder_window(self.period)


class AtrPercent(
    TaLib,
    id="atr-percent",
    category=VOLATILITY,
    group=PERCENT,
    function="NATR",
    takes=_CANDLE,
    title=Text("ATR(%)", "ATR, %"),
    help=Text("ATR ÷ 종가 × 100이에요.", "ATR ÷ close × 100."),
):
    period: int = candle_count(14, minimum=2, maximum=300)

    @property
    def own_window(self) -> int:
        return self.own_needs + wilder_window(self.period)


class AverageRange(
    TaLib,
    id="average-range",
    category=VOLATILITY,
    group=PRICE_DISTANCE,
    function="ADR",
    takes=("high", "low"),
    title=Text("평균 캔들 길이", "Average range"),
    help=Text("최근 N개 캔들의 고가 − 저가 평균이에요.", "The mean of high − low over the last N candles."),
):
    period: int = candle_count(14, minimum=1)


class ChaikinVolatility(
    FadingRatio,
    id="chaikin-volatility",
    category=VOLATILITY,
    group=PERCENT,
    function="CVI",
    takes=("high", "low"),
    arguments={"period": "timeperiod", "change_period": "rocperiod"},
    title=Text("차이킨 변동성", "Chaikin volatility"),
    help=Text(
        "고가 − 저가의 지수 평균이 M개 캔들 전보다 변한 퍼센트예요.",
        "The change of the exponential average of high − low over M candles, in percent.",
    ),
):
    period: int = candle_count(10, maximum=200)
    change_period: int = candle_count(10, Text("비교 간격", "Change over"), 1, 200)

    @property
    def fade(self) -> int:
        return fading_window(self.period)


class MassIndex(
    FadingRatio,
    id="mass-index",
    category=VOLATILITY,
    group=RATIO,
    function="MASSI",
    takes=("high", "low"),
    arguments={"period": "fastperiod", "sum_period": "slowperiod"},
    title=Text("매스 지수", "Mass index"),
    help=Text(
        "캔들 길이의 지수 평균을 한 번 더 평균한 값으로 나누고, 최근 N개를 더한 값이에요. 27을 넘으면 반전을 살펴요.",
        "The exponential average of ranges over its own average, summed over N candles. Above 27 hints at a turn.",
    ),
):
    period: int = candle_count(9, maximum=100)
    sum_period: int = candle_count(25, Text("합산 기간", "Sum over"), 2, 200)

    @property
    def fade(self) -> int:
        return 2 * fading_window(self.period) + 2 * self.sum_period


class RelativeVolatility(
    FadingRatio,
    id="relative-volatility",
    category=VOLATILITY,
    group=OSCILLATOR,
    function="RVI",
    arguments={"period": "timeperiod", "deviation_period": "stddevperiod"},
    title=Text("상대 변동성 지수", "Relative volatility index"),
    help=Text(
        "오를 때의 표준편차가 전체에서 차지하는 비율을 RSI처럼 계산해요.",
        "The share of standard deviation on rising candles, smoothed as an RSI.",
    ),
):
    period: int = candle_count(14, PERIOD, 2, 200)
    deviation_period: int = candle_count(10, Text("표준편차 기간", "Deviation period"), 2, 200)
    source: CandleVariable = taken_from()

    @property
    def fade(self) -> int:
        return wilder_window(self.period) + 2 * self.deviation_period


class CandleAtrs(
    TaLib,
    id="range-in-atr",
    category=VOLATILITY,
    group=RATIO,
    function="ATR",
    takes=_CANDLE,
    title=Text("캔들 길이 ÷ ATR", "Candle range in ATRs"),
    help=Text(
        "캔들의 고가 − 저가가 ATR의 몇 배인지예요.",
        "How many ATRs the candle's high − low is; unknown where the ATR has faded to nothing.",
    ),
):
    period: int = candle_count(14, minimum=2, maximum=300)

    @property
    def own_window(self) -> int:
        return self.own_needs + wilder_window(self.period)

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close = inputs
        mean = super().calculate(*inputs)
        mean[mean < close * 1e-9] = np.nan  # what a price that stands still leaves behind
        return divided(high - low, mean)
