"""Out when conditions of one's own hold."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Limits, Part, Rearm, Role, Rule
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.management import management_block
from upbit_auto_trading.utils.bilingual_text import Text


class SignalExit(
    management_block.ManagementBlock,
    id="signal-exit",
    title=Text("신호 청산", "Signal exit"),
    help=Text(
        "정한 조건 묶음이 맞으면 모두, 또는 일부를 팔아요. 일부라면 조건이 한 번 어긋난 뒤에 다시 팔아요.",
        "Sells all, or a share, when its conditions hold. A share is sold again only after they did not hold once.",
    ),
):
    when = declare.conditions(
        Text("조건", "Conditions"), help=Text("팔 때를 정하는 조건 묶음이에요.", "The conditions that sell.")
    )
    percent = management_block.percent(
        100, Text("비율", "Share"), Text("가진 수량에서 팔 비율이에요.", "Of what is held."), most=100
    )
    style = management_block.style()

    def part(self) -> Part:
        is_whole = self.percent >= 100
        rule = Rule(
            "signal",
            Role.EXIT if is_whole else Role.PARTIAL_EXIT,
            self.when,
            management_block.sell(self.style, percent=float(self.percent)),
            self.declaration.title,
            Limits(rearm=Rearm.AT_ONCE if is_whole else Rearm.AFTER_FALSE),
        )
        return Part(self.declaration.title, (rule,))
