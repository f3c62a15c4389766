"""No single buy larger than this, whatever its sizing says."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import reduced
from upbit_auto_trading.utils.bilingual_text import Text


class OrderSize(
    RiskComponent,
    id="order-size",
    title=Text("주문 금액 한도", "Largest buy"),
    help=Text(
        "한 번에 사는 금액이 한도를 넘지 않게 줄여요. 평가금액이 얼마나 늘었든 같은 한도예요.",
        "Cuts every buy to this amount, however much equity has grown.",
    ),
):
    amount = declare.number(
        1_000_000,
        Text("금액", "Amount"),
        0.0001,
        1e12,
        help=Text(
            "종목의 거래 통화로 적어요. 원화 시장이면 원이에요.", "In the market's quote currency: KRW in KRW markets."
        ),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        return reduced(proposal, float(self.amount), proposal.funds, self.amount)
