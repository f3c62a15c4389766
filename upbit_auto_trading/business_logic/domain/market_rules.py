"""The rules of a market on a given day: ticks, order sizes, fees. History is judged by its own rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market


@dataclass(frozen=True, slots=True)
class TickBand:
    """From this price on, until the next band's."""

    from_price: Decimal
    tick: Decimal


@dataclass(frozen=True, slots=True)
class TickTable:
    """Bands by rising price; the first begins at 0."""

    bands: tuple[TickBand, ...]

    def tick_at(self, price: Decimal) -> Decimal:
        for band in reversed(self.bands):
            if price >= band.from_price:
                return band.tick
        raise InvalidParameter("price", price, "negative")

    def is_on_grid(self, price: Decimal) -> bool:
        return price > 0 and price % self.tick_at(price) == 0

    def floor(self, price: Decimal) -> Decimal:
        """The highest price on the grid that is not above; 0 where there is none."""
        tick = self.tick_at(price)
        return (price / tick).to_integral_value(ROUND_FLOOR) * tick

    def ceil(self, price: Decimal) -> Decimal:
        """The lowest price on the grid that is not below, by the tick of the price it comes to."""
        tick = self.tick_at(price)
        risen = (price / tick).to_integral_value(ROUND_CEILING) * tick
        above = self.tick_at(risen)
        return risen if above == tick else (risen / above).to_integral_value(ROUND_CEILING) * above

    def up(self, price: Decimal, ticks: int = 1) -> Decimal:
        """So many steps above; a price off the grid first goes to the grid, which is its first step."""
        for _ in range(ticks):
            risen = self.ceil(price)
            price = risen if risen > price else self.ceil(price + self.tick_at(price))
        return price

    def down(self, price: Decimal, ticks: int = 1) -> Decimal:
        """So many steps below, never under the smallest price above 0."""
        for _ in range(ticks):
            sunk = self.floor(price)
            if sunk == price:
                sunk = self._below(price)
            price = sunk if sunk > 0 else price
        return price

    def _below(self, price: Decimal) -> Decimal:
        """Under the edge of a band the finer tick of the band below counts."""
        below = [band for band in self.bands if band.from_price < price]
        return price - below[-1].tick if below else price


@dataclass(frozen=True, slots=True)
class MarketRules:
    """In force from ``since`` until the next entry of the same market or quote."""

    since: datetime
    ticks: TickTable
    minimum_funds: Decimal
    maximum_funds: Decimal | None
    #: quantities are cut, never rounded up, to this step
    quantity_step: Decimal
    fees: FeeRates
    minimum_quantity: Decimal = Decimal(0)

    def cut_quantity(self, quantity: Decimal) -> Decimal:
        return (quantity / self.quantity_step).to_integral_value(ROUND_DOWN) * self.quantity_step


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule of one exchange with the moment from which it counts. A market's own entry beats its quote's."""

    exchange: str
    of_quotes: tuple[tuple[str, tuple[MarketRules, ...]], ...]
    of_markets: tuple[tuple[str, tuple[MarketRules, ...]], ...] = ()

    def rules(self, market: Market, at: datetime) -> MarketRules:
        """The earliest known rules hold for the time before them too."""
        own = dict(self.of_markets).get(market.code)
        entries = own or dict(self.of_quotes).get(market.quote)
        if not entries:
            raise InvalidParameter("market", str(market), "no-rules")
        current = entries[0]
        for entry in entries:
            if entry.since <= at:
                current = entry
        return current
