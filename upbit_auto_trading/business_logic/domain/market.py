"""A market of an exchange, its latest price, and how the exchange lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True, slots=True, order=True)
class Market:
    """``Market("upbit", "KRW-BTC")``, stored and shown to programs as ``upbit:KRW-BTC``.

    The code is quote, hyphen, base on every exchange; an adapter whose exchange spells it otherwise translates.
    """

    exchange: str
    code: str

    def __str__(self) -> str:
        return f"{self.exchange}:{self.code}"

    @property
    def quote(self) -> str:
        """The currency that prices are in: ``KRW``."""
        return self.code.partition("-")[0]

    @property
    def base(self) -> str:
        """What is bought and sold: ``BTC``."""
        return self.code.partition("-")[2]


@dataclass(frozen=True, slots=True)
class LastPrice:
    """The price of the newest trade, and how far it lies from the close of the exchange's day before."""

    market: Market
    price: Decimal
    previous_close: Decimal
    traded_at: datetime

    @property
    def change_fraction(self) -> Decimal:
        return self.price / self.previous_close - 1


class MarketState(Enum):
    TRADING = "trading"
    #: listed and visible, not yet open
    PREVIEW = "preview"
    HALTED = "halted"
    CANCEL_ONLY = "cancel-only"
    DELISTED = "delisted"


class Caution(Enum):
    """Automatic alerts of an exchange; common, and no reason by themselves not to trade."""

    PRICE_FLUCTUATION = "price-fluctuation"
    TRADING_VOLUME = "trading-volume"
    DEPOSIT_AMOUNT = "deposit-amount"
    PRICE_DIFFERENCE = "price-difference"
    FEW_ACCOUNTS = "few-accounts"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ListedMarket:
    market: Market
    korean_name: str
    english_name: str
    #: designated by the exchange; precedes many delistings
    is_warned: bool = False
    cautions: frozenset[Caution] = frozenset()
    #: None: the exchange does not tell in its list
    state: MarketState | None = None
    delisted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """The tick at the price of this moment, and by which steps the book can be grouped (0: not at all)."""

    market: Market
    tick: Decimal
    book_groupings: tuple[Decimal, ...]
