"""One look at the list of markets of an exchange: compared with what is known, and recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.business_logic.domain.market_changes import Doubt, KnownMarket, MarketEvent, compare
from upbit_auto_trading.business_logic.ports.market_list import MarketListStore


@dataclass(frozen=True, slots=True)
class SyncReport:
    exchange: str
    #: all that are known now, by code
    markets: tuple[KnownMarket, ...]
    events: tuple[MarketEvent, ...]
    #: the list was not believed, and nothing was changed
    doubt: Doubt | None = None

    @property
    def word(self) -> str:
        """For the table of runs."""
        if self.doubt is not None:
            return f"not believed: {self.doubt.value}"
        return f"markets {sum(one.is_listed for one in self.markets)}, changes {len(self.events)}"


def record_look(
    store: MarketListStore, exchange: str, listed: Iterable[ListedMarket], now: datetime, world: str | None = None
) -> SyncReport:
    """``world`` says which world a practice exchange is: the list of another one is forgotten first."""
    if world is not None:
        store.identify(exchange, world)
    known = store.markets(exchange)
    found = compare(known, (_sound(one) for one in listed if one.market.exchange == exchange), now)
    if found.doubt is not None:
        return SyncReport(exchange, known, (), found.doubt)
    if found.changed or found.events:
        store.record(found.changed, found.events)
    by_market = {one.market: one for one in (*known, *found.changed)}
    return SyncReport(exchange, tuple(by_market[market] for market in sorted(by_market)), found.events)


def _sound(listed: ListedMarket) -> ListedMarket:
    """Half a sign, as a broken answer may hold, could not be written into a file."""
    korean, english = (name.encode("utf-8", "replace").decode() for name in (listed.korean_name, listed.english_name))
    if (korean, english) == (listed.korean_name, listed.english_name):
        return listed
    return replace(listed, korean_name=korean, english_name=english)
