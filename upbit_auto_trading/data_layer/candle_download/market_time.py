"""What time it is at an exchange, by what was traded there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.exchange import Exchange


def market_time(exchange: Exchange, markets: Iterable[Market]) -> datetime:
    """The newest trade of all markets that are quoted as these are: so far its time has certainly come.

    No clock is asked: a practice market has a time and a speed of its own, and a computer's clock may be wrong.
    """
    quotes = sorted({market.quote for market in markets} | {"KRW"})
    summaries = exchange.market_data.all_price_summaries(quotes)
    if not summaries:
        raise ExchangeUnavailable(exchange.name, "no-prices")
    return max(summary.traded_at for summary in summaries)
