"""Where the markets of exchanges are kept, with what happened to them, for ever."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent


class MarketListReader(Protocol):
    def markets(self, exchange: str) -> tuple[KnownMarket, ...]:
        """By code, those that were delisted too."""

    def history(self, market: Market, limit: int = 200) -> tuple[MarketEvent, ...]:
        """Newest first."""

    def events(self, exchange: str, limit: int = 200) -> tuple[MarketEvent, ...]:
        """Of all its markets, newest first."""


class MarketListStore(MarketListReader, Protocol):
    def record(self, markets: Iterable[KnownMarket], events: Iterable[MarketEvent]) -> None:
        """Both or neither."""

    def forget_exchange(self, exchange: str) -> int:
        """How many markets went, with their history."""

    def identify(self, exchange: str, fingerprint: str) -> bool:
        """True where the exchange was another world until now: its markets were forgotten (practice markets)."""
