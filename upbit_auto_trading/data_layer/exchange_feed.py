"""News for the engine out of an exchange's streams: prices, the account, markets. Their one consumer."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.events import FeedEvent, FeedLost, FeedReplaced, MarketEvent
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    StreamEvent,
    StreamStateChanged,
    Topic,
    TradePrinted,
)
from upbit_auto_trading.business_logic.ports.exchange import Streams

_MOST_AT_ONCE = 2_000
_OF_THE_SESSION = (OwnOrderChanged, OwnBalancesChanged, OrderEventsLost, OrdersRepaired, StreamStateChanged)
_OF_THE_MARKETS = (PriceSummaryChanged, OrderBookChanged, TradePrinted, CandleChanged, StreamStateChanged)


@dataclass(frozen=True, slots=True)
class _Attached:
    streams: Streams
    number: int


class ExchangeFeed:
    """Implements the port ``MarketFeed``. An exchange takes a while to be reached: until then nothing is due.

    ``attach``, ``detach`` and ``want`` may be called in any thread; whoever opened the streams ends them.
    """

    def __init__(self) -> None:
        #: held while wishes are passed on, so that the streams hear of them in their order
        self._lock = threading.Lock()
        self._wants: dict[str, frozenset[Topic]] = {}
        self._number = 0
        self._attached: _Attached | None = None  # one reference, replaced whole
        self._is_open = False
        #: of the engine's thread: whose events were taken last, and what was taken beside prices
        self._taken_from: _Attached | None = None
        self._events: list[FeedEvent] = []
        self._market_events: list[MarketEvent] = []

    def want(self, owner: str, topics: Iterable[Topic]) -> None:
        """From now on ``owner`` wants exactly these, of these streams and of those that follow them."""
        with self._lock:
            self._wants[owner] = frozenset(topics)
            if self._attached is not None:
                self._attached.streams.want(self._wanted())

    def attach(self, streams: Streams) -> int:
        """Their number, which ``FeedReplaced`` tells."""
        with self._lock:
            if self._attached is None or self._attached.streams is not streams:
                self._number += 1
                self._attached = _Attached(streams, self._number)
            if wanted := self._wanted():  # else what whoever opened them asked for stays
                streams.want(wanted)
            return self._attached.number

    def detach(self) -> None:
        with self._lock:
            self._attached = None

    def _wanted(self) -> frozenset[Topic]:
        return frozenset().union(*self._wants.values())

    def open(self) -> None:
        self._is_open = True

    def due_prices(self) -> tuple[LastPrice, ...]:
        attached = self._attached
        if attached is None or not self._is_open:
            self._note_loss()
            return ()
        if attached is not self._taken_from:
            self._taken_from = attached
            self._put(FeedReplaced(attached.number))
        events = attached.streams.take(_MOST_AT_ONCE)
        self._sort(events)
        return tuple(_last_price(event.summary) for event in events if isinstance(event, PriceSummaryChanged))

    def _sort(self, events: tuple[StreamEvent, ...]) -> None:
        self._events += (event for event in events if isinstance(event, _OF_THE_SESSION))
        self._market_events += (event for event in events if isinstance(event, _OF_THE_MARKETS))

    def _put(self, event: FeedReplaced | FeedLost) -> None:
        self._events.append(event)
        self._market_events.append(event)

    def _note_loss(self) -> None:
        if self._taken_from is not None:
            self._taken_from = None
            self._put(FeedLost())

    def due_events(self) -> tuple[FeedEvent, ...]:
        events, self._events = self._events, []
        return tuple(events)

    def due_market_events(self) -> tuple[MarketEvent, ...]:
        events, self._market_events = self._market_events, []
        return tuple(events)

    def close(self) -> None:
        self._is_open = False


def _last_price(summary: PriceSummary) -> LastPrice:
    return LastPrice(
        market=summary.market,
        price=summary.price,
        # of a market's first day there is none: then the day's opening is the nearest thing
        previous_close=summary.previous_close or summary.day_open,
        traded_at=summary.traded_at,
    )
