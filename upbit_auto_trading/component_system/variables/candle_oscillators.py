"""Oscillators that look at whole candles, by TA-Lib."""

from __future__ import annotations

from typing import Any

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import choice
from upbit_auto_trading.component_system.variable import (
    CENTRED,
    CENTRED_100,
    OSCILLATOR,
    PRICE_DISTANCE,
    fading_window,
)
from upbit_auto_trading.component_system.variables.averages import (
    AVERAGE_KIND,
    SMOOTHING_KINDS,
    average_fade,
    average_type,
)
from upbit_auto_trading.component_system.variables.categories import MOMENTUM
from upbit_auto_trading.component_system.variables.indicator import (
    LINE,
    FadingRatio,
    Indicator,
    TaLib,
    candle_count,
    lookback,
)
from upbit_auto_trading.component_system.variables.known_runs import divided, over_known
from upbit_auto_trading.component_system.variables.macd import FAST, SIGNAL, SLOW
from upbit_auto_trading.utils.bilingual_text import Text

_CANDLE = ("high", "low", "close")
_K = Text("%K", "%K")
_D = Text("%D", "%D")


def place_in_range(high: Floats, low: Floats, close: Floats, count: int) -> Floats:
    """Of the close within the highest and lowest of so many candles, 0 to 100; unknown where these are the same."""
    lowest = talib.MIN(low, count)
    width = talib.MAX(high, count) - lowest
    width[width == 0] = np.nan
    return (close - lowest) / width * 100


def smoothed(values: Floats, kind: str, count: int) -> Floats:
    if count == 1:
        return values
    found = over_known(lambda part: talib.MA(part, count, average_type(kind)), (values,))
    return np.asarray(np.clip(found, 0.0, 100.0))


def smoothing_needs(kind: str, count: int) -> int:
    if count == 1:
        return 1
    return lookback("MA", {"timeperiod": count, "matype": average_type(kind)}) + 1


class Stochastic(
    Indicator,
    id="stochastic",
    category=MOMENTUM,
    group=OSCILLATOR,
    takes=_CANDLE,
    title=Text("스토캐스틱", "Stochastic"),
    help=Text(
        "종가가 최근 N개 캔들의 범위에서 있는 자리를 평균한 값(%K)과 그 평균(%D)이에요. 범위가 0이면 알 수 없어요.",
        "Where the close lies within the range of N candles, averaged (%K), and the average of that (%D). Unknown "
        "where the range is 0.",
    ),
):
    period: int = candle_count(14)
    smooth_k: int = candle_count(3, Text("%K 평균", "%K smoothing"), 1, 50)
    smooth_d: int = candle_count(3, Text("%D 평균", "%D smoothing"), 1, 50)
    average: str = choice("sma", AVERAGE_KIND, SMOOTHING_KINDS)
    line: str = choice("k", LINE, {"k": _K, "d": _D})

    @property
    def own_needs(self) -> int:
        needs = self.period + smoothing_needs(self.average, self.smooth_k) - 1
        return needs if self.line == "k" else needs + smoothing_needs(self.average, self.smooth_d) - 1

    @property
    def own_window(self) -> int:
        fades = (average_fade(self.average, count) for count in (self.smooth_k, self.smooth_d) if count > 1)
        return self.own_needs + sum(fades)

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close = inputs
        slow = smoothed(place_in_range(high, low, close, self.period), self.average, self.smooth_k)
        return slow if self.line == "k" else smoothed(slow, self.average, self.smooth_d)


class Kdj(
    Indicator,
    id="kdj",
    category=MOMENTUM,
    group=CENTRED,
    takes=_CANDLE,
    title=Text("KDJ", "KDJ"),
    help=Text(
        "와일더 평균을 쓴 스토캐스틱 K, D와 J = 3K − 2D예요. J는 0–100을 벗어날 수 있어요.",
        "Stochastic K and D by Wilder's averages, and J = 3K − 2D, which may leave 0–100.",
    ),
    line_groups={"k": OSCILLATOR, "d": OSCILLATOR},
):
    period: int = candle_count(9)
    smooth_k: int = candle_count(3, Text("K 평균", "K smoothing"), 1, 50)
    smooth_d: int = candle_count(3, Text("D 평균", "D smoothing"), 1, 50)
    line: str = choice("j", LINE, {"k": Text("K", "K"), "d": Text("D", "D"), "j": Text("J", "J")})

    @property
    def own_needs(self) -> int:
        needs = self.period + smoothing_needs("rma", self.smooth_k) - 1
        return needs if self.line == "k" else needs + smoothing_needs("rma", self.smooth_d) - 1

    @property
    def own_window(self) -> int:
        return self.own_needs + sum(average_fade("rma", count) for count in (self.smooth_k, self.smooth_d))

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close = inputs
        k = smoothed(place_in_range(high, low, close, self.period), "rma", self.smooth_k)
        if self.line == "k":
            return k
        d = smoothed(k, "rma", self.smooth_d)
        return d if self.line == "d" else 3 * k - 2 * d


class WilliamsR(
    Indicator,
    id="williams-r",
    category=MOMENTUM,
    group=CENTRED_100,
    takes=_CANDLE,
    title=Text("윌리엄스 %R", "Williams %R"),
    help=Text(
        "종가가 최근 N개 캔들의 고점에서 얼마나 아래인지, −100부터 0까지예요.",
        "How far the close lies below the high of N candles, from −100 to 0.",
    ),
):
    period: int = candle_count(14)

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close = inputs
        highest = talib.MAX(high, self.period)
        width = highest - talib.MIN(low, self.period)
        width[width == 0] = np.nan
        return (highest - close) / width * -100


class Cci(
    TaLib,
    id="cci",
    category=MOMENTUM,
    group=CENTRED,
    function="CCI",
    takes=_CANDLE,
    title=Text("CCI", "CCI"),
    help=Text(
        "대표 가격이 평균에서 벗어난 정도를 평균 편차 × 0.015로 나눈 값이에요. 편차가 0이면 0이에요.",
        "How far the typical price lies from its mean, over 0.015 × the mean deviation; 0 where nothing deviates.",
    ),
):
    period: int = candle_count(20)


class BalanceOfPower(
    Indicator,
    id="balance-of-power",
    category=MOMENTUM,
    group=CENTRED,
    takes=("open", "high", "low", "close"),
    title=Text("힘의 균형", "Balance of power"),
    help=Text(
        "(종가 − 시가) ÷ (고가 − 저가)예요. 고가와 저가가 같으면 알 수 없어요.",
        "(close − open) ÷ (high − low); unknown where high and low are the same.",
    ),
):
    @property
    def own_needs(self) -> int:
        return 1

    def calculate(self, *inputs: Floats) -> Floats:
        first, high, low, last = inputs
        return divided(last - first, high - low)


class UltimateOscillator(
    TaLib,
    id="ultimate-oscillator",
    category=MOMENTUM,
    group=OSCILLATOR,
    function="ULTOSC",
    takes=_CANDLE,
    arguments={"short": "timeperiod1", "medium": "timeperiod2", "long": "timeperiod3"},
    title=Text("얼티밋 오실레이터", "Ultimate oscillator"),
    help=Text(
        "세 기간의 매수 압력을 4:2:1로 합친 값이에요.",
        "Buying pressure over three periods, weighted 4:2:1; unknown where nothing moved in one of them.",
    ),
):
    short: int = candle_count(7, Text("짧은 기간", "Short period"), 1, 100)
    medium: int = candle_count(14, Text("중간 기간", "Medium period"), 1, 200)
    long: int = candle_count(28, Text("긴 기간", "Long period"), 1, 300)

    def calculate(self, *inputs: Floats) -> Floats:
        found = super().calculate(*inputs)
        shortest = min(self.short, self.medium, self.long)
        ranges = talib.TRANGE(*inputs)
        if shortest < len(ranges):
            moved = ranges if shortest == 1 else over_known(lambda part: talib.MAX(part, shortest), (ranges,))
            found[moved == 0] = np.nan
        return found


class AwesomeOscillator(
    TaLib,
    id="awesome-oscillator",
    category=MOMENTUM,
    group=PRICE_DISTANCE,
    function="AO",
    takes=("high", "low"),
    arguments={"fast": "fastperiod", "slow": "slowperiod"},
    title=Text("어썸 오실레이터", "Awesome oscillator"),
    help=Text("중간 가격의 빠른 평균 − 느린 평균이에요.", "A fast minus a slow simple mean of the median price."),
):
    fast: int = candle_count(5, FAST, 2, 200)
    slow: int = candle_count(34, SLOW, 2, 300)


class AcceleratorOscillator(
    TaLib,
    id="accelerator-oscillator",
    category=MOMENTUM,
    group=PRICE_DISTANCE,
    function="AC",
    takes=("high", "low"),
    arguments={"fast": "fastperiod", "slow": "slowperiod", "signal": "signalperiod"},
    title=Text("가속 오실레이터", "Accelerator oscillator"),
    help=Text("어썸 오실레이터 − 그 단순 평균이에요.", "The awesome oscillator minus its simple mean."),
):
    fast: int = candle_count(5, FAST, 2, 200)
    slow: int = candle_count(34, SLOW, 2, 300)
    signal: int = candle_count(5, SIGNAL, 2, 100)


class ElderRay(
    TaLib,
    id="elder-ray",
    category=MOMENTUM,
    group=PRICE_DISTANCE,
    function="ERI",
    takes=_CANDLE,
    lines=("bull", "bear"),
    title=Text("엘더 레이", "Elder ray"),
    help=Text(
        "매수 힘은 고가 − 종가의 지수 평균, 매도 힘은 저가 − 종가의 지수 평균이에요.",
        "Bull power is high − the exponential average of closes, bear power low − that average.",
    ),
):
    period: int = candle_count(13, maximum=300)
    line: str = choice("bull", LINE, {"bull": Text("매수 힘", "Bull power"), "bear": Text("매도 힘", "Bear power")})

    @property
    def own_window(self) -> int:
        return self.own_needs + fading_window(self.period)


class StochasticMomentum(
    FadingRatio,
    id="stochastic-momentum",
    category=MOMENTUM,
    group=CENTRED_100,
    function="SMI",
    takes=_CANDLE,
    arguments={"period": "timeperiod", "fast": "fastperiod", "slow": "slowperiod", "signal": "signalperiod"},
    lines=("smi", "signal"),
    title=Text("스토캐스틱 모멘텀(SMI)", "Stochastic momentum (SMI)"),
    help=Text(
        "종가가 범위의 가운데에서 벗어난 거리를 두 번 지수 평균해, 범위의 절반을 같게 평균한 값으로 나눈 값이에요.",
        "The distance of the close from the middle of the range, smoothed twice, over half the range smoothed alike.",
    ),
):
    period: int = candle_count(13, maximum=200)
    fast: int = candle_count(2, FAST, 2, 100)
    slow: int = candle_count(25, SLOW, 2, 200)
    signal: int = candle_count(9, SIGNAL, 2, 100)
    line: str = choice("smi", LINE, {"smi": Text("SMI", "SMI"), "signal": Text("신호선", "Signal")})

    @property
    def fade(self) -> int:
        return self.period + sum(fading_window(one) for one in (self.fast, self.slow, self.signal))


class Qstick(
    TaLib,
    id="qstick",
    category=MOMENTUM,
    group=PRICE_DISTANCE,
    function="QSTICK",
    takes=("open", "close"),
    title=Text("큐스틱", "Qstick"),
    help=Text("최근 N개 캔들의 종가 − 시가 평균이에요.", "The mean of close − open over N candles."),
):
    period: int = candle_count(10)


class IntradayMomentum(
    Indicator,
    id="intraday-momentum",
    category=MOMENTUM,
    group=OSCILLATOR,
    takes=("open", "close"),
    title=Text("캔들 모멘텀 지수(IMI)", "Intraday momentum index"),
    help=Text(
        "최근 N개 캔들의 양봉 몸통 합을 전체 몸통 합으로 나눈 퍼센트예요.",
        "Rising bodies over all bodies of the last N candles, in percent; unknown where there is no body.",
    ),
):
    period: int = candle_count(14)

    @property
    def own_needs(self) -> int:
        return self.period

    def calculate(self, *inputs: Floats) -> Floats:
        first, last = inputs
        body = last - first
        rising = _mean(np.maximum(body, 0.0), self.period)
        falling = _mean(np.maximum(-body, 0.0), self.period)
        found = divided(rising * 100, rising + falling)
        return np.clip(found, 0.0, 100.0)


def _mean(values: Floats, count: int) -> Any:
    return talib.SMA(values, count)
