"""Change over time, and distance from the extremes of candles or of a stretch of time."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.declaration import duration
from upbit_auto_trading.component_system.variable import COUNT, PERCENT, PRICE, CandleVariable
from upbit_auto_trading.component_system.variables.categories import BANDS, PRICES, STATISTICS
from upbit_auto_trading.component_system.variables.indicator import Indicator, candle_count, taken_from
from upbit_auto_trading.component_system.variables.known_runs import divided, unknown
from upbit_auto_trading.component_system.variables.look_back import (
    candles_in,
    extreme_within,
    firsts_within,
    seconds_of,
)
from upbit_auto_trading.utils.bilingual_text import Text

WINDOW = Text("기간", "Over")


class ChangePercent(
    CandleVariable,
    id="change-percent",
    category=PRICES,
    group=PERCENT,
    title=Text("변화율(시간)", "Change over time"),
    help=Text(
        "그 시간 전에 이미 마감된 마지막 종가에서 변한 퍼센트예요. "
        "캔들 수가 아니라 시각으로 세므로 거래 없는 분이 있어도 맞아요.",
        "The change in percent from the last close that had happened that long ago. It goes by the clock, not by the "
        "number of candles, so minutes without trades do not matter.",
    ),
):
    over: str = duration("1m", WINDOW, name="window")

    @property
    def own_needs(self) -> int:
        return candles_in(seconds_of(self.over), self.unit) + 1

    def compute(self, columns: Columns) -> Floats:
        before = np.searchsorted(columns.closed, columns.closed - seconds_of(self.over), side="right") - 1
        result = unknown(len(columns))
        known = int(np.searchsorted(before, 0))
        earlier = columns.close[before[known:]]
        result[known:] = divided((columns.close[known:] - earlier) * 100, earlier)
        return result


class Highest(
    Indicator,
    id="highest",
    category=BANDS,
    title=Text("최고값", "Highest"),
    help=Text(
        "지금 캔들까지 최근 N개 값 가운데 가장 큰 값이에요.", "The largest of the last N values, this candle included."
    ),
):
    period: int = candle_count(20, minimum=2, maximum=5000)
    source: CandleVariable = taken_from("high")

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        found: Floats = talib.MAX(inputs[0], self.period)
        return found


class Lowest(
    Indicator,
    id="lowest",
    category=BANDS,
    title=Text("최저값", "Lowest"),
    help=Text(
        "지금 캔들까지 최근 N개 값 가운데 가장 작은 값이에요.",
        "The smallest of the last N values, this candle included.",
    ),
):
    period: int = candle_count(20, minimum=2, maximum=5000)
    source: CandleVariable = taken_from("low")

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        found: Floats = talib.MIN(inputs[0], self.period)
        return found


class CandlesSinceHighest(
    Indicator,
    id="candles-since-highest",
    category=STATISTICS,
    group=COUNT,
    title=Text("최고값 이후 캔들 수", "Candles since the highest"),
    help=Text(
        "최근 N개 값 가운데 가장 큰 값에서 몇 캔들이 지났는지예요. 같은 값이면 더 최근 것부터 세요.",
        "How many candles ago the largest of the last N values was; of equal ones the latest.",
    ),
):
    period: int = candle_count(20, minimum=3, maximum=1000)
    source: CandleVariable = taken_from("high")

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        reach = self.period - 1
        up = talib.AROON(inputs[0], inputs[0], reach)[1]
        return np.rint((100 - up) * (reach / 100)) + 0.0


class CandlesSinceLowest(
    Indicator,
    id="candles-since-lowest",
    category=STATISTICS,
    group=COUNT,
    title=Text("최저값 이후 캔들 수", "Candles since the lowest"),
    help=Text(
        "최근 N개 값 가운데 가장 작은 값에서 몇 캔들이 지났는지예요. 같은 값이면 더 최근 것부터 세요.",
        "How many candles ago the smallest of the last N values was; of equal ones the latest.",
    ),
):
    period: int = candle_count(20, minimum=3, maximum=1000)
    source: CandleVariable = taken_from("low")

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        reach = self.period - 1
        down = talib.AROON(inputs[0], inputs[0], reach)[0]
        return np.rint((100 - down) * (reach / 100)) + 0.0


class _Distance(CandleVariable):
    category: ClassVar[Text] = PRICES

    @staticmethod
    def _percent(columns: Columns, extreme: Floats) -> Floats:
        return divided((columns.close - extreme) * 100, extreme)


class DistanceFromHigh(
    _Distance,
    id="distance-from-high",
    group=PERCENT,
    title=Text("고점과의 거리(캔들 수)", "Distance from the high over candles"),
    help=Text(
        "종가가 최근 N개 캔들의 고가에서 얼마나 떨어졌는지예요. 아래면 음수예요.",
        "How far the close lies from the high of the last N candles, in percent: 0, or negative.",
    ),
):
    period: int = candle_count(20, minimum=2, maximum=5000)

    @property
    def own_needs(self) -> int:
        return self.period

    def compute(self, columns: Columns) -> Floats:
        return self._percent(columns, talib.MAX(columns.high, self.period))


class DistanceFromLow(
    _Distance,
    id="distance-from-low",
    group=PERCENT,
    title=Text("저점과의 거리(캔들 수)", "Distance from the low over candles"),
    help=Text(
        "종가가 최근 N개 캔들의 저가에서 얼마나 올랐는지예요.",
        "How far the close lies above the low of the last N candles, in percent.",
    ),
):
    period: int = candle_count(20, minimum=2, maximum=5000)

    @property
    def own_needs(self) -> int:
        return self.period

    def compute(self, columns: Columns) -> Floats:
        return self._percent(columns, talib.MIN(columns.low, self.period))


class _InTime(_Distance):
    @property
    def own_needs(self) -> int:
        return candles_in(seconds_of(self.values["window"]), self.unit)

    def _high(self, columns: Columns) -> Floats:
        return extreme_within(columns.high, firsts_within(columns, seconds_of(self.values["window"])), np.maximum)

    def _low(self, columns: Columns) -> Floats:
        return extreme_within(columns.low, firsts_within(columns, seconds_of(self.values["window"])), np.minimum)


class HighestInTime(
    _InTime,
    id="highest-in-time",
    category=BANDS,
    group=PRICE,
    title=Text("고가(시간)", "High over time"),
    help=Text("지금까지 그 시간 안의 고가예요.", "The high of that stretch of time up to the close of this candle."),
):
    over: str = duration("1d", WINDOW, name="window")

    def compute(self, columns: Columns) -> Floats:
        return self._high(columns)


class LowestInTime(
    _InTime,
    id="lowest-in-time",
    category=BANDS,
    group=PRICE,
    title=Text("저가(시간)", "Low over time"),
    help=Text("지금까지 그 시간 안의 저가예요.", "The low of that stretch of time up to the close of this candle."),
):
    over: str = duration("1d", WINDOW, name="window")

    def compute(self, columns: Columns) -> Floats:
        return self._low(columns)


class DistanceFromHighInTime(
    _InTime,
    id="distance-from-high-in-time",
    group=PERCENT,
    title=Text("고점과의 거리(시간)", "Distance from the high over time"),
    help=Text(
        "종가가 그 시간 안의 고가에서 얼마나 떨어졌는지예요. 아래면 음수예요.",
        "How far the close lies from the high of that stretch of time, in percent: 0, or negative.",
    ),
):
    over: str = duration("1d", WINDOW, name="window")

    def compute(self, columns: Columns) -> Floats:
        return self._percent(columns, self._high(columns))


class DistanceFromLowInTime(
    _InTime,
    id="distance-from-low-in-time",
    group=PERCENT,
    title=Text("저점과의 거리(시간)", "Distance from the low over time"),
    help=Text(
        "종가가 그 시간 안의 저가에서 얼마나 올랐는지예요.",
        "How far the close lies above the low of that stretch of time, in percent.",
    ),
):
    over: str = duration("1d", WINDOW, name="window")

    def compute(self, columns: Columns) -> Floats:
        return self._percent(columns, self._low(columns))
