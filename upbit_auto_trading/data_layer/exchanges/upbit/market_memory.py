"""What of each market was told already, by its code, so that repeated and late frames are not told again.

Snapshots repeat what was known, because each new subscription replaces the old one; answers of REST may be older than
frames that came meanwhile. Lives in the stream thread.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.stream import CandleChanged, PriceSummaryChanged, Provenance, TradePrinted
from upbit_auto_trading.data_layer.exchanges.upbit.frames import UnreadBook

#: of each market; older ones are known by being older than all of these
TRADES_REMEMBERED = 256


class _TradeNumbers:
    """The newest numbers. They grow with time, but not strictly in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: OrderedDict[int, None] = OrderedDict()
        self._floor = -1
        self.newest = -1

    def add(self, number: int) -> bool:
        if number <= self._floor or number in self._numbers:
            return False
        self._numbers[number] = None
        self.newest = max(self.newest, number)
        if len(self._numbers) > TRADES_REMEMBERED:
            oldest, _ = self._numbers.popitem(last=False)
            self._floor = max(self._floor, oldest)
        return True

    def forget(self, numbers: set[int]) -> None:
        """They may be told again."""
        for number in numbers:
            self._numbers.pop(number, None)
        if numbers:
            self._floor = min(self._floor, min(numbers) - 1)
            self.newest = max((number for number in self._numbers), default=self._floor)


class MarketMemory:
    def __init__(self) -> None:
        self._prices: dict[str, datetime] = {}
        self._books: dict[str, datetime] = {}
        self._trades: dict[str, _TradeNumbers] = {}
        self._candles: dict[tuple[str, str], Candle] = {}

    def is_new_price(self, event: PriceSummaryChanged) -> bool:
        market, traded_at = event.summary.market.code, event.summary.traded_at
        known = self._prices.get(market)
        if known is not None and (
            traded_at < known or (traded_at == known and event.provenance is not Provenance.STREAM)
        ):
            return False
        self._prices[market] = traded_at
        return True

    def is_new_book(self, book: UnreadBook) -> bool:
        known = self._books.get(book.market.code)
        if known is not None and book.changed_at < known:
            return False
        self._books[book.market.code] = book.changed_at
        return True

    def is_new_trade(self, event: TradePrinted) -> bool:
        numbers = self._trades.get(event.trade.market.code)
        if numbers is None:
            numbers = self._trades[event.trade.market.code] = _TradeNumbers()
        return numbers.add(event.trade.number)

    def newest_trade(self, market: Market) -> int | None:
        numbers = self._trades.get(market.code)
        return numbers.newest if numbers is not None and numbers.newest >= 0 else None

    def forget_trades(self, trades: list[MarketTrade]) -> None:
        by_market: dict[str, set[int]] = {}
        for trade in trades:
            by_market.setdefault(trade.market.code, set()).add(trade.number)
        for market, numbers in by_market.items():
            if market in self._trades:
                self._trades[market].forget(numbers)

    def is_new_candle(self, event: CandleChanged) -> bool:
        """Older candles come only from REST, and are the better ones then."""
        candle = event.candle
        known = self._candles.get((candle.market.code, candle.unit.value))
        if known is None or candle.opened_at > known.opened_at:
            self._candles[(candle.market.code, candle.unit.value)] = candle
            return True
        if candle.opened_at < known.opened_at:
            return event.provenance in (Provenance.REPAIR, Provenance.POLLED)
        if candle == known or _is_older(candle, known):
            return event.provenance is Provenance.REPAIR and not _is_older(candle, known)
        self._candles[(candle.market.code, candle.unit.value)] = candle
        return True

    def candle(self, market: Market, unit: CandleUnit) -> Candle | None:
        return self._candles.get((market.code, unit.value))


def _is_older(candle: Candle, known: Candle) -> bool:
    """Of two states of the same candle. What was traded in it only grows."""
    return candle.volume < known.volume
