"""Enough lost for today."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import judged
from upbit_auto_trading.utils.bilingual_text import Text


class DailyLoss(
    RiskComponent,
    id="daily-loss",
    title=Text("하루 손실 한도", "Daily loss limit"),
    help=Text(
        "평가금액이 하루를 시작한 때보다 정한 비율만큼 줄면 그날은 더 사지 않아요. 추가 매수도 막아요. "
        "하루는 한국 시간으로 세요.",
        "Once equity is so far below what the KST day began with, nothing more is bought that day, adding included.",
    ),
):
    percent = declare.number(
        3,
        Text("손실", "Loss"),
        0.1,
        100,
        unit=Text("%", "%"),
        help=Text("하루를 시작한 평가금액에서 잃은 비율이에요.", "Of the equity that the day began with."),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        lost = fallen_percent(proposal.equity, proposal.day_equity)
        return judged(proposal, lost < self.percent, lost, self.percent)


def fallen_percent(equity: float, since: float) -> float:
    return 100 * (1 - equity / since) if since > 0 else float("nan")
