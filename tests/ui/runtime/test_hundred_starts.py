"""The whole runtime, started and stopped a hundred times in one process, leaves nothing behind."""

from __future__ import annotations

import gc
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import psutil
import pytest
from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PyQt6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from tests.fakes.runtime_stores import EngineStores, RuntimeStores
from tests.fakes.walking_exchange import WalkingFeed, walking
from upbit_auto_trading.business_logic.ports.stores import EngineStateStore, Stores
from upbit_auto_trading.composition_root.stores import open_engine_state, open_stores
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.config.settings import THEME
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.last_end import LastEndFile
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
from upbit_auto_trading.ui.runtime.instance_front import InstanceFront
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.shutdown import EndReason, Shutdown, ShutdownOutcome, documented_order
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.utils.bilingual_text import Text

OpenStores = Callable[[], AbstractContextManager[Stores]]
OpenEngineState = Callable[[], AbstractContextManager[EngineStateStore]]
NAME = Text("시험", "Trying")
#: lets caches of Python, Qt and SQLAlchemy fill before anything is counted
WARM_UP = 3


class Census:
    """What a process holds: threads, timers and sockets of Qt, open files."""

    def __init__(self) -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        kinds = (QThread, QTimer, QLocalServer, QLocalSocket)
        alive = [one for one in gc.get_objects() if isinstance(one, QObject) and not sip.isdeleted(one)]
        process = psutil.Process()
        self.objects = Counter(kind.__name__ for one in alive for kind in kinds if isinstance(one, kind))
        self.python_threads = sorted(thread.name for thread in threading.enumerate())
        self.system_threads = process.num_threads()
        self.open_files = _open_files(process)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Census) and vars(self) == vars(other)

    def __repr__(self) -> str:
        return str(vars(self))


def _open_files(process: psutil.Process) -> int:
    if sys.platform == "win32":
        return process.num_handles()
    return process.num_fds()


def run_once(paths: AppPaths, open_stores: OpenStores, open_state: OpenEngineState, turn: int, qtbot: QtBot) -> None:
    """Everything the program runs, with work in every thread, then the documented end."""
    clock = SystemClock()
    lock = InstanceLock(paths.instance_lock, clock)
    lock.acquire()
    last_end = LastEndFile(paths.last_end, clock)
    last_end.begin()
    assert not last_end.was_unclean()
    front = InstanceFront(paths.data)
    assert front.listen()
    operations = Operations(open_stores, clock)
    settings = SettingsState({}, operations, clock)
    engine = EngineLink(lambda: WalkingFeed(clock, seed=turn), open_state, clock)
    exchange = ExchangeLink(NAME, walking(clock), operations)

    with qtbot.waitSignal(operations.storage_started, timeout=20_000):
        operations.start()
    with qtbot.waitSignals([engine.prices_changed, engine.entries_gate_changed], timeout=20_000):
        engine.start()
        engine.stop_entries()
        engine.resume_entries()
    with qtbot.waitSignal(exchange.opened, timeout=20_000):
        exchange.start()
    settings.set(THEME, ("light", "dark")[turn % 2])
    cancelled: list[int] = []

    def endless(context: OperationContext) -> None:
        while True:
            context.progress(0.5)
            context.check_cancelled()

    for number in range(4):
        operations.run_in_background(Operation(NAME, endless), on_cancelled=partial(cancelled.append, number))
    caller = QLocalSocket()
    caller.connectToServer(front.socket_path)
    qtbot.waitUntil(lambda: front.callers == 1, timeout=5_000)

    def write_end(outcome: ShutdownOutcome) -> None:
        front.close()
        last_end.end(outcome.reason.value, outcome.exit_status)

    left: list[int] = []
    steps = documented_order(
        refuse_new=operations.refuse_new,
        stop_scheduler=lambda _seconds: (),
        engines=(engine.host,),
        leave_exchanges=exchange.stop,
        cancel_background=operations.cancel_background,
        background=operations.lane_hosts,
        storage=operations.storage,
        write_last_end=write_end,
        release_lock=lock.release,
        stop_logging=lambda: None,
    )
    shutdown = Shutdown(steps, clock, left.append)
    shutdown.run(EndReason.USER)
    qtbot.waitUntil(lambda: left == [0], timeout=20_000)
    assert shutdown.outcome is not None
    assert shutdown.outcome.late == ()
    qtbot.waitUntil(lambda: sorted(cancelled) == list(range(4)), timeout=5_000)
    assert operations.running() == ()
    # Told that it has finished, a thread still has its last steps to go.
    assert all(host.wait(30_000) for host in (engine.host, *operations.hosts))
    caller.abort()


def start_often(times: int, paths: AppPaths, opens: tuple[OpenStores, OpenEngineState], qtbot: QtBot) -> None:
    for turn in range(WARM_UP):
        run_once(paths, *opens, turn, qtbot)
    before = settled(qtbot)
    for turn in range(times):
        run_once(paths, *opens, turn, qtbot)
    after = settled(qtbot)
    print(f"{times} starts and stops; before and after: {after}")
    assert after.objects == before.objects
    assert after.python_threads == before.python_threads
    # fewer, where something of an earlier test ended meanwhile
    assert after.system_threads <= before.system_threads
    assert after.open_files <= before.open_files


def settled(qtbot: QtBot) -> Census:
    """The same three times in a row: on a busy machine the system takes its time to end a thread."""
    seen = [Census()]

    def is_settled() -> bool:
        seen.append(Census())
        return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

    qtbot.waitUntil(is_settled)
    return seen[-1]


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    paths = find_app_paths(given=tmp_path)
    paths.create_folders()
    return paths


@pytest.mark.parametrize("times", [12, pytest.param(100, marks=pytest.mark.long)])
def test_starts_and_stops_leave_nothing(paths: AppPaths, times: int, qtbot: QtBot) -> None:
    """What one start leaves is counted after a few as well as after a hundred; what one in fifty leaves is not."""
    stores, files = RuntimeStores(SystemClock()), EngineStores()
    start_often(times, paths, (stores.open, files.open), qtbot)
    assert len(stores.opened_in) == len(stores.closed_in) == len(files.closed_in) == times + WARM_UP


@pytest.mark.parametrize("times", [5, pytest.param(100, marks=pytest.mark.long)])
def test_starts_and_stops_with_the_real_files_leave_nothing(paths: AppPaths, times: int, qtbot: QtBot) -> None:
    clock = SystemClock()

    def stores() -> AbstractContextManager[Stores]:
        return open_stores(paths, clock, lambda _file, _stage: None)

    start_often(times, paths, (stores, lambda: open_engine_state(paths)), qtbot)
