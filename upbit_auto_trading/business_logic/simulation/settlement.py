"""What one command does to orders, accounts and the tape, and the events that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

from upbit_auto_trading.business_logic.domain.order import Fill, OrderState, Side
from upbit_auto_trading.business_logic.simulation.live_order import LiveOrder
from upbit_auto_trading.business_logic.simulation.virtual_account import VirtualAccount
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BalancesMoved,
    BookChanged,
    OrderAccepted,
    OrderEnded,
    OrderPrevented,
    OrderTraded,
    PublicTrade,
    VirtualEvent,
)
from upbit_auto_trading.business_logic.simulation.virtual_market import VirtualMarket
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason


class Settlement:
    """Of one command in one market at one moment."""

    def __init__(
        self,
        market: VirtualMarket,
        accounts: Mapping[str, VirtualAccount],
        at: datetime,
        trade_ids: Callable[[], str] | None = None,
    ) -> None:
        self._market = market
        self._accounts = accounts
        self._at = at
        self._trade_ids = trade_ids
        self._touched: dict[str, VirtualAccount] = {}
        self._events: list[VirtualEvent] = []
        self._book_changed = False

    def finish(self) -> tuple[VirtualEvent, ...]:
        self._tell_balances()
        if self._book_changed:
            self._market.changed_at = self._at
            self._events.append(BookChanged(self._market.market, self._at))
        return tuple(self._events)

    def touch_book(self) -> None:
        self._book_changed = True

    def accept(self, order: LiveOrder) -> None:
        account = self._account(order)
        account.orders[order.order_id] = account.live[order.order_id] = order
        if order.client_order_id is not None:
            account.order_ids[order.client_order_id] = order.order_id
        account.lock(order.locks, order.locked)
        self._events.append(OrderAccepted(order.snapshot()))
        self._tell_balances()

    def rest(self, order: LiveOrder) -> None:
        self._market.side(order.side).join(order)
        self._book_changed = True

    def trade(
        self, maker: LiveOrder | None, taker: LiveOrder | None, price: Decimal, quantity: Decimal, taker_side: Side
    ) -> None:
        """With a user on at least one of the two sides; the other may be synthetic. One more line on the tape."""
        number = self._market.next_number(self._at)
        trade_id = self._trade_ids() if self._trade_ids is not None else _trade_id(number, maker, taker)
        if taker is not None:
            self._fill(taker, trade_id, price, quantity, is_maker=False)
        if maker is not None:
            self._fill_resting(maker, trade_id, price, quantity)
        self.print(number, price, quantity, taker_side)

    def fill_by_print(self, maker: LiveOrder, number: int, quantity: Decimal) -> None:
        """At its own price. The print is on the tape already, once and as it was."""
        self._fill_resting(maker, _trade_id(number, maker, None), maker.resting_price, quantity)

    def print(self, number: int, price: Decimal, quantity: Decimal, taker_side: Side) -> None:
        market = self._market
        best_ask, best_bid = market.asks.best_level, market.bids.best_level
        trade = PublicTrade(market.market, number, price, quantity, taker_side, self._at, best_ask, best_bid)
        self._events.append(trade)
        self._book_changed = True

    def prevent(self, order: LiveOrder, quantity: Decimal, released: Decimal) -> None:
        """Self-match prevention took ``quantity`` out of the order, which locks so much less."""
        self._account(order).unlock(order.locks, released)
        self._events.append(OrderPrevented(order.snapshot(), quantity))

    def end(self, order: LiveOrder, state: OrderState, reason: EndReason) -> None:
        order.end(state, reason, self._at)
        account = self._account(order)
        del account.live[order.order_id]
        if order.locked:
            account.unlock(order.locks, order.locked)
        self._events.append(OrderEnded(order.snapshot()))

    def end_resting(self, order: LiveOrder, state: OrderState, reason: EndReason) -> None:
        self._market.side(order.side).leave(order)
        self._book_changed = True
        self.end(order, state, reason)

    def _fill_resting(self, maker: LiveOrder, trade_id: str, price: Decimal, quantity: Decimal) -> None:
        self._fill(maker, trade_id, price, quantity, is_maker=True)
        if not maker.left:
            self.end_resting(maker, OrderState.DONE, EndReason.FILLED)

    def _fill(self, order: LiveOrder, trade_id: str, price: Decimal, quantity: Decimal, *, is_maker: bool) -> None:
        funds = price * quantity
        fill = Fill(
            trade_id,
            order.order_id,
            order.market,
            order.side,
            price,
            quantity,
            funds,
            funds * (order.maker_rate if is_maker else order.taker_rate),
            order.market.quote,
            self._at,
            is_maker,
        )
        released = order.fill(fill)
        self._account(order).settle(order, fill, released)
        self._events.append(OrderTraded(order.snapshot(), fill))

    def _account(self, order: LiveOrder) -> VirtualAccount:
        account = self._accounts[order.account_id]
        self._touched[order.account_id] = account
        return account

    def _tell_balances(self) -> None:
        for account_id, account in self._touched.items():
            moved = account.take_moved()
            if moved:
                self._events.append(BalancesMoved(account_id, moved, self._at))


def _trade_id(number: int, maker: LiveOrder | None, taker: LiveOrder | None) -> str:
    """In the form of a UUID. The numbers of the orders are in it: a market that is replayed repeats its own numbers."""
    parts = (str(number), maker.order_id if maker else "", taker.order_id if taker else "")
    digest = blake2b("|".join(parts).encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"
