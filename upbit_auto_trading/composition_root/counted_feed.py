"""Counts how long the feed takes to hand over what is due; the engine itself knows nothing of counting."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.events import FeedEvent, MarketEvent
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.ports.market_feed import MarketFeed
from upbit_auto_trading.utils.operation_counts import OperationCounts

_NAME = "engine.prices"


class CountedFeed:
    """Implements the port ``MarketFeed`` around another one."""

    def __init__(self, feed: MarketFeed, counts: OperationCounts) -> None:
        self._feed = feed
        self._counts = counts

    def open(self) -> None:
        self._feed.open()

    def due_prices(self) -> tuple[LastPrice, ...]:
        with self._counts.measure(_NAME):
            return self._feed.due_prices()

    def due_events(self) -> tuple[FeedEvent, ...]:
        return self._feed.due_events()

    def due_market_events(self) -> tuple[MarketEvent, ...]:
        return self._feed.due_market_events()

    def close(self) -> None:
        self._feed.close()
