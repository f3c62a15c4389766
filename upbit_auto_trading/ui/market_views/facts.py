"""What windows look up of a market at the connected exchange: its names, its tick, what an order must be at least."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
from upbit_auto_trading.utils.bilingual_text import Text

WON = "KRW"
EXCHANGES = {
    "upbit": Text("업비트", "Upbit"),
    "practice": Text("연습 거래소", "Practice exchange"),
}


def listed_of(link: ExchangeLink, market: Market | None) -> ListedMarket | None:
    connection = link.connection
    if connection is None or market is None:
        return None
    return next((one for one in connection.markets if one.market == market), None)


def name_of(listed: ListedMarket | None, market: Market) -> Text:
    return Text(market.base, market.base) if listed is None else Text(listed.korean_name, listed.english_name)


def rules_of(link: ExchangeLink, market: Market, at: datetime) -> MarketRules | None:
    """None where none are known: then prices stand as they come."""
    connection = link.connection
    if connection is None:
        return None
    try:
        return connection.exchange.rules.rules(market, at)
    except InvalidParameter:
        return None


def tick_of(link: ExchangeLink, market: Market, price: Decimal, at: datetime) -> Decimal | None:
    rules = rules_of(link, market, at)
    return None if rules is None else rules.ticks.tick_at(price)


def quote_unit(market: Market) -> Text:
    return Text("원", WON) if market.quote == WON else Text(market.quote, market.quote)
