"""Prices, books, trades and candles as they are pushed: snapshots first, nothing lost, nothing twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import psutil
import pytest

from tests.contract.exchange.floor import Floor
from tests.contract.exchange.listener import Listener, listening
from tests.contract.exchange.recorded_market import START
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
    TradePrinted,
)


def topics(floor: Floor, *codes: str) -> dict[TopicKind, Topic]:
    """One of each kind that is pushed of markets."""
    market = floor.market(*codes)
    kinds = (TopicKind.PRICES, TopicKind.BOOKS, TopicKind.TRADES)
    return {kind: Topic(kind, market) for kind in kinds} | {
        TopicKind.CANDLES: Topic(TopicKind.CANDLES, market, CandleUnit.MINUTE)
    }


def test_each_kind_begins_with_a_snapshot_and_goes_on_as_it_happens(floor: Floor) -> None:
    wanted = topics(floor)
    assert set(wanted) <= floor.exchange.capabilities.stream_topics
    assert CandleUnit.MINUTE in floor.exchange.capabilities.stream_candle_units
    with listening(floor.exchange, *wanted.values()) as listener:
        listener.until_live(*wanted.values())
        kinds = (PriceSummaryChanged, OrderBookChanged, TradePrinted)
        for kind in kinds:
            assert listener.provenances(kind) == {Provenance.SNAPSHOT}
        summary = listener.of(PriceSummaryChanged)[-1].summary
        assert summary.price == floor.market_data.price_summaries([floor.market()])[0].price
        book = listener.of(OrderBookChanged)[-1].book
        assert (book.asks[0].price, book.bids[0].price) == floor.best()
        assert all(floor.venue.clock.now() >= event.received_at >= START for event in listener.of(TradePrinted))
        listener.forget()
        floor.sold_by_other("0.25")
        listener.until(lambda: all(listener.of(kind) for kind in (*kinds, CandleChanged)))
        trade = listener.trades()[-1]
        assert (trade.quantity, trade.price) == (Decimal("0.25"), floor.best()[1])
        listener.until(lambda: listener.of(PriceSummaryChanged)[-1].summary.price == trade.price)
        candle = listener.of(CandleChanged)[-1]
        assert (candle.candle.close, candle.candle.volume) == (trade.price, Decimal("0.25"))
        for pushed in (*kinds, CandleChanged):
            assert Provenance.STREAM in listener.provenances(pushed)
        for topic in wanted.values():
            assert listener.streams.states()[topic] is StreamState.LIVE


@pytest.mark.waits
def test_a_change_of_topics_loses_nothing_of_the_others(floor: Floor) -> None:
    """The exchange replaces the whole subscription each time; trades go on meanwhile."""
    trades = Topic(TopicKind.TRADES, floor.market())
    others = [
        [Topic(TopicKind.PRICES, floor.market("KRW-XRP"))],
        [Topic(TopicKind.BOOKS, floor.market()), Topic(TopicKind.TRADES, floor.market("KRW-XRP"))],
        [],
        [Topic(TopicKind.CANDLES, floor.market(), CandleUnit.MINUTES_3)],
    ]
    with listening(floor.exchange, trades) as listener:
        listener.until_live(trades)
        before = max(listener.numbers())
        for more in others:
            floor.sold_by_other("0.01")
            listener.streams.want([trades, *more])
            floor.sold_by_other("0.01")
            listener.until_topics(trades, *more)
            listener.until_live(trades, *more)
        floor.sold_by_other("0.01")
        on_tape = {trade.number for trade in floor.market_data.trades(floor.market(), count=50)}
        expected = {number for number in on_tape if number > before}
        assert len(expected) == 9
        listener.until(lambda: expected <= listener.numbers())
        told = [trade.number for trade in listener.trades() if trade.market == floor.market()]
        assert len(told) == len(set(told)), "none twice"


def test_what_happened_while_the_topics_changed_is_read(floor: Floor) -> None:
    """The exchange may tell nothing between the old subscription and the snapshot of the new one."""
    trades, prices = Topic(TopicKind.TRADES, floor.market()), Topic(TopicKind.PRICES, floor.market())
    with listening(floor.exchange, trades) as listener:
        listener.until_live(trades)
        before = max(listener.numbers())
        with floor.venue.fault("stream-silent"):
            for _sale in range(4):
                floor.sold_by_other("0.01")
            listener.streams.want([trades, prices])
        listener.until_live(trades, prices)
        on_tape = {trade.number for trade in floor.market_data.trades(floor.market(), count=50)}
        expected = {number for number in on_tape if number > before}
        assert len(expected) == 4
        listener.until(lambda: expected <= listener.numbers())
        assert len(listener.trades()) == len(listener.numbers()), "none twice"


@pytest.mark.long
def test_what_is_not_wanted_any_more_is_not_told(floor: Floor) -> None:
    bitcoin, ripple = (Topic(TopicKind.TRADES, floor.market(code)) for code in ("KRW-BTC", "KRW-XRP"))
    with listening(floor.exchange, bitcoin, ripple) as listener:
        listener.until_live(bitcoin, ripple)
        listener.streams.want([bitcoin])
        listener.until_topics(bitcoin)
        floor.sold_by_other("0.01")
        listener.until(lambda: any(trade.quantity == Decimal("0.01") for trade in listener.trades()))
        listener.until_live(bitcoin)
        listener.forget()
        floor.other.place(floor.ask(floor.best("KRW-XRP")[1], "10", code="KRW-XRP"))
        floor.sold_by_other("0.02")
        listener.until(lambda: any(trade.quantity == Decimal("0.02") for trade in listener.trades()))
        assert {trade.market for trade in listener.trades()} == {floor.market()}


@pytest.mark.waits
def test_a_market_that_there_is_not_is_down_and_the_others_live(floor: Floor) -> None:
    bitcoin, nowhere = (Topic(TopicKind.PRICES, floor.market(code)) for code in ("KRW-BTC", "KRW-NOPE"))
    with listening(floor.exchange, bitcoin, nowhere) as listener:
        listener.until_live(bitcoin)
        listener.until_state(StreamState.DOWN, nowhere)
        listener.until(lambda: listener.reason(nowhere) == "no-data")
        assert listener.streams.states()[bitcoin] is StreamState.LIVE


@pytest.mark.long
def test_many_changes_in_a_row_stay_within_the_quota_and_the_last_one_counts(floor: Floor) -> None:
    """The exchange takes five messages a second from one connection, and ends one that sends more."""
    codes = ("KRW-BTC", "KRW-XRP", "BTC-ETH")
    last = Topic(TopicKind.PRICES, floor.market("KRW-XRP"))
    with listening(floor.exchange, Topic(TopicKind.PRICES, floor.market())) as listener:
        for change in range(40):
            listener.streams.want([Topic(TopicKind.BOOKS, floor.market(codes[change % 3]))])
            listener.until(lambda: True)
        listener.streams.want([last])
        listener.until_topics(last)
        listener.until_live(last)
        assert floor.control.state()["connections"] == 1


def candles_told(listener: Listener) -> dict[object, CandleChanged]:
    """The last word on each."""
    return {event.candle.opened_at: event for event in listener.of(CandleChanged)}


def test_a_candle_that_ended_is_told_once_more_as_it_counts(floor: Floor) -> None:
    """Market time goes on by three minutes: the last word on each candle is that of the exchange's record."""
    minute = Topic(TopicKind.CANDLES, floor.market(), CandleUnit.MINUTE)
    with listening(floor.exchange, minute) as listener:
        listener.until_live(minute)
        for _minute in range(3):
            floor.venue.passes(60)
            floor.venue.clock.set(floor.venue.now())
        record = floor.market_data.candles_between(floor.market(), CandleUnit.MINUTE, START, floor.venue.now())
        ended = {candle.opened_at: candle for candle in record}
        assert len(ended) == 3
        listener.until(
            lambda: all(
                opened_at in candles_told(listener) and candles_told(listener)[opened_at].candle == candle
                for opened_at, candle in ended.items()
            )
        )
        listener.until(lambda: Provenance.REPAIR in {one.provenance for one in candles_told(listener).values()})


@pytest.mark.long
def test_candles_that_are_not_pushed_are_asked_for(floor: Floor) -> None:
    day = Topic(TopicKind.CANDLES, floor.market(), CandleUnit.DAY)
    assert CandleUnit.DAY not in floor.exchange.capabilities.stream_candle_units
    with listening(floor.exchange, day) as listener:
        listener.until_state(StreamState.POLLED, day)
        listener.until(lambda: listener.of(CandleChanged))
        today = floor.market_data.candles_before(floor.market(), CandleUnit.DAY, None, 1)[0]
        assert listener.of(CandleChanged)[-1].candle == today
        floor.sold_by_other("0.5")
        listener.until(lambda: listener.of(CandleChanged)[-1].candle.volume == today.volume + Decimal("0.5"))


def test_who_takes_is_woken_once_and_never_waits(floor: Floor) -> None:
    prices = Topic(TopicKind.PRICES, floor.market())
    with listening(floor.exchange, prices) as listener:
        listener.until_live(prices)
        listener.forget()
        assert listener.streams.take() == ()
        wakes = listener.wakes
        woken = threading.Event()
        listener.streams.on_waiting(woken.set)
        floor.sold_by_other("0.01")
        assert woken.wait(10)
        assert listener.wakes == wakes, "the newest one alone is woken"
        assert len(listener.streams.take(1)) == 1


def test_before_the_start_nothing_happens_and_after_the_stop_nothing_is_left(floor: Floor) -> None:
    threads, sockets = threading.active_count(), len(psutil.Process().net_connections())
    streams = floor.exchange.streams()
    streams.want([Topic(TopicKind.PRICES, floor.market())])
    assert (streams.take(), threading.active_count()) == ((), threads)
    streams.start()
    listener = Listener(streams)
    listener.until(lambda: listener.events)
    streams.stop()
    streams.stop()
    assert threading.active_count() == threads
    kept_alive = 2
    assert len(psutil.Process().net_connections()) <= sockets + kept_alive


@pytest.mark.long
def test_several_streams_of_one_exchange_are_independent(floor: Floor) -> None:
    prices, books = Topic(TopicKind.PRICES, floor.market()), Topic(TopicKind.BOOKS, floor.market())
    with listening(floor.exchange, prices) as one:
        with listening(floor.exchange, books) as two:
            two.until_live(books)
        one.until_live(prices)
        floor.sold_by_other("0.01")
        one.until(lambda: Provenance.STREAM in one.provenances(PriceSummaryChanged))
        assert one.of(OrderBookChanged) == []


def test_a_public_stream_needs_no_key(floor: Floor) -> None:
    prices, own = Topic(TopicKind.PRICES, floor.market()), Topic(TopicKind.OWN_ORDERS)
    with listening(floor.open(None), prices, own) as listener:
        listener.until_live(prices)
        listener.until_state(StreamState.DOWN, own)
        listener.until(lambda: listener.reason(own) == "no-key")


@pytest.mark.long
def test_time_of_events_is_that_of_the_exchange(floor: Floor) -> None:
    trades = Topic(TopicKind.TRADES, floor.market())
    with listening(floor.exchange, trades) as listener:
        listener.until_live(trades)
        floor.sold_by_other("0.01")
        listener.until(lambda: any(trade.quantity == Decimal("0.01") for trade in listener.trades()))
        assert abs(listener.trades()[-1].traded_at - START) < timedelta(seconds=1)
