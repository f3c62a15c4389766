"""The job that looks at the list of markets: real threads, real use case, stores in memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.practice_account import FakePracticeConnection
from tests.fakes.runtime_stores import RuntimeStores
from tests.log_guard import LogGuard
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent
from upbit_auto_trading.business_logic.use_cases.sync_markets import SyncReport
from upbit_auto_trading.composition_root.market_list import MarketListSync
from upbit_auto_trading.ui.market_notices import MARKETS_TOPIC, MarketNotice
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

LISTED = tuple(ListedMarket(Market("practice", f"KRW-{letter}"), f"{letter}코인", letter) for letter in "ABCDEF")


class Program:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        clock = FakeClock()
        self.operations = Operations(RuntimeStores(clock).open, clock)
        with qtbot.waitSignal(self.operations.storage_started):
            self.operations.start()
        self.connection: FakePracticeConnection | None = FakePracticeConnection(LISTED)
        self.sync = MarketListSync(lambda: self.connection, self.operations, clock)
        self.told: list[MarketNotice] = []
        self.synced: list[SyncReport] = []
        self.topics: list[str] = []
        self.sync.told.connect(self.told.append)
        self.sync.synced.connect(self.synced.append)
        self.operations.changed.connect(lambda topic, _initiator: self.topics.append(topic))
        self.pool = ThreadPoolExecutor(1)

    def look(self) -> Future[str]:
        """As the scheduler does it: in a thread of its own."""
        running = self.pool.submit(self.sync.sync)
        self.qtbot.waitUntil(running.done)
        self.qtbot.wait(1)
        return running

    def lists(self, listed: tuple[ListedMarket, ...]) -> None:
        assert self.connection is not None
        self.connection.exchange.market_data.listed = listed  # type: ignore[attr-defined]

    def stored(self) -> tuple[tuple[KnownMarket, ...], tuple[MarketEvent, ...]]:
        found: list[tuple[tuple[KnownMarket, ...], tuple[MarketEvent, ...]]] = []
        read = StorageOperation(
            Text("읽기", "Reading"),
            lambda stores, _context: (stores.market_list.markets("practice"), stores.market_list.events("practice")),
        )
        self.operations.submit_to_storage(read, on_success=found.append)
        self.qtbot.waitUntil(lambda: bool(found))
        return found[0]


@pytest.fixture
def program(qtbot: QtBot) -> Iterator[Program]:
    running = Program(qtbot)
    yield running
    running.pool.shutdown()
    stop_operations(running.operations)


def test_the_first_look_is_recorded_and_no_news(program: Program) -> None:
    assert program.look().result() == "markets 6, changes 0"
    markets, events = program.stored()
    assert [one.listed for one in markets] == list(LISTED)
    assert (events, program.told, program.topics) == ((), [], [])
    assert [len(report.markets) for report in program.synced] == [6]


def test_what_changed_is_told_once_and_kept(program: Program) -> None:
    program.look()
    new = ListedMarket(Market("practice", "KRW-NEW"), "새 코인", "New")
    program.lists((*LISTED[1:], replace(LISTED[0], is_warned=True), new))
    assert program.look().result() == "markets 7, changes 2"
    assert [notice.title.en for notice in program.told] == ["1 market put under warning, 1 market listed"]
    assert program.topics == [MARKETS_TOPIC]
    program.look()
    assert (len(program.told), len(program.stored()[1])) == (1, 2)


def test_a_list_that_is_not_believed_is_told_once_until_a_good_one_came(
    program: Program, expected_log: LogGuard
) -> None:
    expected_log.expect("list of markets not believed", at_least=2)
    program.look()
    program.lists(LISTED[:3])
    assert [program.look().result() for _look in range(3)] == ["not believed: too-many-vanished"] * 3
    assert len(program.told) == 1
    program.lists(LISTED)
    program.look()
    program.lists(())
    assert program.look().result() == "not believed: empty"
    assert len(program.told) == 2
    assert [len(report.markets) for report in program.synced] == [6, 6]


def test_without_an_exchange_there_is_nothing_to_look_at(program: Program) -> None:
    program.connection = None
    assert program.look().result() == "no exchange"


def test_an_exchange_that_fails_is_told_of_and_one_that_was_left_is_not(program: Program) -> None:
    assert program.connection is not None
    data = program.connection.exchange.market_data
    data.failures = [ExchangeUnavailable("practice", "refused")]  # type: ignore[attr-defined]
    with pytest.raises(ExchangeUnavailable):
        program.look().result()

    def fail() -> tuple[ListedMarket, ...]:
        program.connection = None
        raise ExchangeUnavailable("practice", "closed")

    data.markets = fail  # type: ignore[method-assign]
    assert program.look().result() == "left meanwhile"


def test_another_practice_world_begins_with_a_list_of_its_own(program: Program) -> None:
    assert program.connection is not None
    program.connection.world = "seed 1"
    program.look()
    program.connection.world = "seed 2"
    program.lists(LISTED[:1])
    assert program.look().result() == "markets 1, changes 0"
    assert [one.market.code for one in program.stored()[0]] == ["KRW-A"]
