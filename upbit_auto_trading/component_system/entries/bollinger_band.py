"""The price comes back into the bands, or breaks out of them."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Part
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.entries import entry_block
from upbit_auto_trading.component_system.part_writing import all_of, compare
from upbit_auto_trading.utils.bilingual_text import Text


class BollingerEntry(
    entry_block.EntryBlock,
    id="bollinger",
    title=Text("볼린저 밴드", "Bollinger bands"),
    help=Text(
        "반전은 종가가 아래 밴드를 다시 위로 넘을 때, 돌파는 위 밴드를 위로 넘을 때 사요.",
        "Reversal buys when the close comes back above the lower band, breakout when it crosses above the upper one.",
    ),
):
    signal = declare.choice(
        "reversal",
        Text("신호", "Signal"),
        {"reversal": Text("반전", "reversal"), "breakout": Text("돌파", "breakout")},
        help=Text("되돌아올 때 살지, 치고 나갈 때 살지 정해요.", "Buy on the way back, or on the way out."),
    )
    period = entry_block.period(20, most=300)
    deviations = declare.number(
        2,
        Text("표준편차 배수", "Deviations"),
        0.1,
        10,
        help=Text("클수록 밴드가 넓어져요.", "The more, the wider the bands."),
    )
    size = entry_block.size()
    style = entry_block.style()
    levels = entry_block.levels()

    def part(self) -> Part:
        is_reversal = self.signal == "reversal"
        line = "lower" if is_reversal else "upper"
        band = variable_use("bollinger", line=line, period=self.period, deviations=float(self.deviations))
        name = Text("아래 밴드 복귀", "Back above the lower band") if is_reversal else Text("위 밴드 돌파", "Breakout")
        return self.entry(self.signal, name, all_of(compare(variable_use("close"), "crosses-above", band)))
