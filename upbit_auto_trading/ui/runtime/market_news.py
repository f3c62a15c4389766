"""What the markets tell, on its way from the engine's thread to the windows: at most ten times a second."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import assert_never

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.events import FeedLost, FeedReplaced, MarketEvent
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    PriceSummaryChanged,
    StreamStateChanged,
    Topic,
    TradePrinted,
)
from upbit_auto_trading.ui.runtime.burst import Burst, Turn

#: for display; a tape that is a tenth of a second long has never come near it
MOST_TRADES_AT_ONCE = 5_000
_NEWS = "news"


@dataclass(frozen=True, slots=True)
class MarketNews:
    """The newest summary and book of each market, every trade, how the streams stand; since the news before."""

    summaries: tuple[PriceSummaryChanged, ...] = ()
    books: tuple[OrderBookChanged, ...] = ()
    #: in the order in which they came
    trades: tuple[TradePrinted, ...] = ()
    streams: tuple[StreamStateChanged, ...] = ()
    #: other streams took the place of those before: nothing that was known of them counts any more
    begins_anew: bool = False
    #: there are no streams
    is_lost: bool = False


class NewsDesk(QObject):
    """Lives in the engine's thread."""

    told = pyqtSignal(object)  # MarketNews

    def __init__(self, parent: QObject | None = None, turn: Turn | None = None) -> None:
        super().__init__(parent)
        self._burst = Burst(parent=self, turn=turn)
        self._burst.delivered.connect(self._tell)
        self._forget()

    def take(self, event: MarketEvent) -> None:
        match event:
            case PriceSummaryChanged():
                self._summaries[event.summary.market] = event
            case OrderBookChanged():
                self._books[event.book.market] = event
            case TradePrinted():
                self._trades.append(event)
            case StreamStateChanged():
                self._streams[event.topic] = event
            case FeedReplaced():
                self._forget()
                self._begins_anew = True
            case FeedLost():
                self._is_lost = True
            case CandleChanged():
                return  # candles are told by LiveDesk
            case _ as never:
                assert_never(never)
        self._burst.offer(_NEWS, True)

    def _forget(self) -> None:
        self._summaries: dict[Market, PriceSummaryChanged] = {}
        self._books: dict[Market, OrderBookChanged] = {}
        self._trades: deque[TradePrinted] = deque(maxlen=MOST_TRADES_AT_ONCE)
        self._streams: dict[Topic, StreamStateChanged] = {}
        self._begins_anew = self._is_lost = False

    @pyqtSlot(object)
    def _tell(self, _newest: object) -> None:
        news = MarketNews(
            tuple(self._summaries.values()),
            tuple(self._books.values()),
            tuple(self._trades),
            tuple(self._streams.values()),
            self._begins_anew,
            self._is_lost,
        )
        self._forget()
        self.told.emit(news)
