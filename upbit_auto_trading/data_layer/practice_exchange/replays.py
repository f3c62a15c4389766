"""What the world needs of replayed candles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook


class Replay(Protocol):
    """``simulation.MarketReplay`` is one."""

    @property
    def listed(self) -> tuple[ListedMarket, ...]: ...

    def start_at(self, moment: datetime) -> None: ...

    def advance(self, to: datetime) -> Iterator[Print | SyntheticBook]: ...

    def candles(
        self, market: Market, unit: CandleUnit, start: datetime, end: datetime, now: datetime
    ) -> Sequence[Candle]: ...


class Replays(Protocol):
    """Makes replays over the same candles."""

    def whole(self) -> Replay:
        """Of all markets, as the pace of the clock wants it."""

    def of(self, market: Market) -> Replay:
        """Of one market, for its history."""
