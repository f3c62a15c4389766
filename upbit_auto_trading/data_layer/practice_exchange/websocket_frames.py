"""The frames of the public streams: sheet 8.6–8.9 and 8.13, each number spelt as on the wire (1.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, OrderBook
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.data_layer.practice_exchange import websocket_names as names
from upbit_auto_trading.data_layer.practice_exchange.market_summary import MarketSummary, TapeTrade
from upbit_auto_trading.data_layer.practice_exchange.websocket_requests import BOOK, TICKER, TRADE, Format, WantedType
from upbit_auto_trading.data_layer.practice_exchange.websocket_spelling import (
    NULL,
    double_style,
    eight_decimals,
    kst,
    milliseconds,
    plain,
    rate_as_double,
    sixteen_decimals,
    ten_decimals,
    text,
    with_exponent,
    yes_no,
    zero_with_exponent,
)

SNAPSHOT, REALTIME = "SNAPSHOT", "REALTIME"
#: the side of the taker
TAKER = {Side.BUY: "BID", Side.SELL: "ASK"}
_STATES = {MarketState.PREVIEW: "PREVIEW", MarketState.DELISTED: "DELISTED"}

Spell = Callable[[Decimal], str]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The points at which captures of the wire disagree; each is a switch of the server."""

    zero_exponent: bool = True
    book_exponents: bool = True
    #: tickers and candles; otherwise the shortest double
    is_padded: bool = True
    trades_are_padded: bool = False

    @property
    def number(self) -> Spell:
        return eight_decimals if self.is_padded else double_style

    @property
    def rate(self) -> Spell:
        return ten_decimals if self.is_padded else rate_as_double

    @property
    def accumulated(self) -> Spell:
        return sixteen_decimals if self.is_padded else double_style

    @property
    def change(self) -> Spell:
        return zero_with_exponent if self.zero_exponent and self.is_padded else self.number

    @property
    def trade(self) -> Spell:
        return eight_decimals if self.trades_are_padded else double_style


@dataclass(frozen=True, slots=True)
class Frame:
    """Members in the order of the wire, as JSON text, and their short names."""

    members: tuple[tuple[str, str], ...]
    short: Mapping[str, str]

    def encoded(self, format_: Format) -> bytes:
        written = object_text(self.members, self.short if format_.is_simple else None)
        return (f"[{written}]" if format_.is_list else written).encode()


def object_text(members: Iterable[tuple[str, str]], short: Mapping[str, str] | None = None) -> str:
    if short is None:
        return "{" + ",".join([f'"{name}":{value}' for name, value in members]) + "}"
    return "{" + ",".join([f'"{short.get(name, name)}":{value}' for name, value in members]) + "}"


def change_word(change: Decimal) -> str:
    return '"RISE"' if change > 0 else '"FALL"' if change < 0 else '"EVEN"'


def ticker_frame(summary: MarketSummary, stream_type: str, spelling: Spelling) -> Frame:
    last, change, rate = summary.last, summary.change, summary.change_fraction
    number = spelling.number
    day = f"{last.at:%Y%m%d}"
    return Frame(
        (
            ("type", text(TICKER)),
            ("code", text(summary.market.code)),
            ("opening_price", number(summary.day_open)),
            ("high_price", number(summary.day_high)),
            ("low_price", number(summary.day_low)),
            ("trade_price", number(last.price)),
            ("prev_closing_price", number(summary.previous_close)),
            ("acc_trade_price", spelling.accumulated(summary.day_turnover)),
            ("change", change_word(change)),
            ("change_price", spelling.change(abs(change))),
            ("signed_change_price", spelling.change(change)),
            ("change_rate", spelling.rate(abs(rate)) if rate else "0"),
            ("signed_change_rate", spelling.rate(rate) if rate else "0"),
            ("ask_bid", text(TAKER[last.taker_side])),
            ("trade_volume", number(last.quantity)),
            ("acc_trade_volume", number(summary.day_volume)),
            ("trade_date", text(day)),
            ("trade_time", text(f"{last.at:%H%M%S}")),
            ("trade_timestamp", str(milliseconds(last.at))),
            ("acc_ask_volume", number(summary.day_sold)),
            ("acc_bid_volume", number(summary.day_bought)),
            ("highest_52_week_price", number(summary.high_52w)),
            ("highest_52_week_date", text(summary.high_52w_on.isoformat())),
            ("lowest_52_week_price", number(summary.low_52w)),
            ("lowest_52_week_date", text(summary.low_52w_on.isoformat())),
            ("market_state", text(_STATES.get(summary.state, "ACTIVE"))),
            ("is_trading_suspended", yes_no(summary.state is MarketState.HALTED)),
            ("delisting_date", _day_object(summary.delisted_on)),
            ("market_warning", text("NONE")),
            ("timestamp", str(milliseconds(summary.updated_at))),
            ("acc_trade_price_24h", number(summary.turnover_24h)),
            ("acc_trade_volume_24h", number(summary.volume_24h)),
            ("stream_type", text(stream_type)),
        ),
        names.TICKER,
    )


def trade_frame(
    trade: TapeTrade, best: OrderBook, published_at: datetime, stream_type: str, spelling: Spelling
) -> Frame:
    change = trade.price - trade.previous_close
    ask, bid = _best(best.asks), _best(best.bids)
    return Frame(
        (
            ("type", text(TRADE)),
            ("code", text(trade.market.code)),
            ("timestamp", str(milliseconds(published_at))),
            ("trade_date", text(f"{trade.at:%Y-%m-%d}")),
            ("trade_time", text(f"{trade.at:%H:%M:%S}")),
            ("trade_timestamp", str(milliseconds(trade.at))),
            ("trade_price", spelling.trade(trade.price)),
            ("trade_volume", spelling.trade(trade.quantity)),
            ("ask_bid", text(TAKER[trade.taker_side])),
            ("prev_closing_price", eight_decimals(trade.previous_close)),
            ("change", change_word(change)),
            ("change_price", spelling.trade(abs(change))),
            ("sequential_id", str(trade.number)),
            ("best_ask_price", plain(ask.price)),
            ("best_ask_size", plain(ask.quantity)),
            ("best_bid_price", plain(bid.price)),
            ("best_bid_size", plain(bid.quantity)),
            ("stream_type", text(stream_type)),
        ),
        names.TRADE,
    )


def book_frame(
    book: OrderBook, depth: int, level: Decimal, stream_type: str, *, is_simple: bool, spelling: Spelling
) -> Frame:
    """Short and long formats spell differently, so the names are chosen here too."""
    price, size = (plain, with_exponent) if is_simple else (with_exponent, eight_decimals)
    if not spelling.book_exponents:
        price = size = plain
    units = [_book_unit(book, index, price, size, is_simple) for index in range(depth)]
    return Frame(
        (
            ("type", text(BOOK)),
            ("code", text(book.market.code)),
            ("timestamp", str(milliseconds(book.changed_at))),
            ("total_ask_size", plain(sum((one.quantity for one in book.asks[:30]), Decimal(0)))),
            ("total_bid_size", plain(sum((one.quantity for one in book.bids[:30]), Decimal(0)))),
            ("orderbook_units", f"[{','.join(units)}]"),
            ("stream_type", text(stream_type)),
            ("level", plain(level)),
        ),
        names.BOOK,
    )


def candle_frame(name: str, candle: Candle, traded_at: datetime, stream_type: str, spelling: Spelling) -> Frame:
    number = spelling.number
    return Frame(
        (
            ("type", text(name)),
            ("code", text(candle.market.code)),
            ("candle_date_time_utc", text(f"{candle.opened_at:%Y-%m-%dT%H:%M:%S}")),
            ("candle_date_time_kst", text(f"{kst(candle.opened_at):%Y-%m-%dT%H:%M:%S}")),
            ("opening_price", number(candle.open)),
            ("high_price", number(candle.high)),
            ("low_price", number(candle.low)),
            ("trade_price", number(candle.close)),
            ("candle_acc_trade_volume", number(candle.volume)),
            ("candle_acc_trade_price", number(candle.turnover)),
            ("timestamp", str(milliseconds(traded_at))),
            ("stream_type", text(stream_type)),
        ),
        names.CANDLE,
    )


def subscriptions_frame(ticket: str, types: Iterable[WantedType], known: set[str], format_: Format) -> Frame:
    """The codes that count; those that the exchange ignores are not listed."""
    short = names.LISTED_TYPE if format_.is_simple else None
    listed = [object_text(_listed(wanted, known), short) for wanted in types]
    return Frame(
        (("method", text("LIST_SUBSCRIPTIONS")), ("result", f"[{','.join(listed)}]"), ("ticket", text(ticket))),
        names.LIST,
    )


def _listed(wanted: WantedType, known: set[str]) -> list[tuple[str, str]]:
    members = [("type", text(wanted.type))]
    codes = [code for code in wanted.codes or () if code.partition(".")[0] in known]
    if codes:
        members.append(("codes", f"[{','.join(map(text, codes))}]"))
    if wanted.type == BOOK:
        members.append(("level", plain(wanted.level)))
    return members


def _best(levels: tuple[BookLevel, ...]) -> BookLevel:
    return levels[0] if levels else BookLevel(Decimal(0), Decimal(0))


def _book_unit(book: OrderBook, index: int, price: Spell, size: Spell, is_simple: bool) -> str:
    """A side with fewer levels is padded with zeros."""
    ask = book.asks[index] if index < len(book.asks) else None
    bid = book.bids[index] if index < len(book.bids) else None
    members = (
        ("ask_price", price(ask.price) if ask else "0"),
        ("bid_price", price(bid.price) if bid else "0"),
        ("ask_size", size(ask.quantity) if ask else "0"),
        ("bid_size", size(bid.quantity) if bid else "0"),
    )
    return object_text(members, names.BOOK_LEVEL if is_simple else None)


def _day_object(day: date | None) -> str:
    if day is None:
        return NULL
    return object_text((("year", str(day.year)), ("month", str(day.month)), ("day", str(day.day))))
