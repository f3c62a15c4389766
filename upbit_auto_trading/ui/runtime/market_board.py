"""What every market shows, for tables and tickers; the book and the tape of the one that is watched."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.stream import StreamState, Topic, TopicKind
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.runtime.market_news import MarketNews

#: (who wants, what from now on); from any thread
Want = Callable[[str, Iterable[Topic]], None]
#: of the market that is watched; the oldest go first
MOST_TRADES_SHOWN = 500
_RELIABLE = frozenset({StreamState.LIVE, StreamState.POLLED})
_WATCHED_KINDS = (TopicKind.BOOKS, TopicKind.TRADES)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far what is shown can be relied on. A quiet market is not stale: its stream is there."""

    #: None: no stream has told yet
    state: StreamState | None = None
    #: since it last told something, by our clock; None: never
    age: timedelta | None = None

    @property
    def is_fresh(self) -> bool:
        return self.state in _RELIABLE


class MarketBoard(QObject):
    """Lives in the UI thread; each signal comes at most ten times a second, whatever the markets do.

    Connect ``EngineLink.market_told`` to :meth:`take`.
    """

    summaries_changed = pyqtSignal(object)  # tuple[PriceSummary, ...]: of the markets that changed
    book_changed = pyqtSignal(object)  # OrderBook of the watched market, None when another is watched
    trades_changed = pyqtSignal(object)  # tuple[MarketTrade, ...]: those that are new, oldest first
    #: how some streams stand, or that there are none
    freshness_changed = pyqtSignal()
    #: other streams: everything that was known is gone
    began_anew = pyqtSignal()

    def __init__(
        self,
        want: Want,
        clock: Clock,
        parent: QObject | None = None,
        name: str = "board",
        beside: MarketBoard | None = None,
    ) -> None:
        """``name`` tells boards apart; each watches a market of its own. ``beside``: one that has listened for longer.

        A stream tells how it stands when that changes, and some run already: for the candles that are built live, or
        for another window.
        """
        super().__init__(parent)
        self._want = want
        self._clock = clock
        self._name = name
        self.watched: Market | None = None
        self.book: OrderBook | None = None
        self._is_lost = False
        self._forget()
        if beside is not None:
            self._states.update(beside._states)
            self._is_lost = beside._is_lost

    @property
    def summaries(self) -> Mapping[Market, PriceSummary]:
        """A view that goes on changing; take from it at once."""
        return MappingProxyType(self._summaries)

    @property
    def newest_trade_at(self) -> datetime | None:
        """Of any market, by the exchange's clock; None before the first price."""
        return self._newest_at

    @property
    def trades(self) -> tuple[MarketTrade, ...]:
        """Of the watched market, oldest first, by time and number."""
        return tuple(self._trades)

    def watch(self, market: Market | None) -> None:
        """Its book and its trades, until another is watched."""
        if market == self.watched:
            return
        self.watched, self.book = market, None
        self._trades.clear()
        self._want(self._name, () if market is None else [Topic(kind, market) for kind in _WATCHED_KINDS])
        self.book_changed.emit(None)
        self.trades_changed.emit(())

    def freshness(self, market: Market, kind: TopicKind = TopicKind.PRICES) -> Freshness:
        """Of its prices, or of the book and the trades of the watched one."""
        topic = Topic(kind, market)
        told_at = self._told_at.get(topic)
        age = None if told_at is None else max(self._clock.now() - told_at, timedelta(0))
        return Freshness(StreamState.DOWN if self._is_lost else self._states.get(topic), age)

    def is_fresh(self, market: Market, kind: TopicKind = TopicKind.PRICES) -> bool:
        """As :meth:`freshness` has it, for who asks of many."""
        return not self._is_lost and self._states.get(Topic(kind, market)) in _RELIABLE

    @pyqtSlot(object)
    def take(self, news: MarketNews) -> None:
        if news.begins_anew:
            self._forget()
            self.book = None
            self.began_anew.emit()
        self._take_summaries(news)
        self._take_book(news)
        self._take_trades(news)
        self._take_streams(news)

    def _forget(self) -> None:
        self._summaries: dict[Market, PriceSummary] = {}
        self._newest_at: datetime | None = None
        self._trades: deque[MarketTrade] = deque(maxlen=MOST_TRADES_SHOWN)
        self._states: dict[Topic, StreamState] = {}
        self._told_at: dict[Topic, datetime] = {}
        self._is_lost = False

    def _take_summaries(self, news: MarketNews) -> None:
        for changed in news.summaries:
            market = changed.summary.market
            self._summaries[market] = changed.summary
            self._told_at[Topic(TopicKind.PRICES, market)] = changed.received_at
        if news.summaries:
            newest = max(changed.summary.traded_at for changed in news.summaries)
            self._newest_at = newest if self._newest_at is None else max(newest, self._newest_at)
            self.summaries_changed.emit(tuple(changed.summary for changed in news.summaries))

    def _take_book(self, news: MarketNews) -> None:
        for changed in news.books:
            if changed.book.market == self.watched:
                self.book = changed.book
                self._told_at[Topic(TopicKind.BOOKS, self.watched)] = changed.received_at
                self.book_changed.emit(self.book)

    def _take_trades(self, news: MarketNews) -> None:
        told = [printed for printed in news.trades if printed.trade.market == self.watched]
        if not told or self.watched is None:
            return
        known = {trade.number for trade in self._trades}
        fresh = {printed.trade.number: printed.trade for printed in told if printed.trade.number not in known}
        new = sorted(fresh.values(), key=_when)
        self._told_at[Topic(TopicKind.TRADES, self.watched)] = told[-1].received_at
        if new and self._trades and _when(new[0]) < _when(self._trades[-1]):
            by_time = sorted((*self._trades, *new), key=_when)
            self._trades.clear()
            self._trades.extend(by_time)
        else:
            self._trades.extend(new)
        self.trades_changed.emit(tuple(new))

    def _take_streams(self, news: MarketNews) -> None:
        self._states.update((changed.topic, changed.state) for changed in news.streams)
        if news.is_lost:
            self._is_lost = True
        if news.streams or news.is_lost:
            self.freshness_changed.emit()


def _when(trade: MarketTrade) -> tuple[datetime, int]:
    return trade.traded_at, trade.number
