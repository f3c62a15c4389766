"""RSI was too low."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Part
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.entries import entry_block
from upbit_auto_trading.component_system.part_writing import all_of, compare
from upbit_auto_trading.utils.bilingual_text import Text


class RsiReversal(
    entry_block.EntryBlock,
    id="rsi-reversal",
    title=Text("RSI 반전", "RSI reversal"),
    help=Text(
        "RSI가 과매도 기준 아래에서 다시 올라오거나, 기준 아래에 있으면 사요.",
        "Buys when RSI comes back up through the oversold level, or while it is below it.",
    ),
):
    period = entry_block.period(14, most=200)
    oversold = declare.number(
        30,
        Text("과매도 기준", "Oversold below"),
        1,
        99,
        help=Text("이보다 낮으면 과매도예요.", "Below this it is oversold."),
    )
    signal = declare.choice(
        "crosses-above",
        Text("신호", "Signal"),
        {
            "crosses-above": Text("기준을 위로 넘을 때", "crosses back above it"),
            "<": Text("기준보다 낮은 동안", "is below it"),
        },
        help=Text("언제 살지 정해요.", "When to buy."),
    )
    source = entry_block.source()
    size = entry_block.size()
    style = entry_block.style()
    levels = entry_block.levels()

    def part(self) -> Part:
        rsi = variable_use("rsi", period=self.period, source=self.source)
        return self.entry(
            "oversold", Text("RSI 과매도", "RSI oversold"), all_of(compare(rsi, self.signal, float(self.oversold)))
        )
