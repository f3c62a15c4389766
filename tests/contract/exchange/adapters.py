"""The adapters on trial. Another one is another entry here: the tests know the port alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tests.contract.exchange.venue import Key, Venue
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import MailboxLimits
from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.transport.backoff import Backoff
from upbit_auto_trading.data_layer.transport.http import HttpTransport
from upbit_auto_trading.data_layer.transport.reconnecting_socket import SocketTiming
from upbit_auto_trading.utils.secret import Secret

SOON = Backoff(0.02, 0.1)
#: seconds become tenths and hundredths: what the streams do, but for the time that they take
QUICK = StreamTiming(
    socket=SocketTiming(
        ping_seconds=0.8,
        silent_seconds=1.5,
        open_seconds=5.0,
        close_seconds=0.2,
        stable_seconds=0.1,
        # market time passes by the minute here: no sign of a machine that slept
        wall_jump_seconds=86_400.0,
        backoff=SOON,
    ),
    tick=0.02,
    snapshot=2.0,
    quiet_few=2.0,
    quiet_many=1.0,
    confirm_every=1.0,
    confirm=1.0,
    confirm_again=0.3,
    second_look=0.3,
    poll_after=1.0,
    poll_prices=0.2,
    poll_orders=0.2,
    poll_balances=0.2,
    poll_candles=0.3,
    candle_grace=0.1,
    candle_rest=0.2,
    rest_backoff=SOON,
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is made: the usual one hurries its streams, and gives up reading sooner than a trader would."""

    is_quick: bool = True
    read_seconds: float = 5.0
    #: instead of the venue's
    rest_url: str | None = None
    websocket_url: str | None = None
    clock: Clock | None = None
    #: instead of the system's names
    look_up: Callable[..., Any] | None = None
    #: instead of waiting so many seconds before asking again: whether it was told to end
    wait: Callable[[float], bool] | None = None
    #: so many events of a kind may wait for who takes them; None: as usual
    most_waiting: int | None = None
    #: with connections of its own; certificates take a while to load
    is_apart: bool = False


class Adapter(Protocol):
    def open(self, venue: Venue, key: Key | None, manner: Manner) -> Exchange: ...

    def replace_key(self, exchange: Exchange, key: Key) -> None: ...

    def close(self) -> None:
        """What its exchanges shared."""


class Upbit:
    def __init__(self) -> None:
        #: by the clock that they note times with, and the names that they know
        self._transports: dict[tuple[Clock, Callable[..., Any] | None], HttpTransport] = {}

    def open(self, venue: Venue, key: Key | None, manner: Manner) -> Exchange:
        clock, most = manner.clock or venue.clock, manner.most_waiting
        return UpbitExchange(
            UpbitAddresses(manner.rest_url or venue.rest_url, manner.websocket_url or venue.websocket_url),
            clock,
            load_rules(resources_folder()),
            None if key is None else _access_key(key),
            read_seconds=manner.read_seconds,
            wait=manner.wait,
            transport=None if manner.is_apart else self._shared(clock, manner),
            stream_timing=QUICK if manner.is_quick else StreamTiming(),
            stream_limits=None if most is None else MailboxLimits(most, most, most),
        )

    def _shared(self, clock: Clock, manner: Manner) -> HttpTransport:
        kind = (clock, manner.look_up)
        if kind not in self._transports:
            self._transports[kind] = HttpTransport(clock, look_up=manner.look_up)
        return self._transports[kind]

    def close(self) -> None:
        while self._transports:
            self._transports.popitem()[1].close()

    def replace_key(self, exchange: Exchange, key: Key) -> None:
        assert isinstance(exchange, UpbitExchange)
        exchange.replace_key(_access_key(key))


def _access_key(key: Key) -> AccessKey:
    return AccessKey(Secret(key.access_key), key.secret_key)


ADAPTERS: Mapping[str, Adapter] = {"upbit": Upbit()}
