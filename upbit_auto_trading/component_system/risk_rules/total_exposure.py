"""So much of equity invested."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import reduced, share_of_equity
from upbit_auto_trading.utils.bilingual_text import Text


class TotalExposure(
    RiskComponent,
    id="total-exposure",
    title=Text("투자 비중 한도", "Exposure"),
    help=Text(
        "모든 종목을 더해 평가금액의 정한 비율을 넘지 않게 매수를 줄여요.",
        "Cuts a buy so that all markets together stay within this share of equity.",
    ),
):
    percent = declare.number(
        80,
        Text("비율", "Share"),
        0.1,
        100,
        unit=Text("%", "%"),
        help=Text("투자할 수 있는 평가금액의 비율이에요.", "Of equity, in all markets."),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        held = sum(one.value for one in proposal.held)
        asked = share_of_equity(proposal, held + proposal.funds)
        return reduced(proposal, proposal.equity * self.percent / 100 - held, asked, self.percent)
