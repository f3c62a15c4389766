"""The practice exchange as the program uses it: a child process, and a client that speaks to it as to the real one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Exchange, Streams
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.config.app_paths import AppPaths

if TYPE_CHECKING:  # heavy: loaded in the thread that opens the connection
    from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
    from upbit_auto_trading.data_layer.practice_exchange.process import PracticeAddresses

#: of the markets of the practice exchange, wherever an exchange is named
PRACTICE = "practice"


class PracticeConnection:
    """Implements ``Connection`` of ``ui/runtime/exchange_link``."""

    def __init__(
        self,
        exchange: Exchange,
        markets: tuple[ListedMarket, ...],
        streams: Streams,
        control: PracticeControl,
        addresses: PracticeAddresses,
        given_up: threading.Event,
        close: Callable[[], None],
    ) -> None:
        self.exchange = exchange
        self.markets = markets
        self.streams = streams
        self.control = control
        self.addresses = addresses
        self._given_up = given_up
        self._close = close

    def is_alive(self) -> bool:
        """A child that dies is started again, with the same addresses, state and keys; only so often."""
        return not self._given_up.is_set()

    def close(self) -> None:
        self._close()


def open_practice(
    paths: AppPaths, clock: Clock, is_cancelled: Callable[[], bool], arguments: Sequence[str] = ()
) -> PracticeConnection:
    """In a thread that may wait. Raises ExchangeError; leaves nothing behind where it fails or is cancelled."""
    from upbit_auto_trading.composition_root.practice import practice_child
    from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
    from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
    from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
    from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
    from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
    from upbit_auto_trading.data_layer.storage.error_translation import translated
    from upbit_auto_trading.utils.secret import Secret

    given_up = threading.Event()
    with translated(paths.practice_state):
        paths.practice_state.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        child = practice_child(("--state", str(paths.practice_state), *arguments), clock, given_up.set)
        undo.callback(child.stop)
        addresses = child.start()
        exchange = UpbitExchange(
            UpbitAddresses(addresses.rest_url, addresses.websocket_url),
            clock,
            load_rules(paths.resources, PRACTICE),
            AccessKey(Secret(addresses.access_key), addresses.secret_key),
            name=PRACTICE,
        )
        undo.callback(exchange.close)
        if is_cancelled():
            raise Cancelled
        streams = exchange.streams()
        undo.callback(streams.stop)
        streams.start()
        markets = exchange.market_data.markets()
        streams.want(_topics(markets))
        control = PracticeControl(addresses.control_url, addresses.control_token)
        if is_cancelled():
            raise Cancelled
        return PracticeConnection(exchange, markets, streams, control, addresses, given_up, undo.pop_all().close)


def _topics(markets: Iterable[ListedMarket]) -> list[Topic]:
    prices = [Topic(TopicKind.PRICES, listed.market) for listed in markets]
    return [*prices, Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)]
