"""A candle that forms, and when the stream tells of it: sheet 8.9."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.data_layer.practice_exchange.market_summary import TapeTrade

_BETWEEN_UPDATES = timedelta(seconds=1)


def with_trade(candle: Candle, trade: TapeTrade) -> Candle:
    return replace(
        candle,
        high=max(candle.high, trade.price),
        low=min(candle.low, trade.price),
        close=trade.price,
        volume=candle.volume + trade.quantity,
        turnover=candle.turnover + trade.price * trade.quantity,
        last_traded_at=trade.at,
    )


def first_of(trade: TapeTrade, unit: CandleUnit) -> Candle:
    price = trade.price
    turnover = price * trade.quantity
    opened_at = unit.floor(trade.at)
    return Candle(
        trade.market, unit, opened_at, price, price, price, price, trade.quantity, turnover, last_traded_at=trade.at
    )


@dataclass(slots=True)
class LiveCandle:
    """At most one update in a second of market time, and none once the next candle has begun: there is no final one."""

    unit: CandleUnit
    #: the newest that exists; None before the first trade of the market
    candle: Candle | None
    _told_at: datetime | None = None
    _is_untold: bool = False

    def take(self, trade: TapeTrade) -> Iterator[Candle]:
        """The updates that are due by this trade, oldest first."""
        yield from self.due(trade.at)
        opened_at = self.unit.floor(trade.at)
        if self.candle is not None and self.candle.opened_at == opened_at:
            self.candle = with_trade(self.candle, trade)
        else:
            self.candle = first_of(trade, self.unit)
        self._is_untold = True
        yield from self.due(trade.at)

    def due(self, now: datetime) -> Iterator[Candle]:
        """The update that was held back, if it may be told by now."""
        if not self._is_untold or self.candle is None:
            return
        allowed_at = self._told_at + _BETWEEN_UPDATES if self._told_at is not None else now
        if allowed_at > now:
            return
        self._is_untold = False
        told_at = max(allowed_at, self.candle.last_traded_at or allowed_at)
        if told_at < self.unit.next(self.candle.opened_at):
            self._told_at = told_at
            yield self.candle
