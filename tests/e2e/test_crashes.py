"""Real processes that fail in every way, with the real hook, reports and log, and what is found afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.crash_reports import CrashKind
from upbit_auto_trading.config.log_reader import read_log_tail
from upbit_auto_trading.data_layer.crash_reports import FileCrashReports, ProgramFacts
from upbit_auto_trading.data_layer.native_crash_log import NativeCrashLog

SECRET = "Qw7Zx81kQm" * 4

PROGRAM = """
import faulthandler, logging, os, signal, sys, threading, warnings
from pathlib import Path
from PyQt6.QtCore import QCoreApplication, QObject, QThread, QTimer, pyqtSlot, qFatal, qWarning
from upbit_auto_trading.config.logging_setup import start_logging
from upbit_auto_trading.data_layer.crash_reports import FileCrashReports, ProgramFacts
from upbit_auto_trading.data_layer.native_crash_log import NativeCrashLog
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.crash_hook import CrashHook

logs, what, secret = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
clock = SystemClock()
log = start_logging(logs, now=clock.now, monotonic=clock.monotonic)
native = NativeCrashLog(logs / "crashes", clock)
assert native.start()
reports = FileCrashReports(logs / "crashes", clock, ProgramFacts("0.1.0"), recent_lines=log.recent_lines)
hook = CrashHook(reports.write)
hook.install()
app = QCoreApplication(sys.argv[:1])
logging.getLogger("upbit_auto_trading.child").info("working with %s", secret)

class Slots(QObject):
    @pyqtSlot()
    def fail(self):
        raise ValueError("bad reply: " + secret)

    @pyqtSlot()
    def fail_deeply(self):
        self.fail_deeply()

def run_in_qt_thread(slots):
    thread = QThread()
    slots.moveToThread(thread)
    thread.started.connect(slots.fail)
    thread.start()
    return thread

slots, told, threads = Slots(), [], []
hook.signals.crashed.connect(lambda summary: (told.append(summary), app.quit()))
if what == "slot":
    QTimer.singleShot(0, slots.fail)
elif what == "recursion":
    QTimer.singleShot(0, slots.fail_deeply)
elif what == "qt-thread":
    threads.append(run_in_qt_thread(slots))
elif what == "python-thread":
    threading.Thread(target=slots.fail, name="worker").start()
elif what == "qt-fatal":
    qFatal("no way on " + secret)
elif what == "abort":
    os.abort()
elif what == "segfault":
    faulthandler._sigsegv()
elif what == "main":
    for number in range(3000):
        logging.getLogger("upbit_auto_trading.child").info("line %d", number)
    slots.fail()
app.exec()
for thread in threads:
    thread.quit()
    assert thread.wait(5000)
qWarning("still alive")
hook.uninstall()
native.stop()
assert log.stop(10)
print(told[0].file_name, flush=True)
sys.exit(0)
"""


def run(folder: Path, what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), what, SECRET],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def reports_in(folder: Path) -> FileCrashReports:
    return FileCrashReports(folder / "crashes", FakeClock(), ProgramFacts("0.1.0"))


def everything_written(folder: Path) -> str:
    return "".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("what", ["slot", "recursion", "qt-thread", "python-thread"])
def test_the_process_lives_on_reports_and_ends_cleanly(tmp_path: Path, what: str) -> None:
    child = run(tmp_path, what)
    assert child.returncode == 0, child.stderr
    store = reports_in(tmp_path)
    (report,) = store.list_reports()
    assert report.file_name == child.stdout.strip()
    text = store.read(report.file_name)
    assert ("RecursionError" if what == "recursion" else "ValueError: bad reply: [left out]") in report.first_line
    assert "working with [left out]" in text
    lines = read_log_tail(tmp_path, 100)
    assert [line.text for line in lines if line.level == "critical"] != []
    assert lines[-1].text == "still alive"
    assert SECRET not in everything_written(tmp_path) + child.stderr + child.stdout
    assert not list((tmp_path / "crashes").glob("native-*"))


def test_an_exception_of_the_main_program_is_reported_and_ends_it(tmp_path: Path) -> None:
    child = run(tmp_path, "main")
    assert child.returncode == 1
    (report,) = reports_in(tmp_path).list_reports()
    assert report.first_line.startswith("ValueError")
    assert [line.text for line in read_log_tail(tmp_path, 10, "info")][-1] == "crash report written"
    assert SECRET not in everything_written(tmp_path) + child.stderr


def test_a_fatal_message_of_qt_leaves_a_report(tmp_path: Path) -> None:
    child = run(tmp_path, "qt-fatal")
    assert child.returncode != 0
    found = {report.kind: report for report in reports_in(tmp_path).list_reports()}
    assert "no way on [left out]" in found[CrashKind.QT_FATAL].first_line
    assert SECRET not in everything_written(tmp_path)


@pytest.mark.parametrize("what", ["segfault", "abort"])
def test_a_death_of_the_interpreter_leaves_a_native_report_that_the_next_start_shortens(
    tmp_path: Path, what: str
) -> None:
    child = run(tmp_path, what)
    assert child.returncode not in (0, 1)
    (report,) = reports_in(tmp_path).list_reports()
    assert report.kind is CrashKind.NATIVE
    assert "Fatal Python error" in report.first_line or "Windows fatal exception" in report.first_line
    path = tmp_path / "crashes" / report.file_name
    with path.open("a", encoding="utf-8") as file:
        file.write(f'  File "{Path.home() / "program" / "x.py"}", line 3 in run\n')
    assert run(tmp_path, "slot").returncode == 0
    assert str(Path.home()) not in path.read_text("utf-8")
    assert "program" in path.read_text("utf-8")


def test_a_native_log_without_a_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("in the way")
    log = NativeCrashLog(tmp_path / "crashes", FakeClock())
    assert log.start() is False
    log.stop()
