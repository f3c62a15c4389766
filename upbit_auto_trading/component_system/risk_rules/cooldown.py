"""A rest after a position was closed."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import judged
from upbit_auto_trading.utils.bilingual_text import Text


class Cooldown(
    RiskComponent,
    id="cooldown",
    title=Text("청산 뒤 쉬기", "Cooldown"),
    help=Text(
        "포지션을 닫은 뒤 정한 시간 동안 같은 종목에 다시 진입하지 않아요.",
        "After a position was closed, its market is not entered again for so long.",
    ),
):
    minutes = declare.whole(
        60,
        Text("쉬는 시간", "Rest"),
        1,
        525_600,
        unit=Text("분", "min"),
        help=Text("청산한 때부터 세요.", "Counted from the close of the position."),
    )
    only_after_loss = declare.switch(
        False,
        Text("손실 뒤에만", "Only after a loss"),
        help=Text("켜면 이익을 낸 뒤에는 쉬지 않아요.", "Switched on, there is no rest after a profit."),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        closed_at = proposal.closed_at
        is_resting_from = proposal.closed_at_loss or not self.only_after_loss
        if closed_at is None or not proposal.is_entry or not is_resting_from:
            return judged(proposal, True, float("nan"), self.minutes)
        passed = (proposal.now - closed_at) / 60
        return judged(proposal, passed >= self.minutes, passed, self.minutes)
