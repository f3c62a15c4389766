"""What the session wants done, in the imperative: frozen values, recorded before they take effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market


@dataclass(frozen=True, slots=True)
class RecordEntriesStopped:
    stopped_at: datetime


@dataclass(frozen=True, slots=True)
class RecordEntriesResumed:
    resumed_at: datetime


Command = RecordEntriesStopped | RecordEntriesResumed


@dataclass(frozen=True, slots=True)
class FetchCandles:
    """Ask the exchange for its own candles: those of ``span``, and the one after it. Reads, so it is not recorded."""

    number: int
    market: Market
    unit: CandleUnit
    #: whole intervals that are over
    span: Span
