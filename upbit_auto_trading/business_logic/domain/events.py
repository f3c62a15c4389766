"""What happened, in the past tense: frozen values that may cross threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from upbit_auto_trading.business_logic.domain.market import LastPrice


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


Event = PriceChanged | EntriesStopped | EntriesResumed
