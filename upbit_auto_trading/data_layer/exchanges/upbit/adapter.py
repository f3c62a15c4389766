"""Upbit as the port ``Exchange``: everything of one exchange, put together."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, NotSupported
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Capabilities, ExchangeHealth, Streams
from upbit_auto_trading.data_layer.exchanges.upbit.account import UpbitAccount
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.calls import ADDRESS_GROUPS, POCKET_GROUPS
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import UPBIT_CAPABILITIES
from upbit_auto_trading.data_layer.exchanges.upbit.client import READ_SECONDS, UpbitClient
from upbit_auto_trading.data_layer.exchanges.upbit.frame_trouble import FrameTrouble
from upbit_auto_trading.data_layer.exchanges.upbit.market_data import UpbitMarketData
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey, UpbitSigner
from upbit_auto_trading.data_layer.exchanges.upbit.unreadable import UnreadableAnswers
from upbit_auto_trading.data_layer.transport.clock_difference import ClockDifference
from upbit_auto_trading.data_layer.transport.gate import Gate
from upbit_auto_trading.data_layer.transport.http import HttpTransport
from upbit_auto_trading.data_layer.transport.limit_group import Priority
from upbit_auto_trading.data_layer.transport.rate_limiter import RateLimiter

if TYPE_CHECKING:  # streams are heavy: loaded when they are made
    from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import MailboxLimits
    from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming

NAME = "upbit"
#: of one request by which a stream repairs or replaces itself; stopping a stream waits for it
_STREAM_READ_SECONDS = 4.0


def make_gate(clock: Clock, name: str = NAME) -> Gate:
    """One for each account on this machine: adapters that share it share the exchange's limits."""
    return Gate(name, clock, (*ADDRESS_GROUPS, *POCKET_GROUPS))


class UpbitExchange:
    """Implements the port ``Exchange``. ``name`` is another one where another exchange speaks this protocol.

    A ``gate``, a ``limiter`` and a ``transport`` that are given are closed by whoever made them.
    """

    def __init__(
        self,
        addresses: UpbitAddresses,
        clock: Clock,
        rules: RuleBook,
        key: AccessKey | None = None,
        *,
        name: str = NAME,
        gate: Gate | None = None,
        limiter: RateLimiter | None = None,
        transport: HttpTransport | None = None,
        draw: Callable[[], float] = random.random,
        wait: Callable[[float], bool] | None = None,
        read_seconds: float = READ_SECONDS,
        stream_timing: StreamTiming | None = None,
        stream_limits: MailboxLimits | None = None,
    ) -> None:
        if key is not None:
            _check_key(addresses, key)
        self._name = name
        self._addresses = addresses
        self._clock = clock
        self._rules = rules
        self._closing = Event()
        self._owns_gate, self._owns_transport = gate is None, transport is None
        self._gate = gate or (make_gate(clock, name) if limiter is None else Gate(name, clock, limiter=limiter))
        self._transport = transport or HttpTransport(clock)
        self._clock_difference = ClockDifference(clock)
        self._unreadable = UnreadableAnswers(name)
        self._signer = None if key is None else UpbitSigner(key)
        self._draw = draw
        self._wait = wait or self._closing.wait
        self._stream_timing, self._stream_limits = stream_timing, stream_limits
        client = self._make_client(read_seconds)
        self._market_data = UpbitMarketData(name, client)
        self._account = self._make_account(client)
        self._troubles: list[FrameTrouble] = []

    def _make_client(self, read_seconds: float, most_urgent: Priority = Priority.URGENT) -> UpbitClient:
        return UpbitClient(
            self._name,
            self._addresses,
            self._clock,
            transport=self._transport,
            gate=self._gate,
            unreadable=self._unreadable,
            clock_difference=self._clock_difference,
            draw=self._draw,
            wait=self._wait,
            signer=self._signer,
            read_seconds=read_seconds,
            most_urgent=most_urgent,
        )

    def _make_account(self, client: UpbitClient) -> UpbitAccount | None:
        if self._signer is None:
            return None
        return UpbitAccount(self._name, client, AccountReplies(self._name, self._unreadable), self._clock)

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        return UPBIT_CAPABILITIES

    @property
    def rules(self) -> RuleBook:
        return self._rules

    @property
    def market_data(self) -> UpbitMarketData:
        return self._market_data

    @property
    def account(self) -> UpbitAccount | None:
        return self._account

    def replace_key(self, key: AccessKey) -> None:
        """From the next request on; what is under way ends with the old one. Orders and streams stay."""
        if self._signer is None:
            raise NotSupported(self._name, "made-without-key")
        _check_key(self._addresses, key)
        self._signer.replace_key(key)

    def streams(self) -> Streams:
        """What they ask by REST waits behind everybody else, and not for long: they come back to it by themselves."""
        from upbit_auto_trading.data_layer.exchanges.upbit.streams import UpbitStreams

        streams = UpbitStreams(
            self._addresses.websocket_url,
            self._clock,
            self._signer,
            UpbitMarketData(self._name, self._make_client(_STREAM_READ_SECONDS, Priority.BACKGROUND)),
            self._make_account(self._make_client(_STREAM_READ_SECONDS, Priority.READ)),
            timing=self._stream_timing,
            limits=self._stream_limits,
            clock_difference=self._known_difference,
            name=self._name,
        )
        self._troubles.append(streams.trouble)
        return streams

    def _known_difference(self) -> timedelta | None:
        estimate = self._clock_difference.estimate()
        return None if estimate is None else estimate.difference

    def health(self) -> ExchangeHealth:
        unreadable = self._unreadable.count + sum(trouble.unreadable_count for trouble in self._troubles)
        return ExchangeHealth(self._gate.health(), self._known_difference(), unreadable)

    def close(self) -> None:
        """Whoever waits is let go; what is under way ends in its own time."""
        self._closing.set()
        if self._owns_gate:
            self._gate.close()
        if self._owns_transport:
            self._transport.close()


def _check_key(addresses: UpbitAddresses, key: AccessKey) -> None:
    if addresses.is_real and key.is_of_practice:
        raise InvalidParameter("access_key", "***", "of-practice-exchange")
