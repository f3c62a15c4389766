"""Enough lost since the best moment."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.daily_loss import fallen_percent
from upbit_auto_trading.component_system.risk_rules.verdicts import judged
from upbit_auto_trading.utils.bilingual_text import Text


class MaxDrawdown(
    RiskComponent,
    id="max-drawdown",
    title=Text("최대 낙폭 한도", "Max drawdown"),
    help=Text(
        "평가금액이 가장 높았던 때보다 정한 비율만큼 줄면 더 사지 않아요. "
        "포지션이 없으면 평가금액이 다시 오르지 않으므로, 그 뒤로는 멈춘 채로 있어요.",
        "Once equity is so far below its highest, nothing more is bought. "
        "Without a position equity does not come back, so it stays stopped.",
    ),
):
    percent = declare.number(
        20,
        Text("낙폭", "Drawdown"),
        0.1,
        100,
        unit=Text("%", "%"),
        help=Text("가장 높았던 평가금액에서 잃은 비율이에요.", "Of the highest equity."),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        lost = fallen_percent(proposal.equity, proposal.peak_equity)
        return judged(proposal, lost < self.percent, lost, self.percent)
