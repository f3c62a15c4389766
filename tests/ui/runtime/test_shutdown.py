"""Stopping: the documented order, a bound on the whole, the late ones named, and a process that really ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_feed import FakeFeed
from tests.fakes.runtime_stores import EngineStores, RuntimeStores
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.operation import Operation, StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.shutdown import (
    TIME_LIMIT_SECONDS,
    CallStep,
    EndReason,
    HostsStep,
    Shutdown,
    ShutdownOutcome,
    StopStep,
    WaitingStep,
    documented_order,
)
from upbit_auto_trading.ui.runtime.worker_host import Worker, WorkerHost
from upbit_auto_trading.utils.bilingual_text import Text

PROJECT = Path(__file__).parents[3]
NAME = Text("시험", "Trying")
SECONDS = 0.5


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def stuck(gate: threading.Event, qtbot: QtBot) -> Iterator[WorkerHost[Worker]]:
    """A thread that hears nothing until the gate opens."""
    host = WorkerHost("stuck", Worker)
    host.start()
    host.post(lambda _worker: gate.wait(30) and None)  # type: ignore[arg-type]
    yield host
    gate.set()
    host.request_stop()
    assert host.wait(30_000)


def end(
    steps: tuple[StopStep, ...], qtbot: QtBot, reason: EndReason = EndReason.USER, **options: Any
) -> ShutdownOutcome:
    left: list[int] = []
    shutdown = Shutdown(steps, options.pop("clock", SystemClock()), left.append, **options)
    with qtbot.waitSignal(shutdown.finished, timeout=20_000) as told:
        shutdown.run(reason)
    assert left == [], "the event loop was left before the last signal was delivered"
    qtbot.waitUntil(lambda: left == [reason.exit_status], timeout=5_000)
    outcome: ShutdownOutcome = told.args[0]
    assert shutdown.outcome == outcome
    return outcome


def note(order: list[str], name: str) -> CallStep:
    return CallStep(name, lambda _outcome: order.append(name))


def test_a_whole_runtime_stops_in_the_documented_order(clock: FakeClock, stores: RuntimeStores, qtbot: QtBot) -> None:
    order: list[str] = []
    files, feed = EngineStores(), FakeFeed()
    engine = EngineLink(lambda: feed, files.open, clock)
    operations = Operations(stores.open, clock)
    engine.start()
    operations.start()
    begun = threading.Event()

    def endless(context: Any) -> None:
        begun.set()
        while True:
            context.check_cancelled()

    operations.run_in_background(Operation(NAME, endless), on_cancelled=lambda: order.append("cancelled"))
    operations.submit_to_storage(StorageOperation(NAME, lambda *_: order.append("stored")))
    assert begun.wait(30)
    engine.host.finished.connect(lambda: order.append("engine ended"))
    operations.background.hosts[0].finished.connect(lambda: order.append("operations ended"))
    operations.storage.finished.connect(lambda: order.append("storage ended"))

    def refuse_new() -> None:
        operations.refuse_new()
        order.append("refused")

    def stop_scheduler(seconds: float) -> tuple[str, ...]:
        order.append(f"scheduler {seconds:g}")
        return ()

    def leave_exchanges(seconds: float) -> tuple[str, ...]:
        order.append(f"exchanges {seconds:g}")
        return ()

    steps = documented_order(
        refuse_new=refuse_new,
        stop_scheduler=stop_scheduler,
        engines=(engine.host,),
        leave_exchanges=leave_exchanges,
        cancel_background=operations.cancel_background,
        background=operations.lane_hosts,
        storage=operations.storage,
        write_last_end=lambda outcome: order.append(f"end {outcome.reason.value} {outcome.late}"),
        release_lock=lambda: order.append("lock"),
        stop_logging=lambda: order.append("log"),
    )
    assert sum(step.limit_seconds for step in steps) == TIME_LIMIT_SECONDS == 15
    assert end(steps, qtbot).late == ()
    assert [one for one in order if one not in ("stored", "cancelled")] == [
        "refused", "scheduler 3", "engine ended", "exchanges 4", "operations ended", "storage ended",
        "end user ()", "lock", "log",
    ]  # fmt: skip
    assert order.index("stored") < order.index("storage ended")
    qtbot.waitUntil(lambda: "cancelled" in order, timeout=5_000)
    assert feed.closed_in
    assert stores.closed_in


def test_a_thread_that_does_not_end_is_named_and_the_rest_goes_on(
    stuck: WorkerHost[Worker], expected_log: LogGuard, qtbot: QtBot
) -> None:
    expected_log.expect("Late at stopping: stuck")
    order: list[str] = []
    healthy = WorkerHost("healthy", Worker)
    healthy.start()
    steps = (HostsStep("engine", (stuck, healthy), SECONDS), note(order, "last end"), note(order, "lock"))
    outcome = end(steps, qtbot, EndReason.INTERNAL_ERROR)
    assert outcome.late == ("stuck",)
    assert outcome.took_seconds < 30
    assert not healthy.is_running
    assert order == ["last end", "lock"]


def test_the_last_step_is_told_who_was_late(stuck: WorkerHost[Worker], expected_log: LogGuard, qtbot: QtBot) -> None:
    expected_log.expect("Late at stopping: stuck")
    told: list[ShutdownOutcome] = []
    end((HostsStep("engine", (stuck,), SECONDS), CallStep("last end", told.append)), qtbot)
    assert [outcome.late for outcome in told] == [("stuck",)]


def test_a_late_thread_that_ends_after_all_disturbs_nothing(
    stuck: WorkerHost[Worker], gate: threading.Event, expected_log: LogGuard, qtbot: QtBot
) -> None:
    expected_log.expect("Late at stopping: stuck")
    order: list[str] = []
    late_again = threading.Event()
    steps = (
        HostsStep("engine", (stuck,), SECONDS),
        CallStep("gate", lambda _outcome: gate.set()),
        WaitingStep("scheduler", lambda _seconds: ("job",) if late_again.wait(0.1) else ("job", "other"), 5),
        note(order, "lock"),
    )
    assert end(steps, qtbot).late == ("stuck", "job", "other")
    assert order == ["lock"]
    assert not stuck.is_running


def test_a_scheduler_that_hangs_or_fails_is_late_itself(
    gate: threading.Event, expected_log: LogGuard, qtbot: QtBot
) -> None:
    expected_log.expect("Late at stopping: scheduler")
    hanging = WaitingStep("scheduler", lambda _seconds: ("job",) if gate.wait(30) else (), SECONDS)

    def fail(_seconds: float) -> tuple[str, ...]:
        raise DiskFull("x")

    assert end((hanging, WaitingStep("other", fail, 5)), qtbot).late == ("scheduler", "other")


def test_the_whole_has_a_limit_and_what_is_quick_happens_all_the_same(
    gate: threading.Event, expected_log: LogGuard, qtbot: QtBot
) -> None:
    expected_log.expect("Late at stopping", at_least=5)
    order: list[str] = []
    hosts = []
    for number in range(5):
        host = WorkerHost(f"stuck-{number}", Worker)
        host.start()
        host.post(lambda _worker: gate.wait(30) and None)  # type: ignore[arg-type]
        hosts.append(host)
    steps: tuple[StopStep, ...] = (*(HostsStep(host.name, (host,), 60.0) for host in hosts), note(order, "lock"))
    outcome = end(steps, qtbot, time_limit_seconds=0.1)
    assert outcome.late == tuple(host.name for host in hosts)
    assert outcome.took_seconds < 30  # of 300 that the steps may take
    assert order == ["lock"]
    gate.set()
    assert all(host.wait(30_000) for host in hosts)


def test_a_quick_step_that_fails_is_logged_and_the_rest_goes_on(expected_log: LogGuard, qtbot: QtBot) -> None:
    expected_log.expect("Stopping last end failed: DiskFull")
    order: list[str] = []

    def fail(_outcome: ShutdownOutcome) -> None:
        raise DiskFull("last_end.json")

    assert end((CallStep("last end", fail), note(order, "lock")), qtbot).late == ()
    assert order == ["lock"]


def test_a_worker_that_fails_to_close_is_logged_and_its_thread_ends(expected_log: LogGuard, qtbot: QtBot) -> None:
    class CannotClose(Worker):
        def stop(self) -> None:
            raise DiskFull("settings.sqlite3")

    expected_log.expect("Stopping storage failed: DiskFull")
    host = WorkerHost("storage", CannotClose)
    host.start()
    assert end((HostsStep("storage", (host,), 5),), qtbot).late == ()
    assert not host.is_running


def test_threads_that_never_ran_or_have_ended_are_not_waited_for(qtbot: QtBot) -> None:
    ended = WorkerHost("ended", Worker)
    ended.start()
    with qtbot.waitSignal(ended.finished, timeout=5_000):
        ended.request_stop()
    assert end((HostsStep("engine", (WorkerHost("unborn", Worker), ended), 60),), qtbot).took_seconds < 30


def test_the_first_reason_holds(qtbot: QtBot) -> None:
    left: list[int] = []
    shutdown = Shutdown((WaitingStep("scheduler", lambda _seconds: (), 5),), SystemClock(), left.append)
    begun: list[str] = []
    shutdown.step_begun.connect(begun.append)
    with qtbot.waitSignal(shutdown.finished, timeout=5_000) as told:
        shutdown.run(EndReason.START_AGAIN)
        shutdown.run(EndReason.INTERNAL_ERROR)
    shutdown.run(EndReason.USER)
    qtbot.waitUntil(lambda: left == [75], timeout=5_000)
    assert told.args[0].reason is EndReason.START_AGAIN
    assert begun == ["scheduler"]


@pytest.mark.parametrize("is_over", [False, True])
def test_who_ends_it_from_outside_wants_no_other_run(is_over: bool, qtbot: QtBot) -> None:
    left: list[int] = []
    shutdown = Shutdown((CallStep("requests", lambda _outcome: None),), SystemClock(), leave=left.append)
    if not is_over:
        shutdown.step_begun.connect(lambda _name: shutdown.stay_ended())
    with qtbot.waitSignal(shutdown.finished, timeout=5_000):
        shutdown.run(EndReason.START_AGAIN)
    if is_over:
        shutdown.stay_ended()
    qtbot.waitUntil(lambda: bool(left), timeout=5_000)
    assert shutdown.outcome is not None
    assert shutdown.outcome.reason is EndReason.USER
    assert shutdown.outcome.exit_status == 0


def test_the_ui_thread_stays_alive_while_others_stop(expected_log: LogGuard, qtbot: QtBot) -> None:
    expected_log.expect("Stopping asks the ui failed", at_least=0)  # it may have failed before
    asked = threading.Event()
    answered: list[int] = []
    operations_like = WorkerHost("asks the ui", Worker)
    operations_like.start()

    def answer(_error: object) -> None:
        answered.append(threading.get_ident())
        asked.set()

    operations_like.failed.connect(answer)

    def fail_and_wait(_worker: Worker) -> None:
        operations_like.failed.emit(DiskFull("x"))
        assert asked.wait(10), "the UI thread did not answer"

    operations_like.post(fail_and_wait)
    assert end((HostsStep("engine", (operations_like,), 10),), qtbot).late == ()
    assert answered == [threading.get_ident()]


@pytest.mark.claims("end:user", "end:could-not-start", "end:internal-error", "end:start-again")
@pytest.mark.parametrize(
    ("reason", "status"),
    [("user", 0), ("could-not-start", 1), ("internal-error", 70), ("start-again", 75)],
)
def test_exit_statuses_are_those_of_the_contract(reason: str, status: int) -> None:
    assert EndReason(reason).exit_status == status


PROGRAM = """
import sys, threading
from PyQt6.QtCore import QCoreApplication
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.shutdown import EndReason, HostsStep, Shutdown, leave_process
from upbit_auto_trading.ui.runtime.worker_host import Worker, WorkerHost

app = QCoreApplication(sys.argv)
hosts = [WorkerHost(name, Worker) for name in ("engine", "storage")]
for host in hosts:
    host.start()
if "stuck" in sys.argv:
    hosts[0].post(lambda worker: threading.Event().wait())
if "busy" in sys.argv:
    hosts[0].post(lambda worker: sum(0 for _ in iter(int, 1)))
if "waiting" in sys.argv:  # a thread of Python's that an ordinary end would wait for
    threading.Thread(target=threading.Event().wait).start()
    hosts[0].post(lambda worker: threading.Event().wait())
shutdown = Shutdown([HostsStep(host.name, (host,), 0.2) for host in hosts], SystemClock())
shutdown.run(EndReason.START_AGAIN)
app.exec()
print("late:", shutdown.outcome.late)
leave_process(shutdown.outcome)
"""


@pytest.mark.parametrize(
    ("mode", "late"), [("well", "()"), *((mode, "('engine',)") for mode in ("stuck", "busy", "waiting"))]
)
def test_a_process_ends_with_its_status_even_around_a_stuck_thread(mode: str, late: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, mode], cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout.strip()) == (75, f"late: {late}")
    expected_log = "Late at stopping: engine\n" if mode != "well" else ""
    assert ended.stderr == expected_log
