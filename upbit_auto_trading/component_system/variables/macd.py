"""Differences of two averages: MACD and its kin, by TA-Lib."""

from __future__ import annotations

from typing import Any, ClassVar

from upbit_auto_trading.component_system.declaration import ComparisonGroup, choice
from upbit_auto_trading.component_system.variable import PERCENT, CandleVariable, fading_window
from upbit_auto_trading.component_system.variables.averages import (
    AVERAGE_KIND,
    AVERAGE_KINDS,
    average_fade,
    average_type,
)
from upbit_auto_trading.component_system.variables.categories import MOMENTUM
from upbit_auto_trading.component_system.variables.indicator import (
    LINE,
    TaLib,
    candle_count,
    difference_group,
    taken_from,
)
from upbit_auto_trading.utils.bilingual_text import Text

FAST = Text("빠른 기간", "Fast period")
SLOW = Text("느린 기간", "Slow period")
SIGNAL = Text("신호 기간", "Signal period")


class Macd(
    TaLib,
    id="macd",
    category=MOMENTUM,
    function="MACD",
    arguments={"fast": "fastperiod", "slow": "slowperiod", "signal": "signalperiod"},
    lines=("macd", "signal", "histogram"),
    title=Text("MACD", "MACD"),
    help=Text(
        "빠른 지수 평균 − 느린 지수 평균이에요. 신호선은 MACD의 지수 평균, 막대는 그 차이예요. "
        "두 평균은 같은 캔들에서 시작해요.",
        "A fast minus a slow exponential average; the signal line is its exponential average, the histogram the "
        "difference. Both averages begin on the same candle.",
    ),
):
    fast: int = candle_count(12, FAST, 2, 200)
    slow: int = candle_count(26, SLOW, 2, 300)
    signal: int = candle_count(9, SIGNAL, 1, 200)
    line: str = choice(
        "macd",
        LINE,
        {
            "macd": Text("MACD", "MACD"),
            "signal": Text("신호선", "Signal"),
            "histogram": Text("막대(MACD − 신호선)", "Histogram"),
        },
    )
    source: CandleVariable = taken_from()

    @property
    def comparison_group(self) -> ComparisonGroup:
        return difference_group(self.values["source"].comparison_group)

    @property
    def own_window(self) -> int:
        return self.own_needs + fading_window(max(self.fast, self.slow)) + fading_window(self.signal)


class _TwoAverages(TaLib):
    category: ClassVar[Text] = MOMENTUM

    @property
    def own_window(self) -> int:
        kind, slow = self.values["average"], max(self.values["fast"], self.values["slow"])
        return self.own_needs + average_fade(kind, slow)

    def ta_parameters(self) -> dict[str, Any]:
        parameters = super().ta_parameters()
        return parameters | {"matype": average_type(self.values["average"])}


class Apo(
    _TwoAverages,
    id="average-difference",
    function="APO",
    arguments={"fast": "fastperiod", "slow": "slowperiod"},
    title=Text("평균 차이(APO)", "Difference of averages (APO)"),
    help=Text("빠른 평균 − 느린 평균이에요.", "A fast average minus a slow one."),
):
    fast: int = candle_count(12, FAST, 2, 100)
    slow: int = candle_count(26, SLOW, 2, 200)
    average: str = choice("ema", AVERAGE_KIND, AVERAGE_KINDS)
    source: CandleVariable = taken_from()

    @property
    def comparison_group(self) -> ComparisonGroup:
        return difference_group(self.values["source"].comparison_group)


class Ppo(
    _TwoAverages,
    id="average-difference-percent",
    group=PERCENT,
    function="PPO",
    arguments={"fast": "fastperiod", "slow": "slowperiod"},
    title=Text("평균 차이(%, PPO)", "Difference of averages, % (PPO)"),
    help=Text("(빠른 평균 − 느린 평균) ÷ 느린 평균 × 100이에요.", "(fast − slow average) ÷ slow average × 100."),
):
    fast: int = candle_count(12, FAST, 2, 100)
    slow: int = candle_count(26, SLOW, 2, 200)
    average: str = choice("ema", AVERAGE_KIND, AVERAGE_KINDS)
    source: CandleVariable = taken_from(groups=("price",))


class Trix(
    TaLib,
    id="trix",
    category=MOMENTUM,
    group=PERCENT,
    function="TRIX",
    title=Text("TRIX", "TRIX"),
    help=Text(
        "세 번 겹친 지수 평균이 한 캔들 동안 변한 퍼센트예요.",
        "The change over one candle of an exponential average taken three times, in percent.",
    ),
):
    period: int = candle_count(30, maximum=200)
    source: CandleVariable = taken_from(groups=("price",))

    @property
    def own_window(self) -> int:
        return self.own_needs + 2 * fading_window(self.period)
