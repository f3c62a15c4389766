"""Where price alerts are kept: work of the user, so in what backups hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert


class AlertStore(Protocol):
    def all(self) -> tuple[PriceAlert, ...]:
        """In the order in which they were made."""

    def change(self, kept: Iterable[PriceAlert], gone: Iterable[str] = ()) -> None:
        """All or nothing: these are as they are given, those (by id) are no more. Forgetting what is not known is no
        mistake. Raises InvalidParameter where an alert does not hold."""
