"""What an account holds."""

from __future__ import annotations

from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance


def test_the_total_holds_what_is_locked() -> None:
    balance = Balance("KRW", Decimal("1284120.77384512"), Decimal(118059))
    assert balance.total == Decimal("1402179.77384512")
    assert balance.average_price is None
