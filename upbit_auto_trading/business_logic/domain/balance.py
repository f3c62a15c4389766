"""What an account holds, and what trading costs it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.order import OrderKind, Side, TimeInForce


@dataclass(frozen=True, slots=True)
class Balance:
    currency: str
    #: may be used now
    free: Decimal
    #: in open orders or on its way out
    locked: Decimal
    #: None where the exchange keeps none, or the user has changed it
    average_price: Decimal | None = None

    @property
    def total(self) -> Decimal:
        return self.free + self.locked


@dataclass(frozen=True, slots=True)
class FeeRates:
    """Fractions: 0.0005 is 0.05 %."""

    maker_buy: Decimal
    taker_buy: Decimal
    maker_sell: Decimal
    taker_sell: Decimal


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """For this account in this market at this moment."""

    market: Market
    fees: FeeRates
    state: MarketState
    minimum_funds: Decimal
    maximum_funds: Decimal | None
    allowed: frozenset[tuple[Side, OrderKind, TimeInForce]]
    quote: Balance
    base: Balance
