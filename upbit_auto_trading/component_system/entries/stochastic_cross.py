"""%K crosses above %D where both are low."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Part
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.entries import entry_block
from upbit_auto_trading.component_system.part_writing import all_of, compare
from upbit_auto_trading.utils.bilingual_text import Text


class StochasticCross(
    entry_block.EntryBlock,
    id="stochastic-cross",
    title=Text("스토캐스틱 교차", "Stochastic cross"),
    help=Text(
        "%K가 %D를 위로 넘고 그때 %D가 기준보다 낮으면 사요.",
        "Buys when %K crosses above %D while %D is below the level.",
    ),
):
    period = entry_block.period(14)
    smooth_k = declare.whole(
        3,
        Text("%K 평활", "%K smoothing"),
        1,
        50,
        help=Text("%K를 평균할 캔들 수예요.", "Candles over which %K is averaged."),
    )
    smooth_d = declare.whole(
        3, Text("%D 기간", "%D period"), 1, 50, help=Text("%D는 %K의 평균이에요.", "%D is the mean of %K.")
    )
    below = declare.number(
        20,
        Text("기준", "Level"),
        1,
        100,
        help=Text("100이면 어디에서 넘어도 사요.", "At 100 a cross anywhere counts."),
    )
    size = entry_block.size()
    style = entry_block.style()
    levels = entry_block.levels()

    def part(self) -> Part:
        k, d = (
            variable_use("stochastic", line=line, period=self.period, smooth_k=self.smooth_k, smooth_d=self.smooth_d)
            for line in ("k", "d")
        )
        when = all_of(compare(k, "crosses-above", d), compare(d, "<=", float(self.below)))
        return self.entry("cross", Text("스토캐스틱 교차", "Stochastic cross"), when)
