"""Everything that a virtual exchange knows, as frozen values, and as what JSON can hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from upbit_auto_trading.business_logic.domain.balance import Balance, FeeRates
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import ListedMarket, MarketState
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.simulation import plain_values
from upbit_auto_trading.business_logic.simulation.plain_values import Plain
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder

FORMAT = "upbit-autotrader/virtual-exchange"
VERSION = 1


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
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class VirtualAccountState:
    account_id: str
    fees: FeeRates | None
    balances: tuple[Balance, ...]
    #: in the order of their creation
    orders: tuple[VirtualOrder, ...]
    #: of orders that never came to be
    used_client_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VirtualState:
    exchange: str
    market_order_depth: int
    home_currency: str
    markets: tuple[VirtualMarketState, ...]
    accounts: tuple[VirtualAccountState, ...]


def to_plain(state: VirtualState) -> dict[str, Plain]:
    return {"format": FORMAT, "version": VERSION, "state": plain_values.to_plain(state)}


def from_plain(plain: object) -> VirtualState:
    """``InvalidParameter``: written by a newer version, or damaged; it is never guessed at."""
    if not isinstance(plain, dict) or plain.get("format") != FORMAT or type(plain.get("version")) is not int:
        raise plain_values.damaged("state", plain)
    if plain["version"] > VERSION:
        raise InvalidParameter("version", plain["version"], "newer-version", str(VERSION))
    if plain["version"] != VERSION or "state" not in plain:
        raise plain_values.damaged("version", plain["version"])
    return cast(VirtualState, plain_values.reader_of(VirtualState)(plain["state"], "state"))
