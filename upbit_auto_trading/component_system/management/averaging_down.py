"""Buying more of what fell."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Limits, Part, Role, Rule
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.management import management_block
from upbit_auto_trading.component_system.part_writing import action, all_of, compare, level, sizing
from upbit_auto_trading.utils.bilingual_text import Text


class AveragingDown(
    management_block.ManagementBlock,
    id="averaging-down",
    title=Text("물타기", "Averaging down"),
    help=Text(
        "평균 단가보다 정한 비율만큼 내릴 때마다 더 사서 평균 단가를 낮춰요. "
        "손실이 빠르게 커질 수 있어서 첫 체결가에서 세는 절대 손절이 함께 있어요.",
        "Buys more each time the price is so far below the average price, which lowers it. "
        "Losses can grow fast, so it comes with an absolute stop, counted from the first fill.",
    ),
):
    trigger = management_block.percent(
        5, Text("하락", "Fall"), Text("평균 단가에서 이만큼 내릴 때마다 사요.", "Below the average price, each time.")
    )
    times = declare.whole(
        2, Text("횟수", "Times"), 1, 5, unit=Text("번", "times"), help=Text("최대 추가 매수 횟수예요.", "Most adds.")
    )
    size_ratio = declare.number(
        1,
        Text("크기 배수", "Size ratio"),
        0.1,
        3,
        help=Text(
            "직전 매수 금액에 곱해요. 1이면 늘 같아요.", "Multiplies what the last buy spent; 1 is always the same."
        ),
    )
    absolute_stop = management_block.percent(
        20,
        Text("절대 손절", "Absolute stop"),
        Text("첫 체결가에서 이만큼 내리면 모두 팔아요.", "So far below the first fill, all is sold."),
    )
    style = management_block.style()

    def part(self) -> Part:
        when = all_of(compare(variable_use("position-profit"), "<=", -float(self.trigger)))
        buy = action("buy", size=sizing("like-last-buy", times=float(self.size_ratio)), style=self.style)
        add = Rule("add", Role.SCALE_IN, when, buy, self.declaration.title, Limits(times_per_position=self.times))
        stop = level("stop-percent", percent=float(self.absolute_stop), measured_from="first-fill")
        return Part(self.declaration.title, (add,), (stop,))
