"""An exchange, in words of our domain.

An adapter translates; it never decides. Reads are retried inside it, within a time limit; placing an order never is.
Every method may wait for the network and is called in a thread that may; all are safe to call from several threads.
Errors are those of ``domain/errors.py``; what may have reached the exchange without an answer is ``OutcomeUnknown``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Protocol

from upbit_auto_trading.business_logic.domain.balance import Balance, OrderTerms
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.business_logic.domain.market import Instrument, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import (
    CancelReport,
    Order,
    OrderKind,
    OrderReference,
    OrderRequest,
    PlacedOrder,
    Replacement,
    SelfMatch,
    Side,
    TimeInForce,
)
from upbit_auto_trading.business_logic.domain.stream import StreamEvent, StreamState, Topic, TopicKind


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an exchange can do. Declared, so that nobody finds out by failing."""

    orders: frozenset[tuple[Side, OrderKind, TimeInForce]]
    self_match: frozenset[SelfMatch]
    candle_units: frozenset[CandleUnit]
    #: how far back candles go; a unit that is not named goes back to the listing
    candle_history: dict[CandleUnit, timedelta]
    #: against UTC: where days begin, and with them weeks, months and four-hour candles
    day_start: timedelta
    #: most candles in one answer
    candles_per_page: int
    #: which the exchange allows
    candle_requests_per_second: int
    book_depth: int
    stream_topics: frozenset[TopicKind]
    stream_candle_units: frozenset[CandleUnit]
    client_order_id_pattern: str
    can_test_orders: bool
    #: cancel and place as one request
    can_replace: bool
    #: reduce an order without losing its place
    can_amend: bool
    can_list_instruments: bool
    #: whether the exchange tells what a key may do
    tells_rights: bool
    most_cancels_at_once: int
    #: how long one request for closed orders may look back over
    closed_orders_window: timedelta
    #: whether closed orders can be listed for one market at a time only
    closed_orders_by_market: bool


class CircuitState(Enum):
    CLOSED = "closed"
    #: nothing is sent
    OPEN = "open"
    #: one request is let through to see
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class LimitGroupHealth:
    """Requests that share a limit."""

    group: str
    circuit: CircuitState
    #: the exchange wants silence until then
    blocked_until: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class ExchangeHealth:
    groups: tuple[LimitGroupHealth, ...]
    #: exchange minus ours, from the headers of answers; None until one came
    clock_difference: timedelta | None
    #: answers and frames that could not be read, since the start
    unreadable: int


@dataclass(frozen=True, slots=True)
class CancelScope:
    """Which open orders. Nothing named: all of them."""

    side: Side | None = None
    markets: tuple[Market, ...] = ()
    excluded: tuple[Market, ...] = ()
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WalletState:
    currency: str
    network: str | None
    #: in the exchange's word: the set is open
    state: str


class MarketData(Protocol):
    """Public; needs no key."""

    def markets(self) -> tuple[ListedMarket, ...]: ...

    def price_summaries(self, markets: Iterable[Market]) -> tuple[PriceSummary, ...]: ...

    def all_price_summaries(self, quotes: Iterable[str]) -> tuple[PriceSummary, ...]: ...

    def order_books(
        self, markets: Iterable[Market], depth: int | None = None, grouping: Decimal | None = None
    ) -> tuple[OrderBook, ...]:
        """``grouping``: levels of so much together, one of those that ``instruments`` names."""

    def instruments(self, markets: Iterable[Market]) -> tuple[Instrument, ...]: ...

    def trades(
        self, market: Market, *, count: int, before_number: int | None = None, days_ago: int | None = None
    ) -> tuple[MarketTrade, ...]:
        """Oldest first; the newest ``count`` of them, or those before a trade."""

    def candles_before(
        self, market: Market, unit: CandleUnit, before: datetime | None, count: int
    ) -> tuple[Candle, ...]:
        """The newest ``count`` that opened before ``before`` (None: up to now), oldest first.

        Fewer than asked for, or none, means that there are no more. The newest may still be forming.
        """

    def candles_from(self, market: Market, unit: CandleUnit, start: datetime, count: int) -> tuple[Candle, ...]:
        """The oldest ``count`` that opened at ``start`` or later, oldest first; fewer where there are no more yet."""

    def candles_between(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> tuple[Candle, ...]:
        """Those that opened in [start, end), oldest first, page by page. Intervals without trades are missing."""


class Account(Protocol):
    """Needs a key."""

    def balances(self) -> tuple[Balance, ...]: ...

    def order_terms(self, market: Market) -> OrderTerms: ...

    def place(self, request: OrderRequest) -> PlacedOrder:
        """Sent once. ``OrderRefused``: it does not exist. ``OutcomeUnknown``: look it up, never send it again."""

    def check(self, request: OrderRequest) -> None:
        """Whether the exchange would take it; nothing is placed."""

    def order(self, reference: OrderReference) -> Order:
        """With its fills. ``OrderNotFound`` where there is none."""

    def orders(self, references: Iterable[OrderReference]) -> tuple[Order, ...]:
        """Those that exist, in any state."""

    def open_orders(self, market: Market | None = None, *, with_watching: bool = True) -> tuple[Order, ...]: ...

    def closed_orders(self, start: datetime, end: datetime, market: Market | None = None) -> tuple[Order, ...]:
        """Created in [start, end), oldest first, window by window."""

    def cancel(self, reference: OrderReference) -> None:
        """Accepted, not done. ``OrderNotFound`` where there is none that can be cancelled."""

    def cancel_until_final(self, reference: OrderReference, limit: timedelta) -> Order:
        """Repeated until the order has ended, whoever ended it. ``OutcomeUnknown`` where the time is up."""

    def cancel_many(self, references: Iterable[OrderReference]) -> CancelReport: ...

    def cancel_all(self, scope: CancelScope) -> CancelReport: ...

    def replace(self, reference: OrderReference, replacement: Replacement) -> str:
        """Cancels, then places; the number of the new order, which exists only once the old one has ended."""

    def key_status(self) -> KeyStatus:
        """Each right that we need is tried harmlessly. Nothing is sent that could move money."""

    def wallet_states(self) -> tuple[WalletState, ...]: ...


class Streams(Protocol):
    """Pushes, and what takes their place. Run in threads of their own; taken by one consumer.

    Newest wins for prices, books and candles that form; trades and order events are never dropped: where their queue
    is full, ``OrderEventsLost`` (for trades: a repair) replaces what did not fit.
    """

    def start(self) -> None: ...

    def stop(self) -> None:
        """Ends threads and sockets; may be called twice."""

    def want(self, topics: Iterable[Topic]) -> None:
        """From now on exactly these. Topics that were wanted before lose nothing."""

    def take(self, limit: int = 1_000) -> tuple[StreamEvent, ...]:
        """What waits, oldest first; never waits itself."""

    def on_waiting(self, wake: Callable[[], None]) -> None:
        """``wake`` is called, in a thread of the streams, when something waits after nothing did."""

    def states(self) -> dict[Topic, StreamState]: ...


class Exchange(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def rules(self) -> RuleBook: ...

    @property
    def market_data(self) -> MarketData: ...

    @property
    def account(self) -> Account | None:
        """None without a key."""

    def streams(self) -> Streams:
        """New ones, not started."""

    def health(self) -> ExchangeHealth: ...

    def close(self) -> None: ...
