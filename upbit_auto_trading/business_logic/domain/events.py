"""What happened, in the past tense: frozen values that may cross threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.domain.stream import (
    AccountEvent,
    CandleChanged,
    OrderBookChanged,
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    StreamStateChanged,
    TradePrinted,
)


@dataclass(frozen=True, slots=True)
class PriceChanged:
    price: LastPrice


@dataclass(frozen=True, slots=True)
class EntriesStopped:
    """The kill switch, level 1: no new positions; protection goes on."""

    stopped_at: datetime


@dataclass(frozen=True, slots=True)
class EntriesResumed:
    resumed_at: datetime


@dataclass(frozen=True, slots=True)
class FeedReplaced:
    """Other streams took the place of those before. A practice market that starts over may begin at an earlier time,
    with other prices and another account: nothing that was known of the old one counts any more."""

    #: which streams these are; each that was attached has a higher one
    number: int = 0


@dataclass(frozen=True, slots=True)
class FeedLost:
    """There are no streams: until others come, no price that is known can be relied on."""


#: what the markets tell, in the order in which the streams told it
MarketEvent = (
    PriceSummaryChanged | OrderBookChanged | TradePrinted | CandleChanged | StreamStateChanged | FeedReplaced | FeedLost
)
#: what comes out of the streams beside prices
FeedEvent = AccountEvent | FeedReplaced | FeedLost | StreamStateChanged
Event = (
    PriceChanged
    | EntriesStopped
    | EntriesResumed
    | FeedReplaced
    | FeedLost
    | StreamStateChanged
    | OwnOrderChanged
    | OwnBalancesChanged
    | OrderEventsLost
    | OrdersRepaired
)
