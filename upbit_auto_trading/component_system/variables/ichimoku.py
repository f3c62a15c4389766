"""Ichimoku. The lagging line is left out: it is the close itself, drawn back; compare the close with that of 26 candles
ago instead."""

from __future__ import annotations

import numpy as np
import talib

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import choice
from upbit_auto_trading.component_system.variable import PRICE
from upbit_auto_trading.component_system.variables.categories import BANDS
from upbit_auto_trading.component_system.variables.indicator import LINE, Indicator, candle_count
from upbit_auto_trading.component_system.variables.known_runs import unknown
from upbit_auto_trading.utils.bilingual_text import Text


class Ichimoku(
    Indicator,
    id="ichimoku",
    category=BANDS,
    group=PRICE,
    takes=("high", "low"),
    title=Text("일목균형표", "Ichimoku"),
    help=Text(
        "전환선과 기준선은 기간 범위의 가운데예요. 선행스팬은 밀기만큼 전에 계산된 값이라 미래를 보지 않아요. "
        "후행스팬은 종가를 뒤로 그린 것이라 없어요. 26개 캔들 전 종가와 비교하세요.",
        "Conversion and base line are the middle of the range of their periods. The leading spans are those computed "
        "as many candles ago as they are shifted, so they never look ahead. The lagging span is only the close drawn "
        "back: compare the close with that of 26 candles ago.",
    ),
):
    conversion: int = candle_count(9, Text("전환선 기간", "Conversion period"), 2, 200)
    base: int = candle_count(26, Text("기준선 기간", "Base period"), 2, 300)
    span: int = candle_count(52, Text("선행스팬 2 기간", "Span B period"), 2, 500)
    shift: int = candle_count(26, Text("선행 밀기", "Shift of the spans"), 0, 300)
    line: str = choice(
        "conversion",
        LINE,
        {
            "conversion": Text("전환선", "Conversion line"),
            "base": Text("기준선", "Base line"),
            "span-a": Text("선행스팬 1", "Leading span A"),
            "span-b": Text("선행스팬 2", "Leading span B"),
            "cloud-top": Text("구름 위", "Top of the cloud"),
            "cloud-bottom": Text("구름 아래", "Bottom of the cloud"),
        },
    )

    @property
    def own_needs(self) -> int:
        span_a = max(self.conversion, self.base) + self.shift
        span_b = self.span + self.shift
        of_line = {"conversion": self.conversion, "base": self.base, "span-a": span_a, "span-b": span_b}
        return of_line.get(self.line, max(span_a, span_b))

    def calculate(self, *inputs: Floats) -> Floats:
        high, low = inputs
        if self.line in ("conversion", "base"):
            middle: Floats = talib.MIDPRICE(high, low, self.values[self.line])
            return middle
        if self.line == "span-b":
            return self._span_b(high, low)
        span_a = self._span_a(high, low)
        if self.line == "span-a":
            return span_a
        chosen = np.maximum if self.line == "cloud-top" else np.minimum
        return np.asarray(chosen(span_a, self._span_b(high, low)))

    def _span_a(self, high: Floats, low: Floats) -> Floats:
        return self._shifted((talib.MIDPRICE(high, low, self.conversion) + talib.MIDPRICE(high, low, self.base)) / 2)

    def _span_b(self, high: Floats, low: Floats) -> Floats:
        return self._shifted(talib.MIDPRICE(high, low, self.span))

    def _shifted(self, values: Floats) -> Floats:
        result = unknown(len(values))
        result[self.shift :] = values[: max(0, len(values) - self.shift)]
        return result
