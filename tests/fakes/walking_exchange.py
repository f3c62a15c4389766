"""An exchange whose prices walk, for the tests of everything that is not about exchanges."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from tests.fakes.fake_streams import FakeStreams
from upbit_auto_trading.business_logic.domain.events import FeedEvent
from upbit_auto_trading.business_logic.domain.market import LastPrice, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
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
    """Implements ``Connection``; the exchange behind it is asked nothing."""

    def __init__(self, clock: Clock) -> None:
        self.exchange = cast(Exchange, _Named())
        self.markets = tuple(ListedMarket(Market("practice", code), *_NAMES[code]) for code in _STARTS)
        self.streams = WalkingStreams(clock)
        self.is_closed = False
        self.practice: PracticeDesk | None = None

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        self.is_closed = True


class _Named:
    name = "practice"


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

    def close(self) -> None:
        self._streams.stop()


def walking(clock: Clock) -> Callable[[object], WalkingConnection]:
    return lambda _context: WalkingConnection(clock)
