"""Answers about markets, in words of our domain. One function an item; lists are read by who asked for them."""

from __future__ import annotations

from datetime import UTC

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Caution, Instrument, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Fields, Malformed, amount_of

_CAUTIONS = {
    "PRICE_FLUCTUATIONS": Caution.PRICE_FLUCTUATION,
    "TRADING_VOLUME_SOARING": Caution.TRADING_VOLUME,
    "DEPOSIT_AMOUNT_SOARING": Caution.DEPOSIT_AMOUNT,
    "GLOBAL_PRICE_DIFFERENCES": Caution.PRICE_DIFFERENCE,
    "CONCENTRATION_OF_SMALL_ACCOUNTS": Caution.FEW_ACCOUNTS,
}
_TAKER_SIDES = {"BID": Side.BUY, "ASK": Side.SELL}


class MarketReplies:
    """Reads for one exchange name: the practice exchange speaks the same language."""

    def __init__(self, exchange: str) -> None:
        self._exchange = exchange

    def listed_market(self, item: object) -> ListedMarket:
        fields = Fields(item, "market")
        market = fields.market(self._exchange)
        is_warned, cautions = _market_event(fields)
        return ListedMarket(
            market,
            # a name is for the eye: without one the code stands for it
            fields.text("korean_name") if fields.has("korean_name") else market.base,
            fields.text("english_name") if fields.has("english_name") else market.base,
            is_warned,
            cautions,
        )

    def price_summary(self, item: object) -> PriceSummary:
        fields = Fields(item, "ticker")
        return PriceSummary(
            fields.market(self._exchange),
            fields.positive("trade_price"),
            fields.amount("opening_price"),
            fields.amount("high_price"),
            fields.amount("low_price"),
            fields.amount("prev_closing_price"),
            fields.milliseconds("trade_timestamp"),
            fields.amount("acc_trade_volume"),
            fields.amount("acc_trade_price"),
            fields.amount("acc_trade_volume_24h"),
            fields.amount("acc_trade_price_24h"),
            fields.optional_amount("highest_52_week_price"),
            fields.optional_amount("lowest_52_week_price"),
        )

    def order_book(self, item: object) -> OrderBook:
        fields = Fields(item, "orderbook")
        asks, bids = [], []
        for unit in fields.items("orderbook_units"):
            level = Fields(unit, "orderbook/unit")
            asks.append(BookLevel(level.amount("ask_price"), level.amount("ask_size")))
            bids.append(BookLevel(level.amount("bid_price"), level.amount("bid_size")))
        return OrderBook(fields.market(self._exchange), _filled(asks), _filled(bids), fields.milliseconds("timestamp"))

    def instrument(self, item: object) -> Instrument:
        fields = Fields(item, "instrument")
        groupings = [amount_of(level, "instrument/supported_levels") for level in fields.items("supported_levels")]
        return Instrument(fields.market(self._exchange), fields.positive("tick_size"), tuple(groupings))

    def trade(self, item: object) -> MarketTrade:
        fields = Fields(item, "trade")
        side = _TAKER_SIDES.get(fields.text("ask_bid").upper())
        if side is None:
            raise Malformed("trade/ask_bid", "unknown-word")
        return MarketTrade(
            fields.market(self._exchange),
            fields.whole("sequential_id"),
            fields.positive("trade_price"),
            fields.positive("trade_volume"),
            side,
            fields.milliseconds("timestamp"),
        )

    def candle(self, item: object, market: Market, unit: CandleUnit) -> Candle:
        fields = Fields(item, "candle")
        if fields.market(self._exchange) != market:
            raise Malformed("candle/market", "another-market")
        opened, closed = fields.positive("opening_price"), fields.positive("trade_price")
        high, low = fields.positive("high_price"), fields.positive("low_price")
        if not low <= min(opened, closed) or not max(opened, closed) <= high:
            raise Malformed("candle/high_price", "contradicts-itself")
        opened_at = fields.utc_moment("candle_date_time_utc").astimezone(UTC)
        if unit.floor(opened_at) != opened_at:
            raise Malformed("candle/candle_date_time_utc", "off-the-grid")
        return Candle(
            market,
            unit,
            opened_at,
            opened,
            high,
            low,
            closed,
            fields.amount("candle_acc_trade_volume"),
            fields.amount("candle_acc_trade_price"),
            fields.milliseconds("timestamp") if fields.has("timestamp") else None,
        )


def _market_event(fields: Fields) -> tuple[bool, frozenset[Caution]]:
    """Absent without details; an alert that we do not know is an alert all the same."""
    if not fields.has("market_event"):
        return False, frozenset()
    event = fields.inner("market_event")
    if not event.has("caution"):
        return event.flag("warning"), frozenset()
    alerts = event.raw("caution")
    if not isinstance(alerts, dict):
        raise Malformed("market/market_event/caution", "not-an-object")
    return event.flag("warning"), frozenset(
        _CAUTIONS.get(name, Caution.OTHER) for name, is_on in alerts.items() if is_on is True
    )


def _filled(levels: list[BookLevel]) -> tuple[BookLevel, ...]:
    """A thin side is padded with zeros: those slots are no levels."""
    return tuple(level for level in levels if level.price and level.quantity)
