"""Reports of balances that change places on their way: the newest counts, and a doubt is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.stream import OwnBalancesChanged, Provenance
from upbit_auto_trading.data_layer.exchanges.upbit.balance_memory import BalanceMemory

START = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)


def report(after_ms: int | None, **amounts: str) -> OwnBalancesChanged:
    balances = tuple(Balance(currency, Decimal(amount), Decimal(0)) for currency, amount in amounts.items())
    changed_at = None if after_ms is None else START + timedelta(milliseconds=after_ms)
    return OwnBalancesChanged(balances, Provenance.STREAM, START, changed_at)


def test_what_is_older_than_a_report_before_it_is_left_out_currency_by_currency() -> None:
    memory = BalanceMemory()
    newer = report(20, KRW="2")
    assert memory.judge(newer).event is newer
    judged = memory.judge(report(10, KRW="1", BTC="5"))
    assert judged.event is not None
    assert [balance.currency for balance in judged.event.balances] == ["BTC"]
    assert not judged.is_doubtful
    assert memory.judge(report(9, KRW="3")).event is None
    assert memory.judge(report(21, KRW="3")).event == report(21, KRW="3")


def test_two_of_one_moment_that_differ_leave_a_doubt() -> None:
    memory = BalanceMemory()
    assert not memory.judge(report(20, KRW="2")).is_doubtful
    assert not memory.judge(report(20, KRW="2")).is_doubtful, "the same once more"
    again = memory.judge(report(20, KRW="1"))
    assert again.is_doubtful
    assert again.event == report(20, KRW="1")


def test_one_without_a_time_is_taken_as_it_comes() -> None:
    memory = BalanceMemory()
    memory.judge(report(20, KRW="2"))
    assert memory.judge(report(None, KRW="1")).event == report(None, KRW="1")
