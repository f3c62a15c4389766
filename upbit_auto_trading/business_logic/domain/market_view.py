"""What a market shows at a moment: its summary, its book, its trades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.order import Side


@dataclass(frozen=True, slots=True)
class PriceSummary:
    """The day is the exchange's own: Upbit's opens at 09:00 KST, Binance's is the last 24 hours."""

    market: Market
    price: Decimal
    day_open: Decimal
    day_high: Decimal
    day_low: Decimal
    previous_close: Decimal
    traded_at: datetime
    day_volume: Decimal
    day_turnover: Decimal
    volume_24h: Decimal
    turnover_24h: Decimal
    high_52w: Decimal | None = None
    low_52w: Decimal | None = None
    #: None where the source does not tell
    state: MarketState | None = None
    delisted_on: date | None = None

    @property
    def change_fraction(self) -> Decimal:
        """Against the close of the day before; 0 where there was none."""
        return self.price / self.previous_close - 1 if self.previous_close else Decimal(0)


@dataclass(frozen=True, slots=True)
class BookLevel:
    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Best level first on both sides; levels without quantity are left out."""

    market: Market
    asks: tuple[BookLevel, ...]
    bids: tuple[BookLevel, ...]
    #: of its last change
    changed_at: datetime

    @property
    def spread(self) -> Decimal | None:
        return self.asks[0].price - self.bids[0].price if self.asks and self.bids else None


@dataclass(frozen=True, slots=True)
class MarketTrade:
    """``number`` is unique within the market: two trades may be equal in all else."""

    market: Market
    number: int
    price: Decimal
    quantity: Decimal
    taker_side: Side
    traded_at: datetime
