"""What waits for the consumer, bounded, with one policy for each kind of event.

| kind | policy | where it is full |
|---|---|---|
| price summaries, books | newest wins for each market | cannot be: one for each market |
| candles | newest wins for each candle; closed ones stay beside it | all of them go, and are asked for again |
| own balances | newest wins for each currency | cannot be: one complete report, one of changes |
| states of topics | newest wins for each topic, in the order of the last change | cannot be |
| trades | never dropped one by one | all of them go, and are asked for again by number |
| own orders | never dropped one by one | all of them go; ``OrderEventsLost`` takes their place, then a repair |
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime

from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    Provenance,
    StreamEvent,
    StreamStateChanged,
    TradePrinted,
)
from upbit_auto_trading.data_layer.exchanges.upbit.frames import UnreadBook

Waiting = StreamEvent | UnreadBook


@dataclass(frozen=True, slots=True)
class MailboxLimits:
    order_events: int = 10_000
    trades: int = 50_000
    candles: int = 10_000


@dataclass(frozen=True, slots=True)
class Overflow:
    """What was thrown away because nobody took it: it has to be asked for again."""

    order_events: tuple[OwnOrderChanged | OrdersRepaired | OrderEventsLost, ...] = ()
    trades: tuple[TradePrinted, ...] = ()
    candles: tuple[CandleChanged, ...] = ()


_Bounded = {"order": "order_events", "trade": "trades", "candle": "candles"}


class Mailbox:
    """Filled by the stream thread, emptied by one consumer in any other."""

    def __init__(
        self,
        limits: MailboxLimits,
        now: Callable[[], datetime],
        on_overflow: Callable[[Overflow], None],
        call_soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self._limits = limits
        self._now = now
        self._on_overflow = on_overflow
        self._call_soon = call_soon
        self._lock = threading.Lock()
        self._waiting: OrderedDict[Hashable, Waiting] = OrderedDict()
        self._counts = dict.fromkeys(_Bounded, 0)
        self._numbers = itertools.count()
        self._wake: Callable[[], None] | None = None
        self._is_told = False
        #: the most that ever waited at once
        self.most_waiting = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def has_room(self) -> bool:
        """So little waits that what was thrown away may come again."""
        return all(
            self._counts[kind] <= getattr(self._limits, name) // 2 for kind, name in _Bounded.items() if kind != "order"
        )

    def on_waiting(self, wake: Callable[[], None]) -> None:
        with self._lock:
            self._wake, self._is_told = wake, False

    def put(self, event: Waiting) -> None:
        with self._lock:
            overflow = self._keep(event)
            self.most_waiting = max(self.most_waiting, len(self._waiting))
            wake = None if self._is_told else self._wake
            self._is_told = self._is_told or wake is not None
        if overflow is not None:
            self._on_overflow(overflow)
        if wake is not None:
            wake()

    def take(self, limit: int) -> tuple[StreamEvent, ...]:
        """Books are read here, outside the lock; one that makes no sense is left out."""
        taken: list[StreamEvent] = []
        while len(taken) < limit and (some := self._pop(limit - len(taken))):
            for one in some:
                event = one.read() if isinstance(one, UnreadBook) else one
                if event is not None:
                    taken.append(event)
        with self._lock:
            self._is_told = False
            wake = self._wake if self._waiting else None
            self._is_told = wake is not None
        if wake is not None:
            self._call_soon(wake)
        return tuple(taken)

    def _pop(self, count: int) -> list[Waiting]:
        with self._lock:
            some: list[Waiting] = []
            while self._waiting and len(some) < count:
                key, event = self._waiting.popitem(last=False)
                self._count(key, -1)
                some.append(event)
            return some

    def _keep(self, event: Waiting) -> Overflow | None:
        """The branch of each kind is its policy."""
        if isinstance(event, TradePrinted):
            return self._add(("trade", event.trade.market.code, event.trade.number), event)
        if isinstance(event, CandleChanged):
            candle = event.candle
            return self._add(("candle", candle.market.code, candle.unit.value, candle.opened_at), event)
        if isinstance(event, OwnOrderChanged | OrdersRepaired | OrderEventsLost):
            return self._add(("order", next(self._numbers)), event)
        if isinstance(event, OwnBalancesChanged):
            self._keep_balances(event)
        elif isinstance(event, StreamStateChanged):
            self._waiting[("state", event.topic)] = event
            self._waiting.move_to_end(("state", event.topic))
        elif isinstance(event, PriceSummaryChanged):
            self._waiting[("price", event.summary.market.code)] = event
        else:
            market = event.book.market if isinstance(event, OrderBookChanged) else event.market
            self._waiting[("book", market.code)] = event
        return None

    def _add(self, key: tuple[str, *tuple[Hashable, ...]], event: Waiting) -> Overflow | None:
        kind, is_new = key[0], key not in self._waiting
        overflow = None
        if is_new and self._counts[kind] >= getattr(self._limits, _Bounded[kind]):
            overflow = self._throw_away(kind)
            if kind == "order":
                self._waiting[key] = OrderEventsLost(self._now())
                self._count(key, 1)
                lost = (event,) if isinstance(event, OwnOrderChanged | OrdersRepaired) else ()
                return replace(overflow, order_events=(*overflow.order_events, *lost))
        self._waiting[key] = event
        if is_new:
            self._count(key, 1)
        return overflow

    def _throw_away(self, kind: str) -> Overflow:
        keys = [key for key in self._waiting if isinstance(key, tuple) and key[0] == kind]
        thrown = tuple(self._waiting.pop(key) for key in keys)
        self._counts[kind] = 0
        return Overflow(**{_Bounded[kind]: thrown})  # type: ignore[arg-type]  # the kind of key tells the type

    def _keep_balances(self, event: OwnBalancesChanged) -> None:
        if event.provenance is not Provenance.STREAM:
            self._waiting.pop(("balances", "changes"), None)
            self._waiting.pop(("balances", "all"), None)
            self._waiting[("balances", "all")] = event
            return
        before = self._waiting.pop(("balances", "changes"), None)
        if isinstance(before, OwnBalancesChanged):
            merged = {balance.currency: balance for balance in (*before.balances, *event.balances)}
            event = replace(event, balances=tuple(merged.values()))
        self._waiting[("balances", "changes")] = event

    def _count(self, key: Hashable, step: int) -> None:
        kind = key[0] if isinstance(key, tuple) else ""
        if kind in self._counts:
            self._counts[kind] += step
