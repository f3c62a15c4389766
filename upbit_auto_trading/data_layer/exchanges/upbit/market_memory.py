"""What of each market was told already, by its code, so that repeated and late frames are not told again.

Snapshots repeat what was known, because each new subscription replaces the old one; answers of REST may be older than
frames that came meanwhile. Lives in the stream thread.
"""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.stream import CandleChanged, PriceSummaryChanged, Provenance, TradePrinted
from upbit_auto_trading.data_layer.exchanges.upbit.frames import UnreadBook

#: of each market; older ones are known by being older than all of these
TRADES_REMEMBERED = 256


class _TradeNumbers:
    """The highest numbers. They grow with time, but do not come strictly in their order."""

    def __init__(self) -> None:
        self._numbers: set[int] = set()
        self._lowest_first: list[int] = []
        self._floor = -1
        self.newest = -1
        #: readings of a gap that are under way: what they will bring may lie far below the newest
        self.readings = 0

    def add(self, number: int) -> bool:
        if number <= self._floor or number in self._numbers:
            return False
        self._numbers.add(number)
        heappush(self._lowest_first, number)
        self.newest = max(self.newest, number)
        self.trim()
        return True

    def trim(self) -> None:
        while len(self._numbers) > TRADES_REMEMBERED and not self.readings:
            self._floor = heappop(self._lowest_first)
            self._numbers.discard(self._floor)

    def forget(self, numbers: set[int]) -> None:
        """They may be told again."""
        self._numbers -= numbers
        self._lowest_first = sorted(self._numbers)
        self._floor = min(self._floor, min(numbers) - 1)
        self.newest = max(self._numbers, default=self._floor)


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

    def begin_reading_trades(self, market: Market) -> None:
        self._trades.setdefault(market.code, _TradeNumbers()).readings += 1

    def end_reading_trades(self, market: Market) -> None:
        numbers = self._trades[market.code]
        numbers.readings -= 1
        numbers.trim()

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
