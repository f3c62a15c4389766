"""Divergence between prices and an oscillator, at swing points that later candles have confirmed."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import talib
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import variable, variable_use
from upbit_auto_trading.component_system.variable import PATTERN, CandleVariable, Drawn
from upbit_auto_trading.component_system.variables.categories import MOMENTUM
from upbit_auto_trading.component_system.variables.indicator import SOURCE, Indicator, candle_count, taken_from
from upbit_auto_trading.component_system.variables.known_runs import unknown
from upbit_auto_trading.utils.bilingual_text import Text

_HELP = Text(
    "저점은 낮아지는데 지표의 저점은 높아지면 100(상승), 고점은 높아지는데 지표의 고점은 낮아지면 −100(하락), "
    "아니면 0이에요. 저점과 고점은 뒤 캔들이 모두 마감된 캔들에서 알려 주므로 미래를 보지 않아요.",
    "100 where prices made a lower low and the oscillator a higher one, −100 where prices made a higher high and the "
    "oscillator a lower one, else 0. A low or high is told on the candle that confirms it, after the candles behind it "
    "have closed, so it never looks ahead. It is compared with the one before, if that is near enough.",
)
_BEFORE = Text("앞 캔들", "Candles before")
_AFTER = Text("뒤 캔들", "Candles after")
_MOST = Text("두 점의 최대 간격", "Most candles between both")


class _Divergence(Indicator):
    category: ClassVar[Text] = MOMENTUM

    @property
    def own_needs(self) -> int:
        before, after = self.values["before"], self.values["after"]
        return int(before + after + 1)

    @property
    def own_window(self) -> int:
        return self.own_needs + int(self.values["most"])

    def calculate(self, *inputs: Floats) -> Floats:
        high, low, oscillator = inputs
        result = unknown(len(high))
        result[self.own_needs - 1 :] = 0.0
        if len(high) >= self.own_needs:
            result[self._confirmed(low, oscillator)] = 100.0
            result[self._confirmed(-high, -oscillator)] = -100.0
        return result

    def _confirmed(self, price: Floats, oscillator: Floats) -> NDArray[np.intp]:
        """Candles that confirm a lower low of the price with a higher one of the oscillator."""
        lows = self._lows(price)
        first, second = lows[:-1], lows[1:]
        is_near = second - first <= self.values["most"]
        diverges = (price[second] < price[first]) & (oscillator[second] > oscillator[first])
        return np.asarray(second[is_near & diverges] + self.values["after"])

    def _lows(self, price: Floats) -> NDArray[np.intp]:
        """Below all candles before within reach, and not above those after; of equal ones the first."""
        before, after = self.values["before"], self.values["after"]
        least = talib.MIN(price, before + after + 1)[before + after :]
        middle = price[before : len(price) - after]
        earlier = talib.MIN(price, before)[before - 1 :][: len(middle)] if before > 1 else price[: len(middle)]
        return np.asarray(np.flatnonzero((middle == least) & (middle < earlier)) + before)


class RsiDivergence(
    _Divergence,
    id="rsi-divergence",
    group=PATTERN,
    drawn=Drawn.MARKS,
    takes=("high", "low", "source"),
    title=Text("RSI 다이버전스", "RSI divergence"),
    help=_HELP,
):
    before: int = candle_count(5, _BEFORE, 1, 50)
    after: int = candle_count(5, _AFTER, 1, 50)
    most: int = candle_count(60, _MOST, 5, 500)
    source: CandleVariable = taken_from("rsi", SOURCE)


class MacdDivergence(
    _Divergence,
    id="macd-divergence",
    group=PATTERN,
    drawn=Drawn.MARKS,
    takes=("high", "low", "source"),
    title=Text("MACD 다이버전스", "MACD divergence"),
    help=_HELP,
):
    before: int = candle_count(5, _BEFORE, 1, 50)
    after: int = candle_count(5, _AFTER, 1, 50)
    most: int = candle_count(60, _MOST, 5, 500)
    source: CandleVariable = variable(variable_use("macd", line="histogram"), SOURCE)
