"""A consumer of streams, as the program is one: woken, taking, and remembering everything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Fill, Order, OrderState, OrderUpdate
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    Provenance,
    StreamEvent,
    StreamState,
    StreamStateChanged,
    Topic,
    TradePrinted,
)
from upbit_auto_trading.business_logic.ports.exchange import Exchange, Streams

T = TypeVar("T", bound=StreamEvent)
#: those that say whence they are
Data = PriceSummaryChanged | OrderBookChanged | TradePrinted | CandleChanged | OwnOrderChanged | OwnBalancesChanged
_LIMIT_SECONDS = 20.0


class Listener:
    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.events: list[StreamEvent] = []
        self.wakes = 0
        self._waiting = threading.Event()
        streams.on_waiting(self._wake)

    def _wake(self) -> None:
        self.wakes += 1
        self._waiting.set()

    def take(self) -> None:
        while some := self.streams.take():
            self.events.extend(some)

    def until(self, condition: Callable[[], object], seconds: float = _LIMIT_SECONDS) -> None:
        """Takes what comes until it holds."""
        ends_at = monotonic() + seconds
        self.take()
        while not condition():
            left = ends_at - monotonic()
            assert left > 0, f"not seen: {self.streams.states()} {self.events[-10:]}"
            self._waiting.wait(min(left, 0.05))
            self._waiting.clear()
            self.take()

    def until_state(self, state: StreamState, *topics: Topic) -> None:
        self.until(lambda: all(self.streams.states().get(topic) is state for topic in topics))

    def until_live(self, *topics: Topic) -> None:
        self.until_state(StreamState.LIVE, *topics)

    def until_topics(self, *topics: Topic) -> None:
        """Until it is these that the streams know of."""
        self.until(lambda: set(self.streams.states()) == set(topics))

    def of(self, kind: type[T], since: int = 0) -> list[T]:
        return [event for event in self.events[since:] if isinstance(event, kind)]

    def forget(self) -> None:
        """What came so far is not looked at again."""
        self.take()
        self.events.clear()

    def told_states(self, topic: Topic) -> list[StreamState]:
        return [event.state for event in self.of(StreamStateChanged) if event.topic == topic]

    def reason(self, topic: Topic) -> str | None:
        """Of the last state that was told."""
        return next((event.reason for event in reversed(self.of(StreamStateChanged)) if event.topic == topic), None)

    # --- public

    def trades(self) -> list[MarketTrade]:
        return [event.trade for event in self.of(TradePrinted)]

    def numbers(self) -> set[int]:
        return {trade.number for trade in self.trades()}

    # --- own

    def updates(self, order_id: str | None = None) -> list[OrderUpdate]:
        """One that is told again because a repair's answer was older than it, counts once."""
        told: list[OrderUpdate] = []
        before_repair: list[OrderUpdate] = []
        for event in self.events:
            if isinstance(event, OrdersRepaired):
                before_repair = list(told)
            elif isinstance(event, OwnOrderChanged) and event.update not in before_repair:
                told.append(event.update)
        return [update for update in told if order_id in (None, update.order_id)]

    def ended_by_stream(self, order_id: str) -> bool:
        """Also where the repair of the beginning, which runs beside the stream, told it first."""
        told = self.updates(order_id)
        return bool(told) and told[-1].state.is_final

    def fills(self) -> list[Fill]:
        """By the stream and by repairs; each once, as somebody who keeps books counts them."""
        found: dict[str, Fill] = {}
        for event in self.events:
            if isinstance(event, OwnOrderChanged) and event.update.fill is not None:
                found.setdefault(event.update.fill.trade_id, event.update.fill)
            elif isinstance(event, OrdersRepaired):
                for order in event.orders:
                    found.update((fill.trade_id, fill) for fill in order.fills or () if fill.trade_id not in found)
        return list(found.values())

    def standing(self) -> dict[str, tuple[OrderState, Decimal]]:
        """How each order stands by all that was told: its state and what was executed."""
        found: dict[str, tuple[OrderState, Decimal]] = {}
        for event in self.events:
            if isinstance(event, OwnOrderChanged):
                found[event.update.order_id] = (event.update.state, event.update.executed_quantity)
            elif isinstance(event, OrdersRepaired):
                found.update((order.order_id, (order.state, order.executed_quantity)) for order in event.orders)
        return found

    def balance(self, currency: str) -> tuple[Decimal, Decimal] | None:
        """The newest that was told."""
        found = None
        for event in self.of(OwnBalancesChanged):
            for balance in event.balances:
                if balance.currency == currency:
                    found = (balance.free, balance.locked)
        return found

    def provenances(self, kind: type[Data]) -> set[Provenance]:
        return {event.provenance for event in self.of(kind)}


@contextmanager
def listening(exchange: Exchange, *topics: Topic) -> Iterator[Listener]:
    streams = exchange.streams()
    listener = Listener(streams)
    streams.want(topics)
    streams.start()
    try:
        yield listener
    finally:
        streams.stop()


def as_standing(orders: Iterable[Order]) -> dict[str, tuple[OrderState, Decimal]]:
    """The exchange's own record in the same shape."""
    return {order.order_id: (order.state, order.executed_quantity) for order in orders}
