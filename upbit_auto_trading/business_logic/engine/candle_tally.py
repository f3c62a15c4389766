"""One interval's trades, added up in whatever order they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade

#: trades of one moment are ordered by their number
_When = tuple[datetime, int]


@dataclass(slots=True)
class CandleTally:
    market: Market
    unit: CandleUnit
    opened_at: datetime
    numbers: set[int] = field(default_factory=set)
    volume: Decimal = Decimal(0)
    _turnover: Decimal = Decimal(0)
    _first: tuple[_When, Decimal] | None = None
    _last: tuple[_When, Decimal] | None = None
    _high: Decimal = Decimal(0)
    _low: Decimal = Decimal(0)

    def add(self, trade: MarketTrade) -> bool:
        """False where it is in already."""
        if trade.number in self.numbers:
            return False
        when = (trade.traded_at, trade.number)
        if self._first is None or self._last is None:
            self._first = self._last = (when, trade.price)
            self._high = self._low = trade.price
        else:
            self._first = min(self._first, (when, trade.price))
            self._last = max(self._last, (when, trade.price))
            self._high, self._low = max(self._high, trade.price), min(self._low, trade.price)
        self.numbers.add(trade.number)
        self.volume += trade.quantity
        self._turnover += trade.quantity * trade.price
        return True

    def candle(self) -> Candle | None:
        """None without a trade."""
        if self._first is None or self._last is None:
            return None
        (_, opening), ((closed_at, _), closing) = self._first, self._last
        turnover, prices = self._turnover, (opening, self._high, self._low, closing)
        return Candle(self.market, self.unit, self.opened_at, *prices, self.volume, turnover, closed_at)


def says_the_same(one: Candle, two: Candle) -> bool:
    """In prices and volume. A turnover is cut to the exchange's figures, and says nothing that these do not."""
    return _numbers(one) == _numbers(two)


def _numbers(candle: Candle) -> tuple[object, ...]:
    return candle.opened_at, candle.open, candle.high, candle.low, candle.close, candle.volume


def seen_and_built(seen: Candle, built: Candle | None) -> Candle:
    """How a candle forms whose beginning was missed: the exchange's, as it was shown, and what has come since."""
    if built is None:
        return seen
    is_newer = seen.last_traded_at is None or (built.last_traded_at or seen.last_traded_at) >= seen.last_traded_at
    return Candle(
        seen.market,
        seen.unit,
        seen.opened_at,
        seen.open,
        max(seen.high, built.high),
        min(seen.low, built.low),
        built.close if is_newer else seen.close,
        max(seen.volume, built.volume),
        max(seen.turnover, built.turnover),
        built.last_traded_at if is_newer else seen.last_traded_at,
    )
