"""What makes one generated market unlike another: its level, how much it moves, how much is traded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market


@dataclass(frozen=True, slots=True)
class MarketCharacter:
    """Fractions, where nothing else is said. ``usual_price`` is where the price comes back to over the years."""

    market: Market
    korean_name: str
    english_name: str
    usual_price: Decimal
    #: in the quote currency, of an ordinary day
    day_turnover: Decimal
    #: how many trades an ordinary minute sees; minutes without any leave no candle
    trades_a_minute: Decimal
    #: standard deviation of an ordinary minute's return, in millionths
    minute_move_ppm: int = 600
    #: of an ordinary day's, in millionths
    day_move_ppm: int = 25_000
    #: how much of the moves is common to all markets
    common_share: Decimal = Decimal("0.6")
    #: sudden moves, on average in a hundred days
    jumps_in_100_days: int = 30
    #: the usual distance of best ask and best bid, in ticks
    spread_ticks: int = 1
    is_warned: bool = False
