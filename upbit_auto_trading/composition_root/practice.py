"""Builds and runs the practice exchange: as the command, and as the program's child process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns, ExchangeUnavailable, InvalidParameter
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.virtual_environment import module_command, project_root
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.practice_exchange import process
from upbit_auto_trading.data_layer.system_clock import SystemClock

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
    from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses

_EXCHANGE = "upbit"
_MINUTE = timedelta(minutes=1)
#: so long the exchange of a killed program may take to end
_PREDECESSOR_SECONDS = 5.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class CandleWish:
    """One of three: a file, the last days of the real exchange, or what is stored of them in the data folder."""

    code: str
    file: Path | None = None
    download_days: int = 0
    is_stored: bool = False
    #: None: all that is stored
    stored_span: Span | None = None


@dataclass(frozen=True, slots=True)
class PracticeWish:
    port: int = 0
    #: None: as fast as it goes
    speed: float | None = 1.0
    start: datetime | None = None
    candles: tuple[CandleWish, ...] = ()
    markets: int | None = None
    seed: int | None = None
    state: Path | None = None
    access_key: str | None = None
    secret_key: str | None = None
    krw: Decimal = Decimal(10_000_000)
    #: where stored candles lie; None: where the program looks by itself
    data_dir: Path | None = None


def serve_practice(wish: PracticeWish, on_ready: Callable[[dict[str, str]], None]) -> None:
    """Until SIGTERM, Ctrl-C, or the end of the program whose child this is.

    OSError where the port is taken, AnotherInstanceRuns where another exchange keeps its account in the same file.
    """
    clock = SystemClock()
    is_child = bool(os.environ.pop(process.WATCH_INPUT, ""))
    with ExitStack() as undo:
        if wish.state is not None:
            lock = InstanceLock(wish.state.with_name(f"{wish.state.name}.lock"), clock)
            _acquire(lock, clock, _PREDECESSOR_SECONDS if is_child else 0.0)
            undo.callback(lock.release)
        _serve(wish, clock, on_ready, is_child=is_child)


def _acquire(lock: InstanceLock, clock: Clock, patience_seconds: float) -> None:
    """The child of a program that was killed ends by itself, and the next one waits for it."""
    ends_at = clock.monotonic() + patience_seconds
    pause = threading.Event()
    while True:
        try:
            lock.acquire()
        except AnotherInstanceRuns:
            if clock.monotonic() >= ends_at:
                raise
        else:
            return
        pause.wait(_LOOK_SECONDS)


def _serve(wish: PracticeWish, clock: Clock, on_ready: Callable[[dict[str, str]], None], *, is_child: bool) -> None:
    from upbit_auto_trading.data_layer.practice_exchange.assembly import DEFAULT_MARKETS, PracticeOptions
    from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
    from upbit_auto_trading.data_layer.practice_exchange.serving import ServingOptions, serve

    sources = tuple(_source(one, clock, wish.data_dir) for one in wish.candles)
    markets = DEFAULT_MARKETS if wish.markets is None else wish.markets
    world = PracticeOptions(
        speed=wish.speed or 1.0,
        pace=Pace.RUNNING if wish.speed is not None else Pace.MAXIMUM,
        start=wish.start,
        markets=markets,
        seed=wish.seed,
        sources=sources,
        sources_bring_past=all(one.download_days for one in wish.candles),
        state=wish.state,
        access_key=wish.access_key or os.environ.pop(process.ACCESS_KEY, None),
        secret_key=wish.secret_key or os.environ.pop(process.SECRET_KEY, None),
        krw=wish.krw,
    )
    options = ServingOptions(world, wish.port, os.environ.pop(process.CONTROL_TOKEN, None))

    async def run() -> None:
        stopping = asyncio.Event()
        _stop_on_signals(stopping)
        if is_child:
            _stop_with_input(stopping)
        await serve(options, clock, stopping, on_ready)

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return  # where signals cannot be handled in the loop; everything was closed on the way here


def practice_child(
    arguments: Iterable[str],
    clock: Clock,
    on_give_up: Callable[[], None] = lambda: None,
    on_start: Callable[[process.PracticeAddresses], None] = lambda _addresses: None,
) -> process.PracticeProcess:
    """The same command as a child of this program, from whatever folder that was started; not started."""
    if getattr(sys, "frozen", False):
        command = [sys.executable, "practice-exchange"]
    else:
        command = [sys.executable, *module_command(project_root(), "upbit_auto_trading"), "practice-exchange"]
    return process.PracticeProcess((*command, *arguments), clock, on_start=on_start, on_give_up=on_give_up)


def _stop_on_signals(stopping: asyncio.Event) -> None:
    if sys.platform == "win32":
        return  # Ctrl-C interrupts the loop; there is no SIGTERM
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)


def _stop_with_input(stopping: asyncio.Event) -> None:
    """The program's end closes our input, however it ended."""
    loop = asyncio.get_running_loop()

    def watch() -> None:
        while os.read(0, 1_024):
            continue
        loop.call_soon_threadsafe(stopping.set)

    threading.Thread(target=watch, name="end of the program", daemon=True).start()


def _source(wish: CandleWish, clock: Clock, data_dir: Path | None) -> StoredCandles:
    from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
    from upbit_auto_trading.data_layer.practice_exchange.first_moment import HISTORY

    market = Market(_EXCHANGE, wish.code)
    if wish.file is not None:
        candles = _read(wish.file, market, clock)
    elif wish.is_stored:
        candles = _stored(market, wish.stored_span, clock, data_dir)
    else:
        candles = downloaded(market, wish.download_days + HISTORY.days, clock)  # the days before the first of them
    if not candles:
        raise InvalidParameter("candles", wish.code, "no-candles")
    return StoredCandles(_listed(market), candles)


def _listed(market: Market) -> ListedMarket:
    """By the name that it has among the built-in ones."""
    from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS

    known = next((one for one in PRACTICE_MARKETS if one.market == market), None)
    return ListedMarket(market, market.base, market.base) if known is None else known.listed


def _read(file: Path, market: Market, clock: Clock) -> Sequence[Candle]:
    from upbit_auto_trading.data_layer.candle_files import read_candle_file
    from upbit_auto_trading.data_layer.candle_spacing import refuse_other_unit

    candles = read_candle_file(file, market, CandleUnit.MINUTE, clock.now())
    refuse_other_unit(file.name, candles, CandleUnit.MINUTE)
    return candles


def _stored(market: Market, span: Span | None, clock: Clock, data_dir: Path | None) -> Sequence[Candle]:
    from upbit_auto_trading.composition_root.market_data import stored_candles
    from upbit_auto_trading.config.app_paths import find_app_paths

    return stored_candles(find_app_paths(data_dir), clock, market, CandleUnit.MINUTE, span)


def downloaded(market: Market, days: int, clock: Clock, addresses: UpbitAddresses | None = None) -> Sequence[Candle]:
    """The last days of the real exchange, by the program's own client; public, so without a key.

    Raises ExchangeError; where it cannot be reached, with what stands in the way.
    """
    from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
    from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
    from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

    now = clock.now()
    exchange_addresses = addresses or UpbitAddresses()
    exchange = UpbitExchange(exchange_addresses, clock, practice_rules())
    try:
        candles = exchange.market_data.candles_between(market, CandleUnit.MINUTE, now - timedelta(days=days), now)
    except ExchangeUnavailable:
        _ask_once(clock, exchange_addresses)
        raise
    finally:
        exchange.close()
    return tuple(candle for candle in candles if candle.opened_at + _MINUTE <= now)


def _ask_once(clock: Clock, addresses: UpbitAddresses) -> None:
    """Who was asked again and again is left alone at last, which tells nothing: the first error says why."""
    from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
    from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

    exchange = UpbitExchange(addresses, clock, practice_rules(), wait=lambda _seconds: True)
    try:
        exchange.market_data.markets()
    finally:
        exchange.close()
