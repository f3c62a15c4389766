"""So much of equity in one market."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import held_here, reduced, share_of_equity
from upbit_auto_trading.utils.bilingual_text import Text


class MarketWeight(
    RiskComponent,
    id="market-weight",
    title=Text("종목 비중 한도", "Weight per market"),
    help=Text(
        "한 종목이 평가금액의 정한 비율을 넘지 않게 매수를 줄여요. 이미 가진 가치도 세요.",
        "Cuts a buy so that one market, with what is held of it, stays within this share of equity.",
    ),
):
    percent = declare.number(
        20,
        Text("비율", "Share"),
        0.1,
        100,
        unit=Text("%", "%"),
        help=Text("한 종목에 둘 수 있는 평가금액의 비율이에요.", "Of equity, in one market."),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        held = held_here(proposal)
        asked = share_of_equity(proposal, held + proposal.funds)
        return reduced(proposal, proposal.equity * self.percent / 100 - held, asked, self.percent)
