"""Orders as an exchange knows them: what is asked for, what became of it, and what was filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market


class Side(Enum):
    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderKind(Enum):
    LIMIT = "limit"
    #: takes whatever the book offers
    MARKET = "market"
    #: takes at the best opposite price only
    BEST = "best"


class TimeInForce(Enum):
    UNTIL_CANCELLED = "until-cancelled"
    IMMEDIATE_OR_CANCEL = "immediate-or-cancel"
    FILL_OR_KILL = "fill-or-kill"
    #: cancelled rather than take
    POST_ONLY = "post-only"


class SelfMatch(Enum):
    """What happens where an account would trade with itself; the taker's choice counts."""

    CANCEL_MAKER = "cancel-maker"
    CANCEL_TAKER = "cancel-taker"
    REDUCE_BOTH = "reduce-both"
    ALLOW = "allow"


class OrderState(Enum):
    """At the exchange."""

    #: waits for its trigger; made in the exchange's own app
    WATCHING = "watching"
    OPEN = "open"
    #: the exchange says that it is completely done
    DONE = "done"
    #: ended with something left over; it may well have been filled in part, or but for a remainder
    CANCELLED = "cancelled"
    REJECTED = "rejected"

    @property
    def is_final(self) -> bool:
        return self in (OrderState.DONE, OrderState.CANCELLED, OrderState.REJECTED)


class FilledHow(Enum):
    """Judged by what was executed: exchanges use their states differently."""

    NOT_AT_ALL = "not-at-all"
    PARTLY = "partly"
    FULLY = "fully"


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """Made by ``limit_order``, ``market_buy``, ``market_sell``, ``best_buy`` and ``best_sell``, which fit the fields.

    Exactly one of quantity and funds is set: buys at market or best price spend ``funds`` (of the quote currency,
    the fee on top), all others name a quantity.
    """

    client_order_id: str
    market: Market
    side: Side
    kind: OrderKind
    quantity: Decimal | None
    #: of one unit; limit orders alone have one
    price: Decimal | None
    funds: Decimal | None
    time_in_force: TimeInForce
    #: None: the exchange's default of the day
    self_match: SelfMatch | None = None

    def __post_init__(self) -> None:
        for name, amount in (("quantity", self.quantity), ("price", self.price), ("funds", self.funds)):
            if amount is not None and not (amount.is_finite() and amount > 0):
                raise InvalidParameter(name, amount, "not-positive")


def limit_order(
    client_order_id: str,
    market: Market,
    side: Side,
    *,
    price: Decimal,
    quantity: Decimal,
    time_in_force: TimeInForce = TimeInForce.UNTIL_CANCELLED,
    self_match: SelfMatch | None = None,
) -> OrderRequest:
    return OrderRequest(
        client_order_id, market, side, OrderKind.LIMIT, quantity, price, None, time_in_force, self_match
    )


def market_buy(
    client_order_id: str, market: Market, *, funds: Decimal, self_match: SelfMatch | None = None
) -> OrderRequest:
    never_rests = TimeInForce.IMMEDIATE_OR_CANCEL
    return OrderRequest(client_order_id, market, Side.BUY, OrderKind.MARKET, None, None, funds, never_rests, self_match)


def market_sell(
    client_order_id: str, market: Market, *, quantity: Decimal, self_match: SelfMatch | None = None
) -> OrderRequest:
    never_rests = TimeInForce.IMMEDIATE_OR_CANCEL
    return OrderRequest(
        client_order_id, market, Side.SELL, OrderKind.MARKET, quantity, None, None, never_rests, self_match
    )


def best_buy(
    client_order_id: str,
    market: Market,
    *,
    funds: Decimal,
    time_in_force: TimeInForce,
    self_match: SelfMatch | None = None,
) -> OrderRequest:
    return OrderRequest(
        client_order_id, market, Side.BUY, OrderKind.BEST, None, None, funds, _at_once(time_in_force), self_match
    )


def best_sell(
    client_order_id: str,
    market: Market,
    *,
    quantity: Decimal,
    time_in_force: TimeInForce,
    self_match: SelfMatch | None = None,
) -> OrderRequest:
    return OrderRequest(
        client_order_id, market, Side.SELL, OrderKind.BEST, quantity, None, None, _at_once(time_in_force), self_match
    )


def _at_once(time_in_force: TimeInForce) -> TimeInForce:
    if time_in_force not in (TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL):
        raise InvalidParameter("time_in_force", time_in_force.value, "not-for-best-price")
    return time_in_force


@dataclass(frozen=True, slots=True)
class OrderReference:
    """One order, by the exchange's number or by ours; some exchanges want the market beside it."""

    market: Market
    order_id: str | None = None
    client_order_id: str | None = None

    def __post_init__(self) -> None:
        if (self.order_id is None) == (self.client_order_id is None):
            raise InvalidParameter("order", self.order_id, "one-of-two-ids")


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """The exchange has taken it: that, and no more, is what answers to placing have in common."""

    order_id: str
    client_order_id: str
    market: Market
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Fill:
    """``trade_id`` is unique within the exchange: the key by which a repeated report is recognised."""

    trade_id: str
    order_id: str
    market: Market
    side: Side
    price: Decimal
    quantity: Decimal
    funds: Decimal
    #: None where this report does not tell (the order's total does)
    fee: Decimal | None
    fee_currency: str
    filled_at: datetime
    is_maker: bool | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """As read from the exchange at one moment. What an exchange leaves out is None, never guessed."""

    order_id: str
    client_order_id: str | None
    market: Market
    side: Side
    kind: OrderKind
    state: OrderState
    created_at: datetime
    time_in_force: TimeInForce
    quantity: Decimal | None
    price: Decimal | None
    funds: Decimal | None
    executed_quantity: Decimal
    #: None in answers that do not carry it
    executed_funds: Decimal | None
    remaining_quantity: Decimal | None
    paid_fee: Decimal | None
    locked: Decimal | None
    trade_count: int | None
    self_match: SelfMatch | None = None
    #: taken out of the order by self-match prevention, in the base currency
    prevented_quantity: Decimal = Decimal(0)
    #: None where the answer does not list them; then ask for the single order
    fills: tuple[Fill, ...] | None = None

    @property
    def reference(self) -> OrderReference:
        return OrderReference(self.market, order_id=self.order_id)

    @property
    def filled(self) -> FilledHow:
        return filled_how(self.kind, self.side, self.state, self.quantity, self.executed_quantity)


def filled_how(
    kind: OrderKind, side: Side, state: OrderState, quantity: Decimal | None, executed: Decimal
) -> FilledHow:
    """A buy of funds cannot be divided evenly: whatever it bought when it ended is all it could buy."""
    if executed == 0:
        return FilledHow.NOT_AT_ALL
    if quantity is not None:
        return FilledHow.FULLY if executed >= quantity else FilledHow.PARTLY
    return FilledHow.FULLY if state.is_final and kind is not OrderKind.LIMIT and side is Side.BUY else FilledHow.PARTLY


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    """One report of a private stream: the totals after it, and the fill that it tells of."""

    market: Market
    order_id: str
    client_order_id: str | None
    side: Side
    kind: OrderKind
    state: OrderState
    time_in_force: TimeInForce
    executed_quantity: Decimal
    executed_funds: Decimal | None
    remaining_quantity: Decimal | None
    paid_fee: Decimal | None
    locked: Decimal | None
    happened_at: datetime
    fill: Fill | None = None
    prevented_quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What takes the place of an order that is cancelled for it; market and side stay."""

    client_order_id: str
    kind: OrderKind
    price: Decimal | None
    #: None: whatever the old order left unfilled
    quantity: Decimal | None
    funds: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.UNTIL_CANCELLED
    self_match: SelfMatch | None = None


@dataclass(frozen=True, slots=True)
class CancelReport:
    """Cancels are accepted, not done: read the orders for their end."""

    accepted: tuple[OrderReference, ...]
    refused: tuple[OrderReference, ...]
