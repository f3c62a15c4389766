"""The in-process source of prices: a handful of markets that trade about four times a second, for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.simulation.price_walk import SmallGenerator, walk_prices

SIMULATED_EXCHANGE = "practice"
_MEAN_GAP_MS = 250
#: after a sleep of the machine only this much is caught up: nobody wants eight hours of trades at once
_LONGEST_CATCH_UP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SimulatedMarket:
    """``weight`` is how often it trades, against the others."""

    code: str
    start: Decimal
    tick: Decimal
    weight: int


SIMULATED_MARKETS = (
    SimulatedMarket("KRW-BTC", Decimal("143285000"), Decimal("1000"), weight=8),
    SimulatedMarket("KRW-ETH", Decimal("4872000"), Decimal("1000"), weight=5),
    SimulatedMarket("KRW-XRP", Decimal("3215"), Decimal("1"), weight=4),
    SimulatedMarket("KRW-SOL", Decimal("218400"), Decimal("100"), weight=3),
    SimulatedMarket("KRW-DOGE", Decimal("287"), Decimal("1"), weight=2),
)


class SimulatedFeed:
    """Implements the port ``MarketFeed``. The same seed and clock give the same trades."""

    def __init__(self, clock: Clock, seed: int, markets: tuple[SimulatedMarket, ...] = SIMULATED_MARKETS) -> None:
        self._clock = clock
        self._markets = markets
        self._by_weight = tuple(market for market in markets for _ in range(market.weight))
        self._draw = SmallGenerator(seed)
        self._walks: dict[str, Iterator[Decimal]] = {
            market.code: walk_prices(self._draw.next_word(), market.start, market.tick) for market in markets
        }
        self._prices = {market.code: market.start for market in markets}
        self._day_opens = dict(self._prices)
        self._day: date | None = None
        self._next_at: float | None = None
        self._is_first = False

    def open(self) -> None:
        """From now on trades happen; the first call of ``due_prices`` names every market once."""
        self._day = self._clock.now().date()
        self._next_at = self._clock.monotonic()
        self._is_first = True

    def due_prices(self) -> tuple[LastPrice, ...]:
        if self._next_at is None:
            return ()
        now = self._clock.monotonic()
        self._next_at = max(self._next_at, now - _LONGEST_CATCH_UP_SECONDS)
        self._turn_day()
        prices: list[LastPrice] = []
        if self._is_first:
            self._is_first = False
            prices.extend(self._trade(market, seconds_ago=0.0) for market in self._markets)
        while self._next_at <= now:
            prices.append(self._trade(self._draw_market(), seconds_ago=now - self._next_at))
            self._next_at += (_MEAN_GAP_MS // 4 + self._draw.below(_MEAN_GAP_MS * 3 // 2)) / 1000
        return tuple(prices)

    def close(self) -> None:
        self._next_at = None

    def _turn_day(self) -> None:
        """The exchange's day begins at 09:00 KST, which is midnight UTC: the last price becomes the day's opening."""
        today = self._clock.now().date()
        if today != self._day:
            self._day = today
            self._day_opens = dict(self._prices)

    def _trade(self, market: SimulatedMarket, seconds_ago: float) -> LastPrice:
        price = self._prices[market.code] = next(self._walks[market.code])
        traded_at = self._clock.now() - timedelta(seconds=seconds_ago)
        return LastPrice(Market(SIMULATED_EXCHANGE, market.code), price, self._day_opens[market.code], traded_at)

    def _draw_market(self) -> SimulatedMarket:
        return self._by_weight[self._draw.below(len(self._by_weight))]
