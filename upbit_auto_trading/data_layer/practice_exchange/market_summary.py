"""What a ticker of the practice exchange shows, and the trades it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.order import Side


@dataclass(frozen=True, slots=True)
class TapeTrade:
    """A printed trade, with what was known of its market at that moment."""

    market: Market
    number: int
    price: Decimal
    quantity: Decimal
    taker_side: Side
    at: datetime
    previous_close: Decimal


@dataclass(frozen=True, slots=True)
class MarketSummary:
    """The day opens at 00:00 UTC."""

    market: Market
    last: TapeTrade
    day_open: Decimal
    day_high: Decimal
    day_low: Decimal
    previous_close: Decimal
    day_volume: Decimal
    day_turnover: Decimal
    #: volume of the day by the side of the taker
    day_sold: Decimal
    day_bought: Decimal
    volume_24h: Decimal
    turnover_24h: Decimal
    high_52w: Decimal
    high_52w_on: date
    low_52w: Decimal
    low_52w_on: date
    state: MarketState
    delisted_on: date | None
    updated_at: datetime

    @property
    def change(self) -> Decimal:
        return self.last.price - self.previous_close

    @property
    def change_fraction(self) -> Decimal:
        return self.change / self.previous_close if self.previous_close else Decimal(0)
