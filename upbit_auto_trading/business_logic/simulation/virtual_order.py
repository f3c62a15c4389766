"""An order of the virtual exchange, as it stands after an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Fill, OrderKind, OrderState, SelfMatch, Side, TimeInForce


class EndReason(Enum):
    #: all of it
    FILLED = "filled"
    #: a buy of funds bought all it could; what is too little for one step of quantity is refunded
    REMAINDER = "remainder"
    USER = "user"
    #: immediate-or-cancel, market and best-price orders: the book offered no more
    NOT_AT_ONCE = "not-at-once"
    #: fill-or-kill: the book did not offer all of it, so nothing was taken
    NOT_ALL = "not-all"
    #: post-only: it would have taken
    WOULD_TAKE = "would-take"
    SELF_MATCH = "self-match"
    DELISTED = "delisted"


@dataclass(frozen=True, slots=True)
class VirtualOrder:
    """``quantity = executed + remaining + prevented``, and of funds likewise.

    After a cancel ``locked``, ``remaining_quantity`` and ``remaining_fee`` keep their last values although the balance
    has been released.
    """

    order_id: str
    account_id: str
    #: None: it was placed without one
    client_order_id: str | None
    market: Market
    side: Side
    kind: OrderKind
    time_in_force: TimeInForce
    self_match: SelfMatch
    state: OrderState
    #: None while it is open
    end_reason: EndReason | None
    created_at: datetime
    ended_at: datetime | None
    price: Decimal | None
    quantity: Decimal | None
    funds: Decimal | None
    #: None for buys of funds
    remaining_quantity: Decimal | None
    #: None for all but buys of funds
    remaining_funds: Decimal | None
    executed_quantity: Decimal
    executed_funds: Decimal
    reserved_fee: Decimal
    remaining_fee: Decimal
    paid_fee: Decimal
    #: quote currency with its fee (buys) or base currency (sells)
    locked: Decimal
    prevented_quantity: Decimal
    prevented_locked: Decimal
    fills: tuple[Fill, ...]
    #: of the time of submission; buys reserve the higher one that may come to count
    maker_rate: Decimal
    taker_rate: Decimal
    fee_rate: Decimal

    @property
    def trade_count(self) -> int:
        return len(self.fills)
