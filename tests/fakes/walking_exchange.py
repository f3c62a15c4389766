"""An exchange whose prices walk, for the tests of everything that is not about exchanges."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from tests.fakes.fake_streams import FakeStreams
from tests.fakes.own_orders import balance_of, order_of
from tests.fakes.practice_account import FakeAccount, FakeDesk, FakeExchange, account_events
from upbit_auto_trading.business_logic.domain.events import FeedEvent, MarketEvent
from upbit_auto_trading.business_logic.domain.market import LastPrice, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.order import OrderState, Side
from upbit_auto_trading.business_logic.domain.stream import (
    PriceSummaryChanged,
    Provenance,
    StreamEvent,
    StreamState,
    Topic,
    TopicKind,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.ports.practice import PracticeDesk

_GAP_SECONDS = 0.25
#: where each walk begins, and its steps
_STARTS = {
    "KRW-BTC": (143_285_000, 1_000),
    "KRW-ETH": (4_872_000, 1_000),
    "KRW-XRP": (3_215, 1),
    "KRW-SOL": (231_400, 100),
    "KRW-DOGE": (287, 1),
}
_NAMES = {
    "KRW-BTC": ("비트코인", "Bitcoin"),
    "KRW-ETH": ("이더리움", "Ethereum"),
    "KRW-XRP": ("엑스알피(리플)", "XRP (Ripple)"),
    "KRW-SOL": ("솔라나", "Solana"),
    "KRW-DOGE": ("도지코인", "Dogecoin"),
}


class WalkingStreams(FakeStreams):
    """Every market once at first, then one of them four times a second."""

    def __init__(self, clock: Clock, seed: int = 5) -> None:
        super().__init__()
        self._clock = clock
        self._draw = random.Random(seed)
        self._prices = {code: start for code, (start, _step) in _STARTS.items()}
        self._next_at: float | None = None
        self.current = {Topic(TopicKind.PRICES, Market("practice", code)): StreamState.LIVE for code in _STARTS}

    def take(self, limit: int = 1_000) -> tuple[StreamEvent, ...]:
        now = self._clock.monotonic()
        if self.waiting:
            return super().take(limit)
        if self._next_at is None:
            self._next_at = now + _GAP_SECONDS
            return tuple(self._trade(code) for code in _STARTS)
        if now < self._next_at:
            return ()
        self._next_at = now + _GAP_SECONDS
        return (self._trade(self._draw.choice(list(_STARTS))),)

    def _trade(self, code: str) -> PriceSummaryChanged:
        start, step = _STARTS[code]
        self._prices[code] += step * self._draw.choice((-1, 0, 1))
        now, price, opened = self._clock.now(), Decimal(self._prices[code]), Decimal(start)
        traded = Decimal(1_000)
        summary = PriceSummary(
            Market("practice", code), price, opened, price, opened, opened, now, traded, traded, traded, traded
        )
        return PriceSummaryChanged(summary, Provenance.STREAM, now)


class WalkingConnection:
    """Implements ``Connection``, with an account of a few coins and orders."""

    def __init__(self, clock: Clock) -> None:
        owner = _owner(clock)
        self.markets = tuple(ListedMarket(Market("practice", code), *_NAMES[code]) for code in _STARTS)
        self.exchange = cast(Exchange, FakeExchange(owner, self.markets))
        self.streams = WalkingStreams(clock)
        self.streams.waiting = list(account_events(owner))
        self.is_closed = False
        self.practice: PracticeDesk | None = FakeDesk()
        self.world: str | None = None

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        self.is_closed = True


def _owner(clock: Clock) -> FakeAccount:
    """Two open orders and one that was filled, so that no table is empty."""
    account, now = FakeAccount(), clock.now()
    btc, xrp = Market("practice", "KRW-BTC"), Market("practice", "KRW-XRP")
    account.held["XRP"] = balance_of("XRP", "120.12345678", "30", average="3100")
    account.listed = {
        "1": order_of("1", price="141000000", quantity="0.0123", executed="0.004", market=btc, created_at=now),
        "2": order_of("2", price="3300", quantity="30", side=Side.SELL, market=xrp, created_at=now),
        "3": order_of("3", OrderState.DONE, price="3100", quantity="150", executed="150", market=xrp, created_at=now),
    }
    return account


class WalkingFeed:
    """Implements the port ``MarketFeed`` with the same prices."""

    def __init__(self, clock: Clock, seed: int = 5) -> None:
        self._streams = WalkingStreams(clock, seed)

    def open(self) -> None:
        self._streams.start()

    def due_prices(self) -> tuple[LastPrice, ...]:
        found = (event.summary for event in self._streams.take() if isinstance(event, PriceSummaryChanged))
        return tuple(LastPrice(one.market, one.price, one.previous_close, one.traded_at) for one in found)

    def due_events(self) -> tuple[FeedEvent, ...]:
        return ()

    def due_market_events(self) -> tuple[MarketEvent, ...]:
        return ()

    def close(self) -> None:
        self._streams.stop()


def walking(clock: Clock) -> Callable[[object], WalkingConnection]:
    return lambda _context: WalkingConnection(clock)
