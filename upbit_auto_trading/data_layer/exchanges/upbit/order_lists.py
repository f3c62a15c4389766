"""Lists of orders, however long: by pages, by windows of time, by numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.order import Order, OrderReference
from upbit_auto_trading.data_layer.exchanges.upbit import calls
from upbit_auto_trading.data_layer.exchanges.upbit.calls import UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import (
    CLOSED_ORDERS_PER_PAGE,
    CLOSED_ORDERS_WINDOW,
    IDS_PER_REQUEST,
    ORDERS_PER_PAGE,
)
from upbit_auto_trading.data_layer.exchanges.upbit.client import UpbitClient
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import milliseconds, parameters

#: ten thousand open orders: more than the exchange would let anybody have
_MOST_PAGES = 100
_MOST_READINGS = 4
_SECOND = timedelta(seconds=1)


def open_orders(
    client: UpbitClient, replies: AccountReplies, code: str | None, with_watching: bool
) -> tuple[Order, ...]:
    """Newest first by pages. An order that ends between two pages moves the others up, past the edge: where there is
    more than one page all are read again, until nothing new turns up."""
    found: dict[str, Order] = {}
    for _ in range(_MOST_READINGS):
        known = len(found)
        pages = 0
        for page in range(1, _MOST_PAGES + 1):
            orders, count = _open_page(client, replies, code, with_watching, page)
            found.update((order.order_id, order) for order in orders)
            pages = page
            if count < ORDERS_PER_PAGE:
                break
        if pages == 1 or len(found) == known:
            break
    return tuple(sorted(found.values(), key=_age))


def _open_page(
    client: UpbitClient, replies: AccountReplies, code: str | None, with_watching: bool, page: int
) -> tuple[tuple[Order, ...], int]:
    call = UpbitCall(
        calls.OPEN_ORDERS,
        parameters(
            market=code,
            states=("wait", "watch") if with_watching else ("wait",),
            page=page,
            limit=ORDERS_PER_PAGE,
            order_by="desc",
        ),
    )
    return client.read_counted_list(call, replies.order)


def closed_orders(
    client: UpbitClient, replies: AccountReplies, code: str | None, start: datetime, end: datetime
) -> tuple[Order, ...]:
    """Oldest first, by windows of at most seven days. A window that is full goes on where its newest order lies.

    The exchange tells the second in which an order was made, so all of the second of ``start`` belong to it.
    """
    found: dict[str, Order] = {}
    begin = start.replace(microsecond=0)
    while begin < end:
        until = min(begin + CLOSED_ORDERS_WINDOW, end)
        orders, count = _closed_page(client, replies, code, begin, until)
        found.update((order.order_id, order) for order in orders)
        begin = until if count < CLOSED_ORDERS_PER_PAGE else _after_full_page(begin, orders)
    inside = (order for order in found.values() if start.replace(microsecond=0) <= order.created_at < end)
    return tuple(sorted(inside, key=_age))


def _closed_page(
    client: UpbitClient, replies: AccountReplies, code: str | None, begin: datetime, until: datetime
) -> tuple[tuple[Order, ...], int]:
    call = UpbitCall(
        calls.CLOSED_ORDERS,
        parameters(
            market=code,
            states=("done", "cancel"),
            start_time=milliseconds(begin),
            end_time=milliseconds(until),
            limit=CLOSED_ORDERS_PER_PAGE,
            order_by="asc",
        ),
    )
    return client.read_counted_list(call, replies.order)


def _after_full_page(begin: datetime, orders: tuple[Order, ...]) -> datetime:
    """From the second of the newest order once more: others of that second may not have fitted. A thousand orders
    within one second are more than the exchange takes; if they come all the same, reading goes on after them."""
    newest = max(order.created_at for order in orders)
    return newest if newest > begin else begin + _SECOND


def by_id(
    client: UpbitClient, replies: AccountReplies, exchange: str, references: tuple[OrderReference, ...]
) -> tuple[Order, ...]:
    """Those that exist. An unreadable one must not look like one that does not: then nothing is told."""
    numbers = list(dict.fromkeys(one.order_id for one in references if one.order_id))
    ours = list(dict.fromkeys(one.client_order_id for one in references if one.client_order_id))
    found: dict[str, Order] = {}
    for name, ids in (("uuids", numbers), ("identifiers", ours)):
        for start in range(0, len(ids), IDS_PER_REQUEST):
            call = UpbitCall(calls.ORDERS_BY_ID, parameters(**{name: ids[start : start + IDS_PER_REQUEST]}))
            orders, count = client.read_counted_list(call, replies.order)
            if len(orders) < count:
                raise ExchangeUnavailable(exchange, "unreadable")
            found.update((order.order_id, order) for order in orders)
    return tuple(sorted(found.values(), key=_age))


def _age(order: Order) -> tuple[datetime, str]:
    return order.created_at, order.order_id
