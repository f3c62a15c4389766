"""One line a market: what the exchange lists, its latest summary, how far it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.hangul_search import best_rank


@dataclass(frozen=True, slots=True)
class MarketRow:
    """Prices are None until the first summary came."""

    market: Market
    name: Text
    is_warned: bool
    cautions: frozenset[Caution]
    state: MarketState | None
    price: Decimal | None = None
    #: of the exchange's price grid at this price
    tick: Decimal | None = None
    #: against the close of the exchange's day before
    change: Decimal | None = None
    change_amount: Decimal | None = None
    turnover_24h: Decimal | None = None
    traded_at: datetime | None = None
    is_stale: bool = False


def row_of(
    listed: ListedMarket, name: Text, summary: PriceSummary | None, tick: Decimal | None, is_stale: bool
) -> MarketRow:
    """``name`` is :func:`name_of` its listing, made once: rows are made ten times a second."""
    state = summary.state if summary is not None and summary.state is not None else listed.state
    if summary is None:
        return MarketRow(listed.market, name, listed.is_warned, listed.cautions, state, is_stale=is_stale)
    return MarketRow(
        listed.market,
        name,
        listed.is_warned,
        listed.cautions,
        state,
        summary.price,
        tick,
        summary.change_fraction,
        summary.price - summary.previous_close if summary.previous_close else None,
        summary.turnover_24h,
        summary.traded_at,
        is_stale,
    )


def name_of(listed: ListedMarket) -> Text:
    return Text(listed.korean_name, listed.english_name)


def has_only_moved(before: MarketRow, now: MarketRow) -> bool:
    """The same market in the same state, at other prices and times."""
    return _beside_prices(before) == _beside_prices(now)


def _beside_prices(row: MarketRow) -> tuple[object, ...]:
    return row.name, row.is_warned, row.cautions, row.state, row.price is None, row.tick, row.is_stale


def found_by(query: str, listed: ListedMarket) -> bool:
    """By either name, initials (ㅂㅌ), the code or its base."""
    market = listed.market
    return best_rank(query, (listed.korean_name, listed.english_name, market.base, market.code)) is not None
