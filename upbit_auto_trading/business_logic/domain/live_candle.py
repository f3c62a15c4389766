"""What becomes of a candle while the program runs: forming, closed, confirmed or corrected; and how far it is known.

One candle tells: ``CandleForming`` … → ``CandleClosed`` (ours, provisional) → ``CandleConfirmed`` or
``CandleCorrected`` (the exchange's). ``CandlesSettled`` follows for every range of which the exchange has spoken,
intervals without trades and those that were filled included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market


@dataclass(frozen=True, slots=True)
class CandleForming:
    """The newest of its market and unit."""

    candle: Candle
    #: False: its beginning was missed, so that only the exchange can tell how it ends
    is_whole: bool


@dataclass(frozen=True, slots=True)
class CandleClosed:
    """Built from every trade that was pushed, closed by the exchange's clock, and not confirmed yet."""

    candle: Candle


@dataclass(frozen=True, slots=True)
class CandleConfirmed:
    """The exchange's own says the same, or is the first that is known of it."""

    candle: Candle


class Correction(Enum):
    #: a trade came after the candle was closed; still provisional
    LATE_TRADE = "late-trade"
    #: the exchange's own candle is another; it counts
    EXCHANGE_DIFFERS = "exchange-differs"


@dataclass(frozen=True, slots=True)
class CandleCorrected:
    before: Candle
    after: Candle
    why: Correction


@dataclass(frozen=True, slots=True)
class CandlesSettled:
    """``candles`` is all that exists in ``span``: what lies between them are intervals without trades."""

    market: Market
    unit: CandleUnit
    span: Span
    candles: tuple[Candle, ...]
    #: STREAM where every interval was built here and found equal
    origin: Origin


class FreshnessState(Enum):
    FRESH = "fresh"
    #: what was missed is being fetched
    FILLING = "filling"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class CandleFreshness:
    """FRESH: every interval that ended is known, from trades that were pushed or from the exchange's own word."""

    state: FreshnessState
    #: by the exchange's clock
    since: datetime
    #: a stable code where it is stale: that of the stream's state, no-stream, not-fetched
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CandleFreshnessChanged:
    market: Market
    unit: CandleUnit
    freshness: CandleFreshness


LiveCandleEvent = (
    CandleForming | CandleClosed | CandleConfirmed | CandleCorrected | CandlesSettled | CandleFreshnessChanged
)


@dataclass(frozen=True, slots=True)
class FollowedSeries:
    market: Market
    unit: CandleUnit
    #: what the store knows without a hole, up to then; None: nothing
    known_until: datetime | None = None
    #: somebody looks at the candle that forms: what of it was missed is asked for, and it is not fresh before
    is_watched: bool = False


@dataclass(frozen=True, slots=True)
class CandlesFetched:
    """The answer to ``FetchCandles``, with the candle after its span where there is one: nothing lies between."""

    command_number: int
    market: Market
    unit: CandleUnit
    candles: tuple[Candle, ...]
    #: by the exchange's clock, read no later than it was asked: what ended well before is in the answer, whole
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class CandlesNotFetched:
    command_number: int
    market: Market
    unit: CandleUnit
