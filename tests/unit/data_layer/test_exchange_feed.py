"""The engine's prices come out of the streams, once there are any."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

from tests.fakes.fake_streams import FakeStreams
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.events import FeedLost, FeedReplaced
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OrderEventsLost,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.data_layer.exchange_feed import ExchangeFeed

BTC = Market("upbit", "KRW-BTC")
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def changed(price: str, previous_close: str = "100") -> PriceSummaryChanged:
    low, high, one = Decimal(80), Decimal(120), Decimal(1)
    summary = PriceSummary(
        BTC, Decimal(price), Decimal(90), high, low, Decimal(previous_close), NOW, one, one, one, one
    )
    return PriceSummaryChanged(summary, Provenance.STREAM, NOW)


def test_nothing_is_due_before_the_exchange_is_reached() -> None:
    feed = ExchangeFeed()
    feed.open()
    assert feed.due_prices() == ()


def test_prices_come_in_their_order_with_the_distance_from_the_day_before() -> None:
    feed, streams = ExchangeFeed(), FakeStreams()
    streams.waiting = [changed("110"), OrderEventsLost(NOW), changed("111")]
    feed.attach(streams)
    assert feed.due_prices() == ()  # not opened
    feed.open()
    assert feed.due_prices() == (
        LastPrice(BTC, Decimal(110), Decimal(100), NOW),
        LastPrice(BTC, Decimal(111), Decimal(100), NOW),
    )
    assert feed.due_prices() == ()
    assert feed.due_events() == (FeedReplaced(1), OrderEventsLost(NOW))
    assert feed.due_events() == ()


def test_other_streams_are_told_of_before_what_they_bring() -> None:
    feed, first, second = ExchangeFeed(), FakeStreams(), FakeStreams()
    feed.open()
    feed.attach(first)
    feed.due_prices()
    assert feed.due_events() == (FeedReplaced(1),)
    feed.attach(first)
    feed.due_prices()
    assert feed.due_events() == ()
    second.waiting = [OrderEventsLost(NOW), changed("1")]
    feed.attach(second)
    assert len(feed.due_prices()) == 1
    assert feed.due_events() == (FeedReplaced(2), OrderEventsLost(NOW))


def test_how_the_streams_stand_is_told_and_once_that_they_were_lost() -> None:
    feed, streams = ExchangeFeed(), FakeStreams()
    feed.open()
    feed.due_prices()
    assert feed.due_events() == ()
    told = StreamStateChanged(Topic(TopicKind.PRICES, BTC), StreamState.LIVE, NOW)
    streams.waiting = [told]
    feed.attach(streams)
    feed.due_prices()
    assert feed.due_events() == (FeedReplaced(1), told)
    feed.detach()
    feed.due_prices()
    feed.due_prices()
    assert feed.due_events() == (FeedLost(),)
    feed.attach(streams)
    feed.due_prices()
    assert feed.due_events() == (FeedReplaced(2),)


def test_a_market_on_its_first_day_is_measured_from_its_opening() -> None:
    feed, streams = ExchangeFeed(), FakeStreams()
    streams.waiting = [changed("99", previous_close="0")]
    feed.attach(streams)
    feed.open()
    (price,) = feed.due_prices()
    assert price.change_fraction == Decimal("0.1")


def test_after_leaving_and_after_closing_nothing_is_due() -> None:
    feed, streams = ExchangeFeed(), FakeStreams()
    feed.attach(streams)
    feed.open()
    feed.detach()
    streams.waiting = [changed("1")]
    assert feed.due_prices() == ()
    feed.attach(streams)
    feed.close()
    assert feed.due_prices() == ()


def test_what_markets_tell_comes_in_its_order_beside_the_prices() -> None:
    feed, streams, one = ExchangeFeed(), FakeStreams(), Decimal(1)
    live = StreamStateChanged(Topic(TopicKind.TRADES, BTC), StreamState.LIVE, NOW)
    trade = TradePrinted(MarketTrade(BTC, 1, one, one, Side.BUY, NOW), Provenance.STREAM, NOW)
    book = OrderBookChanged(OrderBook(BTC, (), (), NOW), Provenance.STREAM, NOW)
    candle = CandleChanged(Candle(BTC, CandleUnit.MINUTE, NOW, one, one, one, one, one, one), Provenance.STREAM, NOW)
    streams.waiting = [live, trade, OrderEventsLost(NOW), changed("1"), book, candle]
    feed.open()
    feed.attach(streams)
    feed.due_prices()
    assert feed.due_market_events() == (FeedReplaced(1), live, trade, changed("1"), book, candle)
    assert feed.due_market_events() == ()
    assert feed.due_events() == (FeedReplaced(1), live, OrderEventsLost(NOW))
    feed.detach()
    feed.due_prices()
    assert feed.due_market_events() == (FeedLost(),)


PRICES, TRADES, BOOKS = (Topic(kind, BTC) for kind in (TopicKind.PRICES, TopicKind.TRADES, TopicKind.BOOKS))


def test_the_streams_are_asked_for_what_anybody_wants() -> None:
    feed, streams = ExchangeFeed(), FakeStreams()
    feed.attach(streams)
    feed.want("prices", [PRICES])
    feed.want("a chart", [PRICES, TRADES])
    feed.want("another", [TRADES, BOOKS])
    assert streams.wanted == {PRICES, TRADES, BOOKS}
    feed.want("another", [])
    assert streams.wanted == {PRICES, TRADES}
    feed.want("a chart", [])
    assert streams.wanted == {PRICES}


def test_other_streams_are_asked_for_the_same() -> None:
    feed, first, second, third = ExchangeFeed(), FakeStreams(), FakeStreams(), FakeStreams()
    feed.want("prices", [PRICES])
    assert feed.attach(first) == 1
    feed.want("a chart", [TRADES])
    assert feed.attach(second) == 2
    assert second.wanted == {PRICES, TRADES}
    feed.detach()
    feed.want("a chart", [BOOKS])
    assert feed.attach(third) == feed.attach(third) == 3
    assert third.wanted == {PRICES, BOOKS}


def test_what_was_asked_for_at_the_opening_stays_where_nobody_wants_anything() -> None:
    feed, streams = ExchangeFeed(), FakeStreams()
    streams.want([PRICES])
    feed.attach(streams)
    assert streams.wanted == {PRICES}


def test_wishes_of_many_threads_at_once_are_all_heard() -> None:
    feed, streams = ExchangeFeed(), FakeStreams()
    feed.attach(streams)
    markets = [Market("upbit", f"KRW-M{number}") for number in range(8)]
    threads = [
        threading.Thread(target=feed.want, args=(market.code, [Topic(TopicKind.TRADES, market)])) for market in markets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {topic.market for topic in streams.wanted} == set(markets)
