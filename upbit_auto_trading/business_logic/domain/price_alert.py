"""An alert at a price: told once when the market reaches it, or each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market

LONGEST_NOTE = 200
MOST_ALERTS = 1_000


class AlertDirection(Enum):
    CROSSES = "crosses"
    RISES_TO = "rises-to"
    FALLS_TO = "falls-to"


class Side(Enum):
    """Where a price lies, seen from the alert."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class PriceAlert:
    id: str
    market: Market
    price: Decimal
    created_at: datetime
    direction: AlertDirection = AlertDirection.CROSSES
    note: str = ""
    #: stays on after it was told
    repeats: bool = False
    fired_at: datetime | None = None
    is_on: bool = True
    #: of the last price that was known; None: not known, and then the next price only says it
    side: Side | None = None


def side_of(price: Decimal, alert_price: Decimal) -> Side | None:
    """None: exactly there."""
    if price == alert_price:
        return None
    return Side.ABOVE if price > alert_price else Side.BELOW


def check_alert(alert: PriceAlert) -> None:
    """Raises InvalidParameter for what no market could reach."""
    if not alert.id:
        raise InvalidParameter("alert", alert.id, "empty")
    if not alert.price.is_finite() or alert.price <= 0:
        raise InvalidParameter("price", alert.price, "not-positive")
    if len(alert.note) > LONGEST_NOTE:
        raise InvalidParameter("note", len(alert.note), "too-long", str(LONGEST_NOTE))
