"""What REST would answer, in memory: the ports ``MarketData`` and ``Account`` as far as streams ask them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, MarketUnknown, TradingAppError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, PriceSummary
from upbit_auto_trading.business_logic.domain.order import (
    Fill,
    Order,
    OrderKind,
    OrderReference,
    OrderState,
    Side,
    TimeInForce,
)

START = datetime(2026, 11, 20, tzinfo=UTC)
BTC = Market("upbit", "KRW-BTC")
ETH = Market("upbit", "KRW-ETH")


def trade_of(number: int, market: Market = BTC) -> MarketTrade:
    return MarketTrade(market, number, Decimal("118450000"), Decimal("0.1"), Side.BUY, START)


def candle_of(opened_at: datetime, volume: str = "1", unit: CandleUnit = CandleUnit.MINUTE) -> Candle:
    one = Decimal(100)
    return Candle(BTC, unit, opened_at, one, one, one, one, Decimal(volume), Decimal(volume) * one)


def summary_of(market: Market, price: str, at: datetime = START) -> PriceSummary:
    one = Decimal(price)
    return PriceSummary(market, one, one, one, one, one, at, one, one, one, one)


def order_of(
    order_id: str, state: OrderState = OrderState.OPEN, executed: str = "0", fills: tuple[Fill, ...] | None = None
) -> Order:
    return Order(
        order_id, f"uat-{order_id}", BTC, Side.BUY, OrderKind.LIMIT, state, START, TimeInForce.UNTIL_CANCELLED,
        Decimal("0.5"), Decimal(118000000), None, Decimal(executed), Decimal(0), Decimal("0.5") - Decimal(executed),
        Decimal(0), Decimal(0), 0, fills=fills,
    )  # fmt: skip


class _Answering:
    """Counts what was asked, fails on demand, and can be held to answer late."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.asked: list[tuple[str, Any]] = []
        self.error: TradingAppError | None = None
        #: called before an answer
        self.on_asked: Callable[[str], None] = lambda _what: None
        self.gate = threading.Event()
        self.gate.set()

    def _ask(self, what: str, arguments: Any = None) -> None:
        with self.condition:
            self.asked.append((what, arguments))
            self.condition.notify_all()
        self.on_asked(what)
        assert self.gate.wait(20)
        if self.error is not None:
            raise self.error

    def count(self, what: str) -> int:
        return sum(1 for name, _ in self.asked if name == what)

    def wait_for(self, what: str, count: int = 1, seconds: float = 20.0) -> None:
        with self.condition:
            assert self.condition.wait_for(lambda: self.count(what) >= count, seconds), f"{what} was not asked"


class FakeMarketData(_Answering):
    def __init__(self) -> None:
        super().__init__()
        self.all_trades: list[MarketTrade] = []
        self.all_candles: list[Candle] = []
        self.prices: dict[Market, str] = {}

    def price_summaries(self, markets: Iterable[Market]) -> tuple[PriceSummary, ...]:
        wanted = tuple(markets)
        self._ask("prices", wanted)
        if any(market not in self.prices for market in wanted):
            raise MarketUnknown("upbit", "404")
        return tuple(summary_of(market, self.prices[market]) for market in wanted)

    def all_price_summaries(self, quotes: Iterable[str]) -> tuple[PriceSummary, ...]:
        self._ask("all-prices", tuple(quotes))
        return tuple(summary_of(market, price) for market, price in self.prices.items())

    def trades(
        self, market: Market, *, count: int, before_number: int | None = None, days_ago: int | None = None
    ) -> tuple[MarketTrade, ...]:
        self._ask("trades", (market, before_number))
        found = [
            one
            for one in self.all_trades
            if one.market == market and (before_number is None or one.number < before_number)
        ]
        return tuple(sorted(found, key=lambda one: one.number)[-count:])

    def candles_before(
        self, market: Market, unit: CandleUnit, before: datetime | None, count: int
    ) -> tuple[Candle, ...]:
        raise AssertionError("not asked by streams")

    def candles_from(self, market: Market, unit: CandleUnit, start: datetime, count: int) -> tuple[Candle, ...]:
        raise AssertionError("not asked by streams")

    def candles_between(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> tuple[Candle, ...]:
        self._ask("candles", (market, unit, start, end))
        return tuple(
            one for one in self.all_candles if (one.market, one.unit) == (market, unit) and start <= one.opened_at < end
        )

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"streams do not ask for {name}")


class FakeAccount(_Answering):
    def __init__(self) -> None:
        super().__init__()
        self.book: dict[str, Order] = {}
        self.held: dict[str, Balance] = {}

    def put(self, *orders: Order) -> None:
        for order in orders:
            self.book[order.order_id] = order

    def balances(self) -> tuple[Balance, ...]:
        answer = tuple(self.held.values())  # what the exchange knows when it is asked
        self._ask("balances")
        return answer

    def open_orders(self, market: Market | None = None, *, with_watching: bool = True) -> tuple[Order, ...]:
        answer = tuple(_listed(order) for order in self.book.values() if not order.state.is_final)
        self._ask("open", with_watching)
        return answer

    def closed_orders(self, start: datetime, end: datetime, market: Market | None = None) -> tuple[Order, ...]:
        self._ask("closed", (start, end))
        ended = [order for order in self.book.values() if order.state.is_final]
        return tuple(_listed(order) for order in ended if start <= order.created_at < end)

    def orders(self, references: Iterable[OrderReference]) -> tuple[Order, ...]:
        ids = [reference.order_id for reference in references]
        self._ask("by-id", tuple(ids))
        return tuple(_listed(self.book[one]) for one in ids if one is not None and one in self.book)

    def order(self, reference: OrderReference) -> Order:
        self._ask("one", reference.order_id)
        return self.book[reference.order_id or ""]

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"streams do not ask for {name}")


def _listed(order: Order) -> Order:
    """Lists do not carry the single fills."""
    return replace(order, fills=None)


UNAVAILABLE = ExchangeUnavailable("upbit", "test")
