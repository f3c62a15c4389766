"""A feed whose prices, mishaps and slowness a test decides."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime
from decimal import Decimal

from tests.fakes.fake_clock import START
from upbit_auto_trading.business_logic.domain.events import FeedEvent, MarketEvent
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market


def price_of(code: str, amount: str, traded_at: datetime = START) -> LastPrice:
    return LastPrice(Market("practice", code), Decimal(amount), Decimal(amount), traded_at)


class FakeFeed:
    """Implements the port ``MarketFeed``."""

    def __init__(self) -> None:
        self.batches: deque[tuple[LastPrice, ...] | Exception] = deque()
        #: a poll takes one of these as well
        self.events: deque[tuple[FeedEvent, ...]] = deque()
        self.market_events: deque[tuple[MarketEvent, ...]] = deque()
        self.open_failure: Exception | None = None
        self.opened_in: list[int] = []
        self.polled_in: list[int] = []
        self.closed_in: list[int] = []
        #: cleared, a poll hangs in here until it is set again; ``is_hanging`` says that it does
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.is_hanging = threading.Event()

    def open(self) -> None:
        self.opened_in.append(threading.get_ident())
        if self.open_failure is not None:
            raise self.open_failure

    def due_prices(self) -> tuple[LastPrice, ...]:
        self.polled_in.append(threading.get_ident())
        if not self.may_go_on.is_set():
            self.is_hanging.set()
            self.may_go_on.wait(30)
        batch = self.batches.popleft() if self.batches else ()
        if isinstance(batch, Exception):
            raise batch
        return batch

    def due_events(self) -> tuple[FeedEvent, ...]:
        return self.events.popleft() if self.events else ()

    def due_market_events(self) -> tuple[MarketEvent, ...]:
        return self.market_events.popleft() if self.market_events else ()

    def close(self) -> None:
        self.closed_in.append(threading.get_ident())
