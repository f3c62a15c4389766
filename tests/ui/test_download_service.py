"""The program's queue of downloads: real threads, a real exchange over sockets, stores that outlive a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from tests.contract.candle_download.field import BTC, MINUTE, START, Field, served
from tests.fakes.memory_candle_store import MemoryCandleStore
from tests.fakes.memory_download_queue import MemoryDownloadQueue
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span, merged
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import (
    DownloadEntry,
    DownloadPhase,
    DownloadPlan,
    DownloadRequest,
)
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.composition_root.downloads import DownloadService
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.operations import Operations

END = START.replace(second=0) - 20 * MINUTE
HOURS = Span(END - 600 * MINUTE, END)
ETH = Market("practice", "KRW-ETH")
WAITING, RUNNING, COMPLETE = DownloadPhase.WAITING, DownloadPhase.RUNNING, DownloadPhase.COMPLETE


def wish(market: Market = BTC, span: Span = HOURS) -> DownloadRequest:
    return DownloadRequest(market, CandleUnit.MINUTE, span)


@dataclass
class Files:
    """What is on the disk: the same for each run."""

    candles: MemoryCandleStore
    downloads: MemoryDownloadQueue

    @contextmanager
    def open(self) -> Iterator[Stores]:
        with RuntimeStores(SystemClock()).open() as stores:
            yield replace(stores, candles=self.candles, downloads=self.downloads)


@dataclass
class Link:
    exchange: Exchange


class Run:
    """One run of the program, as far as downloads go."""

    def __init__(self, qtbot: QtBot, files: Files, exchange: Exchange) -> None:
        self.qtbot = qtbot
        self.files = files
        self.connection = cast(Connection, Link(exchange))
        self.operations = Operations(files.open, SystemClock())
        self.service = DownloadService(self.operations, SystemClock())
        self.told: list[tuple[DownloadEntry, ...]] = []
        self.stop_listening = self.service.on_changed(self.told.append)
        with qtbot.waitSignal(self.operations.storage_started):
            self.operations.start()
        self.service.start()

    def connect(self) -> None:
        self.service.take_connection(self.connection)

    def until(self, number: int, *phases: DownloadPhase) -> DownloadEntry:
        def there() -> bool:
            return any(one.number == number and one.phase in phases for one in self.service.entries)

        self.qtbot.waitUntil(there, timeout=20_000)
        return next(one for one in self.service.entries if one.number == number)

    def until_page(self, number: int) -> None:
        def there() -> bool:
            return any(one.number == number and one.progress.done for one in self.service.entries)

        self.qtbot.waitUntil(there, timeout=20_000)

    def stop(self) -> None:
        self.operations.refuse_new()
        self.service.refuse_new()
        self.service.host.request_stop()
        assert self.service.host.wait(10_000)
        stop_operations(self.operations)


@pytest.fixture(scope="module")
def venue() -> Iterator[Field]:
    with served() as found:
        yield found


@pytest.fixture
def field(venue: Field) -> Iterator[Field]:
    venue.begin()
    yield venue
    venue.control.clear_faults()


@pytest.fixture
def files() -> Files:
    return Files(MemoryCandleStore(), MemoryDownloadQueue())


@pytest.fixture
def run(qtbot: QtBot, files: Files, field: Field) -> Iterator[Run]:
    with field.client(read_seconds=5.0) as exchange:
        found = Run(qtbot, files, exchange)
        yield found
        found.stop()


def test_one_after_the_other_and_each_is_told(run: Run, field: Field) -> None:
    run.service.add(wish())
    run.service.add(wish(ETH))
    run.qtbot.waitUntil(lambda: len(run.service.entries) == 2)
    assert {one.phase for one in run.service.entries} == {WAITING}, "until its exchange is there"
    run.connect()
    run.connect()  # told twice: the second download still waits for its turn
    assert run.until(2, COMPLETE).progress.candles == len(field.source(HOURS, ETH))
    assert run.until(1, COMPLETE).progress.fraction == 1.0
    for market in (BTC, ETH):
        found = run.files.candles.read(market, CandleUnit.MINUTE, HOURS)
        assert found.is_complete
        assert found.series.equals(field.source(HOURS, market))
    assert all(sum(one.phase is RUNNING for one in entries) <= 1 for entries in run.told)
    count = len(run.told)
    run.stop_listening()
    run.service.remove(1)
    run.qtbot.waitUntil(lambda: len(run.files.downloads.entries()) == 1)
    assert [one.number for one in run.service.entries] == [2]
    assert len(run.told) == count


def test_a_running_one_is_cancelled_within_a_second_and_tried_again(run: Run, field: Field) -> None:
    slow = field.control.add_fault("latency", amount=2_500, path="/v1/candles/*")
    run.service.add(wish())
    run.connect()
    run.until(1, RUNNING)
    run.service.cancel(1)
    run.qtbot.waitUntil(lambda: run.service.entries[0].phase is DownloadPhase.CANCELLED, timeout=1_000)
    run.qtbot.waitUntil(lambda: run.files.downloads.entries()[0].phase is DownloadPhase.CANCELLED)
    field.control.remove_fault(slow)
    run.service.retry(1)
    assert run.until(1, COMPLETE).progress.failures == ()


def test_it_goes_on_by_itself_after_a_restart(qtbot: QtBot, files: Files, field: Field) -> None:
    field.control.add_fault("latency", amount=400, path="/v1/candles/*")
    long = Span(END - 3_000 * MINUTE, END)
    with field.client(read_seconds=5.0) as exchange:
        first = Run(qtbot, files, exchange)
        first.service.add(wish(span=long))
        first.connect()
        first.until_page(1)
        first.stop()
        known = merged(one.span for one in files.candles.covered(BTC, CandleUnit.MINUTE))
        assert known
        assert known != (long,)
        field.control.clear_faults()
        second = Run(qtbot, files, exchange)
        second.connect()
        entry = second.until(1, COMPLETE)
        second.stop()
    assert entry.progress.pages < 15, "only what was missing"
    found = files.candles.read(BTC, CandleUnit.MINUTE, long)
    assert found.is_complete
    assert found.series.equals(field.source(long))


def test_while_the_exchange_is_away_it_waits(run: Run, field: Field) -> None:
    slow = field.control.add_fault("latency", amount=500, path="/v1/candles/*")
    run.service.add(wish(span=Span(END - 2_000 * MINUTE, END)))
    run.connect()
    run.until_page(1)
    run.service.lose_connection()
    run.until(1, WAITING)
    field.control.remove_fault(slow)
    run.connect()
    assert run.until(1, COMPLETE).progress.failures == ()


def test_what_it_would_take_is_said_before(run: Run) -> None:
    plans: list[tuple[DownloadPlan, float]] = []
    failures: list[Exception] = []
    run.service.preview(wish(), lambda plan, seconds: plans.append((plan, seconds)), failures.append)
    run.qtbot.waitUntil(lambda: bool(failures))
    assert plans == []
    run.connect()
    run.service.preview(wish(), lambda plan, seconds: plans.append((plan, seconds)), failures.append)
    run.qtbot.waitUntil(lambda: bool(plans))
    plan, seconds = plans[0]
    assert plan.requests == 3
    assert seconds == pytest.approx(3 / 8)
    assert len(failures) == 1
    assert abs(plan.made_at - START) < timedelta(minutes=5), "the market's own time"


def test_a_market_that_is_gone_ends_that_entry_alone(run: Run) -> None:
    run.service.add(wish(Market("practice", "KRW-NOWHERE")))
    run.service.add(wish())
    run.connect()
    assert run.until(1, DownloadPhase.FAILED).trouble == "market-unknown"
    run.until(2, COMPLETE)
