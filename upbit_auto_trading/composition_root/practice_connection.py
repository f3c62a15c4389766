"""The practice exchange as the program uses it: a child process, and a client that speaks to it as to the real one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Exchange, Streams
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.ports.practice import PracticeTime, PracticeWorld
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.config.setting import Setting, Value
from upbit_auto_trading.config.settings import (
    PRACTICE_MARKET_COUNT,
    PRACTICE_SEED,
    PRACTICE_SPEED,
    PRACTICE_STARTING_KRW,
)
from upbit_auto_trading.utils.secret import Secret

if TYPE_CHECKING:  # heavy: loaded in the thread that opens the connection
    from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
    from upbit_auto_trading.data_layer.practice_exchange.process import PracticeAddresses, PracticeProcess

#: of the markets of the practice exchange, wherever an exchange is named
PRACTICE = "practice"


#: the UI waits for no answer, but a background thread does
_CONTROL_SECONDS = 5.0
_LAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class PracticeWish:
    """What the settings say: a world counts when there is none yet, the speed always."""

    world: PracticeWorld
    speed: int


class Desk:
    """Implements the port ``PracticeDesk`` by the control endpoint of the practice exchange."""

    def __init__(self, control: PracticeControl, addresses: PracticeAddresses, world: PracticeWorld) -> None:
        self._control = control
        self._addresses = addresses
        self.world = world

    @property
    def rest_url(self) -> str:
        return self._addresses.rest_url

    @property
    def websocket_url(self) -> str:
        return self._addresses.websocket_url

    @property
    def access_key(self) -> str:
        return self._addresses.access_key

    @property
    def secret_key(self) -> Secret:
        return self._addresses.secret_key

    def time(self) -> PracticeTime:
        return _time(self._control.state())

    def run(self, speed: int) -> PracticeTime:
        return _time(self._control.run(speed))

    def pause(self) -> PracticeTime:
        return _time(self._control.pause())

    def deposit(self, amount: Decimal) -> None:
        self._control.deposit("KRW", amount)


def _time(state: Mapping[str, Any]) -> PracticeTime:
    now = datetime.fromisoformat(str(state["now"]))
    return PracticeTime(now, state["pace"] == "paused", Decimal(str(state["speed"])))


class PracticeConnection:
    """Implements ``Connection`` of ``ui/runtime/exchange_link``."""

    def __init__(
        self,
        exchange: Exchange,
        markets: tuple[ListedMarket, ...],
        streams: Streams,
        control: PracticeControl,
        addresses: PracticeAddresses,
        practice: Desk,
        world: str,
        given_up: threading.Event,
        close: Callable[[], None],
    ) -> None:
        self.exchange = exchange
        self.markets = markets
        self.streams = streams
        self.control = control
        self.addresses = addresses
        self.practice = practice
        self.world: str | None = world
        self._given_up = given_up
        self._close = close

    def is_alive(self) -> bool:
        """A child that dies is started again, with the same addresses, state and keys; only so often."""
        return not self._given_up.is_set()

    def close(self) -> None:
        self._close()


def open_practice(
    paths: AppPaths, clock: Clock, is_cancelled: Callable[[], bool], wish: PracticeWish | None = None
) -> PracticeConnection:
    """In a thread that may wait. Raises ExchangeError; leaves nothing behind where it fails or is cancelled."""
    from upbit_auto_trading.composition_root.practice import practice_child
    from upbit_auto_trading.data_layer.practice_exchange.world_folder import PracticeFolder

    given_up = threading.Event()
    wish = wish or default_wish()
    folder = PracticeFolder(paths.practice_state)
    world = folder.read()
    if world is None:
        world = wish.world
        folder.write(world)
    is_new = not paths.practice_state.exists()
    with ExitStack() as undo:
        child = practice_child(_arguments(paths, world, wish.speed), clock, given_up.set)
        undo.callback(child.stop)
        child.launch()  # while it starts, what speaks with it is loaded
        from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl

        make_client = _client_maker()
        addresses = _started(child, is_cancelled)
        control = PracticeControl(addresses.control_url, addresses.control_token, _CONTROL_SECONDS)
        if is_new and world.starts_at is not None:
            control.jump(world.starts_at)
        exchange = make_client(addresses, paths, clock)
        undo.callback(exchange.close)
        if is_cancelled():
            raise Cancelled
        streams = exchange.streams()
        undo.callback(streams.stop)
        streams.start()
        markets = exchange.market_data.markets()
        streams.want(topics_of_all(markets))
        told = str(control.state()["world"])
        if is_cancelled():
            raise Cancelled
        desk = Desk(control, addresses, world)
        close = undo.pop_all().close
        return PracticeConnection(exchange, markets, streams, control, addresses, desk, told, given_up, close)


def _started(child: PracticeProcess, is_cancelled: Callable[[], bool]) -> PracticeAddresses:
    try:
        return child.start(is_cancelled=is_cancelled)
    except ExchangeUnavailable as error:
        words = " / ".join(list(child.last_words)[-_LAST_WORDS:])
        raise ExchangeUnavailable(PRACTICE, f"not-started {words}".rstrip()) from error


def _client_maker() -> Callable[[PracticeAddresses, AppPaths, Clock], Exchange]:
    """Loads the client, a third of a second's work."""
    from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
    from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
    from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
    from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey

    def make(addresses: PracticeAddresses, paths: AppPaths, clock: Clock) -> Exchange:
        return UpbitExchange(
            UpbitAddresses(addresses.rest_url, addresses.websocket_url),
            clock,
            load_rules(paths.resources, PRACTICE),
            AccessKey(Secret(addresses.access_key), addresses.secret_key),
            name=PRACTICE,
        )

    return make


def default_wish() -> PracticeWish:
    """As the settings are before anybody changed them."""
    return wish_of(lambda setting: setting.default)


def wish_of(value: Callable[[Setting], Value]) -> PracticeWish:
    world = PracticeWorld(
        Decimal(str(value(PRACTICE_STARTING_KRW))),
        int(str(value(PRACTICE_MARKET_COUNT))),
        int(str(value(PRACTICE_SEED))),
    )
    return PracticeWish(world, int(str(value(PRACTICE_SPEED))))


def _arguments(paths: AppPaths, world: PracticeWorld, speed: int) -> tuple[str, ...]:
    files = (argument for file in world.candle_files for argument in ("--candles", f"{file.code}={file.path}"))
    return (
        *("--state", str(paths.practice_state)),
        *("--speed", str(speed)),
        *("--markets", str(world.market_count)),
        *("--seed", str(world.seed)),
        *("--krw", f"{world.starting_krw:f}"),
        *files,
    )


def topics_of_all(markets: Iterable[ListedMarket]) -> list[Topic]:
    """The prices of all markets, and the account."""
    prices = [Topic(TopicKind.PRICES, listed.market) for listed in markets]
    return [*prices, Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)]
