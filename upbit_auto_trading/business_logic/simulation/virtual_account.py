"""What one account of the virtual exchange holds and locks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance, FeeRates
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.order import Fill, Side
from upbit_auto_trading.business_logic.simulation.exact_amounts import ZERO, shown_ratio
from upbit_auto_trading.business_logic.simulation.live_order import LiveOrder
from upbit_auto_trading.business_logic.simulation.virtual_state import VirtualAccountState


@dataclass(slots=True)
class Holding:
    free: Decimal = ZERO
    locked: Decimal = ZERO
    average_price: Decimal | None = None


class VirtualAccount:
    """``home_currency``: average prices are of buys that were paid in it."""

    __slots__ = ("_holdings", "_moved", "fees", "home_currency", "ids_without_order", "live", "order_ids", "orders")

    def __init__(self, home_currency: str, fees: FeeRates | None) -> None:
        self.home_currency = home_currency
        self.fees = fees
        #: by number, in the order of their creation; ``live``: those that are open
        self.orders: dict[str, LiveOrder] = {}
        self.live: dict[str, LiveOrder] = {}
        #: client identifier → number
        self.order_ids: dict[str, str] = {}
        self.ids_without_order: dict[str, None] = {}
        self._holdings: dict[str, Holding] = {}
        self._moved: dict[str, None] = {}

    def restore(self, balances: Iterable[Balance]) -> None:
        self._holdings = {one.currency: Holding(one.free, one.locked, one.average_price) for one in balances}

    def free(self, currency: str) -> Decimal:
        holding = self._holdings.get(currency)
        return holding.free if holding is not None else ZERO

    def balances(self) -> tuple[Balance, ...]:
        """What it holds; its home currency also where there is none of it left."""
        shown = (self._balance(currency) for currency in self._holdings)
        return tuple(one for one in shown if one.total or one.currency == self.home_currency)

    def state_kept(self, account_id: str) -> VirtualAccountState:
        return VirtualAccountState(
            account_id,
            self.fees,
            tuple(self._balance(currency) for currency in self._holdings),
            tuple(order.snapshot() for order in self.orders.values()),
            tuple(self.ids_without_order),
        )

    def take_moved(self) -> tuple[Balance, ...]:
        """The currencies that changed since the last time, as they stand now."""
        moved = tuple(self._balance(currency) for currency in self._moved)
        self._moved.clear()
        return moved

    def deposit(self, currency: str, amount: Decimal) -> None:
        self._move(currency, amount, ZERO)

    def lock(self, currency: str, amount: Decimal) -> None:
        self._move(currency, -amount, amount)

    def unlock(self, currency: str, amount: Decimal) -> None:
        self._move(currency, amount, -amount)

    def settle(self, order: LiveOrder, fill: Fill, released: Decimal) -> None:
        """``released``: what the order no longer locks since that fill."""
        fee = fill.fee or ZERO
        quote, base = order.market.quote, order.market.base
        if order.side is Side.BUY:
            if quote == self.home_currency:
                self._average(base, fill)
            self._move(quote, released - fill.funds - fee, -released)
            self._move(base, fill.quantity, ZERO)
        else:
            self._move(base, ZERO, -released)
            self._move(quote, fill.funds - fee, ZERO)

    def _average(self, base: str, fill: Fill) -> None:
        holding = self._holdings.setdefault(base, Holding())
        held = holding.free + holding.locked if holding.average_price is not None else ZERO
        worth = held * (holding.average_price or ZERO)
        holding.average_price = shown_ratio(worth + fill.funds, held + fill.quantity)

    def _move(self, currency: str, free: Decimal, locked: Decimal) -> None:
        holding = self._holdings.setdefault(currency, Holding())
        holding.free += free
        holding.locked += locked
        if holding.free < 0 or holding.locked < 0:
            raise InvariantBroken(f"{currency}: {holding.free} free, {holding.locked} locked")
        if not holding.free and not holding.locked:
            holding.average_price = None
        self._moved[currency] = None

    def _balance(self, currency: str) -> Balance:
        holding = self._holdings[currency]
        return Balance(currency, holding.free, holding.locked, holding.average_price)
