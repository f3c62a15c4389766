"""What makes one generated market unlike another: its level, how much it moves, how much is traded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.path_rows import PathSettings
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings

_MINUTES_A_DAY = 1440
_MILLION = Decimal(10**6)
_LARGEST_MOVE_PPM = 300_000
_USUAL_PRINTS = 10


@dataclass(frozen=True, slots=True)
class MarketCharacter:
    market: Market
    korean_name: str
    english_name: str
    #: where the price comes back to over the years
    usual_price: Decimal
    #: in the quote currency, of an ordinary day
    day_turnover: Decimal
    #: how many trades an ordinary minute sees; minutes without any leave no candle
    trades_a_minute: Decimal
    #: standard deviation of an ordinary minute's return without the bounce between bid and ask, in millionths
    minute_move_ppm: int = 600
    #: of an ordinary day's, in millionths
    day_move_ppm: int = 25_000
    #: which share of a day's move it has in common with all markets, in thousandths
    common_permille: int = 650
    #: sudden moves, on average in a hundred days
    jumps_in_100_days: int = 30
    #: the usual distance of best ask and best bid, in ticks
    spread_ticks: int = 1
    is_warned: bool = False

    def __post_init__(self) -> None:
        moves = (self.minute_move_ppm, self.day_move_ppm)
        if min(self.usual_price, self.day_turnover, self.trades_a_minute) <= 0:
            raise InvariantBroken(f"character of {self.market}")
        if min(moves) <= 0 or max(moves) > _LARGEST_MOVE_PPM:
            raise InvariantBroken(f"character of {self.market}")
        if not (0 <= self.common_permille < 1000 and 0 <= self.jumps_in_100_days <= 100 and self.spread_ticks >= 1):
            raise InvariantBroken(f"character of {self.market}")

    @property
    def listed(self) -> ListedMarket:
        return ListedMarket(self.market, self.korean_name, self.english_name, self.is_warned)

    @property
    def path(self) -> PathSettings:
        """An ordinary minute of a busy market has ten prints and more; one of a thin market what it trades."""
        prints = min(self.trades_a_minute, Decimal(_USUAL_PRINTS))
        return PathSettings(self.day_turnover / _MINUTES_A_DAY / prints / self.usual_price)

    @property
    def book(self) -> BookSettings:
        """Two minutes' turnover near the price."""
        return BookSettings(spread_ticks=self.spread_ticks, level_funds=self.day_turnover / _MINUTES_A_DAY / 5)
