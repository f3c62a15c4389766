"""What only the real scheduler has: threads that wait, a bounded stop, a late import."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

import pytest

from tests.fakes.fake_scheduler import RunList
from upbit_auto_trading.business_logic.ports.scheduler import Every, RunResult, ScheduledJob
from upbit_auto_trading.data_layer.background_scheduler import BackgroundScheduler
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.bilingual_text import Text

SHORT = timedelta(milliseconds=30)


def job(job_id: str, run: Callable[[], str], trigger: Every) -> ScheduledJob:
    return ScheduledJob(job_id, Text("작업", "Job"), trigger, run)


def test_a_job_that_waits_holds_up_no_other_and_is_never_doubled() -> None:
    runs, go_on, others = RunList(), Event(), Event()
    inside: list[str] = []

    def wait() -> str:
        inside.append(threading.current_thread().name)
        assert go_on.wait(10)
        return "waited"

    def count() -> str:
        if len(runs.results("slow")) >= 3:
            others.set()
        return ""

    scheduler = BackgroundScheduler(SystemClock(), runs)
    scheduler.add(job("slow", wait, Every(SHORT, at_once=True)))
    scheduler.add(job("quick", count, Every(SHORT)))
    scheduler.start()
    assert others.wait(10)
    go_on.set()
    assert scheduler.stop(5) == ()
    assert inside[0] == "job slow"
    assert runs.results("slow")[1:4] == [RunResult.SKIPPED] * 3
    assert runs.of("slow")[0].detail == "waited"
    assert RunResult.SKIPPED not in runs.results("quick")


def test_stopping_is_bounded_names_the_late_and_lets_them_record_nothing() -> None:
    runs, started, go_on, ended = RunList(), Event(), Event(), Event()

    def hang() -> str:
        started.set()
        assert go_on.wait(10)
        ended.set()
        return "too late"

    scheduler = BackgroundScheduler(SystemClock(), runs)
    scheduler.add(job("hanging", hang, Every(timedelta(hours=1), at_once=True)))
    scheduler.start()
    assert started.wait(10)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "job hanging"]
    assert thread.daemon, "it must not keep the process from ending"
    assert scheduler.stop(0.05) == ("hanging",)
    go_on.set()
    assert ended.wait(10)
    thread.join(10)
    (run,) = runs.of("hanging")
    assert run.result is None, "the next start marks it as interrupted"


class HoldingUp(RunList):
    """Keeps the scheduler's own thread busy in the first run, as a machine that hangs would."""

    def __init__(self) -> None:
        super().__init__()
        self.is_held_up, self.go_on = Event(), Event()

    def planned(self, ticket: int, job_id: str, planned_at: datetime) -> None:
        super().planned(ticket, job_id, planned_at)
        if ticket == 1:
            self.is_held_up.set()
            assert self.go_on.wait(10)


def test_overdue_runs_become_one() -> None:
    runs, other_runs, many = HoldingUp(), RunList(), Event()

    def count() -> str:
        if len(other_runs.of("other")) >= 10:
            many.set()
        return ""

    scheduler, other = BackgroundScheduler(SystemClock(), runs), BackgroundScheduler(SystemClock(), other_runs)
    scheduler.add(job("x", lambda: "", Every(SHORT)))
    other.add(job("other", count, Every(SHORT)))
    scheduler.start()
    assert runs.is_held_up.wait(10)
    other.start()
    assert many.wait(10)
    runs.go_on.set()
    while len(runs.results("x")) < 2:
        assert not Event().wait(0.002)
    assert scheduler.stop(5) == ()
    assert other.stop(5) == ()
    first, second = runs.of("x")[:2]
    assert second.planned_at - first.planned_at >= 8 * SHORT


def test_threads_end_with_the_scheduler() -> None:
    before = set(threading.enumerate())
    for _ in range(20):
        scheduler = BackgroundScheduler(SystemClock(), RunList())
        scheduler.add(job("x", lambda: "", Every(SHORT, at_once=True)))
        scheduler.start()
        assert scheduler.stop(5) == ()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
    assert set(threading.enumerate()) - before == set()


def test_importing_and_making_it_imports_no_apscheduler() -> None:
    code = (
        "import sys; from upbit_auto_trading.data_layer.background_scheduler import BackgroundScheduler;"
        "from upbit_auto_trading.data_layer.system_clock import SystemClock; BackgroundScheduler(SystemClock(), None);"
        "sys.exit('apscheduler' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("error", [ValueError("a bug"), SystemExit(3)])
def test_a_bug_in_a_job_fails_its_run_and_goes_on_to_the_crash_hook(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    hooked: list[tuple[str, BaseException | None]] = []
    reached = Event()

    def hook(arguments: threading.ExceptHookArgs) -> None:
        hooked.append((arguments.thread.name if arguments.thread else "", arguments.exc_value))
        reached.set()

    def fail() -> str:
        raise error

    monkeypatch.setattr(threading, "excepthook", hook)
    runs = RunList()
    scheduler = BackgroundScheduler(SystemClock(), runs)
    scheduler.add(job("buggy", fail, Every(timedelta(hours=1), at_once=True)))
    scheduler.start()
    assert reached.wait(10)
    assert scheduler.stop(5) == ()
    (run,) = runs.of("buggy")
    assert (run.result, run.detail) == (RunResult.FAILED, type(error).__name__)
    assert hooked == [("job buggy", error)]
