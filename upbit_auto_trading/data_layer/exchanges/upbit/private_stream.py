"""The stream of the account: own orders and balances. Lives in the stream thread.

It has no snapshots and no replay: after every connection, what may have been missed is read by REST, after the
exchange has confirmed that it knows what we want, so that nothing can fall between reading and stream.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from upbit_auto_trading.business_logic.domain.errors import KeyRejected, TradingAppError
from upbit_auto_trading.business_logic.domain.stream import (
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.data_layer.exchanges.upbit.delivery import Delivery
from upbit_auto_trading.data_layer.exchanges.upbit.frames import (
    Decoded,
    ErrorFrame,
    FrameDecoder,
    SubscriptionsListed,
    Unreadable,
)
from upbit_auto_trading.data_layer.exchanges.upbit.repair import AccountRepair
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.exchanges.upbit.subscriptions import (
    composed,
    question_what_is_subscribed,
    type_word,
)
from upbit_auto_trading.data_layer.exchanges.upbit.topic_states import TopicStates
from upbit_auto_trading.data_layer.transport.reconnecting_socket import Closed, ReconnectingSocket

_logger = logging.getLogger(__name__)
OrderEvent = OwnOrderChanged | OrdersRepaired | OrderEventsLost
_ORDERS, _BALANCES = Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)
#: a token may be unlucky once; a key that is refused twice in a row is refused
_MOST_REFUSALS = 2
_KEY_STATUSES = (401, 403)


class StreamSigner(Protocol):
    @property
    def key(self) -> object:
        """Another object where the key was replaced."""

    def authorization(self) -> str:
        """A new token, good for one handshake."""


class PrivateStream:
    def __init__(
        self,
        make_socket: Callable[[PrivateStream], ReconnectingSocket],
        signer: StreamSigner,
        decoder: FrameDecoder,
        delivery: Delivery,
        repair: AccountRepair,
        states: TopicStates,
        clock: Clock,
        timing: StreamTiming,
    ) -> None:
        self._signer = signer
        self._decoder = decoder
        self._delivery = delivery
        self._repair = repair
        self._states = states
        self._clock = clock
        self._timing = timing
        self._topics: frozenset[Topic] = frozenset()
        #: from when on orders have to be read; None once they were
        self._orders_since: datetime | None = clock.now()
        self._refusals = 0
        self._refused_key: object | None = None
        #: when the subscription counts as known to the exchange, if no answer says so before
        self._confirmed_by: float | None = None
        #: it answered, but does not know all of it: a subscription takes effect a moment after it was sent
        self._is_not_known_yet = False
        self._asked_at = 0.0
        self._second_look_at: float | None = None
        #: reports of balances of one moment differ
        self._balances_look_at: float | None = None
        #: something came that may have been about an order: how the orders stand is read instead
        self._has_unread_event = False
        self._told_errors: set[str] = set()
        self.socket = make_socket(self)

    @property
    def is_key_refused(self) -> bool:
        return self._refused_key is not None

    def want(self, topics: frozenset[Topic]) -> None:
        new = topics - self._topics
        self._topics = topics
        for topic in new:
            if self.is_key_refused:
                self._states.change(topic, StreamState.DOWN, "key-refused")
            else:
                self._states.change(topic, StreamState.CONNECTING)
        if not topics:
            self.socket.stop()
            self._orders_since = self._orders_since or self._clock.now()
        elif not self.socket.is_wanted and not self.is_key_refused:
            self.socket.start()
        elif self.socket.is_open and new:
            self._ask()

    def tick(self) -> None:
        now = self._clock.monotonic()
        if self.is_key_refused and self._signer.key is not self._refused_key:
            self._refused_key, self._refusals = None, 0
            for topic in self._topics:
                self._states.change(topic, StreamState.CONNECTING)
            if self._topics:
                self.socket.start()
        if not self.socket.is_open:
            return
        if self._has_unread_event:
            self._has_unread_event = False
            self._repair_orders(self._clock.now())
            self._repair_balances()
        if self._balances_look_at is not None and now >= self._balances_look_at:
            self._balances_look_at = None
            self._repair_balances()
        if self._second_look_at is not None and now >= self._second_look_at:
            self._second_look_at = None
            self._look_again()
        elif self._confirmed_by is not None:
            self._await_confirmation(self._confirmed_by, now)
        elif now - self._asked_at >= self._timing.confirm_every:
            self._question(now)

    def _await_confirmation(self, ends_at: float, now: float) -> None:
        if now < ends_at:
            if self._is_not_known_yet and now - self._asked_at >= self._timing.confirm_again:
                self._question(now)
        elif self._is_not_known_yet:
            self._forgotten()
        else:
            self._confirmed()

    def _question(self, now: float) -> None:
        self._asked_at = now
        self.socket.send(question_what_is_subscribed(str(uuid4())), "question")

    def events_lost(self, events: Sequence[OrderEvent]) -> None:
        """The consumer did not take them: how the orders stand now is read instead, fill by fill."""
        self._delivery.orders.forget(order_id for event in events for order_id in _orders_of(event))
        self._repair_orders(min(map(_since, events), default=self._clock.now()))

    # what the socket tells

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": self._signer.authorization()}

    def opened(self) -> None:
        self._ask()

    def received(self, frame: bytes) -> None:
        for decoded in self._decoder.decode(frame, self._clock.now()):
            self._take(decoded)

    def closed(self, how: Closed) -> None:
        log_event(
            _logger,
            logging.INFO,
            "the private stream ended",
            exchange=self._decoder.exchange,
            reason=how.reason,
            status=how.status,
        )
        since = self.socket.alive_until
        self._orders_since = min(self._orders_since or since, since)
        self._confirmed_by = self._second_look_at = None
        for topic in self._topics:
            if self._states.of(topic) in (StreamState.LIVE, StreamState.REPAIRING):
                self._states.change(topic, StreamState.CONNECTING)
        if how.status in _KEY_STATUSES:
            self._key_was_refused(f"http-{how.status}")

    # what comes in

    def _take(self, decoded: Decoded) -> None:
        if isinstance(decoded, OwnOrderChanged):
            self._delivery.own_order(decoded)
        elif isinstance(decoded, OwnBalancesChanged):
            if self._delivery.own_balances(decoded) and self._balances_look_at is None:
                self._balances_look_at = self._clock.monotonic() + self._timing.second_look
        elif isinstance(decoded, SubscriptionsListed):
            self._listed(decoded)
        elif isinstance(decoded, Unreadable):
            self._has_unread_event = True
        elif isinstance(decoded, ErrorFrame):
            self._complained(decoded.name)

    def _listed(self, listed: SubscriptionsListed) -> None:
        if {type_word(topic) for topic in self._topics} <= listed.types:
            if self._confirmed_by is not None:
                self._confirmed()
        elif self._confirmed_by is not None:
            self._is_not_known_yet = True
        else:
            self._forgotten()

    def _forgotten(self) -> None:
        log_event(_logger, logging.INFO, "the exchange has forgotten a subscription", exchange=self._decoder.exchange)
        self._orders_since = self._orders_since or self._clock.now() - timedelta(seconds=self._timing.confirm_every)
        self._ask()

    def _complained(self, name: str) -> None:
        """The exchange closes the connection next, and the socket comes back."""
        if name == "INVALID_AUTH":
            self._key_was_refused(name)
        elif name not in self._told_errors:
            self._told_errors.add(name)
            log_event(
                _logger,
                logging.WARNING,
                "the exchange refuses a subscription",
                exchange=self._decoder.exchange,
                code=name,
            )

    def _key_was_refused(self, code: str) -> None:
        self._refusals += 1
        if self._refusals < _MOST_REFUSALS:
            return
        self._refused_key = self._signer.key
        self.socket.stop()
        self._confirmed_by = self._second_look_at = None
        log_event(
            _logger,
            logging.WARNING,
            "the private stream stops: key refused",
            exchange=self._decoder.exchange,
            code=code,
        )
        for topic in self._topics:
            self._states.change(topic, StreamState.DOWN, "key-refused")

    def _ask(self) -> None:
        text = composed(self._topics, str(uuid4()), 0)
        if text is None:
            return
        now = self._clock.monotonic()
        self.socket.send(text, "subscription")
        self._question(now)
        self._confirmed_by = now + self._timing.confirm
        self._is_not_known_yet = False

    def _confirmed(self) -> None:
        self._confirmed_by = None
        self._refusals = 0
        for topic in self._topics:
            self._states.change(topic, StreamState.REPAIRING)
        if _ORDERS in self._topics:
            self._repair_orders(self._orders_since or self._clock.now())
            self._second_look_at = self._clock.monotonic() + self._timing.second_look
        if _BALANCES in self._topics:
            self._repair_balances()

    def _repair_orders(self, since: datetime) -> None:
        if _ORDERS not in self._topics:
            return

        def done() -> None:
            if self.socket.is_open and self._confirmed_by is None:
                self._orders_since = None
                self._states.change(_ORDERS, StreamState.LIVE)

        since -= timedelta(seconds=self._timing.repair_margin)
        self._repair.orders(since, done, self._cannot_repair(_ORDERS), must_tell=True)

    def _look_again(self) -> None:
        since = self._clock.now() - timedelta(seconds=self._timing.repair_margin + self._timing.second_look)
        self._repair.orders(since, _nothing, self._cannot_repair(_ORDERS), must_tell=False)

    def _repair_balances(self) -> None:
        if _BALANCES not in self._topics:
            return

        def done() -> None:
            if self.socket.is_open and self._confirmed_by is None:
                self._states.change(_BALANCES, StreamState.LIVE)

        self._repair.balances(Provenance.REPAIR, done, self._cannot_repair(_BALANCES))

    def _cannot_repair(self, topic: Topic) -> Callable[[TradingAppError], None]:
        """Trying again would not help. What a stream without its beginning says cannot be relied on."""

        def failed(error: TradingAppError) -> None:
            reason = "key-refused" if isinstance(error, KeyRejected) else "unreadable"
            log_event(
                _logger,
                logging.WARNING,
                "own orders or balances cannot be read",
                exchange=self._decoder.exchange,
                reason=reason,
            )
            self._states.change(topic, StreamState.DOWN, reason)

        return failed


def _orders_of(event: OrderEvent) -> tuple[str, ...]:
    if isinstance(event, OwnOrderChanged):
        return (event.update.order_id,)
    return tuple(order.order_id for order in event.orders) if isinstance(event, OrdersRepaired) else ()


def _since(event: OrderEvent) -> datetime:
    if isinstance(event, OwnOrderChanged):
        return event.received_at
    return event.since if isinstance(event, OrdersRepaired) else event.lost_at


def _nothing() -> None:
    return
