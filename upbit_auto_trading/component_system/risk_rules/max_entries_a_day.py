"""So many entries on one day."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import judged
from upbit_auto_trading.utils.bilingual_text import Text


class MaxEntriesADay(
    RiskComponent,
    id="max-entries-a-day",
    title=Text("하루 진입 한도", "Entries a day"),
    help=Text(
        "한국 시간으로 하루에 모든 종목을 더해 이만큼만 진입해요.",
        "No more entries than this on one KST day, all markets together.",
    ),
):
    count = declare.whole(
        10, Text("횟수", "Count"), 1, 10_000, help=Text("하루에 진입할 수 있는 횟수예요.", "Entries on one day.")
    )

    def judge(self, proposal: Proposal) -> Verdict:
        is_allowed = not proposal.is_entry or proposal.entries_today < self.count
        return judged(proposal, is_allowed, proposal.entries_today, self.count)
