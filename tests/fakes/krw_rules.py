"""The tick sizes of KRW markets, and a market to use them on."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules, RuleBook, TickBand, TickTable

BTC = Market("upbit", "KRW-BTC")
DOGE = Market("upbit", "KRW-DOGE")
LISTED_BTC = ListedMarket(BTC, "비트코인", "Bitcoin")
LISTED_DOGE = ListedMarket(DOGE, "도지코인", "Dogecoin")
NEW_TICKS_SINCE = datetime(2025, 7, 30, 17, tzinfo=UTC)

_FINE = [(Decimal(10) ** power, Decimal(10) ** (power - 2)) for power in range(-5, 3)]
_COARSE = [(1000, 1), (5000, 5), (10_000, 10), (50_000, 50), (100_000, 100), (500_000, 500), (1_000_000, 1000)]
_OLD_COARSE = [(1000, 1), (10_000, 10), (100_000, 50), (500_000, 100), (1_000_000, 500), (2_000_000, 1000)]


def tick_table(bands: list[tuple[int, int]] | None = None) -> TickTable:
    rows = [(Decimal(0), Decimal("0.00000001")), *_FINE]
    rows += [(Decimal(low), Decimal(tick)) for low, tick in bands or _COARSE]
    return TickTable(tuple(TickBand(low, tick) for low, tick in rows))


KRW_TICKS = tick_table()


def _rules(since: datetime, ticks: TickTable) -> MarketRules:
    fee = Decimal("0.0005")
    return MarketRules(since, ticks, Decimal(5000), None, Decimal("0.00000001"), FeeRates(fee, fee, fee, fee))


def krw_rules() -> RuleBook:
    """One change of grid, in the middle of a UTC day."""
    old = _rules(datetime(2017, 9, 25, tzinfo=UTC), tick_table(_OLD_COARSE))
    return RuleBook("upbit", (("KRW", (old, _rules(NEW_TICKS_SINCE, KRW_TICKS))),))
