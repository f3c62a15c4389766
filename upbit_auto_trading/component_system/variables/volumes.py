"""Volume and what prices did with it.

Sums that begin with the first candle of a history say nothing by themselves, and differ with every beginning; here they
run over the last N candles.
"""

from __future__ import annotations

import numpy as np
import talib
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import switch
from upbit_auto_trading.component_system.variable import (
    CENTRED,
    OSCILLATOR,
    PERCENT,
    PRICE,
    PRICE_DISTANCE,
    RATIO,
    VOLUME_FLOW,
    CandleVariable,
    fading_window,
)
from upbit_auto_trading.component_system.variables.categories import VOLUME
from upbit_auto_trading.component_system.variables.indicator import (
    FadingRatio,
    Indicator,
    TaLib,
    candle_count,
    taken_from,
)
from upbit_auto_trading.component_system.variables.known_runs import divided, unknown
from upbit_auto_trading.component_system.variables.macd import FAST, SLOW
from upbit_auto_trading.utils.bilingual_text import Text

_CANDLE = ("high", "low", "close", "volume")


def some_of(values: Floats, count: int) -> NDArray[np.bool_]:
    """Whether any of the last so many is more than 0. A running sum does not tell: rounding stays behind in it."""
    return np.asarray(talib.MAX(values, count) > 0)


def sum_of_changes(changes: Floats, count: int) -> Floats:
    """Over the last so many of what there is from the second row on."""
    result = unknown(len(changes))
    if len(changes) > count:
        result[1:] = talib.SUM(changes[1:], count) if count > 1 else changes[1:]
    return result


def close_location(high: Floats, low: Floats, close: Floats) -> Floats:
    """−1 at the low, 1 at the high; 0 where they are the same."""
    width = high - low
    place = divided((close - low) - (high - close), width)
    place[width == 0] = 0.0
    return place


class Obv(
    Indicator,
    id="obv",
    category=VOLUME,
    group=VOLUME_FLOW,
    takes=("close", "volume"),
    title=Text("OBV(최근 N개)", "On-balance volume over N candles"),
    help=Text(
        "종가가 오른 캔들의 거래량을 더하고 내린 캔들의 거래량을 뺀 값이에요. 처음부터 쌓지 않고 최근 N개만 더해요.",
        "Volume of candles that closed higher minus that of those that closed lower, over the last N candles instead "
        "of from the first one on.",
    ),
):
    period: int = candle_count(100, minimum=1, maximum=5000)

    @property
    def own_needs(self) -> int:
        return self.period + 1

    def calculate(self, *inputs: Floats) -> Floats:
        close, volume = inputs
        return sum_of_changes(np.sign(np.diff(close, prepend=close[0])) * volume, self.period)


class PriceVolumeTrend(
    Indicator,
    id="price-volume-trend",
    category=VOLUME,
    group=VOLUME_FLOW,
    takes=("close", "volume"),
    title=Text("가격 거래량 추세(최근 N개)", "Price volume trend over N candles"),
    help=Text(
        "거래량 × 종가 변화율의 합이에요. 최근 N개만 더해요.",
        "The sum of volume × relative change of the close, over the last N candles.",
    ),
):
    period: int = candle_count(100, minimum=1, maximum=5000)

    @property
    def own_needs(self) -> int:
        return self.period + 1

    def calculate(self, *inputs: Floats) -> Floats:
        close, volume = inputs
        before = np.concatenate((close[:1], close[:-1]))
        return sum_of_changes(divided(close - before, before) * volume, self.period)


class WilliamsAccumulation(
    Indicator,
    id="williams-accumulation",
    category=VOLUME,
    group=PRICE_DISTANCE,
    takes=("high", "low", "close"),
    title=Text("윌리엄스 매집(최근 N개)", "Williams' accumulation over N candles"),
    help=Text(
        "종가가 올랐으면 참 저가에서, 내렸으면 참 고가에서 떨어진 거리의 합이에요. 최근 N개만 더해요.",
        "The sum of distances of the close from the true low when it rose, from the true high when it fell, over the "
        "last N candles.",
    ),
):
    period: int = candle_count(100, minimum=1, maximum=5000)

    @property
    def own_needs(self) -> int:
        return self.period + 1

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close = inputs
        before = np.concatenate((close[:1], close[:-1]))
        rise = close - np.minimum(low, before)
        fall = close - np.maximum(high, before)
        moved = np.where(close > before, rise, np.where(close < before, fall, 0.0))
        return sum_of_changes(moved, self.period)


class Accumulation(
    Indicator,
    id="accumulation",
    category=VOLUME,
    group=VOLUME_FLOW,
    takes=_CANDLE,
    title=Text("매집/분산(최근 N개)", "Accumulation/distribution over N candles"),
    help=Text(
        "종가가 캔들 안에서 있는 자리(−1부터 1) × 거래량의 합이에요. 최근 N개만 더해요.",
        "The sum of where the close lies within its candle (−1 to 1) × volume, over the last N candles.",
    ),
):
    period: int = candle_count(100, minimum=2, maximum=5000)

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close, volume = inputs
        found: Floats = talib.SUM(close_location(high, low, close) * volume, self.period)
        return found


class ChaikinOscillator(
    TaLib,
    id="chaikin-oscillator",
    category=VOLUME,
    group=VOLUME_FLOW,
    function="ADOSC",
    takes=_CANDLE,
    arguments={"fast": "fastperiod", "slow": "slowperiod"},
    title=Text("차이킨 오실레이터", "Chaikin oscillator"),
    help=Text(
        "매집/분산 누적의 빠른 지수 평균 − 느린 지수 평균이에요. 언제부터 쌓았는지는 상관없어요.",
        "A fast minus a slow exponential average of accumulation/distribution; where it began to add up cancels out.",
    ),
):
    fast: int = candle_count(3, FAST, 2, 100)
    slow: int = candle_count(10, SLOW, 2, 200)

    @property
    def own_window(self) -> int:
        return self.own_needs + fading_window(max(self.fast, self.slow))


class ChaikinFlow(
    Indicator,
    id="chaikin-flow",
    category=VOLUME,
    group=CENTRED,
    takes=_CANDLE,
    title=Text("차이킨 자금 흐름", "Chaikin money flow"),
    help=Text(
        "종가가 캔들 안에서 있는 자리 × 거래량의 합을 거래량의 합으로 나눈 값이에요. 거래가 없으면 알 수 없어요.",
        "Where closes lie within their candles, weighted by volume: −1 to 1. Unknown where nothing was traded.",
    ),
):
    period: int = candle_count(20)

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close, volume = inputs
        flow = talib.SUM(close_location(high, low, close) * volume, self.period)
        found = np.asarray(np.clip(divided(flow, talib.SUM(volume, self.period)), -1.0, 1.0))
        found[~some_of(volume, self.period)] = np.nan
        return found


class ForceIndex(
    TaLib,
    id="force-index",
    category=VOLUME,
    group=CENTRED,
    function="EFI",
    takes=("close", "volume"),
    title=Text("힘 지수", "Force index"),
    help=Text("종가 변화 × 거래량의 지수 평균이에요.", "The exponential average of the change of the close × volume."),
):
    period: int = candle_count(13, minimum=2, maximum=300)

    @property
    def own_window(self) -> int:
        return self.own_needs + fading_window(self.period)


class MarketFacilitation(
    Indicator,
    id="market-facilitation",
    category=VOLUME,
    group=CENTRED,
    takes=("high", "low", "volume"),
    title=Text("시장 촉진 지수", "Market facilitation index"),
    help=Text(
        "(고가 − 저가) ÷ 거래량이에요. 거래가 없으면 알 수 없어요.",
        "(high − low) ÷ volume; unknown where nothing was traded.",
    ),
):
    @property
    def own_needs(self) -> int:
        return 1

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, volume = inputs
        return divided(high - low, volume)


class MoneyFlow(
    Indicator,
    id="mfi",
    category=VOLUME,
    group=OSCILLATOR,
    takes=_CANDLE,
    title=Text("MFI", "Money flow index"),
    help=Text(
        "대표 가격이 오른 캔들의 거래대금이 최근 N개에서 차지하는 퍼센트예요. 가격이 움직이지 않았으면 알 수 없어요.",
        "Money on candles with a rising typical price, in percent of that on rising and falling ones among the last N; "
        "unknown where none rose or fell.",
    ),
):
    period: int = candle_count(14)

    @property
    def own_needs(self) -> int:
        return self.period + 1

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close, volume = inputs
        typical = (high + low + close) / 3
        money = typical * volume
        change = np.diff(typical, prepend=typical[0])
        rising = sum_of_changes(np.where(change > 0, money, 0.0), self.period)
        falling = sum_of_changes(np.where(change < 0, money, 0.0), self.period)
        found = np.asarray(np.clip(divided(rising * 100, rising + falling), 0.0, 100.0))
        found[~some_of(np.where(change != 0, money, 0.0), self.period)] = np.nan
        return found


class VolumeIndex(
    Indicator,
    id="positive-volume-change",
    category=VOLUME,
    group=PERCENT,
    takes=("close", "volume"),
    title=Text("거래량 증가 캔들의 변화율(PVI)", "Change on rising volume (PVI)"),
    help=Text(
        "거래량이 앞 캔들보다 늘어난 캔들만의 종가 변화를 최근 N개에서 이어 붙인 퍼센트예요.",
        "The change of the close over the last N candles, counting only candles with more volume than the one before.",
    ),
):
    period: int = candle_count(100, minimum=1, maximum=5000)

    @property
    def own_needs(self) -> int:
        return self.period + 1

    def _counts(self, volume: Floats, before: Floats) -> Floats:
        return np.asarray(volume > before, dtype=np.float64)

    def calculate(self, *inputs: Floats) -> Floats:
        close, volume = inputs
        before = np.concatenate((close[:1], close[:-1]))
        counted = self._counts(volume, np.concatenate((volume[:1], volume[:-1])))
        total = sum_of_changes(np.log(close / before) * counted, self.period)
        return np.asarray(np.expm1(total) * 100)


class NegativeVolumeIndex(
    VolumeIndex,
    id="negative-volume-change",
    category=VOLUME,
    group=PERCENT,
    takes=("close", "volume"),
    title=Text("거래량 감소 캔들의 변화율(NVI)", "Change on falling volume (NVI)"),
    help=Text(
        "거래량이 앞 캔들보다 줄어든 캔들만의 종가 변화를 최근 N개에서 이어 붙인 퍼센트예요.",
        "The change of the close over the last N candles, counting only candles with less volume than the one before.",
    ),
):
    def _counts(self, volume: Floats, before: Floats) -> Floats:
        return np.asarray(volume < before, dtype=np.float64)


class VolumeOscillator(
    FadingRatio,
    id="volume-oscillator",
    category=VOLUME,
    group=PERCENT,
    function="PVO",
    takes=("volume",),
    arguments={"fast": "fastperiod", "slow": "slowperiod"},
    title=Text("거래량 오실레이터(PVO)", "Volume oscillator (PVO)"),
    help=Text(
        "(거래량의 빠른 지수 평균 − 느린 지수 평균) ÷ 느린 지수 평균 × 100이에요.",
        "(fast − slow exponential average of volume) ÷ slow average × 100.",
    ),
):
    fast: int = candle_count(12, FAST, 2, 200)
    slow: int = candle_count(26, SLOW, 2, 300)

    @property
    def fade(self) -> int:
        return fading_window(max(self.fast, self.slow))


class VolumeRatio(
    Indicator,
    id="volume-ratio",
    category=VOLUME,
    group=RATIO,
    takes=("volume",),
    title=Text("거래량 배율", "Volume ratio"),
    help=Text(
        "거래량이 앞선 N개 캔들 평균의 몇 배인지예요. 기본은 지금 캔들을 평균에 넣지 않고, 바꿀 수 있어요.",
        "How many times the mean volume of N candles this volume is. The mean is that of the candles before, without "
        "this one, unless you say otherwise. Unknown where the mean is 0.",
    ),
):
    period: int = candle_count(20, minimum=1)
    with_itself: bool = switch(False, Text("지금 캔들도 평균에 넣기", "Count this candle in the mean"))

    @property
    def own_needs(self) -> int:
        return self.period if self.with_itself else self.period + 1

    def calculate(self, *inputs: Floats) -> Floats:
        volume = inputs[0]
        mean = talib.SMA(volume, self.period)
        if not self.with_itself:
            mean = np.concatenate(([np.nan], mean[:-1]))
        return divided(volume, mean)


class RollingVwap(
    Indicator,
    id="vwap-rolling",
    category=VOLUME,
    group=PRICE,
    takes=("source", "volume"),
    title=Text("VWAP(최근 N개)", "VWAP over N candles"),
    help=Text(
        "최근 N개 캔들의 대표 가격을 거래량으로 가중한 평균이에요. 거래가 없으면 알 수 없어요.",
        "The typical price of the last N candles weighted by volume; unknown where nothing was traded.",
    ),
):
    period: int = candle_count(20, minimum=2, maximum=5000)
    source: CandleVariable = taken_from("typical-price", groups=("price",))

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        price, volume = inputs
        found = divided(talib.SUM(price * volume, self.period), talib.SUM(volume, self.period))
        found[~some_of(volume, self.period)] = np.nan
        return found
