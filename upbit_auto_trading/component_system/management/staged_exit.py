"""Out in steps, and the rest with the trend."""

from __future__ import annotations

from typing import Any

from upbit_auto_trading.business_logic.domain.strategy_definition import Part
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.levels.measuring import LEAST_SHARE, measured_from
from upbit_auto_trading.component_system.management import management_block
from upbit_auto_trading.component_system.part_writing import level
from upbit_auto_trading.utils.bilingual_text import Text


def _profit(default: float, label: Text) -> Any:
    return management_block.percent(
        default, label, Text("이만큼 오르면 아래의 몫을 팔아요.", "Here its share is sold."), most=10_000
    )


def _share(default: float, label: Text) -> Any:
    return management_block.percent(
        default,
        label,
        Text(
            "지금까지 산 수량에서 팔 몫이에요. 0이면 이 단계는 없어요.",
            "Of all that was bought; 0 leaves the step out.",
        ),
        least=0,
        most=100,
    )


class StagedExit(
    management_block.ManagementBlock,
    id="staged-exit",
    title=Text("분할 청산", "Staged exit"),
    help=Text(
        "정한 수익마다 일부씩 팔고, 남은 수량은 첫 단계부터 추적 손절로 지켜요.",
        "Sells a share at each profit; from the first step on a trailing stop guards the rest.",
    ),
):
    first_profit = _profit(3, Text("1단계 수익", "First profit"))
    first_share = _share(30, Text("1단계 몫", "First share"))
    second_profit = _profit(6, Text("2단계 수익", "Second profit"))
    second_share = _share(30, Text("2단계 몫", "Second share"))
    third_profit = _profit(10, Text("3단계 수익", "Third profit"))
    third_share = _share(20, Text("3단계 몫", "Third share"))
    trailing = management_block.percent(
        3,
        Text("추적 손절", "Trailing stop"),
        Text("최고가에서 이만큼 내리면 남은 수량을 팔아요.", "So far below the highest the rest is sold."),
    )
    trailing_after = declare.whole(
        1,
        Text("추적을 시작할 단계", "Trailing from step"),
        0,
        3,
        help=Text(
            "이만큼 판 뒤부터 추적해요. 0이면 처음부터예요.", "Counts once so many steps were sold; 0: from the start."
        ),
    )
    measured_from = measured_from("average")

    def part(self) -> Part:
        steps = (
            (self.first_profit, self.first_share),
            (self.second_profit, self.second_share),
            (self.third_profit, self.third_share),
        )
        targets = tuple(
            level("target-percent", percent=float(profit), share=float(share), measured_from=self.measured_from)
            for profit, share in steps
            if share >= LEAST_SHARE
        )
        trailing = level(
            "trailing-percent",
            percent=float(self.trailing),
            after_targets=min(self.trailing_after, len(targets)),
            measured_from=self.measured_from,
        )
        return Part(self.declaration.title, (), (*targets, trailing))
