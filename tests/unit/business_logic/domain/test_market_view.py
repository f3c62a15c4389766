"""What a market shows at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, OrderBook, PriceSummary

D = Decimal
BTC = Market("upbit", "KRW-BTC")
NOW = datetime(2026, 11, 18, 5, 20, 31, tzinfo=UTC)
ASKS, BIDS = (BookLevel(D(118_451_000), D(1)),), (BookLevel(D(118_449_000), D(1)),)


def test_a_change_is_against_the_close_of_the_day_before() -> None:
    summary = PriceSummary(BTC, D(110), D(105), D(112), D(99), D(100), NOW, D(1), D(1), D(1), D(1))
    assert summary.change_fraction == D("0.1")
    assert replace(summary, previous_close=D(0)).change_fraction == 0


def test_a_spread_needs_both_sides() -> None:
    assert OrderBook(BTC, ASKS, BIDS, NOW).spread == 2_000
    assert OrderBook(BTC, (), BIDS, NOW).spread is None
    assert OrderBook(BTC, ASKS, (), NOW).spread is None
