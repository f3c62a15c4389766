"""Builds what the command ``download`` needs: an exchange, the store, and plans that fit both. No Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import CandleStore
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.downloads import DownloadPlan, DownloadProgress, DownloadRequest
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.use_cases.plan_download import plan_download
from upbit_auto_trading.composition_root.practice_connection import PRACTICE
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.data_layer.candle_download.download import CandleDownload, DownloadOutcome
from upbit_auto_trading.data_layer.candle_download.market_time import market_time
from upbit_auto_trading.data_layer.system_clock import SystemClock

UPBIT = "upbit"
#: of a practice exchange that runs already; its streams are not used
_STREAMS = "/websocket/v1"


@dataclass(frozen=True, slots=True)
class DownloadWish:
    """What the command was asked for."""

    exchange: str
    codes: tuple[str, ...]
    unit: CandleUnit
    start: datetime
    #: None: up to now
    end: datetime | None
    #: of a practice exchange that runs already, on this computer
    address: str | None = None


class DownloadDesk:
    """One run of the command: plans first, then each of them carried out."""

    def __init__(self, wish: DownloadWish, exchange: Exchange, store: CandleStore, clock: Clock) -> None:
        self._wish = wish
        self._exchange = exchange
        self._store = store
        self.clock = clock
        listed = {one.market.code for one in exchange.market_data.markets()}
        #: asked for, and not listed: nothing is downloaded of them
        self.unknown = tuple(code for code in wish.codes if code not in listed)
        self._markets = [Market(exchange.name, code) for code in wish.codes if code in listed]
        self.now = market_time(exchange, self._markets)

    @property
    def requests_per_second(self) -> int:
        return self._exchange.capabilities.candle_requests_per_second

    def plans(self) -> tuple[DownloadPlan, ...]:
        """Of the markets that are listed, in the order they were named."""
        wish = self._wish
        end = self.now if wish.end is None else wish.end
        if end <= wish.start:
            return ()
        requests = [DownloadRequest(market, wish.unit, Span(wish.start, end)) for market in self._markets]
        capabilities = self._exchange.capabilities
        plans = tuple(
            plan_download(capabilities, self._store.covered(one.market, one.unit), one, self.now) for one in requests
        )
        # whoever says no end does not wonder about the minute in progress
        return plans if wish.end is not None else tuple(replace(plan, not_yet=None) for plan in plans)

    def differences(self, plan: DownloadPlan) -> dict[CandleUnit, int]:
        """By unit: how many candles of the range are others than finer ones make, where both are complete."""
        from upbit_auto_trading.business_logic.use_cases.read_candles import compare_units

        market, span = plan.request.market, plan.request.span
        day_start = self._exchange.capabilities.day_start
        units = list(CandleUnit)
        found: dict[CandleUnit, int] = {}
        for unit in units[units.index(plan.request.unit) :]:
            if self._store.covered(market, unit, span):
                differing = compare_units(self._store, market, unit, span, day_start)
                found[unit] = len({one.opened_at for one in differing})
        return {unit: count for unit, count in found.items() if count}

    def run(
        self, plan: DownloadPlan, cancelled: threading.Event, tell: Callable[[DownloadProgress], None]
    ) -> DownloadOutcome:
        return CandleDownload(
            plan,
            self._exchange.market_data,
            self._exchange.capabilities,
            self._store.write,
            self.clock,
            cancelled=cancelled,
            tell=tell,
        ).run()


@contextmanager
def download_desk(wish: DownloadWish, data_dir: Path | None, cancelled: threading.Event) -> Iterator[DownloadDesk]:
    """Raises AnotherInstanceRuns where the program uses the folder, ExchangeError and StorageError."""
    from upbit_auto_trading.composition_root.market_data import candles_for_writing

    clock = SystemClock()
    paths = find_app_paths(data_dir)
    with ExitStack() as open_things:
        store = open_things.enter_context(candles_for_writing(paths, clock))
        exchange, world = _open_exchange(wish, paths, clock, cancelled, open_things)
        if world is not None:
            store.identify(exchange.name, world)
        yield DownloadDesk(wish, exchange, store, clock)


def _open_exchange(
    wish: DownloadWish, paths: AppPaths, clock: Clock, cancelled: threading.Event, open_things: ExitStack
) -> tuple[Exchange, str | None]:
    """And which world it is, where it could be another one tomorrow."""
    from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
    from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
    from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
    from upbit_auto_trading.data_layer.practice_exchange.control_client import world_of

    if wish.exchange == PRACTICE and wish.address is None:
        from upbit_auto_trading.composition_root.practice_connection import open_practice

        connection = open_practice(paths, clock, cancelled.is_set)
        open_things.callback(connection.close)
        return connection.exchange, world_of(connection.addresses.rest_url)
    if wish.address is None:
        addresses, world = UpbitAddresses(), None
    else:
        address = wish.address.rstrip("/")
        world = world_of(address)
        addresses = UpbitAddresses(address, address.replace("http", "ws", 1) + _STREAMS)
    exchange = UpbitExchange(
        addresses, clock, load_rules(paths.resources, wish.exchange), name=wish.exchange, wait=cancelled.wait
    )
    open_things.callback(exchange.close)
    return exchange, world
