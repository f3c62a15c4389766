"""The public part of the exchange: markets, prices, books, trades and candles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, InvalidParameter, MarketUnknown
from upbit_auto_trading.business_logic.domain.market import Instrument, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.data_layer.exchanges.upbit import calls, candle_pages
from upbit_auto_trading.data_layer.exchanges.upbit.calls import Endpoint, UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import (
    BOOK_DEPTH,
    MARKETS_PER_REQUEST,
    MOST_DAYS_AGO,
    TRADES_PER_PAGE,
)
from upbit_auto_trading.data_layer.exchanges.upbit.client import UpbitClient
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import Given, joined, parameters
from upbit_auto_trading.data_layer.exchanges.upbit.replies import MarketReplies
from upbit_auto_trading.data_layer.transport.limit_group import Priority

_T = TypeVar("_T")


class UpbitMarketData:
    """Implements the port ``MarketData``; safe from any thread."""

    def __init__(self, exchange: str, client: UpbitClient) -> None:
        self._exchange = exchange
        self._client = client
        self._replies = MarketReplies(exchange)

    def markets(self) -> tuple[ListedMarket, ...]:
        return self._list(UpbitCall(calls.MARKETS, parameters(is_details=True)), self._replies.listed_market)

    def price_summaries(self, markets: Iterable[Market]) -> tuple[PriceSummary, ...]:
        """Of the markets that are still listed; ``MarketUnknown`` where none is."""
        return self._of_markets(calls.TICKERS, markets, self._replies.price_summary)

    def all_price_summaries(self, quotes: Iterable[str]) -> tuple[PriceSummary, ...]:
        wanted = tuple(quotes)
        if not wanted:
            return ()
        call = UpbitCall(calls.ALL_TICKERS, parameters(quote_currencies=joined(wanted)))
        return self._list(call, self._replies.price_summary)

    def order_books(
        self, markets: Iterable[Market], depth: int | None = None, grouping: Decimal | None = None
    ) -> tuple[OrderBook, ...]:
        """Of the markets that are still listed. ``grouping`` is one of ``Instrument.book_groupings``."""
        if depth is not None and depth < 1:
            raise InvalidParameter("depth", depth, "out-of-bounds", allowed="1…")
        wanted = tuple(markets)
        books = self._of_markets(
            calls.ORDER_BOOKS,
            wanted,
            self._replies.order_book,
            count=None if depth is None else min(depth, BOOK_DEPTH),
            level=grouping or None,
        )
        if wanted and grouping and not books:
            # the exchange answers with nothing where a market has no such grouping
            raise InvalidParameter("grouping", grouping, "not-offered")
        return books

    def instruments(self, markets: Iterable[Market]) -> tuple[Instrument, ...]:
        return self._of_markets(calls.INSTRUMENTS, markets, self._replies.instrument)

    def trades(
        self, market: Market, *, count: int, before_number: int | None = None, days_ago: int | None = None
    ) -> tuple[MarketTrade, ...]:
        if days_ago is not None and not 1 <= days_ago <= MOST_DAYS_AGO:
            raise InvalidParameter("days_ago", days_ago, "out-of-bounds", allowed=f"1…{MOST_DAYS_AGO}")
        found: dict[int, MarketTrade] = {}
        before = before_number
        while len(found) < count:
            older = self._older_trades(market, min(count - len(found), TRADES_PER_PAGE), before, days_ago)
            if not older:
                break
            found.update((trade.number, trade) for trade in older)
            before = min(trade.number for trade in older)
        return tuple(found[number] for number in sorted(found)[-count:]) if count > 0 else ()

    def _older_trades(
        self, market: Market, count: int, before: int | None, days_ago: int | None
    ) -> tuple[MarketTrade, ...]:
        """One page. Whether the trade that it continues from comes again is not told: it is left out."""
        call = UpbitCall(
            calls.TRADES,
            parameters(
                market=self._code(market),
                count=count if before is None else min(count + 1, TRADES_PER_PAGE),
                cursor=before,
                days_ago=days_ago,
            ),
        )
        page = self._list(call, self._replies.trade)
        return tuple(trade for trade in page if before is None or trade.number < before)

    def candles_before(
        self, market: Market, unit: CandleUnit, before: datetime | None, count: int
    ) -> tuple[Candle, ...]:
        return candle_pages.newest_before(self._candle_page(market, unit), before, count)

    def candles_from(self, market: Market, unit: CandleUnit, start: datetime, count: int) -> tuple[Candle, ...]:
        return candle_pages.oldest_from(self._candle_page(market, unit), unit, start, count)

    def candles_between(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> tuple[Candle, ...]:
        return candle_pages.all_between(self._whole_page(market, unit), start, end)

    def _whole_page(self, market: Market, unit: CandleUnit) -> candle_pages.ReadPage:
        """A candle that cannot be read must not be taken for an interval without trades: then there is no answer."""
        code = self._code(market)

        def read_page(to: str | None, count: int) -> tuple[Candle, ...]:
            call = UpbitCall(
                calls.CANDLES[unit], parameters(market=code, to=to, count=count), priority=Priority.BACKGROUND
            )
            found, told = self._client.read_counted_list(call, lambda item: self._replies.candle(item, market, unit))
            if len(found) != told:
                raise ExchangeUnavailable(self._exchange, "unreadable")
            return found

        return read_page

    def _candle_page(self, market: Market, unit: CandleUnit) -> candle_pages.ReadPage:
        code = self._code(market)

        def read_page(to: str | None, count: int) -> tuple[Candle, ...]:
            call = UpbitCall(calls.CANDLES[unit], parameters(market=code, to=to, count=count))
            return self._list(call, lambda item: self._replies.candle(item, market, unit))

        return read_page

    def _of_markets(
        self, endpoint: Endpoint, markets: Iterable[Market], read: Callable[[object], _T], **others: Given
    ) -> tuple[_T, ...]:
        codes = list(dict.fromkeys(self._code(market) for market in markets))
        found: list[_T] = []
        for start in range(0, len(codes), MARKETS_PER_REQUEST):
            found.extend(self._of_codes(endpoint, codes[start : start + MARKETS_PER_REQUEST], read, others))
        return tuple(found)

    def _of_codes(
        self, endpoint: Endpoint, codes: list[str], read: Callable[[object], _T], others: dict[str, Given]
    ) -> tuple[_T, ...]:
        """One code that is no longer listed fails the whole request: then those that are listed are asked for."""
        try:
            return self._list(UpbitCall(endpoint, parameters(markets=joined(codes), **others)), read)
        except MarketUnknown:
            listed = {one.market.code for one in self.markets()} if len(codes) > 1 else set()
            known = [code for code in codes if code in listed]
            if not known or len(known) == len(codes):
                raise
        return self._list(UpbitCall(endpoint, parameters(markets=joined(known), **others)), read)

    def _list(self, call: UpbitCall, read: Callable[[object], _T]) -> tuple[_T, ...]:
        return self._client.read_list(call, read)

    def _code(self, market: Market) -> str:
        return code_of(market, self._exchange)


def code_of(market: Market, exchange: str) -> str:
    """In capitals: other spellings work in some places and are ignored in others."""
    if market.exchange != exchange:
        raise InvalidParameter("market", str(market), "another-exchange")
    return market.code.upper()
