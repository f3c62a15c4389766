"""What an account holds can never be less than nothing, whoever asks for it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.simulation.virtual_account import VirtualAccount


def test_a_debt_is_a_fault_of_ours() -> None:
    account = VirtualAccount("KRW", None)
    account.deposit("KRW", Decimal(5))

    with pytest.raises(InvariantBroken, match="KRW"):
        account.lock("KRW", Decimal(6))


def test_nothing_can_be_freed_that_is_not_locked() -> None:
    with pytest.raises(InvariantBroken):
        VirtualAccount("KRW", None).unlock("KRW", Decimal(1))
