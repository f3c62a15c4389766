"""Whether there is a trend, and which way it goes, by TA-Lib."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import choice, number
from upbit_auto_trading.component_system.variable import (
    CENTRED_100,
    OSCILLATOR,
    PRICE,
    PRICE_DISTANCE,
    RATIO,
)
from upbit_auto_trading.component_system.variables.categories import TREND
from upbit_auto_trading.component_system.variables.indicator import (
    LINE,
    Anchored,
    FadingRatio,
    TaLib,
    candle_count,
    wilder_window,
)
from upbit_auto_trading.component_system.variables.oscillators import without_flat
from upbit_auto_trading.utils.bilingual_text import Text

_CANDLE = ("high", "low", "close")


class _Directional(FadingRatio):
    category: ClassVar[Text] = TREND
    #: how many of Wilder's averages follow one another
    averages: ClassVar[int] = 1

    @property
    def fade(self) -> int:
        return self.averages * wilder_window(self.values["period"])


class Adx(
    _Directional,
    id="adx",
    group=OSCILLATOR,
    function="ADX",
    takes=_CANDLE,
    watched=("high", "low"),
    title=Text("ADX", "ADX"),
    help=Text(
        "추세의 세기예요. 방향은 말하지 않아요. DX의 와일더 평균이에요.",
        "How strong a trend is, either way: Wilder's average of DX.",
    ),
):
    averages: ClassVar[int] = 2
    period: int = candle_count(14, maximum=100)


class Adxr(
    _Directional,
    id="adxr",
    group=OSCILLATOR,
    function="ADXR",
    takes=_CANDLE,
    watched=("high", "low"),
    title=Text("ADXR", "ADXR"),
    help=Text("ADX와 N − 1개 캔들 전 ADX의 평균이에요.", "The mean of the ADX and that of N − 1 candles ago."),
):
    averages: ClassVar[int] = 2
    period: int = candle_count(14, maximum=100)

    @property
    def fade(self) -> int:
        return super().fade + self.period


class Dx(
    _Directional,
    id="dx",
    group=OSCILLATOR,
    function="DX",
    takes=_CANDLE,
    watched=("high", "low"),
    title=Text("DX", "DX"),
    help=Text("|+DI − −DI| ÷ (+DI + −DI) × 100이에요.", "|+DI − −DI| ÷ (+DI + −DI) × 100."),
):
    period: int = candle_count(14, maximum=100)


class PlusDi(
    _Directional,
    id="plus-di",
    group=OSCILLATOR,
    function="PLUS_DI",
    takes=_CANDLE,
    title=Text("+DI", "+DI"),
    help=Text(
        "위로 넓어진 폭이 참 범위에서 차지하는 퍼센트예요.", "Upward movement in percent of the true range, by Wilder."
    ),
):
    period: int = candle_count(14, maximum=200)


class MinusDi(
    _Directional,
    id="minus-di",
    group=OSCILLATOR,
    function="MINUS_DI",
    takes=_CANDLE,
    title=Text("−DI", "−DI"),
    help=Text(
        "아래로 넓어진 폭이 참 범위에서 차지하는 퍼센트예요.",
        "Downward movement in percent of the true range, by Wilder.",
    ),
):
    period: int = candle_count(14, maximum=200)


class PlusDm(
    TaLib,
    id="plus-dm",
    category=TREND,
    group=PRICE_DISTANCE,
    function="PLUS_DM",
    takes=("high", "low"),
    title=Text("+DM", "+DM"),
    help=Text("위로 넓어진 폭을 와일더 방식으로 더한 값이에요.", "Upward movement, summed up by Wilder's way."),
):
    period: int = candle_count(14, maximum=200)

    @property
    def own_window(self) -> int:
        return self.own_needs + wilder_window(self.period)


class MinusDm(
    TaLib,
    id="minus-dm",
    category=TREND,
    group=PRICE_DISTANCE,
    function="MINUS_DM",
    takes=("high", "low"),
    title=Text("−DM", "−DM"),
    help=Text("아래로 넓어진 폭을 와일더 방식으로 더한 값이에요.", "Downward movement, summed up by Wilder's way."),
):
    period: int = candle_count(14, maximum=200)

    @property
    def own_window(self) -> int:
        return self.own_needs + wilder_window(self.period)


class Aroon(
    TaLib,
    id="aroon",
    category=TREND,
    group=CENTRED_100,
    function="AROON",
    takes=("high", "low"),
    lines=("down", "up"),
    title=Text("아룬", "Aroon"),
    help=Text(
        "최근 N개 캔들 안에서 고점(위)과 저점(아래)이 얼마나 최근인지예요. 차이는 위 − 아래예요.",
        "How recent the high (up) and the low (down) of the last N candles are; the oscillator is up − down.",
    ),
    line_groups={"up": OSCILLATOR, "down": OSCILLATOR},
):
    period: int = candle_count(14)
    line: str = choice(
        "oscillator",
        LINE,
        {"up": Text("위", "Up"), "down": Text("아래", "Down"), "oscillator": Text("차이", "Oscillator")},
    )

    def calculate(self, *inputs: Floats) -> Floats:
        if self.line != "oscillator":
            return super().calculate(*inputs)
        down, up = self.called(*inputs)
        return np.asarray(up - down)


class Vortex(
    TaLib,
    id="vortex",
    category=TREND,
    group=RATIO,
    function="VORTEX",
    takes=_CANDLE,
    lines=("plus", "minus"),
    title=Text("보텍스", "Vortex"),
    help=Text(
        "고가와 앞 저가(+), 저가와 앞 고가(−)의 거리 합을 참 범위의 합으로 나눈 값이에요.",
        "Distances from the high to the low before (+), or the low to the high before (−), over the true ranges.",
    ),
):
    period: int = candle_count(14)
    line: str = choice("plus", LINE, {"plus": Text("+VI", "+VI"), "minus": Text("−VI", "−VI")})

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close = inputs
        return without_flat(super().calculate(*inputs), high + low + close, self.period + 1)


class ParabolicSar(
    Anchored,
    id="parabolic-sar",
    category=TREND,
    group=PRICE,
    function="SAR",
    takes=("high", "low"),
    arguments={"step": "acceleration", "most": "maximum"},
    title=Text("파라볼릭 SAR", "Parabolic SAR"),
    help=Text(
        "추세를 따라가며 점점 빨라지는 기준선이에요. 정해진 시각마다 새로 시작해요.",
        "A level that follows a trend faster and faster until the price crosses it. It begins anew at fixed times.",
    ),
):
    step: float = number(0.02, Text("가속", "Step"), 0.001, 0.5)
    most: float = number(0.2, Text("최대 가속", "Largest step"), 0.001, 1.0)


class Fractal(
    TaLib,
    id="swing-point",
    category=TREND,
    group=RATIO,
    function="FRACTAL",
    takes=("high", "low"),
    arguments={"left": "leftbars", "right": "rightbars"},
    lines=("high", "low"),
    title=Text("고점·저점 확인", "Swing point confirmed"),
    help=Text(
        "앞뒤 캔들보다 높은 고점이나 낮은 저점이 확인된 캔들에서 1이에요. "
        "뒤 캔들이 모두 마감된 뒤라 미래를 보지 않아요.",
        "1 on the candle that confirms a high above, or a low below, its neighbours: those after it have closed, so it "
        "never looks ahead.",
    ),
):
    left: int = candle_count(2, Text("앞 캔들", "Candles before"), 1, 50)
    right: int = candle_count(2, Text("뒤 캔들", "Candles after"), 1, 50)
    line: str = choice("high", LINE, {"high": Text("고점", "High"), "low": Text("저점", "Low")})

    def calculate(self, *inputs: Floats) -> Floats:
        found = np.abs(np.asarray(super().calculate(*inputs), dtype=np.float64)) / 100
        found[: self.own_needs - 1] = np.nan
        return found


class ChoppinessIndex(
    TaLib,
    id="choppiness",
    category=TREND,
    group=OSCILLATOR,
    function="TRANGE",
    takes=_CANDLE,
    arguments={},
    title=Text("횡보 지수", "Choppiness index"),
    help=Text(
        "100 × log10(참 범위의 합 ÷ N개 캔들의 범위) ÷ log10(N)이에요. 61.8보다 크면 횡보예요.",
        "100 × log10(sum of true ranges ÷ range of N candles) ÷ log10(N). Above 61.8 prices go sideways.",
    ),
):
    period: int = candle_count(14)

    @property
    def own_needs(self) -> int:
        return self.period + 1

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, close = inputs
        if len(high) <= self.period:
            return np.full(len(high), np.nan)
        total = np.full(len(high), np.nan)
        total[1:] = talib.SUM(super().calculate(*inputs)[1:], self.period)
        earlier = np.concatenate((close[:1], close[:-1]))
        highest = talib.MAX(np.maximum(high, earlier), self.period)
        width = highest - talib.MIN(np.minimum(low, earlier), self.period)
        width[width == 0] = np.nan
        return np.asarray(np.clip(np.log10(total / width) * (100 / np.log10(self.period)), 0.0, 100.0))
