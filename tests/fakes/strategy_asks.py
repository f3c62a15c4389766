"""What sizings and brakes are asked, with a default for everything that a test does not care about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.made_candles import BITCOIN, RIPPLE, made_series
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind, Role
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import (
    Buy,
    HeldPosition,
    PastTrades,
    Proposal,
    RulePlan,
    SizingAsk,
    TestGroup,
)
from upbit_auto_trading.component_system.sizing.share_of_cash import ShareOfCash
from upbit_auto_trading.utils.bilingual_text import Text

ETHER = Market("upbit", "KRW-ETH")
#: 2026-01-01, a Thursday, 00:00 in Korea
NEW_YEAR_KST = 1_767_193_200
HOUR = 3600

_FRAME = Frame(made_series(30))
_ASK = SizingAsk(
    columns=_FRAME,
    row=29,
    price=100.0,
    equity=1_000_000.0,
    free_cash=600_000.0,
    stop_distance=None,
    first_funds=0.0,
    last_funds=0.0,
    adds=0,
    past=PastTrades(),
)
_RULE = RulePlan("enter", Text("진입", "Enter"), Role.ENTRY, TestGroup(GroupKind.ALL, ()), Buy(ShareOfCash(percent=95)))
_PROPOSAL = Proposal(
    market=BITCOIN,
    rule=_RULE,
    is_entry=True,
    funds=100_000.0,
    price=100.0,
    stop_distance=None,
    now=NEW_YEAR_KST + 12 * HOUR,
    equity=1_000_000.0,
    free_cash=600_000.0,
    peak_equity=1_000_000.0,
    day_equity=1_000_000.0,
    held=(),
    entries_today=0,
    closed_at=None,
    closed_at_loss=False,
    correlation=lambda one, other, days: None,
)


def sizing_ask(**changes: Any) -> SizingAsk:
    """Equity 1,000,000 of which 600,000 is free, at a price of 100."""
    return replace(_ASK, **changes)


def proposal(**changes: Any) -> Proposal:
    """A first buy of Bitcoin for 100,000 out of an equity of 1,000,000, at noon of a Thursday in Korea."""
    return replace(_PROPOSAL, **changes)


def held(market: Market = RIPPLE, value: float = 100_000.0, at_risk: float | None = None) -> HeldPosition:
    return HeldPosition(market, value, at_risk)


class Correlations:
    """Keeps what it was asked."""

    def __init__(self, known: Mapping[Market, float | None]) -> None:
        self._known = known
        self.asked: list[tuple[Market, Market, int]] = []

    def __call__(self, one: Market, other: Market, days: int) -> float | None:
        self.asked.append((one, other, days))
        return self._known[other]
