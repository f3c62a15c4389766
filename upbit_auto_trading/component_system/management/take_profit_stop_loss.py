"""Out at a fixed profit or a fixed loss."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Part
from upbit_auto_trading.component_system.levels.measuring import measured_from
from upbit_auto_trading.component_system.management import management_block
from upbit_auto_trading.component_system.part_writing import level
from upbit_auto_trading.utils.bilingual_text import Text


class TakeProfitStopLoss(
    management_block.ManagementBlock,
    id="take-profit-stop-loss",
    title=Text("익절·손절", "Take profit and stop loss"),
    help=Text(
        "정한 수익이나 손실에 닿으면 모두 팔아요. 한 캔들이 둘 다 닿으면 손절로 봐요.",
        "Sells all at a fixed profit or a fixed loss. Where one candle touches both, the stop counts.",
    ),
):
    take_profit = management_block.percent(
        5, Text("익절", "Take profit"), Text("이만큼 오르면 팔아요.", "Sold so far above."), most=10_000
    )
    stop_loss = management_block.percent(
        3, Text("손절", "Stop loss"), Text("이만큼 내리면 팔아요.", "Sold so far below.")
    )
    measured_from = measured_from("average")

    def part(self) -> Part:
        target = level("target-percent", percent=float(self.take_profit), measured_from=self.measured_from)
        stop = level("stop-percent", percent=float(self.stop_loss), measured_from=self.measured_from)
        return Part(self.declaration.title, (), (stop, target))
