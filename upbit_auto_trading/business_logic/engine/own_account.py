"""What is known of the account: the newest state of each order and balance, repairs included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar, assert_never

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.order import Order, OrderUpdate
from upbit_auto_trading.business_logic.domain.order_progress import advanced, further
from upbit_auto_trading.business_logic.domain.stream import (
    AccountEvent,
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    Provenance,
)

#: open orders are all kept; of those that ended the newest
ENDED_ORDERS_KEPT = 500
_Told = TypeVar("_Told", Order, OrderUpdate)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """``orders`` by the exchange's number, the one that changed last at the end."""

    balances: Mapping[str, Balance] = field(default_factory=lambda: MappingProxyType({}))
    #: all there are, not only those that moved since the start
    has_all_balances: bool = False
    orders: Mapping[str, Order] = field(default_factory=lambda: MappingProxyType({}))
    #: the last report of each order that no reading has told of yet; a report does not know its price
    unread: Mapping[str, OrderUpdate] = field(default_factory=lambda: MappingProxyType({}))
    #: reports were lost and are not yet made up for
    lost_at: datetime | None = None


def after(account: OwnAccount, event: AccountEvent) -> OwnAccount:
    """Pure; the streams judge what is new, so that the last word on a balance counts."""
    match event:
        case OwnOrderChanged(update):
            return _with_update(account, update)
        case OwnBalancesChanged(balances, provenance):
            is_all = provenance in (Provenance.POLLED, Provenance.REPAIR)
            known = {} if is_all else dict(account.balances)
            known.update((balance.currency, balance) for balance in balances)
            return replace(
                account, balances=MappingProxyType(known), has_all_balances=is_all or account.has_all_balances
            )
        case OrderEventsLost(lost_at):
            return replace(account, lost_at=account.lost_at or lost_at)
        case OrdersRepaired(orders):
            return replace(with_orders(account, orders), lost_at=None)
        case _ as never:
            assert_never(never)


def with_orders(account: OwnAccount, orders: tuple[Order, ...]) -> OwnAccount:
    """As read from the exchange; what a report has told since stays."""
    known, unread = dict(account.orders), dict(account.unread)
    for read in orders:
        before, report = known.pop(read.order_id, None), unread.pop(read.order_id, None)
        order = read if before is None else further(before, read)
        known[read.order_id] = order if report is None else advanced(order, report)
    return replace(account, orders=_newest(known), unread=MappingProxyType(unread))


def _with_update(account: OwnAccount, update: OrderUpdate) -> OwnAccount:
    order = account.orders.get(update.order_id)
    if order is not None:
        others = {number: one for number, one in account.orders.items() if number != update.order_id}
        return replace(account, orders=_newest({**others, update.order_id: advanced(order, update)}))
    others_unread = {number: one for number, one in account.unread.items() if number != update.order_id}
    return replace(account, unread=_newest({**others_unread, update.order_id: update}))


def _newest(told: dict[str, _Told]) -> Mapping[str, _Told]:
    """Without the oldest of those that ended, beyond so many."""
    ended = [number for number, one in told.items() if one.state.is_final]
    for number in ended[: max(0, len(ended) - ENDED_ORDERS_KEPT)]:
        del told[number]
    return MappingProxyType(told)
