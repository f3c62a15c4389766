"""Where a test trades: our adapter, another trader's, and the few words that both need."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from threading import Event
from types import TracebackType
from typing import TypeVar

from tests.contract.exchange.adapters import Adapter, Manner
from tests.contract.exchange.venue import Key, Venue
from upbit_auto_trading.business_logic.domain.errors import OrderNotFound
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    Order,
    OrderReference,
    OrderRequest,
    PlacedOrder,
    SelfMatch,
    Side,
    limit_order,
    market_buy,
    market_sell,
)
from upbit_auto_trading.business_logic.ports.exchange import Account, Exchange, MarketData
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl

_T = TypeVar("_T")
LIMIT_SECONDS = 20.0
#: between two looks at something that has no event of its own
_LOOK_SECONDS = 0.02
_numbers = itertools.count(1)
NOTHING = Decimal(0)
#: a price that nobody sells bitcoin at
_LOW = Decimal(90_000_000)


class Floor:
    def __init__(self, adapter: Adapter, name: str, venue: Venue, key: Key | None = None) -> None:
        self.venue = venue
        self.name = name
        self._adapter = adapter
        self._closing = ExitStack()
        self.key = key or venue.new_key()
        self.exchange = self.open(self.key)
        self._other: Exchange | None = None

    def __enter__(self) -> Floor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def open(self, key: Key | None, manner: Manner | None = None) -> Exchange:
        """Closed with the floor."""
        exchange = self._adapter.open(self.venue, key, manner or Manner())
        self._closing.callback(exchange.close)
        return exchange

    def open_as_usual(self, **members: object) -> Exchange:
        """Another one of the same account."""
        return self.open(self.key, Manner(**members))  # type: ignore[arg-type]  # a test names its members itself

    def replace_key(self, exchange: Exchange, key: Key) -> None:
        """No part of the port: whoever keeps the keys does it."""
        self._adapter.replace_key(exchange, key)

    # --- ours

    @property
    def market_data(self) -> MarketData:
        return self.exchange.market_data

    @property
    def account(self) -> Account:
        return account_of(self.exchange)

    @property
    def control(self) -> PracticeControl:
        return self.venue.control

    def market(self, code: str = "KRW-BTC") -> Market:
        return Market(self.name, code)

    def best(self, code: str = "KRW-BTC") -> tuple[Decimal, Decimal]:
        """Best ask and best bid."""
        book = self.market_data.order_books([self.market(code)], 1)[0]
        return book.asks[0].price, book.bids[0].price

    def middle(self, code: str = "KRW-BTC") -> Decimal:
        """Between both, on the grid: whoever asks or bids there is first."""
        ask, bid = self.best(code)
        tick = self.market_data.instruments([self.market(code)])[0].tick
        return (ask + bid) / 2 // tick * tick

    def id(self) -> str:
        return f"order-{next(_numbers)}"

    def bid(self, price: Decimal, quantity: Decimal | str, **more: object) -> OrderRequest:
        return self._limit(Side.BUY, price, quantity, more)

    def ask(self, price: Decimal, quantity: Decimal | str, **more: object) -> OrderRequest:
        return self._limit(Side.SELL, price, quantity, more)

    def _limit(self, side: Side, price: Decimal, quantity: Decimal | str, more: dict[str, object]) -> OrderRequest:
        market = self.market(str(more.pop("code", "KRW-BTC")))
        client_order_id = str(more.pop("client_order_id", "") or self.id())
        return limit_order(
            client_order_id,
            market,
            side,
            price=price,
            quantity=Decimal(quantity),
            **more,  # type: ignore[arg-type]
        )

    def resting(self, quantity: Decimal | str = "0.01", *, below: int = 3, **more: object) -> PlacedOrder:
        """A bid of ours so many per cent under the best one."""
        price = self.best(str(more.get("code", "KRW-BTC")))[1]
        return self.account.place(self.bid(_on_grid(price * (100 - below) / 100), quantity, **more))

    def placed_by_many(self, tens: int, **more: object) -> list[PlacedOrder]:
        """So many orders, faster than one client may: time runs, and each client counts for itself."""
        self.venue.control.run(1_000)
        clients = [account_of(self.open(self.key)) for _ in range(tens // 10)]

        def ten(client: Account) -> list[PlacedOrder]:
            return [client.place(self.bid(_LOW, "0.001", **more)) for _ in range(10)]

        with ThreadPoolExecutor(4) as pool:
            found = [one for placed in pool.map(ten, clients) for one in placed]
        self.venue.control.lock_step()
        return found

    # --- another trader

    @property
    def other(self) -> Account:
        if self._other is None:
            self._other = self.open(self.venue.new_key())
        return account_of(self._other)

    def sold_by_other(self, quantity: Decimal | str, code: str = "KRW-BTC") -> None:
        """Into the best bids."""
        self.other.place(
            market_sell(self.id(), self.market(code), quantity=Decimal(quantity), self_match=SelfMatch.CANCEL_MAKER)
        )

    def bought_by_other(self, funds: Decimal | str, code: str = "KRW-BTC") -> None:
        self.other.place(
            market_buy(self.id(), self.market(code), funds=Decimal(funds), self_match=SelfMatch.CANCEL_MAKER)
        )

    # --- what became of it

    def reference(self, placed: PlacedOrder) -> OrderReference:
        return OrderReference(placed.market, order_id=placed.order_id)

    def order(self, placed: PlacedOrder) -> Order:
        return self.account.order(self.reference(placed))

    def ended(self, placed: PlacedOrder) -> Order:
        return until(lambda: self.order(placed), lambda order: order.state.is_final)

    def exists(self, client_order_id: str, code: str = "KRW-BTC") -> bool:
        """By the exchange's own record, asked by another client of the same account."""
        witness = account_of(self.open(self.key))
        try:
            witness.order(OrderReference(self.market(code), client_order_id=client_order_id))
        except OrderNotFound:
            return False
        return True

    def orders_on_record(self) -> list[Order]:
        """Every order of the account, ended or not, by another client."""
        witness = account_of(self.open(self.key))
        now = self.venue.clock.now()
        closed = witness.closed_orders(now - timedelta(days=6), now + timedelta(hours=1))
        return [*witness.open_orders(), *closed]

    def balance(self, currency: str) -> tuple[Decimal, Decimal]:
        """Free and locked."""
        found = {one.currency: one for one in self.account.balances()}
        return (found[currency].free, found[currency].locked) if currency in found else (NOTHING, NOTHING)


def account_of(exchange: Exchange) -> Account:
    assert exchange.account is not None
    return exchange.account


def _on_grid(price: Decimal) -> Decimal:
    """Good enough for the recorded prices: thousands for bitcoin, ones for ripple."""
    step = Decimal(1_000) if price > 1_000_000 else Decimal(1)
    return price // step * step


def until(look: Callable[[], _T], is_there: Callable[[_T], bool], seconds: float = LIMIT_SECONDS) -> _T:
    """Looks again and again: for what happens in another process and is told by nobody."""
    pause = Event()
    for _look in range(int(seconds / _LOOK_SECONDS)):
        found = look()
        if is_there(found):
            return found
        pause.wait(_LOOK_SECONDS)
    raise AssertionError(f"did not happen within {seconds} s: {look()}")
