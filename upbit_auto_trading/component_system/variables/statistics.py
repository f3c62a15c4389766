"""Statistics of a variable."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.declaration import ComparisonGroup, choice, number
from upbit_auto_trading.component_system.variable import (
    ANGLE,
    CENTRED,
    CORRELATION,
    OSCILLATOR,
    PERCENT,
    CandleVariable,
)
from upbit_auto_trading.component_system.variables.categories import STATISTICS, VOLATILITY
from upbit_auto_trading.component_system.variables.indicator import (
    LINE,
    Indicator,
    TaLib,
    candle_count,
    difference_group,
    taken_from,
)
from upbit_auto_trading.component_system.variables.known_runs import divided, unknown
from upbit_auto_trading.component_system.variables.look_back import DAY, candle_seconds
from upbit_auto_trading.component_system.variables.oscillators import without_flat
from upbit_auto_trading.utils.bilingual_text import Text

OTHER = Text("비교할 값", "Other value")


class _OfDifferences(TaLib):
    """In the unit of a difference of two of its source."""

    category: ClassVar[Text] = STATISTICS

    @property
    def comparison_group(self) -> ComparisonGroup:
        return difference_group(self.values["source"].comparison_group)


class StandardDeviation(
    _OfDifferences,
    id="standard-deviation",
    function="STDDEV",
    title=Text("표준편차", "Standard deviation"),
    help=Text("최근 N개 값의 모집단 표준편차예요.", "The population standard deviation of the last N values."),
):
    period: int = candle_count(20)
    source: CandleVariable = taken_from()


class Variance(
    TaLib,
    id="variance",
    category=STATISTICS,
    group=CENTRED,
    function="VAR",
    title=Text("분산", "Variance"),
    help=Text("최근 N개 값의 모집단 분산이에요.", "The population variance of the last N values."),
):
    period: int = candle_count(20)
    source: CandleVariable = taken_from()


class AverageDeviation(
    _OfDifferences,
    id="average-deviation",
    function="AVGDEV",
    title=Text("평균 편차", "Average deviation"),
    help=Text(
        "최근 N개 값이 평균에서 벗어난 거리의 평균이에요.", "The mean distance of the last N values from their mean."
    ),
):
    period: int = candle_count(14)
    source: CandleVariable = taken_from()


class ZScore(
    Indicator,
    id="z-score",
    category=STATISTICS,
    group=CENTRED,
    title=Text("Z 점수", "Z-score"),
    help=Text(
        "(값 − 평균) ÷ 표준편차예요. 최근 N개로 계산하고, 움직이지 않았으면 알 수 없어요.",
        "(value − mean) ÷ standard deviation of the last N values; unknown where nothing moved.",
    ),
):
    period: int = candle_count(20)
    source: CandleVariable = taken_from()

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        values = inputs[0]
        found = divided(values - talib.SMA(values, self.period), talib.STDDEV(values, self.period))
        return without_flat(found, values, self.period)


class LinearRegression(
    TaLib,
    id="linear-regression",
    category=STATISTICS,
    function="LINEARREG",
    title=Text("회귀 직선", "Linear regression"),
    help=Text(
        "최근 N개 값에 가장 잘 맞는 직선의 지금 값, 다음 캔들로 늘인 값, 또는 시작 값이에요.",
        "The straight line that fits the last N values best: its value now, one candle further, or where it begins.",
    ),
):
    period: int = candle_count(14)
    line: str = choice(
        "value",
        LINE,
        {"value": Text("지금", "Now"), "forecast": Text("다음 캔들", "Next candle"), "start": Text("시작", "Start")},
    )
    source: CandleVariable = taken_from()

    def calculate(self, *inputs: Floats) -> Floats:
        functions = {"value": talib.LINEARREG, "forecast": talib.TSF, "start": talib.LINEARREG_INTERCEPT}
        found: Floats = functions[self.line](inputs[0], self.period)
        return found


class RegressionSlope(
    _OfDifferences,
    id="regression-slope",
    function="LINEARREG_SLOPE",
    title=Text("회귀 기울기", "Regression slope"),
    help=Text("회귀 직선이 캔들마다 변하는 크기예요.", "How much the regression line changes with each candle."),
):
    period: int = candle_count(14)
    source: CandleVariable = taken_from()


class RegressionAngle(
    TaLib,
    id="regression-angle",
    category=STATISTICS,
    group=ANGLE,
    function="LINEARREG_ANGLE",
    title=Text("회귀 각도", "Regression angle"),
    help=Text(
        "회귀 기울기의 각도예요. 값의 단위에 따라 달라져요.",
        "The slope of the regression line as an angle; it depends on the unit of the values.",
    ),
):
    period: int = candle_count(14)
    source: CandleVariable = taken_from()


class Correlation(
    TaLib,
    id="correlation",
    category=STATISTICS,
    group=CORRELATION,
    function="CORREL",
    takes=("source", "other"),
    title=Text("상관계수", "Correlation"),
    help=Text(
        "두 값의 최근 N개의 피어슨 상관계수예요. 하나라도 움직이지 않았으면 알 수 없어요.",
        "Pearson's correlation of the last N values of both; unknown where one of them did not move.",
    ),
):
    period: int = candle_count(30)
    source: CandleVariable = taken_from()
    other: CandleVariable = taken_from("volume", OTHER)

    def calculate(self, *inputs: Floats) -> Floats:
        found = np.clip(super().calculate(*inputs), -1.0, 1.0)
        for one in inputs:
            without_flat(found, one, self.period)
        return found


class Beta(
    TaLib,
    id="beta",
    category=STATISTICS,
    group=CENTRED,
    function="BETA",
    takes=("source", "other"),
    title=Text("베타", "Beta"),
    help=Text(
        "한 값의 변화율이 다른 값의 변화율에 얼마나 따라가는지예요. 움직이지 않았으면 알 수 없어요.",
        "How much the relative changes of the other value go with those of the source; unknown where the source did "
        "not move.",
    ),
):
    period: int = candle_count(20)
    source: CandleVariable = taken_from(groups=("price",))
    other: CandleVariable = taken_from("typical-price", OTHER, groups=("price",))

    def calculate(self, *inputs: Floats) -> Floats:
        return without_flat(super().calculate(*inputs), inputs[0], self.period + 1)


class Percentile(
    TaLib,
    id="percentile",
    category=STATISTICS,
    function="PERCENTILE",
    arguments={"period": "timeperiod", "percent": "percentile"},
    title=Text("백분위 값", "Percentile"),
    help=Text(
        "최근 N개 값을 크기 순으로 놓았을 때 그 퍼센트 자리의 값이에요. 50이면 중앙값이에요.",
        "The value below which that share of the last N values lies; 50 is the median.",
    ),
):
    period: int = candle_count(30)
    percent: float = number(50.0, Text("자리", "At"), 0.0, 100.0, unit=Text("%", "%"))
    source: CandleVariable = taken_from()


class PercentRank(
    TaLib,
    id="percent-rank",
    category=STATISTICS,
    group=OSCILLATOR,
    function="PERCENTRANK",
    title=Text("백분위 순위", "Percentile rank"),
    help=Text(
        "앞선 N개 값 가운데 지금 값보다 작은 값의 퍼센트예요.",
        "The share of the N values before that are below this one, in percent.",
    ),
):
    period: int = candle_count(100)
    source: CandleVariable = taken_from()


class Total(
    TaLib,
    id="sum",
    category=STATISTICS,
    function="SUM",
    title=Text("합", "Sum"),
    help=Text("최근 N개 값의 합이에요.", "The sum of the last N values."),
):
    period: int = candle_count(20)
    source: CandleVariable = taken_from("volume")


class HistoricalVolatility(
    Indicator,
    id="historical-volatility",
    category=VOLATILITY,
    group=PERCENT,
    title=Text("역사적 변동성(하루 %)", "Historical volatility, % a day"),
    help=Text(
        "최근 N개 캔들의 로그 수익률 표준편차를 하루로 늘린 퍼센트예요.",
        "The standard deviation of logarithmic returns of the last N candles, scaled to a day by the square root of "
        "how many candles a day has.",
    ),
):
    period: int = candle_count(60, maximum=5000)
    source: CandleVariable = taken_from(groups=("price",))

    @property
    def own_needs(self) -> int:
        return self.period + 1

    def calculate(self, *inputs: Floats) -> Floats:
        values = inputs[0]
        returns = unknown(len(values))
        if len(values) > self.period:
            returns[1:] = talib.STDDEV(np.log(values[1:] / values[:-1]), self.period)
        return returns

    def compute(self, columns: Columns) -> Floats:
        candles_a_day = DAY / candle_seconds(columns.unit)
        return np.asarray(super().compute(columns) * (100 * candles_a_day**0.5))
