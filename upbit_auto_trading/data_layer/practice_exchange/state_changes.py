"""A whole state with the changes that came after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.order import OrderState, Side
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.business_logic.simulation.virtual_state import (
    QueuedOrder,
    SideState,
    VirtualAccountState,
    VirtualMarketState,
    VirtualState,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What one command or one print left behind; each value replaces the one before."""

    number: int
    at: datetime
    orders: tuple[VirtualOrder, ...] = ()
    #: by account: only what moved
    balances: dict[str, tuple[Balance, ...]] = field(default_factory=dict)
    #: by market code
    states: dict[str, MarketState] = field(default_factory=dict)
    #: of the newest public trade, by market code
    numbers: dict[str, int] = field(default_factory=dict)
    #: account and client's number: used up without an order
    used_ids: tuple[tuple[str, str], ...] = ()


def with_changes(state: VirtualState, changes: Iterable[Change]) -> VirtualState:
    accounts = {account.account_id: _Account(account) for account in state.accounts}
    states: dict[str, MarketState] = {}
    numbers: dict[str, int] = {}
    for change in changes:
        for order in change.orders:
            accounts[order.account_id].orders[order.order_id] = order
        for account_id, balances in change.balances.items():
            accounts[account_id].balances |= {balance.currency: balance for balance in balances}
        for account_id, client_order_id in change.used_ids:
            accounts[account_id].used_ids[client_order_id] = None
        states |= change.states
        numbers |= change.numbers
    orders = {order_id: order for account in accounts.values() for order_id, order in account.orders.items()}
    markets = tuple(_changed_market(market, orders, states, numbers) for market in state.markets)
    return replace(state, accounts=tuple(account.frozen() for account in accounts.values()), markets=markets)


class _Account:
    def __init__(self, account: VirtualAccountState) -> None:
        self._account = account
        self.orders = {order.order_id: order for order in account.orders}
        self.balances = {balance.currency: balance for balance in account.balances}
        self.used_ids = dict.fromkeys(account.used_client_ids)

    def frozen(self) -> VirtualAccountState:
        return replace(
            self._account,
            orders=tuple(self.orders.values()),
            balances=tuple(self.balances.values()),
            used_client_ids=tuple(self.used_ids),
        )


def _changed_market(
    market: VirtualMarketState,
    orders: Mapping[str, VirtualOrder],
    states: Mapping[str, MarketState],
    numbers: Mapping[str, int],
) -> VirtualMarketState:
    code = market.listed.market.code
    resting = [order for order in orders.values() if order.market.code == code and order.state is OrderState.OPEN]
    return replace(
        market,
        state=states.get(code, market.state),
        last_number=max(market.last_number, numbers.get(code, 0)),
        asks=_queue(market.asks, [order for order in resting if order.side is Side.SELL], sign=1),
        bids=_queue(market.bids, [order for order in resting if order.side is Side.BUY], sign=-1),
    )


def _queue(side: SideState, resting: Iterable[VirtualOrder], sign: int) -> SideState:
    """Others' offers are of an older book and go: the next book brings new ones. New orders stand behind no one yet."""
    ahead = {queued.order_id: queued.ahead for queued in side.queue}
    in_turn = sorted(
        (order for order in resting if order.price is not None),
        key=lambda order: (sign * (order.price or Decimal(0)), order.created_at),
    )
    return SideState((), tuple(QueuedOrder(one.order_id, ahead.get(one.order_id, Decimal(0))) for one in in_turn))
