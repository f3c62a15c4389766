"""An order inside the virtual exchange: the one place where what it locks, owes and has left is computed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import cast

from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    Fill,
    OrderKind,
    OrderRequest,
    OrderState,
    SelfMatch,
    Side,
    TimeInForce,
)
from upbit_auto_trading.business_logic.simulation.exact_amounts import ZERO, cut
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason, VirtualOrder


@dataclass(slots=True, eq=False)
class LiveOrder:
    """Changed by ``fill``, ``prevent`` and ``end`` alone. The fields are those of its snapshot."""

    order_id: str
    account_id: str
    client_order_id: str | None
    market: Market
    side: Side
    kind: OrderKind
    time_in_force: TimeInForce
    self_match: SelfMatch
    created_at: datetime
    price: Decimal | None
    quantity: Decimal | None
    funds: Decimal | None
    remaining_quantity: Decimal | None
    remaining_funds: Decimal | None
    maker_rate: Decimal
    taker_rate: Decimal
    fee_rate: Decimal
    state: OrderState = OrderState.OPEN
    end_reason: EndReason | None = None
    ended_at: datetime | None = None
    executed_quantity: Decimal = ZERO
    executed_funds: Decimal = ZERO
    reserved_fee: Decimal = ZERO
    remaining_fee: Decimal = ZERO
    paid_fee: Decimal = ZERO
    locked: Decimal = ZERO
    prevented_quantity: Decimal = ZERO
    prevented_locked: Decimal = ZERO
    fills: list[Fill] = field(default_factory=list)
    _snapshot: VirtualOrder | None = field(default=None, init=False)

    @classmethod
    def opened(
        cls, account_id: str, order_id: str, request: OrderRequest, self_match: SelfMatch, fees: FeeRates, at: datetime
    ) -> LiveOrder:
        buys = request.side is Side.BUY
        maker_rate = fees.maker_buy if buys else fees.maker_sell
        taker_rate = fees.taker_buy if buys else fees.taker_sell
        fee_rate = max(maker_rate, taker_rate) if request.kind is OrderKind.LIMIT else taker_rate
        order = cls(
            order_id,
            account_id,
            request.client_order_id or None,
            request.market,
            request.side,
            request.kind,
            request.time_in_force,
            self_match,
            at,
            request.price,
            request.quantity,
            request.funds,
            remaining_quantity=request.quantity,
            remaining_funds=request.funds,
            maker_rate=maker_rate,
            taker_rate=taker_rate,
            fee_rate=fee_rate,
        )
        order._lock()
        order.reserved_fee = order.remaining_fee
        return order

    @classmethod
    def restored(cls, shown: VirtualOrder) -> LiveOrder:
        values = {name: getattr(shown, name) for name in _SHOWN}
        return cls(**values, fills=list(shown.fills))

    def snapshot(self) -> VirtualOrder:
        if self._snapshot is None:
            values = {name: getattr(self, name) for name in _SHOWN}
            self._snapshot = VirtualOrder(**values, fills=tuple(self.fills))
        return self._snapshot

    @property
    def is_sound(self) -> bool:
        """Of one that was kept: its sums add up and, while it waits, it can wait and locks what it should."""
        if sum((fill.quantity for fill in self.fills), ZERO) != self.executed_quantity:
            return False
        if not self.is_open:
            return True
        waits = self.rests and self.price is not None and self.left > 0
        adds_up = self.quantity == self.executed_quantity + self.prevented_quantity + self.left
        return waits and adds_up and self._fee_and_lock() == (self.remaining_fee, self.locked)

    @property
    def is_open(self) -> bool:
        return self.state is OrderState.OPEN

    @property
    def rests(self) -> bool:
        """Whether what cannot be filled at once stays in the book."""
        return self.kind is OrderKind.LIMIT and self.time_in_force in (
            TimeInForce.UNTIL_CANCELLED,
            TimeInForce.POST_ONLY,
        )

    @property
    def locks(self) -> str:
        """The currency that it locks."""
        return self.market.quote if self.side is Side.BUY else self.market.base

    @property
    def left(self) -> Decimal:
        """Of its quantity, or of its funds."""
        left = self.remaining_funds if self.remaining_quantity is None else self.remaining_quantity
        return ZERO if left is None else left

    @property
    def resting_price(self) -> Decimal:
        """Limit orders alone rest."""
        return cast(Decimal, self.price)

    def accepts(self, price: Decimal) -> bool:
        if self.price is None:
            return True
        return price <= self.price if self.side is Side.BUY else price >= self.price

    def wants_at(self, price: Decimal, step: Decimal) -> Decimal:
        """How much it would take there; funds buy whole steps only."""
        return self.left if self.remaining_quantity is not None else cut(self.left, step, price)

    def fill(self, fill: Fill) -> Decimal:
        """What the balance no longer locks for it."""
        self.fills.append(fill)
        self.executed_quantity += fill.quantity
        self.executed_funds += fill.funds
        self.paid_fee += fill.fee or ZERO
        return self._reduce(fill.quantity, fill.funds)

    def prevent(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Self-match prevention takes so much out; what the balance no longer locks for it."""
        self.prevented_quantity += quantity
        return self._prevented(self._reduce(quantity, quantity * price))

    def prevent_rest(self, price: Decimal, step: Decimal) -> Decimal:
        self.prevented_quantity += self.wants_at(price, step)
        return self._prevented(self._reduce(self.left, self.left))

    def end(self, state: OrderState, reason: EndReason, at: datetime) -> None:
        self.state = state
        self.end_reason = reason
        self.ended_at = at
        self._snapshot = None

    def _prevented(self, released: Decimal) -> Decimal:
        self.prevented_locked += released
        return released

    def _reduce(self, quantity: Decimal, funds: Decimal) -> Decimal:
        locked_before = self.locked
        if self.remaining_quantity is not None:
            self.remaining_quantity -= quantity
        if self.remaining_funds is not None:
            self.remaining_funds -= funds
        self._lock()
        return locked_before - self.locked

    def _lock(self) -> None:
        self._snapshot = None
        self.remaining_fee, self.locked = self._fee_and_lock()

    def _fee_and_lock(self) -> tuple[Decimal, Decimal]:
        """Buys lock what they may still cost with the fee on top; sells lock what they still sell."""
        if self.side is Side.SELL:
            return ZERO, self.left
        cost = self.left if self.price is None else self.left * self.price
        fee = cost * self.fee_rate
        return fee, cost + fee


_SHOWN = tuple(one.name for one in fields(VirtualOrder) if one.name != "fills")
