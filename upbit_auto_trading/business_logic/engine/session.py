"""The session: events in, commands out. For now it knows prices, the account, and whether entries are stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from upbit_auto_trading.business_logic.domain.commands import Command, RecordEntriesResumed, RecordEntriesStopped
from upbit_auto_trading.business_logic.domain.events import (
    EntriesResumed,
    EntriesStopped,
    Event,
    FeedLost,
    FeedReplaced,
    PriceChanged,
)
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.stream import (
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    StreamState,
    StreamStateChanged,
    TopicKind,
)
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount, after

#: each change of the price is known soon after it happened
_RELIABLE = frozenset({StreamState.LIVE, StreamState.POLLED})


@dataclass(frozen=True, slots=True)
class SessionState:
    """``entries_stopped_at`` is the moment of the stop that holds, ``None`` while entries are allowed."""

    last_prices: Mapping[Market, LastPrice] = field(default_factory=lambda: MappingProxyType({}))
    #: how far the prices of a market can be relied on, where its stream tells
    price_streams: Mapping[Market, StreamState] = field(default_factory=lambda: MappingProxyType({}))
    account: OwnAccount = field(default_factory=OwnAccount)
    entries_stopped_at: datetime | None = None

    def stale_markets(self, now: datetime, limit: timedelta) -> frozenset[Market]:
        """Those whose stream is not there. A quiet market is not late: ``limit``, the age of the newest trade, counts
        only where no stream tells how it stands."""
        return frozenset(
            market
            for market, price in self.last_prices.items()
            if (
                self.price_streams[market] not in _RELIABLE
                if market in self.price_streams
                else now - price.traded_at > limit
            )
        )


Decision = tuple[SessionState, tuple[Command, ...]]


def decide(state: SessionState, event: Event) -> Decision:
    """Pure: the same state and event give the same answer, in every mode."""
    match event:
        case PriceChanged(price):
            return _with_price(state, price), ()
        case EntriesStopped(stopped_at):
            return _with_entries_stopped(state, stopped_at)
        case EntriesResumed(resumed_at):
            return _with_entries_resumed(state, resumed_at)
        case FeedReplaced():
            return SessionState(entries_stopped_at=state.entries_stopped_at), ()
        case FeedLost():
            lost = dict.fromkeys(state.last_prices, StreamState.DOWN)
            return replace(state, price_streams=MappingProxyType(lost)), ()
        case StreamStateChanged():
            return _with_stream(state, event), ()
        case OwnOrderChanged() | OwnBalancesChanged() | OrderEventsLost() | OrdersRepaired():
            return replace(state, account=after(state.account, event)), ()
        case _ as never:
            assert_never(never)


def _with_price(state: SessionState, price: LastPrice) -> SessionState:
    known = state.last_prices.get(price.market)
    if known is not None and known.traded_at > price.traded_at:
        return state  # a late message never turns the price back
    return replace(state, last_prices=MappingProxyType({**state.last_prices, price.market: price}))


def _with_stream(state: SessionState, changed: StreamStateChanged) -> SessionState:
    market = changed.topic.market
    if changed.topic.kind is not TopicKind.PRICES or market is None:
        return state
    return replace(state, price_streams=MappingProxyType({**state.price_streams, market: changed.state}))


def _with_entries_stopped(state: SessionState, stopped_at: datetime) -> Decision:
    if state.entries_stopped_at is not None:
        return state, ()  # the first stop holds, with its time
    return replace(state, entries_stopped_at=stopped_at), (RecordEntriesStopped(stopped_at),)


def _with_entries_resumed(state: SessionState, resumed_at: datetime) -> Decision:
    if state.entries_stopped_at is None:
        return state, ()
    return replace(state, entries_stopped_at=None), (RecordEntriesResumed(resumed_at),)


class Session:
    """Holds the state between events. ``record`` puts a command on disk and raises where it cannot."""

    def __init__(self, record: Callable[[Command], None], state: SessionState | None = None) -> None:
        self._record = record
        self._state = state or SessionState()

    @property
    def state(self) -> SessionState:
        return self._state

    def process(self, event: Event) -> None:
        state, commands = decide(self._state, event)
        if isinstance(event, EntriesStopped):
            self._state = state  # the safe side waits for no disk: entries stay stopped even if recording fails
        for command in commands:
            self._record(command)
        self._state = state
