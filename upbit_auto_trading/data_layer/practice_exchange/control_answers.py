"""What a step of the practice exchange answers: each event as plain JSON values."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BalancesMoved,
    BookChanged,
    MarketStateChanged,
    OrderAccepted,
    OrderEnded,
    OrderPrevented,
    OrderTraded,
    PublicTrade,
    VirtualEvent,
)

_KINDS = {
    OrderAccepted: "order-accepted",
    OrderTraded: "order-traded",
    OrderPrevented: "order-prevented",
    OrderEnded: "order-ended",
}


def utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def event_row(event: VirtualEvent) -> dict[str, object] | None:
    """None for books: there is one with each trade."""
    if isinstance(event, BookChanged):
        return None
    if isinstance(event, PublicTrade):
        return {
            "kind": "trade",
            "market": event.market.code,
            "sequential_id": event.number,
            "price": _amount(event.price),
            "quantity": _amount(event.quantity),
            "taker": event.taker_side.value,
            "at": utc_text(event.at),
        }
    if isinstance(event, BalancesMoved):
        rows = [
            {"currency": one.currency, "free": _amount(one.free), "locked": _amount(one.locked)}
            for one in event.balances
        ]
        return {"kind": "balances", "account": event.account_id, "balances": rows, "at": utc_text(event.at)}
    if isinstance(event, MarketStateChanged):
        return {"kind": "market", "market": event.market.code, "state": event.state.value, "at": utc_text(event.at)}
    order = event.order
    return {
        "kind": _KINDS[type(event)],
        "account": order.account_id,
        "market": order.market.code,
        "uuid": order.order_id,
        "identifier": order.client_order_id,
        "state": order.state.value,
        "executed": _amount(order.executed_quantity),
    }


def _amount(number: Decimal) -> str:
    return f"{number:f}"
