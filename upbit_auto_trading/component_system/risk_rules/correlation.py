"""No second market that moves like one that is held."""

from __future__ import annotations

from math import nan

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import judged
from upbit_auto_trading.utils.bilingual_text import Text


class Correlation(
    RiskComponent,
    id="correlation",
    title=Text("상관 한도", "Correlation"),
    help=Text(
        "들고 있는 어느 종목과든 1시간 수익률의 상관이 한도를 넘으면 진입하지 않아요.",
        "No entry where the hourly returns go together with those of any market that is held by more than the limit.",
    ),
):
    limit = declare.number(
        0.8, Text("한도", "Limit"), -1, 1, help=Text("이보다 크면 진입하지 않아요.", "Above this there is no entry.")
    )
    days = declare.whole(
        30,
        Text("기간", "Period"),
        2,
        365,
        unit=Text("일", "days"),
        help=Text("상관을 계산할 기간이에요.", "The days over which it is computed."),
    )
    when_unknown = declare.choice(
        "allow",
        Text("알 수 없을 때", "Where unknown"),
        {"allow": Text("진입해요", "enter"), "deny": Text("진입하지 않아요", "do not enter")},
        help=Text(
            "새로 상장해 기록이 모자란 종목처럼 상관을 계산할 수 없을 때 어떻게 할지 정해요.",
            "What to do where it cannot be computed: for a market that is too new, for example.",
        ),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        if not proposal.is_entry:
            return judged(proposal, True, nan, self.limit)
        others = {one.market for one in proposal.held} - {proposal.market}
        told = [proposal.correlation(proposal.market, other, self.days) for other in others]
        known = [one for one in told if one is not None and one == one]
        highest = max(known, default=nan)
        is_too_alike = any(one > self.limit for one in known)
        is_unknown = len(known) < len(told) and self.when_unknown == "deny"
        return judged(proposal, not is_too_alike and not is_unknown, highest, self.limit)
