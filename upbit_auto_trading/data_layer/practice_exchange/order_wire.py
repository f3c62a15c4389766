"""Orders as REST answers show them: what would be null is left out. Sheet 4.5."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain.order import Fill, OrderKind, OrderState, SelfMatch, Side, TimeInForce
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import kst_text, kst_text_exact

SIDES: Final = {"bid": Side.BUY, "ask": Side.SELL}
SIDE_NAMES: Final = {side: name for name, side in SIDES.items()}
STATES: Final = {
    OrderState.WATCHING: "watch",
    OrderState.OPEN: "wait",
    OrderState.DONE: "done",
    OrderState.CANCELLED: "cancel",
}
STATE_NAMES: Final = {name: state for state, name in STATES.items()}
TIMES_IN_FORCE: Final = {
    "ioc": TimeInForce.IMMEDIATE_OR_CANCEL,
    "fok": TimeInForce.FILL_OR_KILL,
    "post_only": TimeInForce.POST_ONLY,
}
_TIME_NAMES = {value: name for name, value in TIMES_IN_FORCE.items()}
SELF_MATCHES: Final = {
    "cancel_maker": SelfMatch.CANCEL_MAKER,
    "cancel_taker": SelfMatch.CANCEL_TAKER,
    "reduce": SelfMatch.REDUCE_BOTH,
    "none": SelfMatch.ALLOW,
}
_SELF_MATCH_NAMES = {value: name for name, value in SELF_MATCHES.items()}
#: orders created before tell no identifier
IDENTIFIERS_SINCE: Final = datetime(2024, 10, 18, tzinfo=UTC)

Amount = Callable[[Decimal], str]


def order_type(order: VirtualOrder) -> str:
    if order.kind is OrderKind.MARKET:
        return "price" if order.side is Side.BUY else "market"
    return order.kind.value


def time_in_force(order: VirtualOrder) -> str | None:
    """A market order has none on the wire: it never rests anyway."""
    return None if order.kind is OrderKind.MARKET else _TIME_NAMES.get(order.time_in_force)


def order_members(order: VirtualOrder, amount: Amount, *, tells_self_match: bool) -> dict[str, object]:
    """``tells_self_match``: also where none was asked for; the rule since 2026-11-09."""
    price = order.price if order.kind is OrderKind.LIMIT else order.funds
    is_of_quantity = order.quantity is not None
    has_identifier = order.client_order_id and order.created_at >= IDENTIFIERS_SINCE
    shows_self_match = tells_self_match or order.self_match is not SelfMatch.ALLOW
    members: dict[str, object] = {
        "market": order.market.code,
        "uuid": order.order_id,
        "side": SIDE_NAMES[order.side],
        "ord_type": order_type(order),
        "price": None if price is None else amount(price),
        "state": STATES[order.state],
        "created_at": kst_text(order.created_at),
        "volume": None if order.quantity is None else amount(order.quantity),
        "remaining_volume": _or_none(order.remaining_quantity if is_of_quantity else None, amount),
        "executed_volume": amount(order.executed_quantity),
        "reserved_fee": amount(order.reserved_fee),
        "remaining_fee": amount(order.remaining_fee),
        "paid_fee": amount(order.paid_fee),
        "locked": amount(order.locked),
        "trades_count": order.trade_count,
        "time_in_force": time_in_force(order),
        "identifier": order.client_order_id if has_identifier else None,
        "smp_type": _SELF_MATCH_NAMES[order.self_match] if shows_self_match else None,
        "prevented_volume": amount(order.prevented_quantity) if is_of_quantity else None,
        "prevented_locked": amount(order.prevented_locked),
    }
    return {name: value for name, value in members.items() if value is not None}


def _or_none(value: Decimal | None, amount: Amount) -> str | None:
    return None if value is None else amount(value)


def trade_members(fill: Fill, amount: Amount) -> dict[str, object]:
    taker = fill.side.opposite if fill.is_maker else fill.side
    return {
        "market": fill.market.code,
        "uuid": fill.trade_id,
        "price": amount(fill.price),
        "volume": amount(fill.quantity),
        "funds": amount(fill.funds),
        "trend": "up" if taker is Side.BUY else "down",
        "created_at": kst_text_exact(fill.filled_at),
        "side": SIDE_NAMES[fill.side],
    }


def reference_members(order: VirtualOrder) -> dict[str, object]:
    """In the lists of batch cancels."""
    members: dict[str, object] = {"uuid": order.order_id, "market": order.market.code}
    if order.client_order_id:
        members["identifier"] = order.client_order_id
    return members
