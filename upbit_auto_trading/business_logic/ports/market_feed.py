"""Where the engine's news of the market and the account come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from upbit_auto_trading.business_logic.domain.events import FeedEvent, MarketEvent
from upbit_auto_trading.business_logic.domain.market import LastPrice


class MarketFeed(Protocol):
    """A feed is polled by the thread that owns it: ``due_prices`` and what follows never wait."""

    def open(self) -> None:
        """Connect; called in the thread that will use the feed."""

    def due_prices(self) -> tuple[LastPrice, ...]:
        """Prices that became known since the last call."""

    def due_events(self) -> tuple[FeedEvent, ...]:
        """What became known beside them up to the last ``due_prices``: own orders and balances, other streams."""

    def due_market_events(self) -> tuple[MarketEvent, ...]:
        """Likewise what the markets told, in its order: summaries (of the prices too), books, trades, candles."""

    def close(self) -> None:
        """Release everything; may be called twice."""


MarketFeedFactory = Callable[[], MarketFeed]
