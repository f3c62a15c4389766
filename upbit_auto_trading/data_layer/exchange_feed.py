"""News for the engine out of an exchange's streams: prices, own orders and balances. Their one consumer."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.events import FeedEvent, FeedLost, FeedReplaced
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.stream import (
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    StreamStateChanged,
)
from upbit_auto_trading.business_logic.ports.exchange import Streams

_MOST_AT_ONCE = 2_000
_BESIDE_PRICES = (OwnOrderChanged, OwnBalancesChanged, OrderEventsLost, OrdersRepaired, StreamStateChanged)


class ExchangeFeed:
    """Implements the port ``MarketFeed``. An exchange takes a while to be reached: until then nothing is due.

    ``attach`` and ``detach`` may be called in another thread than the engine's; whoever opened the streams ends them.
    """

    def __init__(self) -> None:
        self._streams: Streams | None = None  # one reference, replaced whole
        self._is_open = False
        #: of the engine's thread: whose events were taken last, and what was taken beside prices
        self._taken_from: Streams | None = None
        self._events: list[FeedEvent] = []

    def attach(self, streams: Streams) -> None:
        self._streams = streams

    def detach(self) -> None:
        self._streams = None

    def open(self) -> None:
        self._is_open = True

    def due_prices(self) -> tuple[LastPrice, ...]:
        streams = self._streams
        if streams is None or not self._is_open:
            self._note_loss()
            return ()
        if streams is not self._taken_from:
            self._taken_from = streams
            self._events.append(FeedReplaced())
        events = streams.take(_MOST_AT_ONCE)
        self._events += (event for event in events if isinstance(event, _BESIDE_PRICES))
        return tuple(_last_price(event.summary) for event in events if isinstance(event, PriceSummaryChanged))

    def _note_loss(self) -> None:
        if self._taken_from is not None:
            self._taken_from = None
            self._events.append(FeedLost())

    def due_events(self) -> tuple[FeedEvent, ...]:
        events, self._events = self._events, []
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
