"""Every market's newest summary, the book and the tape of the one that is watched, and how far all of it holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.events import FeedLost, FeedReplaced
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.ui.runtime.market_board import MOST_TRADES_SHOWN, MarketBoard
from upbit_auto_trading.ui.runtime.market_news import MarketNews, NewsDesk

BTC, ETH = Market("practice", "KRW-BTC"), Market("practice", "KRW-ETH")
ONE = Decimal(1)


def priced(market: Market, price: int) -> PriceSummaryChanged:
    amount = Decimal(price)
    summary = PriceSummary(market, amount, amount, amount, amount, amount, START, ONE, ONE, ONE, ONE)
    return PriceSummaryChanged(summary, Provenance.STREAM, START)


def booked(market: Market, price: int) -> OrderBookChanged:
    levels = (BookLevel(Decimal(price), ONE),)
    return OrderBookChanged(OrderBook(market, levels, levels, START), Provenance.STREAM, START)


def printed(market: Market, number: int, seconds: float = 0.0) -> TradePrinted:
    trade = MarketTrade(market, number, ONE, ONE, Side.BUY, START + timedelta(seconds=seconds))
    return TradePrinted(trade, Provenance.STREAM, START)


def stands(market: Market, state: StreamState, kind: TopicKind = TopicKind.PRICES) -> StreamStateChanged:
    return StreamStateChanged(Topic(kind, market), state, START)


class Wishes:
    def __init__(self) -> None:
        self.told: list[tuple[str, frozenset[Topic]]] = []

    def want(self, owner: str, topics: Iterable[Topic]) -> None:
        self.told.append((owner, frozenset(topics)))


@pytest.fixture
def wishes() -> Wishes:
    return Wishes()


@pytest.fixture
def board(wishes: Wishes, clock: FakeClock, qtbot: QtBot) -> MarketBoard:
    return MarketBoard(wishes.want, clock)


def test_a_thousand_prices_are_a_few_signals_with_the_newest_of_each_market(qtbot: QtBot) -> None:
    desk, told = NewsDesk(), list[MarketNews]()
    desk.told.connect(told.append)
    for price in range(1, 1_000):
        desk.take(priced(BTC, price))
        desk.take(priced(ETH, price))
    qtbot.waitUntil(lambda: bool(told), timeout=5_000)
    assert len(told) == 1
    assert {one.summary.market: one.summary.price for one in told[0].summaries} == {BTC: 999, ETH: 999}


def test_no_trade_is_left_out_and_of_books_the_newest_comes(qtbot: QtBot) -> None:
    desk, told = NewsDesk(), list[MarketNews]()
    desk.told.connect(told.append)
    for number in range(100):
        desk.take(printed(BTC, number))
        desk.take(booked(BTC, number + 1))
    candle = Candle(BTC, CandleUnit.MINUTE, START, ONE, ONE, ONE, ONE, ONE, ONE)
    desk.take(CandleChanged(candle, Provenance.STREAM, START))
    desk.take(stands(BTC, StreamState.LIVE))
    desk.take(FeedLost())
    qtbot.waitUntil(lambda: bool(told), timeout=5_000)
    (news,) = told
    assert [one.trade.number for one in news.trades] == list(range(100))
    assert [one.book.asks[0].price for one in news.books] == [100]
    assert [one.state for one in news.streams] == [StreamState.LIVE]
    assert news.is_lost
    desk.take(priced(BTC, 1))
    qtbot.waitUntil(lambda: len(told) == 2, timeout=5_000)
    assert told[1] == MarketNews(summaries=(priced(BTC, 1),))


def test_other_streams_leave_nothing_of_those_before(board: MarketBoard, qtbot: QtBot) -> None:
    desk = NewsDesk()
    desk.told.connect(board.take)
    board.watch(BTC)
    for event in (priced(BTC, 1), booked(BTC, 1), printed(BTC, 1), stands(BTC, StreamState.LIVE)):
        desk.take(event)
    qtbot.waitUntil(lambda: bool(board.trades), timeout=5_000)
    desk.take(priced(BTC, 2))
    desk.take(FeedReplaced())
    desk.take(priced(ETH, 3))
    with qtbot.waitSignal(board.began_anew, timeout=5_000):
        pass
    assert set(board.summaries) == {ETH}
    assert (board.book, board.trades) == (None, ())
    assert board.freshness(BTC).state is None


def test_what_is_watched_is_wanted_until_another_is(board: MarketBoard, wishes: Wishes) -> None:
    board.watch(BTC)
    board.watch(BTC)
    board.watch(ETH)
    board.watch(None)
    of = {market: frozenset({Topic(TopicKind.BOOKS, market), Topic(TopicKind.TRADES, market)}) for market in (BTC, ETH)}
    assert wishes.told == [("board", of[BTC]), ("board", of[ETH]), ("board", frozenset())]


def test_only_the_watched_markets_book_and_tape_are_shown(board: MarketBoard) -> None:
    board.watch(BTC)
    board.take(MarketNews(books=(booked(ETH, 7), booked(BTC, 8)), trades=(printed(ETH, 1), printed(BTC, 2))))
    shown = board.book
    assert shown is not None
    assert shown.market == BTC
    assert [(trade.market, trade.number) for trade in board.trades] == [(BTC, 2)]
    board.watch(ETH)
    assert (board.book, board.trades) == (None, ())


def test_the_tape_is_in_order_without_a_trade_twice_and_forgets_the_oldest(board: MarketBoard) -> None:
    board.watch(BTC)
    board.take(MarketNews(trades=(printed(BTC, 3, 3), printed(BTC, 1, 1))))
    new = list[object]()
    board.trades_changed.connect(new.append)
    board.take(MarketNews(trades=(printed(BTC, 3, 3), printed(BTC, 2, 2))))
    assert [trade.number for trade in board.trades] == [1, 2, 3]
    assert new == [(printed(BTC, 2, 2).trade,)]
    board.take(MarketNews(trades=tuple(printed(BTC, number, number) for number in range(10, 600))))
    assert len(board.trades) == MOST_TRADES_SHOWN
    assert board.trades[-1].number == 599


def test_everything_knows_how_old_it_is_and_whether_its_stream_is_there(board: MarketBoard, clock: FakeClock) -> None:
    assert board.freshness(BTC).age is None
    assert not board.freshness(BTC).is_fresh
    board.take(MarketNews(summaries=(priced(BTC, 1),), streams=(stands(BTC, StreamState.LIVE),)))
    clock.advance(90)
    # a quiet market is not a stale one
    assert board.freshness(BTC).age == timedelta(seconds=90)
    assert board.freshness(BTC).is_fresh
    board.take(MarketNews(streams=(stands(BTC, StreamState.REPAIRING),)))
    assert not board.freshness(BTC).is_fresh
    board.take(MarketNews(streams=(stands(BTC, StreamState.LIVE),)))
    board.take(MarketNews(is_lost=True))
    assert board.freshness(BTC).state is StreamState.DOWN


def test_one_made_later_knows_how_the_streams_stand(board: MarketBoard, wishes: Wishes, clock: FakeClock) -> None:
    """Of a stream that runs already nothing more is told."""
    live = stands(BTC, StreamState.LIVE, TopicKind.TRADES)
    board.take(MarketNews(streams=(live, stands(ETH, StreamState.DOWN, TopicKind.TRADES))))
    later = MarketBoard(wishes.want, clock, name="chart", beside=board)
    assert later.freshness(BTC, TopicKind.TRADES).is_fresh
    assert later.freshness(ETH, TopicKind.TRADES).state is StreamState.DOWN
    board.take(MarketNews(is_lost=True))
    assert not MarketBoard(wishes.want, clock, name="market", beside=board).is_fresh(BTC, TopicKind.TRADES)
