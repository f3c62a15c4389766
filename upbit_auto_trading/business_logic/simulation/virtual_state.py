"""Everything that a virtual exchange knows, as frozen values that can be kept and read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance, FeeRates
from upbit_auto_trading.business_logic.domain.market import ListedMarket, MarketState
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder


@dataclass(frozen=True, slots=True)
class QueuedOrder:
    """``ahead``: how much of others' quantity at its price is served before it."""

    order_id: str
    ahead: Decimal


@dataclass(frozen=True, slots=True)
class SideState:
    #: what is left of the newest synthetic book, best first
    levels: tuple[BookLevel, ...]
    #: best price first, and at one price the oldest
    queue: tuple[QueuedOrder, ...]


@dataclass(frozen=True, slots=True)
class VirtualMarketState:
    listed: ListedMarket
    state: MarketState
    asks: SideState
    bids: SideState
    #: of the newest trade; 0: none yet
    last_number: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VirtualAccountState:
    account_id: str
    fees: FeeRates | None
    balances: tuple[Balance, ...]
    #: in the order of their creation
    orders: tuple[VirtualOrder, ...]
    used_client_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VirtualState:
    exchange: str
    market_order_depth: int
    home_currency: str
    markets: tuple[VirtualMarketState, ...]
    accounts: tuple[VirtualAccountState, ...]
