"""So many positions at once."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import judged
from upbit_auto_trading.utils.bilingual_text import Text


class MaxPositions(
    RiskComponent,
    id="max-positions",
    title=Text("동시 포지션 한도", "Most positions"),
    help=Text(
        "이만큼 들고 있으면 새로 진입하지 않아요. 체결을 기다리는 진입도 세요. 추가 매수는 막지 않아요.",
        "No entry while so many are held, entries under way included. Adding to a position is not stopped.",
    ),
):
    count = declare.whole(
        5, Text("개수", "Count"), 1, 1000, help=Text("함께 들 수 있는 종목 수예요.", "Markets held at the same time.")
    )

    def judge(self, proposal: Proposal) -> Verdict:
        others = len({one.market for one in proposal.held} - {proposal.market})
        return judged(proposal, not proposal.is_entry or others < self.count, others, self.count)
