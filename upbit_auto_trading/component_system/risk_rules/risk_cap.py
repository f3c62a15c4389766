"""So much of equity at risk in one trade."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import reduced, share_of_equity
from upbit_auto_trading.utils.bilingual_text import Text


class RiskCap(
    RiskComponent,
    id="risk-cap",
    title=Text("거래당 위험 한도", "Risk per trade"),
    help=Text(
        "손절에서 잃을 금액이 평가금액의 정한 비율을 넘지 않게 매수를 줄여요. "
        "손절이 없으면 산 금액 모두를 위험으로 봐요.",
        "Cuts a buy so that the position loses no more of equity at its stop. "
        "Without a stop all of it counts as at risk.",
    ),
):
    percent = declare.number(
        3,
        Text("위험", "Risk"),
        0.01,
        5,
        unit=Text("%", "%"),
        help=Text("한 거래가 손절에서 잃어도 되는 평가금액의 비율이에요.", "Of equity, lost at the stop of one trade."),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        before = sum(
            one.value if one.at_risk is None else one.at_risk for one in proposal.held if one.market == proposal.market
        )
        distance = proposal.price if proposal.stop_distance is None else proposal.stop_distance
        if not distance > 0:  # the stop lies above, or nobody knows where
            return reduced(proposal, 0.0, float("nan"), self.percent)
        lost = distance / proposal.price
        room = (proposal.equity * self.percent / 100 - before) / lost
        return reduced(proposal, room, share_of_equity(proposal, before + proposal.funds * lost), self.percent)
