"""From kept values back to markets and accounts. Values that contradict each other are refused, not mended."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.exact_amounts import ZERO
from upbit_auto_trading.business_logic.simulation.live_order import LiveOrder
from upbit_auto_trading.business_logic.simulation.market_tick import check_levels
from upbit_auto_trading.business_logic.simulation.virtual_account import VirtualAccount
from upbit_auto_trading.business_logic.simulation.virtual_market import VirtualMarket
from upbit_auto_trading.business_logic.simulation.virtual_state import (
    SideState,
    VirtualAccountState,
    VirtualMarketState,
)


def restored_account(state: VirtualAccountState, home_currency: str) -> VirtualAccount:
    account = VirtualAccount(home_currency, state.fees)
    for shown in state.orders:
        if shown.order_id in account.orders or shown.account_id != state.account_id:
            raise _damaged("orders", shown.order_id)
        order = LiveOrder.restored(shown)
        if not order.is_sound:
            raise _damaged("orders", shown.order_id)
        account.orders[order.order_id] = order
        if order.client_order_id is not None:
            if order.client_order_id in account.order_ids:
                raise _damaged("orders", shown.order_id)
            account.order_ids[order.client_order_id] = order.order_id
        if order.is_open:
            account.live[order.order_id] = order
    account.ids_without_order = dict.fromkeys(state.used_client_ids)
    account.restore(state.balances)
    _check_locks(state, account)
    return account


def restored_market(state: VirtualMarketState, accounts: Mapping[str, VirtualAccount]) -> VirtualMarket:
    market = VirtualMarket(state.listed, state.state, state.last_number, state.changed_at)
    open_orders = {
        order.order_id: order
        for account in accounts.values()
        for order in account.live.values()
        if order.market == market.market
    }
    for side, kept in ((Side.SELL, state.asks), (Side.BUY, state.bids)):
        _fill_side(market, side, kept, open_orders)
    if open_orders:
        raise _damaged("queue", ", ".join(open_orders))
    return market


def _fill_side(market: VirtualMarket, side: Side, kept: SideState, open_orders: dict[str, LiveOrder]) -> None:
    try:
        check_levels(market.market, kept.levels, side)
    except InvariantBroken as error:
        raise _damaged("levels", str(error)) from error
    book = market.side(side)
    book.show(kept.levels)
    for place in kept.queue:
        order = open_orders.pop(place.order_id, None)
        if order is None or order.side is not side or place.ahead < 0:
            raise _damaged("queue", place.order_id)
        book.rejoin(order, place.ahead)


def _check_locks(state: VirtualAccountState, account: VirtualAccount) -> None:
    locked: dict[str, Decimal] = {}
    for order in account.live.values():
        locked[order.locks] = locked.get(order.locks, ZERO) + order.locked
    for balance in state.balances:
        if balance.free < 0 or balance.locked != locked.pop(balance.currency, ZERO):
            raise _damaged("balances", balance.currency)
    if locked:
        raise _damaged("balances", ", ".join(locked))


def _damaged(name: str, value: str) -> InvalidParameter:
    return InvalidParameter(name, value, "damaged")
