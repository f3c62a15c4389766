"""Momentum of a variable: how fast it rises or falls, by TA-Lib."""

from __future__ import annotations

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import ComparisonGroup, choice
from upbit_auto_trading.component_system.variable import (
    CENTRED_100,
    OSCILLATOR,
    PERCENT,
    RATIO,
    CandleVariable,
    fading_window,
)
from upbit_auto_trading.component_system.variables.categories import MOMENTUM
from upbit_auto_trading.component_system.variables.indicator import (
    LINE,
    PERIOD,
    FadingRatio,
    TaLib,
    candle_count,
    difference_group,
    taken_from,
    wilder_window,
)
from upbit_auto_trading.component_system.variables.known_runs import over_known
from upbit_auto_trading.utils.bilingual_text import Text

#: moves of less than this share of a value are made of it
_ROUNDING = 1e-12


class Rsi(
    FadingRatio,
    id="rsi",
    category=MOMENTUM,
    group=OSCILLATOR,
    function="RSI",
    title=Text("RSI", "RSI"),
    help=Text(
        "최근 오른 폭이 전체 움직임에서 차지하는 비율이에요. 와일더 평균으로 계산하고, "
        "오래 움직이지 않으면 알 수 없어요.",
        "The share of gains in all moves, by Wilder's averages; unknown where nothing has moved for long.",
    ),
):
    period: int = candle_count(14, maximum=200)
    source: CandleVariable = taken_from()

    @property
    def fade(self) -> int:
        return wilder_window(self.period)


class Cmo(
    FadingRatio,
    id="cmo",
    category=MOMENTUM,
    group=CENTRED_100,
    function="CMO",
    title=Text("CMO", "Chande momentum"),
    help=Text(
        "(오른 폭 − 내린 폭) ÷ 전체 움직임 × 100이에요. 와일더 평균으로 계산해요.",
        "(gains − losses) ÷ all moves × 100, by Wilder's averages.",
    ),
):
    period: int = candle_count(14, maximum=200)
    source: CandleVariable = taken_from()

    @property
    def fade(self) -> int:
        return wilder_window(self.period)


class PlainCmo(
    TaLib,
    id="cmo-plain",
    category=MOMENTUM,
    group=CENTRED_100,
    function="CMOU",
    title=Text("CMO(단순)", "Chande momentum, plain sums"),
    help=Text(
        "최근 N개의 오른 폭과 내린 폭을 평균 없이 더해 계산한 CMO예요.",
        "The CMO from plain sums of the last N gains and losses.",
    ),
):
    period: int = candle_count(14)
    source: CandleVariable = taken_from()

    def calculate(self, *inputs: Floats) -> Floats:
        return without_flat(super().calculate(*inputs), inputs[0], self.period + 1)


class StochasticRsi(
    FadingRatio,
    id="stochastic-rsi",
    category=MOMENTUM,
    group=OSCILLATOR,
    function="RSI",
    title=Text("스토캐스틱 RSI", "Stochastic RSI"),
    help=Text(
        "RSI가 최근 N개 RSI의 범위에서 있는 자리예요. %D는 %K의 단순 평균이에요. "
        "RSI가 0.001도 움직이지 않으면 알 수 없어요.",
        "Where the RSI lies within its range of the last N values; %D is the simple mean of %K. Unknown where the RSI "
        "moved less than 0.001.",
    ),
):
    period: int = candle_count(14, maximum=200)
    range_period: int = candle_count(14, Text("범위 기간", "Range period"), 2, 200)
    smooth: int = candle_count(3, Text("%D 기간", "%D period"), 1, 50)
    line: str = choice("k", LINE, {"k": Text("%K", "%K"), "d": Text("%D", "%D")})
    source: CandleVariable = taken_from()

    @property
    def fade(self) -> int:
        return wilder_window(self.period) + self.range_period + self.smooth

    @property
    def own_needs(self) -> int:
        return super().own_needs + self.range_period - 1 + (self.smooth - 1 if self.line == "d" else 0)

    def calculate(self, *inputs: Floats) -> Floats:
        rsi = super().calculate(*inputs)
        lowest, highest = talib.MIN(rsi, self.range_period), talib.MAX(rsi, self.range_period)
        width = highest - lowest
        width[width < 1e-3] = np.nan
        fast = np.clip((rsi - lowest) / width * 100, 0.0, 100.0)
        return fast if self.line == "k" else mean_of_known(fast, self.smooth)


class Momentum(
    TaLib,
    id="momentum",
    category=MOMENTUM,
    function="MOM",
    title=Text("모멘텀", "Momentum"),
    help=Text("N개 캔들 전과의 차이예요.", "The difference from N candles ago."),
):
    period: int = candle_count(10, minimum=1)
    source: CandleVariable = taken_from()

    @property
    def comparison_group(self) -> ComparisonGroup:
        return difference_group(self.values["source"].comparison_group)


class Roc(
    TaLib,
    id="roc",
    category=MOMENTUM,
    group=PERCENT,
    function="ROC",
    title=Text("변화율(캔들 수)", "Rate of change over candles"),
    help=Text(
        "N개 캔들 전보다 변한 퍼센트예요. 그때 값이 0이면 알 수 없어요.",
        "The change over N candles in percent; unknown where the earlier value is 0.",
    ),
):
    period: int = candle_count(10, minimum=1)
    source: CandleVariable = taken_from()

    def calculate(self, *inputs: Floats) -> Floats:
        found = super().calculate(*inputs)
        earlier = inputs[0][: -self.period]
        if (earlier == 0).any():  # TA-Lib says 0
            found[self.period :][earlier == 0] = np.nan
        return found


class Tsi(
    FadingRatio,
    id="tsi",
    category=MOMENTUM,
    group=CENTRED_100,
    function="TSI",
    arguments={"first": "firstperiod", "second": "secondperiod"},
    title=Text("TSI", "True strength index"),
    help=Text(
        "변화의 지수 평균을 두 번 겹쳐, 변화 크기의 같은 평균으로 나눈 값이에요.",
        "Changes smoothed twice exponentially, over the sizes of changes smoothed alike.",
    ),
):
    first: int = candle_count(25, Text("첫 평균 기간", "First period"), 2, 200)
    second: int = candle_count(13, Text("둘째 평균 기간", "Second period"), 2, 200)
    source: CandleVariable = taken_from()

    @property
    def fade(self) -> int:
        return fading_window(self.first) + fading_window(self.second)


class Coppock(
    TaLib,
    id="coppock",
    category=MOMENTUM,
    group=PERCENT,
    function="COPPOCK",
    arguments={"period": "wmaperiod", "first": "roc1period", "second": "roc2period"},
    title=Text("코폭 곡선", "Coppock curve"),
    help=Text("두 변화율의 합을 가중 평균한 값이에요.", "The weighted average of the sum of two rates of change."),
):
    period: int = candle_count(10, maximum=200)
    first: int = candle_count(11, Text("첫 변화율 기간", "First change over"), 1, 200)
    second: int = candle_count(14, Text("둘째 변화율 기간", "Second change over"), 1, 200)
    source: CandleVariable = taken_from()


class Dpo(
    TaLib,
    id="detrended-price",
    category=MOMENTUM,
    function="DPO",
    title=Text("추세 제거 가격(DPO)", "Detrended price (DPO)"),
    help=Text(
        "(N ÷ 2 + 1)개 캔들 전의 값 − 지금의 단순 평균이에요. 뒤로 밀어 그리지 않으므로 미래를 보지 않아요.",
        "The value of N ÷ 2 + 1 candles ago minus the simple mean now; not drawn back, so it never looks ahead.",
    ),
):
    period: int = candle_count(20, minimum=2)
    source: CandleVariable = taken_from()

    @property
    def comparison_group(self) -> ComparisonGroup:
        return difference_group(self.values["source"].comparison_group)


class EfficiencyRatio(
    TaLib,
    id="efficiency-ratio",
    category=MOMENTUM,
    group=RATIO,
    function="ER",
    title=Text("효율 비율", "Efficiency ratio"),
    help=Text(
        "N개 캔들 동안 나아간 거리를 오르내린 길이의 합으로 나눈 값이에요. 움직이지 않으면 알 수 없어요.",
        "The way gone in N candles over the sum of all moves; unknown where nothing moved.",
    ),
):
    period: int = candle_count(10)
    source: CandleVariable = taken_from()

    def calculate(self, *inputs: Floats) -> Floats:
        return without_flat(super().calculate(*inputs), inputs[0], self.period + 1)


class ForecastOscillator(
    TaLib,
    id="forecast-oscillator",
    category=MOMENTUM,
    group=PERCENT,
    function="FOSC",
    title=Text("예측 오실레이터", "Forecast oscillator"),
    help=Text(
        "값이 회귀 직선으로 미리 본 값에서 벗어난 퍼센트예요.",
        "How far the value lies from its forecast by linear regression, in percent.",
    ),
):
    period: int = candle_count(5, PERIOD, 2, 300)
    source: CandleVariable = taken_from()


class VerticalHorizontal(
    TaLib,
    id="vhf",
    category=MOMENTUM,
    group=RATIO,
    function="VHF",
    title=Text("추세 필터(VHF)", "Vertical horizontal filter"),
    help=Text(
        "N개 값의 범위를 오르내린 길이의 합으로 나눈 값이에요. 클수록 추세가 뚜렷해요.",
        "The range of N values over the sum of all moves: large in a trend.",
    ),
):
    period: int = candle_count(28)
    source: CandleVariable = taken_from()

    def calculate(self, *inputs: Floats) -> Floats:
        return without_flat(super().calculate(*inputs), inputs[0], self.own_needs)


def without_flat(found: Floats, values: Floats, count: int) -> Floats:
    """Unknown where nothing moved over so many, but for rounding: TA-Lib says 0 there."""
    if count <= len(values):
        highest = talib.MAX(values, count)
        found[highest - talib.MIN(values, count) <= _ROUNDING * np.abs(highest)] = np.nan
    return found


def mean_of_known(values: Floats, count: int) -> Floats:
    """A simple mean of values from 0 to 100; unknown where one of them is."""
    if count == 1:
        return values
    return np.asarray(np.clip(over_known(lambda part: talib.SMA(part, count), (values,)), 0.0, 100.0))
