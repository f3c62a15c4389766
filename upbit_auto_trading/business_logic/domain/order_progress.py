"""An order only ever goes on: what is known of it after another report, or another reading."""

from __future__ import annotations

from dataclasses import replace

from upbit_auto_trading.business_logic.domain.order import Fill, Order, OrderUpdate


def advanced(order: Order, update: OrderUpdate) -> Order:
    """The order after a report of it; a report from before what is known changes nothing."""
    is_older = order.state.is_final and not update.state.is_final
    if is_older or update.executed_quantity < order.executed_quantity:
        return order
    return replace(
        order,
        state=update.state,
        executed_quantity=update.executed_quantity,
        executed_funds=order.executed_funds if update.executed_funds is None else update.executed_funds,
        remaining_quantity=order.remaining_quantity if update.remaining_quantity is None else update.remaining_quantity,
        paid_fee=order.paid_fee if update.paid_fee is None else update.paid_fee,
        locked=order.locked if update.locked is None else update.locked,
        prevented_quantity=update.prevented_quantity,
        fills=_with_fill(order.fills, update.fill),
    )


def further(known: Order, read: Order) -> Order:
    """Of two readings the one that is further on; the later one where neither is."""
    if known.state.is_final is not read.state.is_final:
        return known if known.state.is_final else read
    return known if known.executed_quantity > read.executed_quantity else read


def _with_fill(fills: tuple[Fill, ...] | None, fill: Fill | None) -> tuple[Fill, ...] | None:
    if fills is None or fill is None or any(known.trade_id == fill.trade_id for known in fills):
        return fills
    return (*fills, fill)
