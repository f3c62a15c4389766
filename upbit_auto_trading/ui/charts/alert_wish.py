"""What the user wants of a price alert. No widget in here: view-models take it too."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.price_alert import AlertDirection


@dataclass(frozen=True, slots=True)
class AlertWish:
    """As it was asked for in the bar at the line."""

    price: Decimal
    direction: AlertDirection = AlertDirection.CROSSES
    note: str = ""
    repeats: bool = False
