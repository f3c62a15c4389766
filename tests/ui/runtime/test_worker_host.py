"""One thread, one worker: made, reached and stopped inside the thread, and never killed by an exception."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QCoreApplication, QObject, QThread, QTimer, pyqtSignal
from pytestqt.qtbot import QtBot

from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.ui.runtime.worker_host import GuardedWorker, Worker, WorkerHost, guarded_slot


class Diary(Worker):
    """Notes what happened to it, and in which thread."""

    def __init__(self, log: list[tuple[str, int, str]], start_error: Exception | None = None) -> None:
        super().__init__()
        self._log = log
        self._start_error = start_error
        self.note("made")

    def note(self, what: str) -> None:
        self._log.append((what, threading.get_ident(), QThread.currentThread().objectName()))  # type: ignore[union-attr]

    def start(self) -> None:
        self.note("started")
        if self._start_error is not None:
            raise self._start_error

    def stop(self) -> None:
        self.note("stopped")


@pytest.fixture
def log() -> list[tuple[str, int, str]]:
    return []


@pytest.fixture
def host(log: list[tuple[str, int, str]], qapp: QCoreApplication) -> Iterator[WorkerHost[Diary]]:
    host = WorkerHost("diary", lambda: Diary(log))
    yield host
    host.request_stop()
    assert host.wait(30_000)


def stop(host: WorkerHost[Diary], qtbot: QtBot) -> None:
    with qtbot.waitSignal(host.finished, timeout=5_000):
        host.request_stop()


def test_everything_of_a_worker_happens_in_its_own_named_thread(
    host: WorkerHost[Diary], log: list[tuple[str, int, str]], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(host.started, timeout=5_000):
        host.start()
    assert host.is_running
    host.post(lambda worker: worker.note("called"))
    stop(host, qtbot)
    assert [what for what, _thread, _name in log] == ["made", "started", "called", "stopped"]
    assert len({thread for _what, thread, _name in log}) == 1
    assert log[0][1] != threading.get_ident()
    assert {name for _what, _thread, name in log} == {"diary"}
    assert not host.is_running


def test_calls_wait_for_the_start_and_are_done_in_order(
    host: WorkerHost[Diary], log: list[tuple[str, int, str]], qtbot: QtBot
) -> None:
    for number in range(50):
        host.post(lambda worker, number=number: worker.note(str(number)))  # type: ignore[misc]
    host.start()
    stop(host, qtbot)
    assert [what for what, *_ in log] == ["made", "started", *map(str, range(50)), "stopped"]


def test_what_was_posted_before_the_stop_is_finished_and_what_comes_after_is_dropped(
    host: WorkerHost[Diary], log: list[tuple[str, int, str]], qtbot: QtBot
) -> None:
    host.start()
    host.post(lambda worker: worker.note("before"))
    with qtbot.waitSignal(host.finished, timeout=5_000):
        host.request_stop()
        host.post(lambda worker: worker.note("after"))
    assert [what for what, *_ in log] == ["made", "started", "before", "stopped"]


def test_an_error_of_ours_is_told_and_the_thread_goes_on(
    host: WorkerHost[Diary], log: list[tuple[str, int, str]], qtbot: QtBot
) -> None:
    def fail(_worker: Diary) -> None:
        raise DiskFull("settings.sqlite3")

    host.start()
    with qtbot.waitSignal(host.failed, timeout=5_000) as told:
        host.post(fail)
    assert isinstance(told.args[0], DiskFull)
    host.post(lambda worker: worker.note("still here"))
    stop(host, qtbot)
    assert "still here" in [what for what, *_ in log]


def test_a_bug_also_goes_to_the_crash_hook_and_the_thread_goes_on(
    host: WorkerHost[Diary], log: list[tuple[str, int, str]], qtbot: QtBot
) -> None:
    host.start()
    with qtbot.captureExceptions() as caught, qtbot.waitSignal(host.failed, timeout=5_000) as told:
        host.post(lambda _worker: 1 / 0)  # type: ignore[arg-type]
    assert isinstance(told.args[0], ZeroDivisionError)
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]
    host.post(lambda worker: worker.note("still here"))
    stop(host, qtbot)
    assert "still here" in [what for what, *_ in log]


def test_a_start_that_fails_is_told_and_the_worker_is_still_stopped(
    log: list[tuple[str, int, str]], qtbot: QtBot
) -> None:
    host = WorkerHost("diary", lambda: Diary(log, DiskFull("x")))
    with qtbot.waitSignals([host.start_failed, host.failed], timeout=5_000) as told:
        host.start()
    assert [type(signal.args[0]) for signal in told.all_signals_and_args] == [DiskFull, DiskFull]
    host.post(lambda worker: worker.note("called"))
    stop(host, qtbot)
    assert [what for what, *_ in log] == ["made", "started", "called", "stopped"]


def test_a_worker_that_cannot_be_made_is_told_and_stops(qtbot: QtBot) -> None:
    def cannot() -> Worker:
        raise DiskFull("x")

    host = WorkerHost("none", cannot)
    with qtbot.waitSignal(host.failed, timeout=5_000):
        host.start()
    host.post(lambda worker: worker.stop())
    with qtbot.waitSignal(host.finished, timeout=5_000):
        host.request_stop()


def test_a_host_that_never_started_stops_at_once(log: list[tuple[str, int, str]], qtbot: QtBot) -> None:
    host = WorkerHost("diary", lambda: Diary(log))
    with qtbot.waitSignal(host.finished, timeout=1_000):
        host.request_stop()
    host.request_stop()
    assert host.wait(0)
    assert log == []


class Ticking(GuardedWorker):
    """A timer of its own, whose slot fails the first time."""

    ticked = pyqtSignal()

    def __init__(self, ticks: list[int]) -> None:
        super().__init__()
        self._ticks = ticks

    def start(self) -> None:
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.tick)
        self.timer.start(1)

    @guarded_slot()
    def tick(self) -> None:
        self._ticks.append(threading.get_ident())
        if len(self._ticks) == 1:
            raise DiskFull("x")

    def stop(self) -> None:
        self.timer.stop()


def test_an_error_in_a_timers_slot_is_told_and_the_timer_goes_on(qtbot: QtBot) -> None:
    ticks: list[int] = []
    told: list[Exception] = []

    def make() -> Ticking:
        worker = Ticking(ticks)
        worker.failed.connect(told.append)
        return worker

    host = WorkerHost("ticking", make)
    host.start()
    qtbot.waitUntil(lambda: len(ticks) > 3, timeout=5_000)
    with qtbot.waitSignal(host.finished, timeout=5_000):
        host.request_stop()
    assert [type(error) for error in told] == [DiskFull]
    assert threading.get_ident() not in ticks


class Caller(QObject):
    asked = pyqtSignal()


def test_a_decorated_slot_connected_from_the_ui_thread_runs_in_the_workers(qtbot: QtBot) -> None:
    ticks: list[int] = [0]
    workers: list[Ticking] = []
    host = WorkerHost("ticking", lambda: workers.append(Ticking(ticks)) or workers[0])  # type: ignore[func-returns-value]
    with qtbot.waitSignal(host.started, timeout=5_000):
        host.start()
    caller = Caller()
    host.post(lambda worker: worker.timer.stop())
    before = len(ticks)
    caller.asked.connect(workers[0].tick)
    caller.asked.emit()
    qtbot.waitUntil(lambda: len(ticks) > before, timeout=5_000)
    with qtbot.waitSignal(host.finished, timeout=5_000):
        host.request_stop()
    workers.clear()
    assert ticks[-1] not in (0, threading.get_ident())


def test_loops_see_that_the_end_was_asked_for(qtbot: QtBot) -> None:
    looping = threading.Event()

    def loop(_worker: Worker) -> None:
        looping.set()
        thread = QThread.currentThread()
        while thread is not None and not thread.isInterruptionRequested():
            pass

    host = WorkerHost("loop", Worker)
    host.start()
    host.post(loop)
    assert looping.wait(30)
    with qtbot.waitSignal(host.finished, timeout=5_000):
        host.request_stop()


def test_the_python_thread_has_the_hosts_name_and_is_forgotten_at_the_end(qtbot: QtBot) -> None:
    seen: list[tuple[str, object]] = []
    own = threading.local()

    class Local(Worker):
        def start(self) -> None:
            own.connection = self

        def look(self) -> None:
            seen.append((threading.current_thread().name, getattr(own, "connection", None)))

    worker: list[Local] = []
    host = WorkerHost("storage", lambda: worker.append(Local()) or worker[0])  # type: ignore[func-returns-value]
    host.start()
    for _ in range(2):  # what the start left in thread-local state lasts as long as the thread
        host.post(Local.look)
    with qtbot.waitSignal(host.finished, timeout=5_000):
        host.request_stop()
    assert seen == [("storage", worker[0])] * 2
    assert "storage" not in [thread.name for thread in threading.enumerate()]


def test_wait_gives_up_at_its_limit(qtbot: QtBot) -> None:
    may_end = threading.Event()
    host = WorkerHost("stuck", Worker)
    host.start()
    host.post(lambda _worker: may_end.wait(30) and None)  # type: ignore[arg-type]
    host.request_stop()
    assert not host.wait(20)
    assert host.is_running
    with qtbot.waitSignal(host.finished, timeout=5_000):
        may_end.set()
    assert host.wait(0)
    gc.collect()
