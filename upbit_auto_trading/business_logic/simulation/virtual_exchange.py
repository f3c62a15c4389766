"""The virtual exchange: commands in, events out. Pure: no clock, no chance, no threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance, FeeRates
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.domain.market_view import OrderBook
from upbit_auto_trading.business_logic.domain.order import OrderRequest, OrderState
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.virtual_events import VirtualEvent
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason, VirtualOrder
from upbit_auto_trading.business_logic.simulation.virtual_state import VirtualState


class VirtualExchange:
    def __init__(self, rules: RuleBook, *, market_order_depth: int = 30, home_currency: str = "KRW") -> None:
        raise NotImplementedError

    def add_market(self, listed: ListedMarket) -> None:
        """``InvalidParameter`` where there is one of that name, or no rules for it."""
        raise NotImplementedError

    def set_market_state(self, market: Market, state: MarketState, at: datetime) -> tuple[VirtualEvent, ...]:
        """Anything but TRADING: no orders, no trades; prints and books are dropped. DELISTED cancels what is open."""
        raise NotImplementedError

    def market_state(self, market: Market) -> MarketState:
        """``Refused(MARKET_UNKNOWN)`` where it was never added; a delisted one answers."""
        raise NotImplementedError

    def apply_print(self, tick: Print) -> tuple[VirtualEvent, ...]:
        raise NotImplementedError

    def apply_book(self, book: SyntheticBook) -> tuple[VirtualEvent, ...]:
        raise NotImplementedError

    def book(self, market: Market, depth: int) -> OrderBook:
        raise NotImplementedError

    def open_account(self, account_id: str, balances: Mapping[str, Decimal], fees: FeeRates | None = None) -> None:
        raise NotImplementedError

    def balances(self, account_id: str) -> tuple[Balance, ...]:
        raise NotImplementedError

    def fees(self, account_id: str, market: Market, at: datetime) -> FeeRates:
        """The account's own, or those of the rule book at that moment."""
        raise NotImplementedError

    def deposit(self, account_id: str, currency: str, amount: Decimal, at: datetime) -> tuple[VirtualEvent, ...]:
        raise NotImplementedError

    def place(
        self,
        account_id: str,
        order_id: str,
        request: OrderRequest,
        at: datetime,
        trade_ids: Callable[[], str] | None = None,
    ) -> tuple[VirtualEvent, ...]:
        """``Refused``: nothing was changed. An empty ``client_order_id`` is none.

        ``trade_ids`` names the trades of this order; without it they are derived, in the form of a UUID, from the
        order's number, as those of prints and books always are.
        """
        raise NotImplementedError

    def check(self, account_id: str, request: OrderRequest, at: datetime) -> None:
        raise NotImplementedError

    def cancel(
        self, account_id: str, order_id: str, at: datetime, reason: EndReason = EndReason.USER
    ) -> tuple[VirtualEvent, ...]:
        """``Refused``: ORDER_NOT_FOUND, also where it has ended; MARKET_HALTED."""
        raise NotImplementedError

    def order(
        self, account_id: str, order_id: str | None = None, client_order_id: str | None = None
    ) -> VirtualOrder | None:
        raise NotImplementedError

    def orders(
        self, account_id: str, states: Collection[OrderState], market: Market | None = None
    ) -> list[VirtualOrder]:
        """In the order of their creation."""
        raise NotImplementedError

    def client_id_used(self, account_id: str, client_order_id: str) -> bool:
        """Forever, whatever became of the order."""
        raise NotImplementedError

    def use_client_id(self, account_id: str, client_order_id: str) -> None:
        """For an exchange where an order that was refused uses up its identifier too."""
        raise NotImplementedError

    def state(self) -> VirtualState:
        raise NotImplementedError

    @classmethod
    def from_state(cls, rules: RuleBook, state: VirtualState) -> VirtualExchange:
        """``InvalidParameter`` where the values contradict each other."""
        raise NotImplementedError
