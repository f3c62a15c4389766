"""What brakes answer. An unknown number is a no: a brake that cannot judge does not let money go."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict


def judged(proposal: Proposal, is_allowed: bool, value: float, limit: float) -> Verdict:
    return Verdict(proposal.funds if is_allowed else 0.0, value, limit)


def reduced(proposal: Proposal, room: float, value: float, limit: float) -> Verdict:
    """To what there is room for."""
    if not room > 0:
        return Verdict(0.0, value, limit)
    return Verdict(min(proposal.funds, room), value, limit)


def share_of_equity(proposal: Proposal, amount: float) -> float:
    """In percent."""
    return 100 * amount / proposal.equity if proposal.equity > 0 else float("nan")


def held_here(proposal: Proposal) -> float:
    return sum(one.value for one in proposal.held if one.market == proposal.market)
