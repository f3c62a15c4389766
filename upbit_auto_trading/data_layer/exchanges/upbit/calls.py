"""Every request that we make, in one table: where to, by which limit, with which right, how urgent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import Parameters
from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, Priority


class Effect(Enum):
    """What may have happened where no answer came."""

    #: nothing: it may be asked again
    READS = "reads"
    #: an order may have been cancelled
    CANCELS = "cancels"
    #: an order may exist: never sent twice
    PLACES = "places"


#: Counted by the address of this machine, and by the pocket of the key. The latter are said to be token buckets; a
#: window that slides stays within a bucket of the same size too, whichever it is.
ADDRESS_GROUPS = tuple(LimitGroup(name, 10, 1.0) for name in ("market", "candle", "trade", "ticker", "orderbook"))
POCKET_GROUPS = (
    # reads of display share this one with cancels, and with the reads by which orders are found again
    LimitGroup("default", 30, 1.0, kept_for_urgent=4, kept_for_orders=6),
    LimitGroup("order", 12, 1.0),
    LimitGroup("order-test", 8, 1.0),
    LimitGroup("order-cancel-all", 1, 2.0),
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    group: str
    priority: Priority = Priority.READ
    #: None with a key: any key will do
    right: Right | None = None
    needs_key: bool = False
    effect: Effect = Effect.READS
    #: a "no" to it is a "no" to a new order
    is_about_new_order: bool = False
    #: how long it waits for its turn
    patience_seconds: float = 10.0
    #: and then, from the sending to the last byte of the answer
    timeout_seconds: float = 10.0

    @property
    def label(self) -> str:
        """For the log: never with values."""
        return self.path.removeprefix("/v1/")


def _public(path: str, group: str) -> Endpoint:
    return Endpoint("GET", f"/v1/{path}", group)


def _private(path: str, right: Right | None, priority: Priority = Priority.READ) -> Endpoint:
    return Endpoint("GET", f"/v1/{path}", "default", priority, right, needs_key=True)


def _orders(
    method: str, path: str, group: str, effect: Effect, priority: Priority, patience_seconds: float = 1.5
) -> Endpoint:
    return Endpoint(
        method,
        f"/v1/{path}",
        group,
        priority,
        Right.MAKE_ORDERS,
        needs_key=True,
        effect=effect,
        is_about_new_order=method == "POST",
        patience_seconds=patience_seconds,
        timeout_seconds=3.5,
    )


MARKETS = _public("market/all", "market")
TICKERS = _public("ticker", "ticker")
ALL_TICKERS = _public("ticker/all", "ticker")
ORDER_BOOKS = _public("orderbook", "orderbook")
INSTRUMENTS = _public("orderbook/instruments", "orderbook")
TRADES = _public("trades/ticks", "trade")
CANDLES = {
    CandleUnit.SECOND: _public("candles/seconds", "candle"),
    CandleUnit.MINUTE: _public("candles/minutes/1", "candle"),
    CandleUnit.MINUTES_3: _public("candles/minutes/3", "candle"),
    CandleUnit.MINUTES_5: _public("candles/minutes/5", "candle"),
    CandleUnit.MINUTES_10: _public("candles/minutes/10", "candle"),
    CandleUnit.MINUTES_15: _public("candles/minutes/15", "candle"),
    CandleUnit.MINUTES_30: _public("candles/minutes/30", "candle"),
    CandleUnit.HOUR: _public("candles/minutes/60", "candle"),
    CandleUnit.HOURS_4: _public("candles/minutes/240", "candle"),
    CandleUnit.DAY: _public("candles/days", "candle"),
    CandleUnit.WEEK: _public("candles/weeks", "candle"),
    CandleUnit.MONTH: _public("candles/months", "candle"),
    CandleUnit.YEAR: _public("candles/years", "candle"),
}

ACCOUNTS = _private("accounts", Right.VIEW_BALANCES)
CHANCE = _private("orders/chance", Right.VIEW_ORDERS)
#: one order is looked up when its outcome is unknown, or until it has ended
ORDER = _private("order", Right.VIEW_ORDERS, Priority.ORDER)
OPEN_ORDERS = _private("orders/open", Right.VIEW_ORDERS)
CLOSED_ORDERS = _private("orders/closed", Right.VIEW_ORDERS)
ORDERS_BY_ID = _private("orders/uuids", Right.VIEW_ORDERS)
API_KEYS = _private("api_keys", None)
WALLET_STATUS = _private("status/wallet", None)

PLACE = _orders("POST", "orders", "order", Effect.PLACES, Priority.ORDER)
CHECK = _orders("POST", "orders/test", "order-test", Effect.READS, Priority.READ)
REPLACE = _orders("POST", "orders/cancel_and_new", "order", Effect.PLACES, Priority.ORDER)
CANCEL = _orders("DELETE", "order", "default", Effect.CANCELS, Priority.URGENT)
CANCEL_MANY = _orders("DELETE", "orders/uuids", "default", Effect.CANCELS, Priority.URGENT)
CANCEL_ALL = _orders("DELETE", "orders/open", "order-cancel-all", Effect.CANCELS, Priority.URGENT, patience_seconds=3.0)

ALL_ENDPOINTS = (
    MARKETS,
    TICKERS,
    ALL_TICKERS,
    ORDER_BOOKS,
    INSTRUMENTS,
    TRADES,
    *CANDLES.values(),
    ACCOUNTS,
    CHANCE,
    ORDER,
    OPEN_ORDERS,
    CLOSED_ORDERS,
    ORDERS_BY_ID,
    API_KEYS,
    WALLET_STATUS,
    PLACE,
    CHECK,
    REPLACE,
    CANCEL,
    CANCEL_MANY,
    CANCEL_ALL,
)


@dataclass(frozen=True, slots=True)
class UpbitCall:
    """One request to be made. Signed when it is sent, and anew each time."""

    endpoint: Endpoint
    parameters: Parameters = field(default_factory=Parameters)
    #: by which the order is looked up when no answer comes; empty where none is meant
    order_id: str = ""
    #: instead of the endpoint's own
    priority: Priority | None = None
