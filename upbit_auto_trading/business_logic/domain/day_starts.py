"""Where each exchange's day begins, against UTC; with it weeks, months and four-hour candles. The only list of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

DAY_STARTS: Final[Mapping[str, timedelta]] = {
    #: 09:00 in Korea
    "upbit": timedelta(0),
    #: speaks Upbit's protocol
    "practice": timedelta(0),
    #: midnight in Korea
    "bithumb": timedelta(hours=-9),
    "binance": timedelta(0),
}


def day_start_of(exchange: str) -> timedelta:
    """Raises InvalidParameter for an exchange that is not known: a guess would shift every day of it."""
    if exchange not in DAY_STARTS:
        raise InvalidParameter("exchange", exchange, "not-a-choice", ", ".join(DAY_STARTS))
    return DAY_STARTS[exchange]
