"""From the members of a frame to values of our domain. Both readings, the fast and the tolerant one, end here.

Everything raises ``ValueError`` (or a relative of ``UNREADABLE``) where a member makes no sense: an amount that is not
finite, negative or of absurd size, a word that is not in the exchange's vocabulary.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import Fill, OrderKind, OrderState, OrderUpdate, Side, TimeInForce
from upbit_auto_trading.data_layer.exchanges.upbit.frame_types import (
    BookFrame,
    CandleFrame,
    OrderFrame,
    TickerFrame,
    TradeFrame,
)
from upbit_auto_trading.data_layer.exchanges.upbit.words import KIND_OF_WORD, TIME_IN_FORCE_OF_WORD

#: what reading a payload of somebody else's may raise; ``ArithmeticError`` covers decimals and times out of range
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, ArithmeticError, OSError, RecursionError)

#: no price, quantity or turnover is as large; beyond it a mere exponent would fill the memory when written out
_TOO_MUCH = Decimal("1E+30")
_ZERO = Decimal(0)
#: enough digits for the product of any two amounts that can come in a frame: nothing is rounded
_EXACT = Context(prec=2_000)
_MOST_MARKETS = 10_000
#: times beyond these are no times but another unit or rubbish: 2001 to 2128, in milliseconds
_EARLIEST_MS, _LATEST_MS = 1_000_000_000_000, 5_000_000_000_000

SIDES = {"BID": Side.BUY, "ASK": Side.SELL}
_STATES = {
    "wait": OrderState.OPEN,
    "watch": OrderState.WATCHING,
    "trade": OrderState.OPEN,
    "prevented": OrderState.OPEN,
    "done": OrderState.DONE,
    "cancel": OrderState.CANCELLED,
}
_MARKET_STATES = {"ACTIVE": MarketState.TRADING, "PREVIEW": MarketState.PREVIEW, "DELISTED": MarketState.DELISTED}
CANDLE_UNITS = {
    f"candle.{unit.value}": unit
    for unit in CandleUnit
    if unit not in (CandleUnit.DAY, CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)
}


class MarketsByCode(dict[str, Market]):
    """The same object for the same code: frames name a few hundred markets a thousand times a second."""

    def __init__(self, exchange: str) -> None:
        super().__init__()
        self._exchange = exchange

    def __missing__(self, code: str) -> Market:
        quote, hyphen, base = code.partition("-")
        if not (quote and hyphen and base and len(code) <= 40 and code.isascii() and code.isprintable()):
            raise ValueError("not a market")
        market = Market(self._exchange, code)
        if len(self) < _MOST_MARKETS:
            self[code] = market
        return market


def moment(milliseconds: int) -> datetime:
    if not _EARLIEST_MS < milliseconds < _LATEST_MS:
        raise ValueError("not a time in milliseconds")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def check_amounts(*amounts: Decimal) -> None:
    """Comparing raises for what is not a number; infinities and absurd exponents fail."""
    for amount in amounts:
        if not _ZERO <= amount < _TOO_MUCH:
            raise ValueError("not an amount")


def _check_known_amounts(*amounts: Decimal | None) -> None:
    for amount in amounts:
        if amount is not None and not _ZERO <= amount < _TOO_MUCH:
            raise ValueError("not an amount")


def price_summary(frame: TickerFrame, markets: MarketsByCode) -> PriceSummary:
    price, day_open, high, low = frame.trade_price, frame.opening_price, frame.high_price, frame.low_price
    before, volume, turnover = frame.prev_closing_price, frame.acc_trade_volume, frame.acc_trade_price
    volume_24h, turnover_24h = frame.acc_trade_volume_24h, frame.acc_trade_price_24h
    high_52w, low_52w = frame.highest_52_week_price, frame.lowest_52_week_price
    check_amounts(price, day_open, high, low, before, volume, turnover, volume_24h, turnover_24h)
    _check_known_amounts(high_52w, low_52w)
    if not price:
        raise ValueError("no price")
    return PriceSummary(
        markets[frame.code],
        price,
        day_open,
        high,
        low,
        before,
        moment(frame.trade_timestamp),
        volume,
        turnover,
        volume_24h,
        turnover_24h,
        high_52w,
        low_52w,
        _MARKET_STATES.get(frame.market_state or ""),
        None if frame.delisting_date is None else delisting_date(frame.delisting_date),
    )


def delisting_date(given: Any) -> date | None:
    """An object, a text or nothing; what cannot be read is as good as nothing: the state says it too."""
    try:
        if isinstance(given, dict):
            return date(int(given["year"]), int(given["month"]), int(given["day"]))
        return date.fromisoformat(given)
    except UNREADABLE:
        return None


def market_trade(frame: TradeFrame, markets: MarketsByCode) -> MarketTrade:
    price, quantity = frame.trade_price, frame.trade_volume
    check_amounts(price, quantity)
    if not price or not 0 <= frame.sequential_id < 2**63:
        raise ValueError("no price or no number")
    return MarketTrade(
        markets[frame.code],
        frame.sequential_id,
        price,
        quantity,
        SIDES[frame.ask_bid],
        moment(frame.trade_timestamp),
    )


def order_book(frame: BookFrame, markets: MarketsByCode) -> OrderBook:
    """Thin sides are filled up with zeros: those slots are no levels."""
    units = frame.orderbook_units
    asks = tuple(BookLevel(unit.ask_price, unit.ask_size) for unit in units if unit.ask_size)
    bids = tuple(BookLevel(unit.bid_price, unit.bid_size) for unit in units if unit.bid_size)
    for side in (asks, bids):
        for level in side:
            if not (_ZERO < level.price < _TOO_MUCH and _ZERO < level.quantity < _TOO_MUCH):
                raise ValueError("not a level")
    return OrderBook(markets[frame.code], asks, bids, moment(frame.timestamp))


def candle(frame: CandleFrame, unit: CandleUnit, markets: MarketsByCode) -> Candle:
    opened, high, low, closed = frame.opening_price, frame.high_price, frame.low_price, frame.trade_price
    volume, turnover = frame.candle_acc_trade_volume, frame.candle_acc_trade_price
    is_sound = _ZERO < low <= opened <= high < _TOO_MUCH and low <= closed <= high
    if not (is_sound and _ZERO <= volume < _TOO_MUCH and _ZERO <= turnover < _TOO_MUCH):
        raise ValueError("not a candle")
    last = moment(frame.timestamp) if frame.timestamp is not None else None
    opened_at = opening_time(frame.candle_date_time_utc)
    return Candle(markets[frame.code], unit, opened_at, opened, high, low, closed, volume, turnover, last)


@lru_cache(maxsize=1_000)
def opening_time(written: str) -> datetime:
    """UTC where no zone is written; candles of all markets open at the same few times."""
    read = datetime.fromisoformat(written)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def order_update(frame: OrderFrame, markets: MarketsByCode) -> OrderUpdate:
    market, side, kind = markets[frame.code], SIDES[frame.ask_bid], KIND_OF_WORD[frame.order_type]
    _check_known_amounts(
        frame.executed_volume, frame.executed_funds, frame.remaining_volume, frame.paid_fee, frame.locked
    )
    _check_known_amounts(frame.prevented_volume)
    if not frame.uuid:
        raise ValueError("no order")
    is_trade = frame.state == "trade"
    return OrderUpdate(
        market,
        frame.uuid,
        frame.identifier,
        side,
        kind,
        _STATES[frame.state],
        _time_in_force(frame.time_in_force, kind),
        # null before the first fill of an order that names no quantity
        frame.executed_volume if frame.executed_volume is not None else _ZERO,
        frame.executed_funds,
        frame.remaining_volume,
        frame.paid_fee,
        frame.locked,
        moment(frame.trade_timestamp if is_trade and frame.trade_timestamp is not None else frame.timestamp),
        _fill(frame, market, side) if is_trade else None,
        frame.prevented_volume if frame.prevented_volume is not None else _ZERO,
    )


def _time_in_force(word: str | None, kind: OrderKind) -> TimeInForce:
    if word:
        return TIME_IN_FORCE_OF_WORD[word]
    return TimeInForce.UNTIL_CANCELLED if kind is OrderKind.LIMIT else TimeInForce.IMMEDIATE_OR_CANCEL


def _fill(frame: OrderFrame, market: Market, side: Side) -> Fill:
    """Of a report of state ``trade``: price and volume are those of the execution, not of the order."""
    price, quantity, trade_id = frame.price, frame.volume, frame.trade_uuid
    if price is None or quantity is None or not trade_id:
        raise ValueError("a fill without price, quantity or number")
    check_amounts(price, quantity)
    _check_known_amounts(frame.trade_fee)
    if not price or not quantity:
        raise ValueError("a fill of nothing")
    filled_at = moment(frame.trade_timestamp if frame.trade_timestamp is not None else frame.timestamp)
    return Fill(
        trade_id,
        frame.uuid,
        market,
        side,
        price,
        quantity,
        _EXACT.multiply(price, quantity),
        frame.trade_fee,
        market.quote,
        filled_at,
        frame.is_maker,
    )
