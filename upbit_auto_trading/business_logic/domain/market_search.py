"""Finds markets as people call them: by Korean name, its initial consonants, English name, or code."""

from __future__ import annotations

from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.utils.hangul_search import best_rank

#: of several markets of one coin, the one that is meant more often
_FIRST_QUOTE = "KRW"


def find_markets(listings: Iterable[ListedMarket], text: str) -> tuple[ListedMarket, ...]:
    """Best first: equal, begins with, a word begins with, contains; then won markets, then by code. All for no text."""
    found = []
    for listed in listings:
        market = listed.market
        # BTC, KRW-BTC, and BTC/KRW as other exchanges write it
        names = (listed.korean_name, listed.english_name, market.base, market.code, f"{market.base}/{market.quote}")
        rank = best_rank(text, names)
        if rank is not None:
            found.append((rank, market.quote != _FIRST_QUOTE, market, listed))
    return tuple(one[3] for one in sorted(found, key=lambda one: one[:3]))
