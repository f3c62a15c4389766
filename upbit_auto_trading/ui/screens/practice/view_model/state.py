"""What the practice screen shows: frozen values, made from what the account and the market tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.market import LastPrice, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.order import Order, OrderKind, OrderUpdate, Side
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
from upbit_auto_trading.business_logic.ports.practice import PracticeTime

KRW = "KRW"
FILLS_SHOWN = 200


class Phase(Enum):
    """Of the practice exchange."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BalanceRow:
    currency: str
    free: Decimal
    locked: Decimal
    average_price: Decimal | None
    #: in won; None while no price is known
    value: Decimal | None
    #: since it was bought, as a fraction
    profit: Decimal | None


@dataclass(frozen=True, slots=True)
class OrderRow:
    order_id: str
    market: Market
    side: Side
    kind: OrderKind
    #: None where only a report of it is known, or for orders at market
    price: Decimal | None
    quantity: Decimal | None
    executed: Decimal
    created_at: datetime
    is_being_cancelled: bool

    @property
    def filled_fraction(self) -> float:
        return float(self.executed / self.quantity) if self.quantity else 0.0


@dataclass(frozen=True, slots=True)
class FillRow:
    """What one order has traded so far; its fills joined."""

    order_id: str
    market: Market
    side: Side
    average_price: Decimal | None
    quantity: Decimal
    funds: Decimal | None
    fee: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PracticeState:
    phase: Phase = Phase.STARTING
    error: Exception | None = None
    #: the worst of its streams, while it is reached
    streams: StreamState | None = None
    time: PracticeTime | None = None
    markets: tuple[ListedMarket, ...] = ()
    prices: Mapping[Market, LastPrice] = field(default_factory=lambda: MappingProxyType({}))
    #: None until they were told
    balances: tuple[BalanceRow, ...] | None = None
    orders: tuple[OrderRow, ...] | None = None
    fills: tuple[FillRow, ...] | None = None
    #: why the orders could not be read; what was known stays
    list_error: Exception | None = None
    is_changing_pace: bool = False
    is_depositing: bool = False
    knows_entries: bool = False
    entries_stopped_at: datetime | None = None

    @property
    def is_reached(self) -> bool:
        return self.phase in (Phase.RUNNING, Phase.PAUSED)

    @property
    def is_live(self) -> bool:
        """False: what is shown may be old."""
        return self.is_reached and self.streams in (StreamState.LIVE, StreamState.POLLED)

    @property
    def cash(self) -> Decimal | None:
        return None if self.balances is None else self.free_of(KRW)

    @property
    def locked_cash(self) -> Decimal:
        return sum((row.locked for row in self.balances or () if row.currency == KRW), Decimal(0))

    @property
    def coins_value(self) -> Decimal | None:
        """None where the price of one that is held is not known."""
        return _sum(row for row in self.balances or () if row.currency != KRW)

    @property
    def equity(self) -> Decimal | None:
        return None if self.balances is None else _sum(self.balances)

    def free_of(self, currency: str) -> Decimal:
        return sum((row.free for row in self.balances or () if row.currency == currency), Decimal(0))

    def price_of(self, market: Market) -> Decimal | None:
        last = self.prices.get(market)
        return None if last is None else last.price


def _sum(rows: Iterable[BalanceRow]) -> Decimal | None:
    values = [row.value for row in rows]
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None


@dataclass(frozen=True, slots=True)
class KnownAverage:
    """Streams tell no average prices: what a reading told counts as long as the balance is the same."""

    total: Decimal
    price: Decimal | None


Averages = Mapping[str, KnownAverage]


def lacks_averages(account: OwnAccount, averages: Averages) -> bool:
    return any(
        balance.average_price is None
        and balance.currency != KRW
        and balance.total > 0
        and (currency not in averages or averages[currency].total != balance.total)
        for currency, balance in account.balances.items()
    )


def balance_rows(
    account: OwnAccount, prices: Mapping[Market, LastPrice], exchange: str, averages: Averages
) -> tuple[BalanceRow, ...] | None:
    """Won first, then what is worth most. None until all balances were told."""
    if not account.has_all_balances:
        return None
    rows = [
        _balance_row(one, prices, exchange, averages)
        for one in account.balances.values()
        if one.total or one.currency == KRW
    ]
    return tuple(sorted(rows, key=lambda row: (row.currency != KRW, -(row.value or Decimal(0)), row.currency)))


def _balance_row(balance: Balance, prices: Mapping[Market, LastPrice], exchange: str, averages: Averages) -> BalanceRow:
    if balance.currency == KRW:
        return BalanceRow(KRW, balance.free, balance.locked, None, balance.total, None)
    last = prices.get(Market(exchange, f"{KRW}-{balance.currency}"))
    value = None if last is None else balance.total * last.price
    read = averages.get(balance.currency)
    kept = read.price if read is not None and read.total == balance.total else None
    bought_at = balance.average_price or kept or None
    profit = None if last is None or bought_at is None else last.price / bought_at - 1
    return BalanceRow(balance.currency, balance.free, balance.locked, bought_at, value, profit)


def order_rows(account: OwnAccount, being_cancelled: frozenset[str]) -> tuple[OrderRow, ...]:
    """Open ones, the newest first."""
    known = [_order_row(one, being_cancelled) for one in account.orders.values() if not one.state.is_final]
    unread = [_reported_row(one, being_cancelled) for one in account.unread.values() if not one.state.is_final]
    return tuple(sorted([*known, *unread], key=lambda row: (row.created_at, row.order_id), reverse=True))


def _order_row(order: Order, being_cancelled: frozenset[str]) -> OrderRow:
    return OrderRow(
        order.order_id,
        order.market,
        order.side,
        order.kind,
        order.price,
        order.quantity,
        order.executed_quantity,
        order.created_at,
        order.order_id in being_cancelled,
    )


def _reported_row(update: OrderUpdate, being_cancelled: frozenset[str]) -> OrderRow:
    left = update.remaining_quantity
    return OrderRow(
        update.order_id,
        update.market,
        update.side,
        update.kind,
        None,
        None if left is None else left + update.executed_quantity,
        update.executed_quantity,
        update.happened_at,
        update.order_id in being_cancelled,
    )


def fill_rows(account: OwnAccount) -> tuple[FillRow, ...]:
    """The newest first."""
    rows = [_fill_row(one) for one in account.orders.values() if one.executed_quantity > 0]
    return tuple(sorted(rows, key=lambda row: (row.at, row.order_id), reverse=True)[:FILLS_SHOWN])


def _fill_row(order: Order) -> FillRow:
    funds, quantity = order.executed_funds, order.executed_quantity
    average = order.price
    if funds is not None:
        average = funds / quantity
    last = max((fill.filled_at for fill in order.fills or ()), default=order.created_at)
    return FillRow(order.order_id, order.market, order.side, average, quantity, funds, order.paid_fee, last)
