"""The frames of an account's own streams: sheet 8.10 and 8.11. What is not known is null, not left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.order import Fill, OrderKind, OrderState, SelfMatch, Side, TimeInForce
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.data_layer.practice_exchange import websocket_names as names
from upbit_auto_trading.data_layer.practice_exchange.websocket_frames import REALTIME, TAKER, Frame, object_text
from upbit_auto_trading.data_layer.practice_exchange.websocket_requests import MY_ASSET, MY_ORDER, Format
from upbit_auto_trading.data_layer.practice_exchange.websocket_spelling import NULL, milliseconds, plain, text, yes_no

PREVENTED, TRADED = "prevented", "trade"
_STATES = {
    OrderState.WATCHING: "watch",
    OrderState.OPEN: "wait",
    OrderState.DONE: "done",
    OrderState.CANCELLED: "cancel",
    OrderState.REJECTED: "cancel",
}
_KINDS = {
    (OrderKind.LIMIT, Side.BUY): "limit",
    (OrderKind.LIMIT, Side.SELL): "limit",
    (OrderKind.MARKET, Side.BUY): "price",
    (OrderKind.MARKET, Side.SELL): "market",
    (OrderKind.BEST, Side.BUY): "best",
    (OrderKind.BEST, Side.SELL): "best",
}
_IN_FORCE = {
    TimeInForce.IMMEDIATE_OR_CANCEL: "ioc",
    TimeInForce.FILL_OR_KILL: "fok",
    TimeInForce.POST_ONLY: "post_only",
}
_SELF_MATCH = {
    SelfMatch.CANCEL_MAKER: "cancel_maker",
    SelfMatch.CANCEL_TAKER: "cancel_taker",
    SelfMatch.REDUCE_BOTH: "reduce",
    SelfMatch.ALLOW: "none",
}


def order_state(order: VirtualOrder) -> str:
    return _STATES[order.state]


def my_order_frame(order: VirtualOrder, state: str, fill: Fill | None, published_at: datetime) -> Frame:
    """``fill`` with the state ``trade`` alone: then price and volume are those of the execution."""
    average = order.executed_funds / order.executed_quantity if order.executed_quantity else Decimal(0)
    in_force = _IN_FORCE.get(order.time_in_force) if order.kind is not OrderKind.MARKET else None
    # A buy of funds has no quantity: those members are null until there is something to say.
    has_quantity = order.quantity is not None or order.executed_quantity > 0
    return Frame(
        (
            ("type", text(MY_ORDER)),
            ("code", text(order.market.code)),
            ("uuid", text(order.order_id)),
            ("ask_bid", text(TAKER[order.side])),
            ("order_type", text(_KINDS[order.kind, order.side])),
            ("state", text(state)),
            ("trade_uuid", text(fill.trade_id) if fill else NULL),
            ("price", _number(fill.price if fill else order.price if order.price is not None else order.funds)),
            ("avg_price", plain(average)),
            ("volume", _number(fill.quantity if fill else order.quantity)),
            ("remaining_volume", _number(order.remaining_quantity if order.quantity is not None else None)),
            ("executed_volume", plain(order.executed_quantity) if has_quantity else NULL),
            ("trades_count", str(order.trade_count)),
            ("reserved_fee", plain(order.reserved_fee)),
            ("remaining_fee", plain(order.remaining_fee)),
            ("paid_fee", plain(order.paid_fee)),
            ("locked", plain(order.locked)),
            ("executed_funds", plain(order.executed_funds)),
            ("time_in_force", text(in_force)),
            ("trade_fee", _number(fill.fee) if fill else NULL),
            ("is_maker", yes_no(bool(fill.is_maker)) if fill else NULL),
            ("identifier", text(order.client_order_id or None)),
            ("smp_type", text(_SELF_MATCH[order.self_match])),
            ("prevented_volume", plain(order.prevented_quantity) if has_quantity else NULL),
            ("prevented_locked", plain(order.prevented_locked)),
            ("trade_timestamp", str(milliseconds(fill.filled_at)) if fill else NULL),
            ("order_timestamp", str(milliseconds(order.created_at.replace(microsecond=0)))),
            ("timestamp", str(milliseconds(published_at))),
            ("stream_type", text(REALTIME)),
        ),
        names.MY_ORDER,
    )


def my_asset_frame(
    event_id: str, balances: Iterable[Balance], moved_at: datetime, published_at: datetime, format_: Format
) -> Frame:
    short = names.ASSET if format_.is_simple else None
    assets = ",".join(
        object_text(
            (
                ("currency", text(balance.currency)),
                ("balance", plain(balance.free)),
                ("locked", plain(balance.locked)),
            ),
            short,
        )
        for balance in balances
    )
    return Frame(
        (
            ("type", text(MY_ASSET)),
            ("asset_uuid", text(event_id)),
            ("assets", f"[{assets}]"),
            ("asset_timestamp", str(milliseconds(moved_at))),
            ("timestamp", str(milliseconds(published_at))),
            ("stream_type", text(REALTIME)),
        ),
        names.MY_ASSET,
    )


def _number(value: Decimal | None) -> str:
    return NULL if value is None else plain(value)
