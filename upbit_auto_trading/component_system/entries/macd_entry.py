"""MACD turns up."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Part, Use, Within
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.entries import entry_block
from upbit_auto_trading.component_system.part_writing import all_of, compare
from upbit_auto_trading.utils.bilingual_text import Text

#: what patterns say of a rise
_RISING = 100.0


class MacdEntry(
    entry_block.EntryBlock,
    id="macd",
    title=Text("MACD", "MACD"),
    help=Text(
        "신호 교차는 MACD가 신호선을 위로 넘을 때 사요. "
        "다이버전스는 최근에 상승 다이버전스(가격의 저점은 낮아지는데 MACD의 저점은 높아짐)가 있었고, "
        "이제 MACD가 신호선을 위로 넘을 때 사요.",
        "Signal cross buys when MACD crosses above its signal line. "
        "Divergence also wants a rising divergence lately: a lower low of the price with a higher low of MACD.",
    ),
):
    signal = declare.choice(
        "cross",
        Text("신호", "Signal"),
        {"cross": Text("신호 교차", "signal cross"), "divergence": Text("다이버전스", "divergence")},
        help=Text("다이버전스는 교차에 더해 앞선 저점을 비교해요.", "Divergence compares lows before the cross."),
    )
    fast = entry_block.period(12, Text("짧은 기간", "Short period"), most=200)
    slow = entry_block.period(26, Text("긴 기간", "Long period"), most=300)
    smoothing = entry_block.period(9, Text("신호 기간", "Signal period"), most=200)
    lookback = declare.whole(
        60,
        Text("두 저점의 최대 간격", "Most candles between lows"),
        5,
        500,
        help=Text("다이버전스에서 비교할 두 저점의 간격이에요.", "Of divergence: how far apart its two lows may be."),
    )
    within = declare.whole(
        10,
        Text("유효한 캔들", "Candles it stays valid"),
        1,
        200,
        help=Text("다이버전스가 이 캔들 안에 있어야 해요.", "The divergence must lie within so many candles."),
    )
    size = entry_block.size()
    style = entry_block.style()
    levels = entry_block.levels()

    def part(self) -> Part:
        cross = compare(self._line("macd"), "crosses-above", self._line("signal"))
        if self.signal == "cross":
            return self.entry("cross", Text("MACD 신호 교차", "MACD signal cross"), all_of(cross))
        diverges = variable_use("macd-divergence", most=self.lookback, source=self._line("macd"))
        when = all_of(Within(self.within, compare(diverges, ">=", _RISING)), cross)
        return self.entry("divergence", Text("MACD 다이버전스", "MACD divergence"), when)

    def _line(self, line: str) -> Use:
        short, long = sorted((self.fast, self.slow))  # as the indicator itself would
        return variable_use("macd", line=line, fast=short, slow=long, signal=self.smoothing)
