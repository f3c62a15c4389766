"""The streams of a day: what was heard of a market that went on for a while, and of an order in it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from tests.contract.exchange_switches.trading_day import Report, without
from tests.contract.exchange_switches.venue import WON, Venue
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.order import OrderReference, market_buy
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    StreamEvent,
    StreamState,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.business_logic.ports.exchange import Streams

TOPICS = (
    Topic(TopicKind.PRICES, WON),
    Topic(TopicKind.BOOKS, WON),
    Topic(TopicKind.TRADES, WON),
    Topic(TopicKind.CANDLES, WON, CandleUnit.MINUTE),
    Topic(TopicKind.OWN_ORDERS),
    Topic(TopicKind.OWN_BALANCES),
)
_LIMIT_SECONDS = 20.0
_Event = TypeVar("_Event")
_ids = itertools.count(1)


class Heard:
    """Takes what waits whenever it is asked."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._woken = threading.Event()
        self.events: list[StreamEvent] = []
        streams.on_waiting(self._woken.set)

    def until(self, is_so: Callable[[], object], what: str) -> None:
        for _look in range(int(_LIMIT_SECONDS / 0.05)):
            self._woken.clear()
            self.events += self._streams.take()
            if is_so():
                return
            self._woken.wait(0.05)
        raise AssertionError(f"never heard: {what}")

    def live(self) -> bool:
        states = self._streams.states()
        return all(states.get(topic) is StreamState.LIVE for topic in TOPICS)

    def order_states(self, order_id: str) -> list[object]:
        mine = [event.update for event in self.events if isinstance(event, OwnOrderChanged)]
        return [(one.state, one.fill is not None) for one in mine if one.order_id == order_id]


def of_streams(venue: Venue) -> Report:
    exchange = venue.client(venue.new_key())
    account, data = exchange.account, exchange.market_data
    assert account is not None
    streams = exchange.streams()
    heard = Heard(streams)
    streams.want(TOPICS)
    streams.start()
    try:
        heard.until(heard.live, "live")
        (known,) = data.trades(WON, count=1)
        placed = account.place(market_buy(f"heard-{next(_ids)}", WON, funds=Decimal(1_000_000)))
        order = account.order(OrderReference(WON, order_id=placed.order_id))
        venue.passes(5)
        printed = {trade.number for trade in data.trades(WON, count=100) if trade.number > known.number}
        heard.until(lambda: printed <= set(_trades(heard)), "every trade")
        heard.until(lambda: [one for one in heard.order_states(placed.order_id) if one[0].is_final], "the end")  # type: ignore[index]
        heard.until(lambda: _of(heard, OwnBalancesChanged), "balances")
        (summary,) = data.price_summaries([WON])
        heard.until(lambda: _last(heard, PriceSummaryChanged).summary.price == summary.price, "the price")
        (book,) = data.order_books([WON])
        heard.until(lambda: _last(heard, OrderBookChanged).book.asks == book.asks, "the book")
    finally:
        streams.stop()
    return {
        "ended": (order.state, order.executed_quantity),
        "order": heard.order_states(placed.order_id),
        "trades": [number for number in _trades(heard) if number > known.number],
        "price": without(_last(heard, PriceSummaryChanged).summary, "high_52w", "low_52w", "day_turnover", "state"),
        "book": (_last(heard, OrderBookChanged).book.asks, _last(heard, OrderBookChanged).book.bids),
        "candle": without(_last(heard, CandleChanged).candle, "last_traded_at"),
        "balances": sorted({one.currency for event in _of(heard, OwnBalancesChanged) for one in event.balances}),
        "unreadable": exchange.health().unreadable,
    }


def _of(heard: Heard, kind: type[_Event]) -> list[_Event]:
    return [event for event in heard.events if isinstance(event, kind)]


def _last(heard: Heard, kind: type[_Event]) -> _Event:
    return _of(heard, kind)[-1]


def _trades(heard: Heard) -> list[int]:
    return sorted({event.trade.number for event in _of(heard, TradePrinted)})
