"""An exchange is reached in the background, again when it is lost, and left at the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_streams import FakeStreams
from tests.fakes.runtime_stores import RuntimeStores
from tests.log_guard import LogGuard
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.stream import StreamState, Topic, TopicKind
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.ports.practice import PracticeDesk
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink, LinkPhase, LinkState
from upbit_auto_trading.ui.runtime.operation import OperationContext
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text


class FakeConnection:
    def __init__(self) -> None:
        self.exchange = cast(Exchange, None)  # nobody asks it anything here
        self.markets = ()
        self.streams = FakeStreams()
        self.alive = True
        self.practice: PracticeDesk | None = None
        self.world: str | None = None
        self.closed_in: list[int] = []
        self.may_close = threading.Event()
        self.may_close.set()

    def is_alive(self) -> bool:
        return self.alive

    def close(self) -> None:
        assert self.may_close.wait(10)
        self.closed_in.append(threading.get_ident())


class World:
    """``ahead`` says how each opening ends."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.ahead: list[FakeConnection | ExchangeUnavailable | Cancelled] = []
        #: an opening waits for it
        self.hold: threading.Event | None = None
        self.opened_in: list[int] = []
        self.states: list[LinkState] = []
        self.link = ExchangeLink(Text("여는 중", "Opening"), self._open, operations)
        self.link.state_changed.connect(self.states.append)

    def _open(self, _context: OperationContext) -> Any:
        self.opened_in.append(threading.get_ident())
        end = self.ahead.pop(0)
        if self.hold is not None:
            assert self.hold.wait(10)
        if isinstance(end, ExchangeUnavailable | Cancelled):
            raise end
        return end


@pytest.fixture
def world(qapp: QApplication) -> Iterator[World]:
    clock = FakeClock()
    operations = Operations(RuntimeStores(clock).open, clock)
    operations.start()
    yield World(operations)
    stop_operations(operations)


def test_it_is_opened_outside_the_window_s_thread(qtbot: QtBot, world: World) -> None:
    connection = FakeConnection()
    world.ahead = [connection]
    with qtbot.waitSignal(world.link.opened) as opened:
        world.link.start()
    assert opened.args == [connection]
    assert threading.get_ident() not in world.opened_in
    assert [state.phase for state in world.states] == [LinkPhase.OPENING, LinkPhase.OPEN]


def test_the_worst_stream_is_what_is_shown(qtbot: QtBot, world: World) -> None:
    connection = FakeConnection()
    world.ahead = [connection]
    connection.streams.current = {
        Topic(TopicKind.PRICES): StreamState.LIVE,
        Topic(TopicKind.OWN_ORDERS): StreamState.POLLED,
        # of a market that somebody looks at
        Topic(TopicKind.BOOKS): StreamState.CONNECTING,
        Topic(TopicKind.TRADES): StreamState.DOWN,
    }
    world.link.start()
    qtbot.waitUntil(lambda: world.link.state == LinkState(LinkPhase.OPEN, StreamState.POLLED))
    connection.streams.current[Topic(TopicKind.OWN_ORDERS)] = StreamState.LIVE
    qtbot.waitUntil(lambda: world.link.state == LinkState(LinkPhase.OPEN, StreamState.LIVE))


def test_what_cannot_be_opened_is_tried_again(qtbot: QtBot, world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be reached")
    connection = FakeConnection()
    error = ExchangeUnavailable("upbit")
    world.ahead = [error, connection]
    with qtbot.waitSignal(world.link.opened, timeout=10_000):
        world.link.start()
    assert LinkState(LinkPhase.FAILED, error=error) in world.states


def test_what_died_is_left_and_opened_anew(qtbot: QtBot, world: World) -> None:
    first, second = FakeConnection(), FakeConnection()
    world.ahead = [first, second]
    with qtbot.waitSignal(world.link.opened):
        world.link.start()
    with qtbot.waitSignals([world.link.lost, world.link.opened], timeout=10_000):
        first.alive = False
    assert first.closed_in
    assert threading.get_ident() not in first.closed_in
    assert world.link.connection is second


def test_work_that_needs_it_closed_is_done_between_leaving_and_reaching_it_again(qtbot: QtBot, world: World) -> None:
    first, second = FakeConnection(), FakeConnection()
    world.ahead = [first, second]
    with qtbot.waitSignal(world.link.opened):
        world.link.start()
    done: list[tuple[bool, int]] = []
    with qtbot.waitSignals([world.link.lost, world.link.opened], timeout=10_000):
        world.link.reopen(lambda: done.append((bool(first.closed_in), len(world.opened_in))))
    assert done == [(True, 1)]
    assert world.link.connection is second


def test_an_opening_under_way_is_given_up_for_it(qtbot: QtBot, world: World) -> None:
    slow, second = FakeConnection(), FakeConnection()
    world.hold = threading.Event()
    world.ahead = [slow, second]
    world.link.start()
    qtbot.waitUntil(lambda: len(world.opened_in) == 1)
    done: list[tuple[bool, int]] = []
    world.link.reopen(lambda: done.append((bool(slow.closed_in), len(world.opened_in))))
    with qtbot.waitSignal(world.link.opened, timeout=10_000):
        world.hold.set()
    assert world.link.connection is second
    assert done == [(True, 1)]


def test_a_cancelled_opening_leaves_nothing_to_close(qtbot: QtBot, world: World) -> None:
    second = FakeConnection()
    world.hold = threading.Event()
    world.ahead = [Cancelled(), second]
    world.link.start()
    qtbot.waitUntil(lambda: len(world.opened_in) == 1)
    done: list[int] = []
    world.link.reopen(lambda: done.append(len(world.opened_in)))
    with qtbot.waitSignal(world.link.opened, timeout=10_000):
        world.hold.set()
    assert done == [1]


def test_trying_again_while_it_is_left_opens_it_once(qtbot: QtBot, world: World) -> None:
    first, second = FakeConnection(), FakeConnection()
    world.ahead = [first, second]
    with qtbot.waitSignal(world.link.opened):
        world.link.start()
    first.may_close.clear()
    first.alive = False
    qtbot.waitUntil(lambda: world.link.state.phase is LinkPhase.FAILED)
    world.link.start()
    world.link.reopen(lambda: None)
    with qtbot.waitSignal(world.link.opened, timeout=10_000):
        first.may_close.set()
    qtbot.waitUntil(lambda: not world.operations.running())
    assert len(world.opened_in) == 2


def test_what_fails_between_is_told_and_it_is_reached_again(qtbot: QtBot, world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be reached")
    first, second = FakeConnection(), FakeConnection()
    world.ahead = [first, second]
    with qtbot.waitSignal(world.link.opened):
        world.link.start()
    error = ExchangeUnavailable("practice")

    def fail() -> None:
        raise error

    with qtbot.waitSignal(world.link.opened, timeout=10_000):
        world.link.reopen(fail)
    assert LinkState(LinkPhase.FAILED, error=error) in world.states


def test_leaving_closes_it_and_opens_no_more(qtbot: QtBot, world: World) -> None:
    connection = FakeConnection()
    world.ahead = [connection]
    with qtbot.waitSignal(world.link.opened):
        world.link.start()
    assert world.link.stop(1.0) == ()
    assert connection.closed_in
    world.link.start()
    assert len(world.opened_in) == 1
