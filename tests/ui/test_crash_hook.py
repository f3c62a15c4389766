"""The hook from the outside: things fail in slots, threads and finalisers, and the rest goes on."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PyQt6.QtCore import QCoreApplication, QObject, QThread, QTimer, pyqtSignal, pyqtSlot, qCritical, qWarning
from pytestqt.qtbot import QtBot

from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashKind, CrashSummary
from upbit_auto_trading.ui.runtime.crash_hook import MOST_REPORTS, CrashHook

NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Reports:
    """A writer that keeps what it was given."""

    def __init__(self) -> None:
        self.written: list[tuple[CrashKind, str, str]] = []

    def __call__(self, crash: Crash) -> CrashSummary:
        error_type = type(crash.error).__name__ if crash.error else crash.message
        self.written.append((crash.kind, crash.thread_name, error_type))
        return CrashSummary(crash.kind, NOW, crash.thread_name, error_type, f"crash-{len(self.written)}.txt")


class Slots(QObject):
    asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.served = 0

    @pyqtSlot()
    def fail(self) -> None:
        self.served += 1
        raise ValueError("in a slot")


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def hook(qapp: QCoreApplication, reports: Reports) -> Iterator[CrashHook]:
    hook = CrashHook(reports)
    hook.install()
    yield hook
    hook.uninstall()


def test_a_slot_that_fails_kills_nothing_and_is_told_later_in_the_ui_thread(
    hook: CrashHook, reports: Reports, qtbot: QtBot, expected_log: LogGuard
) -> None:
    expected_log.expect("failure in thread")
    slots = Slots()
    slots.asked.connect(slots.fail)
    told: list[tuple[CrashSummary, bool]] = []
    is_inside = True

    def note(summary: CrashSummary) -> None:
        told.append((summary, is_inside))

    hook.signals.crashed.connect(note)
    with qtbot.waitSignal(hook.signals.crashed):
        slots.asked.emit()
        is_inside = False
    assert slots.served == 1
    assert reports.written == [(CrashKind.EXCEPTION, threading.current_thread().name, "ValueError")]
    assert [(summary.file_name, inside) for summary, inside in told] == [("crash-1.txt", False)]


def test_a_worker_thread_of_qt_goes_on_after_its_slot_failed(
    hook: CrashHook, reports: Reports, qtbot: QtBot, expected_log: LogGuard
) -> None:
    expected_log.expect("failure in thread")
    expected_log.expect("same failure again", at_least=0)
    thread, slots = QThread(), Slots()
    slots.moveToThread(thread)
    slots.asked.connect(slots.fail)
    told_in: list[bool] = []
    hook.signals.crashed.connect(lambda _summary: told_in.append(QThread.currentThread() is hook.signals.thread()))
    thread.start()
    with qtbot.waitSignal(hook.signals.crashed):
        slots.asked.emit()
        slots.asked.emit()
    qtbot.waitUntil(lambda: slots.served == 2)
    thread.quit()
    assert thread.wait(30_000)
    assert told_in == [True]
    assert len(reports.written) == 1


def test_a_thread_of_python_is_named(hook: CrashHook, reports: Reports, qtbot: QtBot, expected_log: LogGuard) -> None:
    expected_log.expect("failure in thread scheduler")
    thread = threading.Thread(target=lambda: 1 / 0, name="scheduler")
    with qtbot.waitSignal(hook.signals.crashed):
        thread.start()
    thread.join()
    assert reports.written == [(CrashKind.THREAD, "scheduler", "ZeroDivisionError")]


def test_a_finaliser_that_fails_is_recorded(hook: CrashHook, reports: Reports, expected_log: LogGuard) -> None:
    expected_log.expect("failure in thread")

    class Failing:
        def __del__(self) -> None:
            raise OSError("in a finaliser")

    failing = Failing()
    del failing
    gc.collect()
    assert [(kind, error) for kind, _, error in reports.written] == [(CrashKind.UNRAISABLE, "OSError")]


def test_leaving_on_purpose_is_no_crash(hook: CrashHook, reports: Reports) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert reports.written == []


def test_a_storm_is_one_report_and_a_few_log_lines(
    hook: CrashHook, reports: Reports, qtbot: QtBot, expected_log: LogGuard
) -> None:
    expected_log.expect("failure in thread")
    expected_log.expect("same failure again", at_least=3)
    slots = Slots()
    told: list[object] = []
    hook.signals.crashed.connect(told.append)
    timer = QTimer()
    timer.timeout.connect(slots.fail)
    timer.start(0)
    qtbot.waitUntil(lambda: slots.served >= 1_000)
    timer.stop()
    assert len(reports.written) == 1
    assert len(told) == 1
    again = [record for record in expected_log.records if "again" in record.getMessage()]
    assert [record.__dict__["fields"]["count"] for record in again] == [10, 100, 1_000]


def test_different_failures_are_reported_up_to_a_limit(
    hook: CrashHook, reports: Reports, expected_log: LogGuard
) -> None:
    expected_log.expect("failure in thread", at_least=MOST_REPORTS)
    expected_log.expect("same failure again", at_least=5)
    for number in range(MOST_REPORTS + 5):
        error = type(f"Error{number}", (Exception,), {})()
        sys.excepthook(type(error), error, None)
    assert len(reports.written) == MOST_REPORTS


def test_threads_that_fail_at_once_are_each_counted(hook: CrashHook, reports: Reports, expected_log: LogGuard) -> None:
    expected_log.expect("failure in thread")
    expected_log.expect("same failure again", at_least=1)
    barrier = threading.Barrier(10)

    def fail() -> None:
        barrier.wait()
        raise ValueError("together")

    threads = [threading.Thread(target=fail) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports.written) == 1


def test_a_writer_that_fails_itself_is_survived(
    qapp: QCoreApplication, expected_log: LogGuard, capfd: pytest.CaptureFixture[str]
) -> None:
    expected_log.expect("failure in thread")

    def fail(_crash: Crash) -> CrashSummary:
        raise RuntimeError("the writer is broken")

    hook = CrashHook(fail)
    hook.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        hook.uninstall()
    assert "The crash hook failed: RuntimeError" in capfd.readouterr().err


def test_messages_of_qt_go_to_the_log_and_storms_are_collapsed(hook: CrashHook, expected_log: LogGuard) -> None:
    expected_log.expect("QObject 0x.*: something odd")
    expected_log.expect("something worse")
    for number in range(150):
        qWarning(f"QObject 0x{number:08x}: something odd")
    qCritical("something worse")
    texts = [(record.name, record.levelname, record.getMessage()) for record in expected_log.records]
    assert texts == [
        ("qt", "WARNING", "QObject 0x00000000: something odd"),
        ("qt", "WARNING", "QObject 0x00000009: something odd (×10)"),
        ("qt", "WARNING", "QObject 0x00000063: something odd (×100)"),
        ("qt", "ERROR", "something worse"),
    ]


def test_uninstalling_puts_everything_back(qapp: QCoreApplication, reports: Reports) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    hook = CrashHook(reports)
    hook.install()
    hook.uninstall()
    hook.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
