"""The tabs over markets: the watch list, each quote, what is held where that is known, the screener."""

from __future__ import annotations

from upbit_auto_trading.ui.market_views.markets import HELD, SCREENER, WATCHED, MarketsState
from upbit_auto_trading.utils.bilingual_text import Text

_WATCHED = Text("관심", "Watch")
_HELD = Text("보유", "Held")
_SCREENER = Text("조건 검색", "Screener")
_QUOTES = {"KRW": Text("원화", "KRW")}


def market_tabs(state: MarketsState, *, with_screener: bool) -> list[tuple[str, Text]]:
    tabs = [(WATCHED, _WATCHED)]
    tabs += [(quote, _QUOTES.get(quote, Text(quote, quote))) for quote in state.quotes]
    if state.knows_held:
        tabs.append((HELD, _HELD))
    if with_screener:
        tabs.append((SCREENER, _SCREENER))
    return tabs
