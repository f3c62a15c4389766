"""Own orders, reports of them and balances, as short as a test wants to say them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.fakes.fake_clock import START
from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    Fill,
    Order,
    OrderKind,
    OrderState,
    OrderUpdate,
    Side,
    TimeInForce,
)

BTC = Market("practice", "KRW-BTC")


def order_of(
    number: str,
    state: OrderState = OrderState.OPEN,
    *,
    executed: str = "0",
    quantity: str | None = "1",
    price: str | None = "100",
    side: Side = Side.BUY,
    kind: OrderKind = OrderKind.LIMIT,
    market: Market = BTC,
    fills: tuple[Fill, ...] | None = None,
    created_at: datetime = START,
    client_order_id: str | None = None,
    funds: str | None = None,
    fee: str = "0",
) -> Order:
    done = Decimal(executed)
    whole = None if quantity is None else Decimal(quantity)
    return Order(
        number,
        client_order_id,
        market,
        side,
        kind,
        state,
        created_at,
        TimeInForce.UNTIL_CANCELLED,
        whole,
        None if price is None else Decimal(price),
        None if funds is None else Decimal(funds),
        done,
        done * Decimal(price or "100"),
        None if whole is None else whole - done,
        Decimal(fee),
        Decimal(0),
        0,
        fills=fills,
    )


def update_of(
    number: str,
    state: OrderState = OrderState.OPEN,
    *,
    executed: str = "0",
    fill: Fill | None = None,
    side: Side = Side.BUY,
    market: Market = BTC,
    tells_totals: bool = True,
) -> OrderUpdate:
    done = Decimal(executed)
    total = done * 100 if tells_totals else None
    left = 1 - done if tells_totals else None
    return OrderUpdate(
        market,
        number,
        None,
        side,
        OrderKind.LIMIT,
        state,
        TimeInForce.UNTIL_CANCELLED,
        done,
        total,
        left,
        Decimal(0) if tells_totals else None,
        Decimal(0) if tells_totals else None,
        START,
        fill,
    )


def fill_of(trade: str, quantity: str, order: str = "1", price: str = "100") -> Fill:
    amount = Decimal(quantity)
    return Fill(
        trade, order, BTC, Side.BUY, Decimal(price), amount, amount * Decimal(price), Decimal("0.05"), "KRW", START
    )


def balance_of(currency: str, free: str, locked: str = "0", average: str | None = None) -> Balance:
    return Balance(currency, Decimal(free), Decimal(locked), None if average is None else Decimal(average))
