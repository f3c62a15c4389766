"""A market of an exchange and its latest price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Market:
    """``Market("upbit", "KRW-BTC")``, stored and shown to programs as ``upbit:KRW-BTC``."""

    exchange: str
    code: str

    def __str__(self) -> str:
        return f"{self.exchange}:{self.code}"


@dataclass(frozen=True, slots=True)
class LastPrice:
    """The price of the newest trade, and how far it lies from the day's opening."""

    market: Market
    price: Decimal
    day_open: Decimal
    traded_at: datetime

    @property
    def change_fraction(self) -> Decimal:
        return self.price / self.day_open - 1
