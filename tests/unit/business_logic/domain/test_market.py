"""A market by its name, and a price against the day's opening."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import LastPrice, Market

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_a_market_carries_its_exchange() -> None:
    assert str(Market("upbit", "KRW-BTC")) == "upbit:KRW-BTC"
    assert Market("upbit", "KRW-BTC") != Market("bithumb", "KRW-BTC")
    assert sorted([Market("upbit", "KRW-ETH"), Market("upbit", "KRW-BTC")])[0].code == "KRW-BTC"


def test_the_change_is_a_fraction_of_the_opening() -> None:
    price = LastPrice(Market("upbit", "KRW-BTC"), Decimal(103), Decimal(100), NOON)
    assert price.change_fraction == Decimal("0.03")
    assert LastPrice(price.market, Decimal(97), Decimal(100), NOON).change_fraction == Decimal("-0.03")
