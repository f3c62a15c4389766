"""What changed between two looks at the list of markets of an exchange.

A list that is cut short must not read as a wave of delistings: a market that is missing once only counts as missing,
and a list that is empty, or from which many vanished at once, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market, MarketState

#: a look in which more than this share of the known markets vanished is not believed
MOST_VANISHING = 5  # one in so many


class MarketEventKind(Enum):
    LISTED = "listed"
    DELISTED = "delisted"
    RENAMED = "renamed"
    WARNING_RAISED = "warning-raised"
    WARNING_CLEARED = "warning-cleared"
    CAUTION_RAISED = "caution-raised"
    CAUTION_CLEARED = "caution-cleared"
    STATE_CHANGED = "state-changed"


@dataclass(frozen=True, slots=True)
class MarketEvent:
    market: Market
    kind: MarketEventKind
    #: of the look that found it
    happened_at: datetime
    #: names as "Korean / English", states and cautions by their values; empty where there is nothing to tell
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class KnownMarket:
    """As it was last listed, and since when."""

    listed: ListedMarket
    first_seen_at: datetime
    #: when it appeared in a list that had been looked at before; None: it was there at the first look
    listed_at: datetime | None = None
    #: the newest list lacks it; the next one that does delists it
    missing_since: datetime | None = None
    delisted_at: datetime | None = None

    @property
    def market(self) -> Market:
        return self.listed.market

    @property
    def is_listed(self) -> bool:
        return self.delisted_at is None


class Doubt(Enum):
    """Why a list is not believed."""

    EMPTY = "empty"
    TOO_MANY_VANISHED = "too-many-vanished"


@dataclass(frozen=True, slots=True)
class Comparison:
    #: those that are other than they were before
    changed: tuple[KnownMarket, ...] = ()
    #: by market code
    events: tuple[MarketEvent, ...] = ()
    doubt: Doubt | None = None


def compare(before: Iterable[KnownMarket], after: Iterable[ListedMarket], now: datetime) -> Comparison:
    """``before`` is empty where nobody looked yet: then nothing that is there is news."""
    known = {one.market: one for one in before}
    listed = {one.market: one for one in after}
    doubt = _doubt(known, listed)
    if doubt is not None:
        return Comparison(doubt=doubt)
    is_first_look = not known
    changed: list[KnownMarket] = []
    events: list[MarketEvent] = []
    for market in sorted({*known, *listed}):
        was, found = known.get(market), listed.get(market)
        if was is None:
            assert found is not None  # it is in one of both
            after_it, news = _appeared(found, now, is_first_look)
        else:
            after_it, news = _gone(was, now) if found is None else _there(was, found, now)
        events.extend(news)
        if after_it != was:
            changed.append(after_it)
    return Comparison(tuple(changed), tuple(events))


def _doubt(known: dict[Market, KnownMarket], listed: dict[Market, ListedMarket]) -> Doubt | None:
    if not listed:
        return Doubt.EMPTY
    there = [one for one in known.values() if one.is_listed and one.missing_since is None]
    vanished = sum(one.market not in listed for one in there)
    return Doubt.TOO_MANY_VANISHED if vanished * MOST_VANISHING > len(there) else None


def _appeared(found: ListedMarket, now: datetime, is_first_look: bool) -> tuple[KnownMarket, tuple[MarketEvent, ...]]:
    is_over = found.state is MarketState.DELISTED
    known = KnownMarket(
        found, now, listed_at=None if is_first_look or is_over else now, delisted_at=now if is_over else None
    )
    if is_first_look or is_over:
        return known, ()
    return known, (MarketEvent(found.market, MarketEventKind.LISTED, now, after=_names(found)),)


def _gone(was: KnownMarket, now: datetime) -> tuple[KnownMarket, tuple[MarketEvent, ...]]:
    if not was.is_listed:
        return was, ()
    if was.missing_since is None:
        return replace(was, missing_since=now), ()
    over = replace(was, delisted_at=now)
    return over, (MarketEvent(was.market, MarketEventKind.DELISTED, now, before=_names(was.listed)),)


def _there(was: KnownMarket, found: ListedMarket, now: datetime) -> tuple[KnownMarket, tuple[MarketEvent, ...]]:
    if found.state is None:
        # not told this time: what was told before still holds, but not for one that came back
        found = replace(found, state=was.listed.state if was.is_listed else None)
    if found.state is MarketState.DELISTED:
        if not was.is_listed:
            return replace(was, listed=found), ()
        over = replace(was, listed=found, missing_since=None, delisted_at=now)
        return over, (MarketEvent(found.market, MarketEventKind.DELISTED, now, before=_names(was.listed)),)
    news = tuple(_differences(was.listed, found, now))
    if was.is_listed:
        return replace(was, listed=found, missing_since=None), news
    back = replace(was, listed=found, listed_at=now, missing_since=None, delisted_at=None)
    renewed = MarketEvent(found.market, MarketEventKind.LISTED, now, after=_names(found))
    return back, (renewed, *(one for one in news if one.kind is not MarketEventKind.STATE_CHANGED))


def _differences(was: ListedMarket, found: ListedMarket, now: datetime) -> Iterator[MarketEvent]:
    def event(kind: MarketEventKind, before: str = "", after: str = "") -> MarketEvent:
        return MarketEvent(found.market, kind, now, before, after)

    if _names(was) != _names(found):
        yield event(MarketEventKind.RENAMED, _names(was), _names(found))
    if found.is_warned is not was.is_warned:
        yield event(MarketEventKind.WARNING_RAISED if found.is_warned else MarketEventKind.WARNING_CLEARED)
    for caution in sorted(found.cautions - was.cautions, key=lambda one: one.value):
        yield event(MarketEventKind.CAUTION_RAISED, after=caution.value)
    for caution in sorted(was.cautions - found.cautions, key=lambda one: one.value):
        yield event(MarketEventKind.CAUTION_CLEARED, before=caution.value)
    if found.state is not was.state:
        yield event(MarketEventKind.STATE_CHANGED, _state(was), _state(found))


def _names(listed: ListedMarket) -> str:
    return f"{listed.korean_name} / {listed.english_name}"


def _state(listed: ListedMarket) -> str:
    return "" if listed.state is None else listed.state.value
