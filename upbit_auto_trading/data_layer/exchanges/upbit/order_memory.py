"""How far each own order is known to have come, so that reports may be repeated, late, or out of order.

A fill is told once, by its number. Totals never go back: a late report of a fill comes with the newest totals, and a
late report without a fill is not told. Lives in the stream thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Order, OrderReference, OrderState, OrderUpdate

#: orders that have ended; open ones are always remembered
ENDED_REMEMBERED = 5_000


@dataclass(slots=True)
class _Known:
    newest: OrderUpdate
    #: quantities by trade number, as they were told
    fills: dict[str, Decimal]


class OrderMemory:
    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._open: dict[str, OrderReference] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()
        #: as the last reading by REST left them
        self._read: OrderedDict[str, Order] = OrderedDict()
        #: told while orders were being read: an answer may be older than these
        self._while_reading: list[OrderUpdate] | None = None

    def judge(self, update: OrderUpdate) -> OrderUpdate | None:
        """What is to be told of it, if anything."""
        known = self._known.get(update.order_id)
        if known is None:
            known = self._known[update.order_id] = _Known(update, {})
            told: OrderUpdate | None = update
            if update.fill is not None:
                known.fills[update.fill.trade_id] = update.fill.quantity
        else:
            told = self._compared(known, update)
        self._note_state(update.order_id, update.market, known.newest.state)
        if told is not None and self._while_reading is not None:
            self._while_reading.append(told)
        return told

    def _compared(self, known: _Known, update: OrderUpdate) -> OrderUpdate | None:
        newest, fill = known.newest, update.fill
        is_late = _is_behind(update, newest)
        if fill is not None and fill.trade_id not in known.fills:
            known.fills[fill.trade_id] = fill.quantity
            if is_late:
                return replace(newest, fill=fill)
            known.newest = update
            return update
        # the number is known already, or there is none: only the totals can be news
        if is_late or replace(update, fill=None, happened_at=newest.happened_at) == replace(newest, fill=None):
            return None
        known.newest = update
        return replace(update, fill=None) if fill is not None else update

    def begin_reading(self) -> None:
        self._while_reading = []

    def end_reading(self, orders: Iterable[Order]) -> tuple[OrderUpdate, ...]:
        """What came by the stream meanwhile and is ahead of the answer: it has to be told after it again."""
        told, self._while_reading = self._while_reading or [], None
        answered = {order.order_id: order for order in orders}
        for order in answered.values():
            before = self._read.get(order.order_id)
            # a list tells no fills: those that were read with the single order stay told
            is_bare = order.fills is None and before is not None
            self._read[order.order_id] = replace(order, fills=before.fills) if before and is_bare else order
            self._note_state(order.order_id, order.market, order.state)
        while len(self._read) > ENDED_REMEMBERED:
            self._read.popitem(last=False)
        return tuple(update for update in told if _is_ahead(update, answered.get(update.order_id)))

    def is_as_read(self, order: Order) -> bool:
        """Nothing has changed since the last reading, and it brings no fill that was missing."""
        before = self._read.get(order.order_id)
        if before is None or order.fills not in (None, before.fills):
            return False
        return replace(before, fills=None) == replace(order, fills=None)

    def filled_quantities(self) -> dict[str, Decimal]:
        """Of each order, the fills that were told. A total may be ahead of them: one of the reports before was lost."""
        fills = {order_id: dict(known.fills) for order_id, known in self._known.items()}
        for order_id, order in self._read.items():
            fills.setdefault(order_id, {}).update((fill.trade_id, fill.quantity) for fill in order.fills or ())
        return {order_id: sum(told.values(), Decimal(0)) for order_id, told in fills.items()}

    def open_orders(self) -> dict[str, OrderReference]:
        return dict(self._open)

    def forget(self, order_ids: Iterable[str]) -> None:
        """What was told of them was lost on its way; where they are open is still known."""
        for order_id in order_ids:
            self._known.pop(order_id, None)
            self._read.pop(order_id, None)

    def _note_state(self, order_id: str, market: Market, state: OrderState) -> None:
        if not state.is_final:
            if order_id not in self._ended:
                self._open[order_id] = OrderReference(market, order_id=order_id)
            return
        self._open.pop(order_id, None)
        self._ended[order_id] = None
        while len(self._ended) > ENDED_REMEMBERED:
            oldest, _ = self._ended.popitem(last=False)
            self._known.pop(oldest, None)


def _is_behind(update: OrderUpdate, newest: OrderUpdate) -> bool:
    if update.executed_quantity != newest.executed_quantity:
        return update.executed_quantity < newest.executed_quantity
    if newest.state.is_final or update.state.is_final:
        return newest.state.is_final and not update.state.is_final
    return update.happened_at < newest.happened_at


def _is_ahead(update: OrderUpdate, order: Order | None) -> bool:
    if order is None:
        return True
    return update.executed_quantity > order.executed_quantity or (update.state.is_final and not order.state.is_final)
