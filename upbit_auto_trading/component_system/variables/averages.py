"""Moving averages of any variable, by TA-Lib."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, log
from typing import Any, ClassVar

import talib

from upbit_auto_trading.component_system.declaration import choice, number
from upbit_auto_trading.component_system.variable import CandleVariable, fading_window
from upbit_auto_trading.component_system.variables.categories import AVERAGES
from upbit_auto_trading.component_system.variables.indicator import (
    LINE,
    PERIOD,
    Anchored,
    TaLib,
    candle_count,
    taken_from,
    wilder_window,
)
from upbit_auto_trading.utils.bilingual_text import Text

#: KAMA takes at least (2 ÷ 31)² of the rest away
_KAMA_FADE = ceil(log(1e-13) / log(1 - (2 / 31) ** 2))

AVERAGE_KIND = Text("평균 방식", "Kind of average")
AVERAGE_KINDS = {
    "sma": Text("단순", "Simple"),
    "ema": Text("지수", "Exponential"),
    "wma": Text("가중", "Weighted"),
    "dema": Text("이중 지수", "Double exponential"),
    "tema": Text("삼중 지수", "Triple exponential"),
    "trima": Text("삼각", "Triangular"),
    "kama": Text("카우프만", "Kaufman"),
    "t3": Text("T3", "T3"),
    "hma": Text("헐", "Hull"),
    "rma": Text("와일더", "Wilder"),
    "zlema": Text("지연 제거", "Zero lag"),
}
#: those that stay within the bounds of what they average
SMOOTHING_KINDS = {kind: AVERAGE_KINDS[kind] for kind in ("sma", "ema", "wma", "rma")}
_FADES: dict[str, Callable[[int], int]] = {
    "ema": lambda period: fading_window(period),
    "dema": lambda period: 2 * fading_window(period),
    "tema": lambda period: 2 * fading_window(period),
    "kama": lambda period: _KAMA_FADE,
    "t3": lambda period: 3 * fading_window(period),
    "rma": wilder_window,
    "zlema": lambda period: fading_window(period),
}


def average_type(kind: str) -> Any:
    """As TA-Lib counts them."""
    return getattr(talib.MA_Type, kind.upper())


def average_fade(kind: str, period: int) -> int:
    """Candles after which what was before counts for nothing; 0 where it drops out."""
    fade = _FADES.get(kind)
    return 0 if fade is None else fade(period)


class _Average(TaLib):
    category: ClassVar[Text] = AVERAGES
    average_kind: ClassVar[str] = ""

    def __init_subclass__(cls, *, kind: str = "", **others: Any) -> None:
        super().__init_subclass__(**others)
        if kind:
            cls.average_kind = kind

    @property
    def own_window(self) -> int:
        return self.own_needs + average_fade(self.average_kind, self.values["period"])


class Sma(
    _Average,
    id="sma",
    kind="sma",
    function="SMA",
    title=Text("단순 이동평균", "Simple moving average"),
    help=Text("최근 N개 값의 평균이에요.", "The mean of the last N values."),
):
    period: int = candle_count(20, minimum=1)
    source: CandleVariable = taken_from()


class Ema(
    _Average,
    id="ema",
    kind="ema",
    function="EMA",
    title=Text("지수 이동평균", "Exponential moving average"),
    help=Text(
        "최근 값에 더 무게를 둔 평균이에요. 새 값의 무게는 2 ÷ (N + 1)이고, 처음 N개의 평균에서 시작해요.",
        "A mean in which recent values weigh more: the newest 2 ÷ (N + 1). It starts with the mean of the first N.",
    ),
):
    period: int = candle_count(20, minimum=1)
    source: CandleVariable = taken_from()


class Wma(
    _Average,
    id="wma",
    kind="wma",
    function="WMA",
    title=Text("가중 이동평균", "Weighted moving average"),
    help=Text("최근 N개 값에 1부터 N까지 무게를 준 평균이에요.", "The last N values with weights from 1 to N."),
):
    period: int = candle_count(20, minimum=1)
    source: CandleVariable = taken_from()


class Dema(
    _Average,
    id="dema",
    kind="dema",
    function="DEMA",
    title=Text("이중 지수 이동평균", "Double exponential average"),
    help=Text("2 × EMA − EMA의 EMA예요. EMA보다 빨라요.", "2 × EMA − EMA of the EMA: faster than an EMA."),
):
    period: int = candle_count(20, minimum=1, maximum=300)
    source: CandleVariable = taken_from()


class Tema(
    _Average,
    id="tema",
    kind="tema",
    function="TEMA",
    title=Text("삼중 지수 이동평균", "Triple exponential average"),
    help=Text(
        "3 × EMA − 3 × EMA의 EMA + 세 번 겹친 EMA예요.",
        "3 × EMA − 3 × EMA of the EMA + the EMA taken three times.",
    ),
):
    period: int = candle_count(20, minimum=1, maximum=300)
    source: CandleVariable = taken_from()


class Trima(
    _Average,
    id="trima",
    kind="trima",
    function="TRIMA",
    title=Text("삼각 이동평균", "Triangular moving average"),
    help=Text("가운데 값에 무게를 둔 평균이에요.", "A mean in which the middle of the last N values weighs most."),
):
    period: int = candle_count(20, minimum=1)
    source: CandleVariable = taken_from()


class Kama(
    _Average,
    id="kama",
    kind="kama",
    function="KAMA",
    title=Text("카우프만 적응 이동평균", "Kaufman adaptive average"),
    help=Text(
        "한 방향으로 움직일 때 빨라지고 오르내릴 때 느려지는 평균이에요.",
        "Fast while prices go one way, slow while they go to and fro.",
    ),
):
    period: int = candle_count(30, minimum=2, maximum=300)
    source: CandleVariable = taken_from()


class T3(
    _Average,
    id="t3",
    kind="t3",
    function="T3",
    arguments={"period": "timeperiod", "volume_factor": "vfactor"},
    title=Text("T3 이동평균", "T3 average"),
    help=Text(
        "지수 이동평균을 여섯 번 겹쳐 매끄럽게 한 평균이에요.", "Six exponential averages combined into a smooth one."
    ),
):
    period: int = candle_count(5, minimum=2, maximum=200)
    volume_factor: float = number(0.7, Text("반응 계수", "Volume factor"), 0.0, 1.0)
    source: CandleVariable = taken_from()


class Hma(
    _Average,
    id="hma",
    kind="hma",
    function="HMA",
    title=Text("헐 이동평균", "Hull moving average"),
    help=Text(
        "2 × WMA(N ÷ 2) − WMA(N)을 √N개로 다시 가중 평균한 값이에요.",
        "2 × WMA(N ÷ 2) − WMA(N), weighted again over √N.",
    ),
):
    period: int = candle_count(20, minimum=2)
    source: CandleVariable = taken_from()


class Rma(
    _Average,
    id="rma",
    kind="rma",
    function="RMA",
    title=Text("와일더 이동평균", "Wilder's average"),
    help=Text(
        "새 값의 무게가 1 ÷ N인 지수 평균이에요.", "An exponential average in which the newest value weighs 1 ÷ N."
    ),
):
    period: int = candle_count(14, minimum=1, maximum=300)
    source: CandleVariable = taken_from()


class Zlema(
    _Average,
    id="zlema",
    kind="zlema",
    function="ZLEMA",
    title=Text("지연 제거 이동평균", "Zero lag average"),
    help=Text(
        "(N − 1) ÷ 2개 전과의 차이를 더한 값의 지수 평균이에요.",
        "An exponential average of the value plus its change over (N − 1) ÷ 2 candles.",
    ),
):
    period: int = candle_count(20, minimum=2)
    source: CandleVariable = taken_from()


class Vwma(
    _Average,
    id="vwma",
    function="VWMA",
    takes=("source", "volume"),
    title=Text("거래량 가중 이동평균", "Volume-weighted average"),
    help=Text(
        "최근 N개 값을 거래량으로 가중한 평균이에요. 거래가 없으면 알 수 없어요.",
        "The last N values weighted by volume; unknown where nothing was traded.",
    ),
):
    period: int = candle_count(20, minimum=1)
    source: CandleVariable = taken_from()


class MovingAverage(
    _Average,
    id="moving-average",
    function="MA",
    title=Text("이동평균(방식 선택)", "Moving average of a chosen kind"),
    help=Text("평균 방식을 고를 수 있는 이동평균이에요.", "A moving average whose kind is a setting."),
):
    period: int = candle_count(20, PERIOD, 2, 200)
    average: str = choice("sma", AVERAGE_KIND, AVERAGE_KINDS)
    source: CandleVariable = taken_from()

    def ta_parameters(self) -> dict[str, Any]:
        return {"timeperiod": self.period, "matype": average_type(self.average)}

    @property
    def own_window(self) -> int:
        return self.own_needs + average_fade(self.average, self.period)


class Mama(
    Anchored,
    id="mama",
    category=AVERAGES,
    function="MAMA",
    arguments={"fast_limit": "fastlimit", "slow_limit": "slowlimit"},
    lines=("mama", "fama"),
    title=Text("MESA 적응 이동평균", "MESA adaptive average"),
    help=Text(
        "주기를 재서 빠르기를 바꾸는 평균이에요. 정해진 시각마다 새로 시작해요.",
        "An average that adapts to the measured cycle. It begins anew at fixed times.",
    ),
):
    fast_limit: float = number(0.5, Text("빠른 한계", "Fast limit"), 0.01, 0.99)
    slow_limit: float = number(0.05, Text("느린 한계", "Slow limit"), 0.01, 0.99)
    line: str = choice("mama", LINE, {"mama": Text("MAMA", "MAMA"), "fama": Text("FAMA", "FAMA")})
    source: CandleVariable = taken_from()


class HilbertTrendline(
    Anchored,
    id="ht-trendline",
    category=AVERAGES,
    function="HT_TRENDLINE",
    arguments={},
    title=Text("힐베르트 추세선", "Hilbert trend line"),
    help=Text(
        "지배적인 주기 하나에 걸친 평균이에요. 정해진 시각마다 새로 시작해요.",
        "A mean over one dominant cycle. It begins anew at fixed times.",
    ),
):
    source: CandleVariable = taken_from()
