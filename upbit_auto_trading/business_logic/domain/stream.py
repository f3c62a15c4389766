"""What streams of an exchange tell, and how far it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import Order, OrderUpdate


class TopicKind(Enum):
    PRICES = "prices"
    BOOKS = "books"
    TRADES = "trades"
    CANDLES = "candles"
    OWN_ORDERS = "own-orders"
    OWN_BALANCES = "own-balances"


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to be told about. Own orders and balances are of the account and name no market."""

    kind: TopicKind
    market: Market | None = None
    unit: CandleUnit | None = None


class Provenance(Enum):
    #: pushed as it happened
    STREAM = "stream"
    #: sent once after subscribing; may be old
    SNAPSHOT = "snapshot"
    #: asked for because the stream cannot be had
    POLLED = "polled"
    #: asked for after a gap, so that nothing is missed
    REPAIR = "repair"


class StreamState(Enum):
    CONNECTING = "connecting"
    LIVE = "live"
    #: connected again; what was missed is being fetched
    REPAIRING = "repairing"
    #: the stream cannot be had; asked for at intervals
    POLLED = "polled"
    #: neither can be had
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class PriceSummaryChanged:
    summary: PriceSummary
    provenance: Provenance
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OrderBookChanged:
    book: OrderBook
    provenance: Provenance
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TradePrinted:
    trade: MarketTrade
    provenance: Provenance
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CandleChanged:
    """The same candle comes again and again while it forms; the last one counts."""

    candle: Candle
    provenance: Provenance
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OwnOrderChanged:
    update: OrderUpdate
    provenance: Provenance
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OwnBalancesChanged:
    """New totals of the currencies named; not all there are, unless it was polled or repaired."""

    balances: tuple[Balance, ...]
    provenance: Provenance
    received_at: datetime
    #: at the exchange; None where it does not tell
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StreamStateChanged:
    topic: Topic
    state: StreamState
    changed_at: datetime
    #: a stable code where there is something to say: no-key, key-refused, no-data, refused
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OrderEventsLost:
    """Order events came faster than they were taken. No entries until ``OrdersRepaired``."""

    lost_at: datetime


@dataclass(frozen=True, slots=True)
class OrdersRepaired:
    """How all orders of the account stand that changed since ``since``; replaces whatever was missed."""

    orders: tuple[Order, ...]
    since: datetime
    repaired_at: datetime


#: what is told of the account whose key it is
AccountEvent = OwnOrderChanged | OwnBalancesChanged | OrderEventsLost | OrdersRepaired

StreamEvent = (
    PriceSummaryChanged
    | OrderBookChanged
    | TradePrinted
    | CandleChanged
    | OwnOrderChanged
    | OwnBalancesChanged
    | StreamStateChanged
    | OrderEventsLost
    | OrdersRepaired
)
