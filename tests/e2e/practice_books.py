"""What the practice account says of itself, and what is left of its process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import psutil

from tests.e2e.running import LIMIT_SECONDS
from upbit_auto_trading.business_logic.domain.order import Fill, Order, Side
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config.app_paths import find_app_paths

BEGAN_WITH = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class Books:
    """Read from the exchange itself."""

    balances: dict[str, Decimal]
    orders: tuple[Order, ...]

    @property
    def fills(self) -> tuple[Fill, ...]:
        return tuple(fill for order in self.orders for fill in order.fills or ())

    def check(self) -> None:
        """Each won and each coin is accounted for by the fills."""
        won, coins = BEGAN_WITH, dict.fromkeys(self.balances, Decimal(0))
        for fill in self.fills:
            assert fill.side is Side.BUY
            won -= fill.funds
            coins[fill.market.base] += fill.quantity
        won -= sum((order.paid_fee or Decimal(0) for order in self.orders), Decimal(0))
        assert self.balances == {**coins, "KRW": won}


def books_of(program: DesktopProgram) -> Books:
    """With all orders of the last day, also those of which no answer was heard."""
    connection = program.core.exchange.connection
    assert connection is not None
    account = connection.exchange.account
    assert account is not None
    now = program.opened.clock.now()
    closed = account.closed_orders(now - timedelta(days=1), now + timedelta(minutes=1))
    balances = {balance.currency: balance.total for balance in account.balances()}
    return Books(balances, tuple(account.order(order.reference) for order in (*closed, *account.open_orders())))


def children_in(folder: Path) -> list[psutil.Process]:
    """The practice exchanges whose state lies in the folder."""
    state = str(find_app_paths(folder).practice_state)
    found = []
    for process in psutil.process_iter():
        try:
            if state in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue  # gone meanwhile, or not ours to look at
    return found


def none_is_left_in(folder: Path) -> bool:
    _gone, alive = psutil.wait_procs(children_in(folder), timeout=LIMIT_SECONDS)
    return not alive
