"""Where prices come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from upbit_auto_trading.business_logic.domain.market import LastPrice


class MarketFeed(Protocol):
    """A feed is polled by the thread that owns it: ``due_prices`` never waits."""

    def open(self) -> None:
        """Connect; called in the thread that will use the feed."""

    def due_prices(self) -> tuple[LastPrice, ...]:
        """Prices that became known since the last call."""

    def close(self) -> None:
        """Release everything; may be called twice."""


MarketFeedFactory = Callable[[], MarketFeed]
