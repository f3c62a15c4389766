"""An account and a desk of a practice exchange in memory, as the windows meet them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

from tests.fakes.fake_clock import START
from tests.fakes.fake_streams import FakeStreams
from tests.fakes.krw_rules import krw_rules
from tests.fakes.own_orders import balance_of, order_of
from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.errors import OrderNotFound
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, PriceSummary
from upbit_auto_trading.business_logic.domain.order import (
    Order,
    OrderReference,
    OrderRequest,
    OrderState,
    PlacedOrder,
    Side,
)
from upbit_auto_trading.business_logic.domain.stream import OrdersRepaired, OwnBalancesChanged, Provenance
from upbit_auto_trading.business_logic.ports.exchange import Account, Exchange, MarketData
from upbit_auto_trading.business_logic.ports.practice import PracticeTime, PracticeWorld
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import UPBIT_CAPABILITIES
from upbit_auto_trading.utils.secret import Secret

BTC, ETH = Market("practice", "KRW-BTC"), Market("practice", "KRW-ETH")
LISTED = (ListedMarket(BTC, "비트코인", "Bitcoin"), ListedMarket(ETH, "이더리움", "Ethereum"))
PRICE = Decimal(100_000_000)


class FakeAccount:
    """Fills at market and at once, at one price. ``failures`` are raised by the next calls of a name."""

    def __init__(self) -> None:
        self.held = {"KRW": balance_of("KRW", "1000000", "50000"), "BTC": balance_of("BTC", "0.01", average="90000000")}
        self.listed: dict[str, Order] = {}
        self.sent: list[OrderRequest] = []
        self.cancelled: list[OrderReference] = []
        self.looked_up: list[OrderReference] = []
        self.called_in: list[int] = []
        self.failures: dict[str, list[Exception]] = {}
        #: how an order at market ends
        self.ends = OrderState.DONE
        self.fills = True
        #: what is held up until a test lets it go on
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def balances(self) -> tuple[Balance, ...]:
        self._note("balances")
        return tuple(self.held.values())

    def open_orders(self, market: Market | None = None, *, with_watching: bool = True) -> tuple[Order, ...]:
        self._note("open_orders")
        return tuple(order for order in self.listed.values() if not order.state.is_final)

    def closed_orders(self, start: datetime, end: datetime, market: Market | None = None) -> tuple[Order, ...]:
        self._note("closed_orders")
        inside = (order for order in self.listed.values() if start <= order.created_at < end)
        return tuple(order for order in inside if order.state.is_final)

    def place(self, request: OrderRequest) -> PlacedOrder:
        """A failure named ``after place`` comes when the order exists already."""
        self.sent.append(request)
        self._note("place")
        number = f"n{len(self.sent)}"
        is_buy = request.side is Side.BUY
        done = (request.funds or Decimal(0)) / PRICE if is_buy else request.quantity or Decimal(0)
        self.listed[number] = replace(
            order_of(number, self.ends, side=request.side, market=request.market, created_at=START),
            client_order_id=request.client_order_id,
            kind=request.kind,
            price=None,
            quantity=request.quantity,
            funds=request.funds,
            executed_quantity=done if self.fills else Decimal(0),
            executed_funds=done * PRICE if self.fills else Decimal(0),
            paid_fee=done * PRICE / 2000,
        )
        self._note("after place")
        return PlacedOrder(number, request.client_order_id, request.market, START)

    def order(self, reference: OrderReference) -> Order:
        self.looked_up.append(reference)
        self._note("order")
        for order in self.listed.values():
            if reference.order_id == order.order_id or (
                reference.client_order_id is not None and reference.client_order_id == order.client_order_id
            ):
                return order
        raise OrderNotFound("practice", "order_not_found")

    def cancel(self, reference: OrderReference) -> None:
        self.cancelled.append(reference)
        self._note("cancel")
        assert reference.order_id is not None
        self.listed[reference.order_id] = replace(self.listed[reference.order_id], state=OrderState.CANCELLED)

    def _note(self, name: str) -> None:
        self.called_in.append(threading.get_ident())
        assert self.may_go_on.wait(30)
        if self.failures.get(name):
            raise self.failures[name].pop(0)


class FakeDesk:
    """Implements the port ``PracticeDesk``."""

    rest_url = "http://127.0.0.1:8700"
    websocket_url = "ws://127.0.0.1:8700/websocket/v1"
    access_key = "PRACTICEaccess"
    secret_key = Secret("PRACTICEsecret")

    def __init__(self, world: PracticeWorld | None = None) -> None:
        self.world = world or PracticeWorld(Decimal(10_000_000), 12, 1)
        self.moment = PracticeTime(START + timedelta(hours=5), False, Decimal(1))
        self.deposits: list[Decimal] = []
        self.failures: list[Exception] = []
        self.called_in: list[int] = []

    def time(self) -> PracticeTime:
        return self._answer()

    def run(self, speed: int) -> PracticeTime:
        self.moment = replace(self.moment, is_paused=False, speed=Decimal(speed))
        return self._answer()

    def pause(self) -> PracticeTime:
        self.moment = replace(self.moment, is_paused=True)
        return self._answer()

    def deposit(self, amount: Decimal) -> None:
        self.deposits.append(amount)
        self._answer()

    def _answer(self) -> PracticeTime:
        self.called_in.append(threading.get_ident())
        if self.failures:
            raise self.failures.pop(0)
        return self.moment


class FakeMarketData:
    def __init__(self, listed: Iterable[ListedMarket]) -> None:
        self.listed = tuple(listed)
        self.failures: list[Exception] = []

    def markets(self) -> tuple[ListedMarket, ...]:
        if self.failures:
            raise self.failures.pop(0)
        return self.listed

    def trades(self, _market: Market, *, count: int) -> tuple[MarketTrade, ...]:
        """None before those of the streams."""
        return ()

    def candles_between(self, *_asked: object) -> tuple[Candle, ...]:
        return ()

    def candles_before(self, *_asked: object) -> tuple[Candle, ...]:
        return ()

    def all_price_summaries(self, _quotes: Iterable[str]) -> tuple[PriceSummary, ...]:
        """Nothing was traded: what time it is there nobody knows."""
        return ()


class FakeExchange:
    """What the windows ask of an exchange."""

    name = "practice"

    def __init__(self, account: FakeAccount | None = None, markets: Iterable[ListedMarket] = ()) -> None:
        self.account = cast(Account, account or FakeAccount())
        self.market_data = cast(MarketData, FakeMarketData(markets))
        self.capabilities = UPBIT_CAPABILITIES
        self.rules = krw_rules()


class FakePracticeConnection:
    """Implements ``Connection``."""

    def __init__(self, markets: Iterable[ListedMarket] = LISTED, desk: FakeDesk | None = None) -> None:
        self.owner = FakeAccount()
        self.desk = desk or FakeDesk()
        self.markets = tuple(markets)
        self.exchange = cast(Exchange, FakeExchange(self.owner, self.markets))
        self.streams = FakeStreams()
        self.practice: FakeDesk | None = self.desk
        self.world: str | None = None
        self.alive = True
        self.on_close: Callable[[], None] = lambda: None

    def is_alive(self) -> bool:
        return self.alive

    def close(self) -> None:
        self.on_close()


def account_events(account: FakeAccount) -> tuple[OwnBalancesChanged | OrdersRepaired, ...]:
    """As streams begin."""
    orders = tuple(account.listed.values())
    balances = tuple(account.held.values())
    return OwnBalancesChanged(balances, Provenance.REPAIR, START), OrdersRepaired(orders, START, START)
