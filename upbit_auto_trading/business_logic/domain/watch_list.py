"""Watch lists: named, in the order that the user gave them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market

#: there is always one list; this is what it is called until the user calls it otherwise
FIRST_NAME: Final = "관심"
LONGEST_NAME: Final = 30
MOST_LISTS: Final = 20
MOST_MARKETS: Final = 500
_UNSEEN = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf")


@dataclass(frozen=True, slots=True)
class WatchList:
    number: int
    name: str
    markets: tuple[Market, ...] = ()

    def with_market(self, market: Market) -> WatchList:
        """At the end; where it is already, it stays where it is."""
        if market in self.markets:
            return self
        if len(self.markets) >= MOST_MARKETS:
            raise InvalidParameter("markets", len(self.markets), "list-full", str(MOST_MARKETS))
        return replace(self, markets=(*self.markets, market))

    def without(self, market: Market) -> WatchList:
        return replace(self, markets=tuple(one for one in self.markets if one != market))

    def moved(self, market: Market, place: int) -> WatchList:
        """``place`` among the others, 0 uppermost."""
        if market not in self.markets:
            return self
        others = [one for one in self.markets if one != market]
        others.insert(min(max(place, 0), len(others)), market)
        return replace(self, markets=tuple(others))


@dataclass(frozen=True, slots=True)
class WatchLists:
    """All of them in their order; there is at least one."""

    lists: tuple[WatchList, ...] = (WatchList(1, FIRST_NAME),)

    def of(self, number: int) -> WatchList | None:
        return next((one for one in self.lists if one.number == number), None)

    def changed(self, changed: WatchList) -> WatchLists:
        return WatchLists(tuple(changed if one.number == changed.number else one for one in self.lists))

    def added(self, name: str) -> tuple[WatchLists, WatchList]:
        """At the end, under a number that none has."""
        if len(self.lists) >= MOST_LISTS:
            raise InvalidParameter("lists", len(self.lists), "too-many-lists", str(MOST_LISTS))
        new = WatchList(max((one.number for one in self.lists), default=0) + 1, self._free_name(name))
        return WatchLists((*self.lists, new)), new

    def renamed(self, number: int, name: str) -> WatchLists:
        found = self.of(number)
        if found is None:
            raise InvalidParameter("list", number, "unknown")
        return self.changed(replace(found, name=self._free_name(name, number)))

    def removed(self, number: int) -> WatchLists:
        """The last one is emptied instead, and is called as at first."""
        rest = tuple(one for one in self.lists if one.number != number)
        return WatchLists(rest or (WatchList(number, FIRST_NAME),))

    def restored(self, removed: WatchList, place: int) -> WatchLists:
        """What :meth:`removed` took, where it was."""
        others = [one for one in self.lists if one.number != removed.number]
        others.insert(min(max(place, 0), len(others)), removed)
        return WatchLists(tuple(others))

    def _free_name(self, name: str, of: int | None = None) -> str:
        cleaned = unicodedata.normalize("NFC", name).strip()
        if not cleaned:
            raise InvalidParameter("name", name, "empty")
        if len(cleaned) > LONGEST_NAME:
            raise InvalidParameter("name", cleaned, "too-long", str(LONGEST_NAME))
        if any(unicodedata.category(sign) in _UNSEEN for sign in cleaned):
            raise InvalidParameter("name", cleaned, "not-printable")
        if any(one.name == cleaned and one.number != of for one in self.lists):
            raise InvalidParameter("name", cleaned, "name-taken")
        return cleaned


def watch_lists_of(lists: Iterable[WatchList]) -> WatchLists:
    """As they were kept; the first one where nothing was."""
    kept = tuple(lists)
    return WatchLists(kept) if kept else WatchLists()
