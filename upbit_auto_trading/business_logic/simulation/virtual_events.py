"""What the virtual exchange tells after a command: frozen values, in the order in which an exchange would send them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import Fill, Side
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder


@dataclass(frozen=True, slots=True)
class PublicTrade:
    """One line of the public tape. The best levels are those after it."""

    market: Market
    #: milliseconds × 10,000 and a counter; rises within the market
    number: int
    price: Decimal
    quantity: Decimal
    taker_side: Side
    at: datetime
    best_ask: BookLevel | None
    best_bid: BookLevel | None


@dataclass(frozen=True, slots=True)
class BookChanged:
    market: Market
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    order: VirtualOrder


@dataclass(frozen=True, slots=True)
class OrderTraded:
    order: VirtualOrder
    fill: Fill


@dataclass(frozen=True, slots=True)
class OrderPrevented:
    """Self-match prevention took so much of the base currency out of it."""

    order: VirtualOrder
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderEnded:
    order: VirtualOrder


@dataclass(frozen=True, slots=True)
class BalancesMoved:
    """The new amounts of the currencies that changed; all others stayed as they were."""

    account_id: str
    balances: tuple[Balance, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class MarketStateChanged:
    market: Market
    state: MarketState
    at: datetime


VirtualEvent = (
    PublicTrade
    | BookChanged
    | OrderAccepted
    | OrderTraded
    | OrderPrevented
    | OrderEnded
    | BalancesMoved
    | MarketStateChanged
)
