"""Quotation endpoints but candles: markets, tickers, books, trades. Sheet 3.1–3.5."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, OrderBook
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.data_layer.practice_exchange import query_times
from upbit_auto_trading.data_layer.practice_exchange.book_grouping import DEPTH, grouped, supported_levels
from upbit_auto_trading.data_layer.practice_exchange.call import Answer, Call, whole_number
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import (
    parameter_invalid,
    parameter_missing,
    type_mismatch,
)
from upbit_auto_trading.data_layer.practice_exchange.market_summary import MarketSummary, TapeTrade
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import PLAIN, milliseconds

MOST_TRADES: Final = 500
_KST = timedelta(hours=9)
_ZERO = Decimal(0)
_CAUTIONS: Final = {
    "PRICE_FLUCTUATIONS": Caution.PRICE_FLUCTUATION,
    "TRADING_VOLUME_SOARING": Caution.TRADING_VOLUME,
    "DEPOSIT_AMOUNT_SOARING": Caution.DEPOSIT_AMOUNT,
    "GLOBAL_PRICE_DIFFERENCES": Caution.PRICE_DIFFERENCE,
    "CONCENTRATION_OF_SMALL_ACCOUNTS": Caution.FEW_ACCOUNTS,
}
_NO_LEVEL = BookLevel(_ZERO, _ZERO)


# --- markets: 3.1


def list_markets(call: Call) -> Answer:
    wanted = call.parameters.one("is_details")
    if wanted is None and call.switch("details-spelling") == "both":
        wanted = call.parameters.one("isDetails")
    if wanted is not None and wanted.lower() not in ("true", "false"):
        raise type_mismatch()
    has_details = (wanted or "false").lower() == "true"
    return Answer([_market_row(listed, has_details) for listed in call.world.listed()])


def _market_row(listed: ListedMarket, has_details: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "market": listed.market.code,
        "korean_name": listed.korean_name,
        "english_name": listed.english_name,
    }
    if has_details:
        cautions = {name: caution in listed.cautions for name, caution in _CAUTIONS.items()}
        row["market_event"] = {"warning": listed.is_warned, "caution": cautions}
    return row


# --- tickers: 3.2


def tickers(call: Call) -> Answer:
    return _tickers(call, call.quoted_markets())


def all_tickers(call: Call) -> Answer:
    quotes = {quote.upper() for quote in call.parameters.listed("quote_currencies")}
    if not quotes:
        raise parameter_missing()
    return _tickers(call, [listed.market for listed in call.world.listed() if listed.market.quote in quotes])


def _tickers(call: Call, markets: list[Market]) -> Answer:
    return Answer([_ticker_row(call, summary) for summary in call.world.summaries(markets)])


def _ticker_row(call: Call, summary: MarketSummary) -> dict[str, object]:
    price, rate, last = call.forms.ticker_price, call.forms.ticker_rate, summary.last
    kst = last.at + _KST
    change, fraction = summary.change, summary.change_fraction
    return {
        "market": summary.market.code,
        "trade_date": f"{last.at:%Y%m%d}",
        "trade_time": f"{last.at:%H%M%S}",
        "trade_date_kst": f"{kst:%Y%m%d}",
        "trade_time_kst": f"{kst:%H%M%S}",
        "trade_timestamp": milliseconds(last.at),
        "opening_price": price(summary.day_open),
        "high_price": price(summary.day_high),
        "low_price": price(summary.day_low),
        "trade_price": price(last.price),
        "prev_closing_price": price(summary.previous_close),
        "change": "RISE" if change > 0 else "FALL" if change < 0 else "EVEN",
        "change_price": price(abs(change)),
        "change_rate": rate(abs(fraction)),
        "signed_change_price": price(change),
        "signed_change_rate": rate(fraction),
        "trade_volume": price(last.quantity),
        "acc_trade_price": call.forms.ticker_day_turnover(summary.day_turnover),
        "acc_trade_price_24h": price(summary.turnover_24h),
        "acc_trade_volume": price(summary.day_volume),
        "acc_trade_volume_24h": price(summary.volume_24h),
        "highest_52_week_price": price(summary.high_52w),
        "highest_52_week_date": summary.high_52w_on.isoformat(),
        "lowest_52_week_price": price(summary.low_52w),
        "lowest_52_week_date": summary.low_52w_on.isoformat(),
        "timestamp": milliseconds(summary.updated_at),
    }


# --- books: 3.3 and 3.4


def order_books(call: Call) -> Answer:
    markets = call.quoted_markets()
    depth = call.count(DEPTH, DEPTH, parameter_invalid)
    level = _level(call.parameters.one("level") or "0")
    books = [grouped(call.world, market, level, depth) for market in markets]
    # one market that does not know the level leaves nothing of the answer
    known = [book for book in books if book is not None]
    return Answer([_book_row(call, book, level) for book in known] if len(known) == len(books) else [])


def _level(written: str) -> Decimal:
    try:
        level = Decimal(written)
    except InvalidOperation as error:
        raise type_mismatch() from error
    if not level.is_finite():
        raise type_mismatch()
    return level


def _book_row(call: Call, book: OrderBook, level: Decimal) -> dict[str, object]:
    number = call.forms.book
    units = [
        {
            "bid_price": number(bid.price),
            "bid_size": number(bid.quantity),
            "ask_price": number(ask.price),
            "ask_size": number(ask.quantity),
        }
        for bid, ask in _paired(call, book)
    ]
    changed = book.changed_at if call.switch("book-time") == "last-change" else call.now
    return {
        "market": book.market.code,
        "timestamp": milliseconds(changed),
        "total_ask_size": number(sum((ask.quantity for ask in book.asks), _ZERO)),
        "total_bid_size": number(sum((bid.quantity for bid in book.bids), _ZERO)),
        "orderbook_units": units,
        "level": PLAIN(level),
    }


def _paired(call: Call, book: OrderBook) -> list[tuple[BookLevel, BookLevel]]:
    """The shorter side is padded with slots of zero: sheet 3.3."""
    is_padded = call.switch("book-padding") == "zeros"
    size = (max if is_padded else min)(len(book.asks), len(book.bids))
    asks = [*book.asks, *([_NO_LEVEL] * size)][:size]
    bids = [*book.bids, *([_NO_LEVEL] * size)][:size]
    return list(zip(bids, asks, strict=True))


def instruments(call: Call) -> Answer:
    return Answer([_instrument_row(call, market) for market in call.quoted_markets()])


def _instrument_row(call: Call, market: Market) -> dict[str, object]:
    spell = call.forms.instrument
    return {
        "market": market.code,
        "quote_currency": market.quote,
        "tick_size": spell(call.world.tick(market)),
        "supported_levels": [spell(level) for level in supported_levels(call.world, market)],
    }


def levels(call: Call) -> Answer:
    """The older sibling; numbers."""
    return Answer(
        [
            {
                "market": market.code,
                "supported_levels": [PLAIN(level) for level in supported_levels(call.world, market)],
            }
            for market in call.quoted_markets()
        ]
    )


# --- trades: 3.5


def trades(call: Call) -> Answer:
    market = call.quoted_market()
    count = call.count(1, MOST_TRADES, parameter_invalid)
    found = call.world.trades(market, count, before=_trades_before(call), before_number=_number(call, "cursor"))
    return Answer([_trade_row(call, trade) for trade in found])


def _number(call: Call, name: str) -> int | None:
    written = call.parameters.one(name)
    if written is None:
        return None
    number = whole_number(written)
    if number is None:
        raise type_mismatch()
    return number


def _trades_before(call: Call) -> datetime | None:
    """``to`` is a time of day, of today or of a UTC day up to seven ago."""
    days, written = _number(call, "days_ago"), call.parameters.one("to")
    if days is not None and not 1 <= days <= 7:
        raise parameter_invalid()
    if days is None and written is None:
        return None
    try:
        clock = time.max if written is None else query_times.time_of_day(written)
    except InvalidParameter as error:
        raise parameter_invalid() from error
    return datetime.combine(call.now.date() - timedelta(days=days or 0), clock, UTC)


def _trade_row(call: Call, trade: TapeTrade) -> dict[str, object]:
    number = call.forms.trade
    return {
        "market": trade.market.code,
        "trade_date_utc": f"{trade.at:%Y-%m-%d}",
        "trade_time_utc": f"{trade.at:%H:%M:%S}",
        "timestamp": milliseconds(trade.at),
        "trade_price": number(trade.price),
        "trade_volume": number(trade.quantity),
        "prev_closing_price": number(trade.previous_close),
        "change_price": number(trade.price - trade.previous_close),
        "ask_bid": "BID" if trade.taker_side is Side.BUY else "ASK",
        "sequential_id": trade.number,
    }
