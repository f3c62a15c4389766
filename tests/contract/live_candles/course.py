"""The program's own parts from the exchange's sockets to the database, without windows."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_kept_series import MemoryKeptSeriesStore
from tests.fakes.runtime_stores import EngineStores, RuntimeStores
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import series_of
from upbit_auto_trading.business_logic.domain.coverage import Span, merged
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleConfirmed,
    CandleCorrected,
    CandleFreshnessChanged,
    CandlesSettled,
    FreshnessState,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.business_logic.ports.kept_series import KeptSeries
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.composition_root.live_data import LiveData
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.composition_root.practice_connection import Desk, default_wish
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchange_feed import ExchangeFeed
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.process import PracticeProcess
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.backoff import Backoff
from upbit_auto_trading.data_layer.transport.reconnecting_socket import SocketTiming
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.secret import Secret

START = datetime(2026, 11, 20, 12, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
#: in most of its minutes nobody trades
QUIET = "KRW-WAXP"


class Course:
    def __init__(self, process: PracticeProcess, database: Path, kept: Iterable[KeptSeries], world: str) -> None:
        self.clock = SystemClock()
        self.process = process
        self.addresses = process.start()
        self.control = PracticeControl(self.addresses.control_url, self.addresses.control_token)
        self._database = database
        self._kept = MemoryKeptSeriesStore()
        for series in kept:
            self._kept.add(series)
        self.world: str | None = world
        self.exchange = UpbitExchange(
            UpbitAddresses(self.addresses.rest_url, self.addresses.websocket_url),
            self.clock,
            load_rules(resources_folder(), "practice"),
            AccessKey(Secret(self.addresses.access_key), self.addresses.secret_key),
            name="practice",
            stream_timing=StreamTiming(tick=0.1, socket=SocketTiming(backoff=Backoff(0.05, 0.2))),
        )
        self.markets: tuple[ListedMarket, ...] = ()
        self.practice = Desk(self.control, self.addresses, default_wish().world)
        self.streams = self.exchange.streams()
        self.streams.start()
        self.told: list[LiveCandleEvent] = []
        self.fresh: dict[Market, list[FreshnessState]] = defaultdict(list)
        self.settled: dict[tuple[Market, CandleUnit], list[Span]] = defaultdict(list)

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        self.streams.stop()
        self.exchange.close()

    @contextmanager
    def stores(self) -> Iterator[Stores]:
        candles = open_candle_store(self._database)
        with RuntimeStores(FakeClock()).open() as others:
            yield replace(others, candles=candles, kept_series=self._kept)
        candles.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        """One run of the program, from its start to its orderly end."""
        feed, operations = ExchangeFeed(), Operations(self.stores, self.clock)
        operations.start()
        live = LiveData(feed, operations, self.clock)
        engine = EngineLink(lambda: feed, EngineStores().open, self.clock, live=live)
        engine.candles_told.connect(self._note)
        engine.freshness_changed.connect(self._note_freshness)
        engine.start()
        live.take_connection(self)
        try:
            yield
        finally:
            engine.host.request_stop()
            assert engine.host.wait(30_000)
            assert live.stop() == ()
            stop_operations(operations)

    def _note(self, events: tuple[LiveCandleEvent, ...]) -> None:
        self.told += events
        for event in events:
            if isinstance(event, CandlesSettled):
                self.settled[event.market, event.unit].append(event.span)

    def _note_freshness(self, changes: tuple[CandleFreshnessChanged, ...]) -> None:
        for change in changes:
            self.fresh[change.market].append(change.freshness.state)

    def known_until(self, market: Market, unit: CandleUnit = CandleUnit.MINUTE) -> datetime | None:
        """To the first hole."""
        spans = merged(self.settled[market, unit])
        return spans[0].end if spans else None

    def wait_until_known(self, qtbot: QtBot, markets: Iterable[Market], until: datetime, seconds: float) -> None:
        wanted = tuple(markets)

        def is_known() -> bool:
            return all((self.known_until(market) or START) >= until for market in wanted)

        qtbot.waitUntil(is_known, timeout=int(seconds * 1_000))

    def stored(self, market: Market, span: Span, unit: CandleUnit = CandleUnit.MINUTE) -> StoredRange:
        reader = open_candle_reader(self._database)
        try:
            return reader.read(market, unit, span)
        finally:
            reader.close()

    def source(self, market: Market, span: Span, unit: CandleUnit = CandleUnit.MINUTE) -> tuple[Candle, ...]:
        """The exchange's own, when nothing goes wrong."""
        return self.exchange.market_data.candles_between(market, unit, span.start, span.end)

    def check_equal(self, market: Market, span: Span, unit: CandleUnit = CandleUnit.MINUTE) -> int:
        stored, source = self.stored(market, span, unit), series_of(market, unit, self.source(market, span, unit))
        assert stored.unknown == (), (market, stored.unknown)
        assert stored.series.equals(source), (market, len(stored.series), len(source))
        return len(source)

    def counts(self) -> dict[str, int]:
        kinds = (CandleClosed, CandleConfirmed, CandleCorrected)
        return {kind.__name__: sum(isinstance(event, kind) for event in self.told) for kind in kinds}


@contextmanager
def course(folder: Path, codes: Iterable[str], markets: int = 12, world: str = "one") -> Iterator[Course]:
    database = folder / "market_data.sqlite3"
    if not database.exists():
        create_file(database, MARKET_DATA_FILE, SystemClock())
    started = f"{START:%Y-%m-%dT%H:%M:%SZ}"
    process = practice_child(["--markets", str(markets), "--seed", "7", "--start", started], SystemClock())
    kept = [KeptSeries(Market("practice", code), CandleUnit.MINUTE) for code in codes]
    try:
        found = Course(process, database, kept, world)
        try:
            yield found
        finally:
            found.close()
    finally:
        process.stop()


class Cutter:
    """Cuts the streams every so often, in a thread of its own."""

    def __init__(self, control: PracticeControl, every_seconds: float) -> None:
        self._control = control
        self._every_seconds = every_seconds
        self._ended = threading.Event()
        self.cuts = 0
        self._thread = threading.Thread(target=self._run, name="cutter")

    def __enter__(self) -> Cutter:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._every_seconds):
            self._control.add_fault("stream-cut", times=1)
            self.cuts += 1
