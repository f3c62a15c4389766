"""What every scheduler promises: the real one, with its own threads and clock, and the fake of the other tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_scheduler import FakeScheduler, RunList
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.ports.scheduler import DailyAt, Every, RunResult, ScheduledJob, Scheduler
from upbit_auto_trading.data_layer.background_scheduler import BackgroundScheduler
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

SHORT = timedelta(milliseconds=40)
NEVER = timedelta(days=300)


class JumpingClock(SystemClock):
    """The machine's clock, of which the wall part can be moved as a sleep or a correction moves it."""

    offset = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.offset


class Bench(Protocol):
    """A scheduler together with a way to let its time pass."""

    runs: RunList
    #: what is too late after a jump by 90 minutes: the real scheduler plans by the machine's clock, which stays
    oversleeping: Every

    @property
    def scheduler(self) -> Scheduler: ...

    def now(self) -> datetime: ...

    def until(self, condition: Callable[[], bool]) -> None: ...

    def settle(self) -> None:
        """Several times SHORT pass."""

    def jump(self, span: timedelta) -> None: ...


@dataclass
class FakeBench:
    clock: FakeClock = field(default_factory=FakeClock)
    runs: RunList = field(default_factory=RunList)
    oversleeping: Every = field(default=Every(timedelta(hours=1)))

    def __post_init__(self) -> None:
        self.scheduler = FakeScheduler(self.clock, self.runs)

    def now(self) -> datetime:
        return self.clock.now()

    def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(1_000):
            if condition():
                return
            self.scheduler.pass_time(SHORT / 4)
        pytest.fail("never happened")

    def settle(self) -> None:
        self.scheduler.pass_time(SHORT * 5)

    def jump(self, span: timedelta) -> None:
        self.clock.jump(span)


@dataclass
class RealBench:
    clock: JumpingClock = field(default_factory=JumpingClock)
    runs: RunList = field(default_factory=RunList)
    oversleeping: Every = field(default=Every(SHORT))

    def __post_init__(self) -> None:
        self.scheduler = BackgroundScheduler(self.clock, self.runs, pulse_seconds=0.05)

    def now(self) -> datetime:
        return self.clock.now()

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        waiting = Event()
        while not condition():
            assert time.monotonic() < deadline, "never happened"
            waiting.wait(0.002)

    def settle(self) -> None:
        """Waits for a scheduler of its own to make some runs: time passes for the one under test too."""
        runs = RunList()
        other = BackgroundScheduler(self.clock, runs)
        other.add(ScheduledJob("other", Text("", ""), Every(SHORT), lambda: ""))
        other.start()
        self.until(lambda: len(runs.results("other")) >= 4)
        assert other.stop(5) == ()

    def jump(self, span: timedelta) -> None:
        self.clock.offset += span


@pytest.fixture(params=[FakeBench, RealBench])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    made: Bench = request.param()
    yield made
    assert made.scheduler.stop(5) == ()


def job(run: Callable[[], str], trigger: Every | DailyAt, grace: timedelta = timedelta(minutes=5)) -> ScheduledJob:
    return ScheduledJob("job", Text("작업", "Job"), trigger, run, grace)


def nothing() -> str:
    return ""


def test_a_job_repeats_and_each_run_is_recorded(bench: Bench) -> None:
    bench.scheduler.add(job(lambda: "3 files", Every(SHORT)))
    bench.scheduler.start()
    bench.until(lambda: len(bench.runs.results("job")) >= 3)
    for run in bench.runs.of("job")[:3]:
        assert (run.result, run.detail) == (RunResult.DONE, "3 files")
        assert run.started_at is not None
        assert run.ended_at is not None
        assert run.planned_at <= run.started_at <= run.ended_at
    first, second = bench.runs.of("job")[:2]
    assert second.planned_at - first.planned_at == SHORT


def test_nothing_runs_before_the_start_nor_before_its_time(bench: Bench) -> None:
    bench.scheduler.add(job(nothing, Every(SHORT)))
    bench.settle()
    assert bench.runs.of("job") == []
    bench.scheduler.add(job(nothing, Every(NEVER)))
    bench.scheduler.start()
    bench.settle()
    assert bench.runs.of("job") == []


def test_at_once_runs_at_once_and_then_after_its_distance(bench: Bench) -> None:
    bench.scheduler.add(job(nothing, Every(NEVER, at_once=True)))
    bench.scheduler.start()
    bench.until(lambda: bench.runs.results("job") == [RunResult.DONE])
    next_at = bench.scheduler.next_run_at("job")
    assert next_at is not None
    assert abs(next_at - bench.now() - NEVER) < timedelta(seconds=5)


def test_a_job_added_while_running_is_planned_and_replaces_its_namesake(bench: Bench) -> None:
    bench.scheduler.start()
    bench.scheduler.add(job(lambda: "first", Every(NEVER, at_once=True)))
    bench.until(lambda: len(bench.runs.results("job")) == 1)
    bench.scheduler.add(job(lambda: "second", Every(NEVER, at_once=True)))
    bench.until(lambda: len(bench.runs.results("job")) == 2)
    assert [run.detail for run in bench.runs.of("job")] == ["first", "second"]


def test_a_removed_job_runs_no_more(bench: Bench) -> None:
    bench.scheduler.add(job(nothing, Every(SHORT)))
    bench.scheduler.start()
    bench.until(lambda: len(bench.runs.results("job")) >= 1)
    bench.scheduler.remove("job")
    bench.scheduler.remove("job")
    assert bench.scheduler.next_run_at("job") is None
    bench.until(lambda: len(bench.runs.results("job")) == len(bench.runs.of("job")))
    before = len(bench.runs.of("job"))
    bench.settle()
    assert len(bench.runs.of("job")) == before


def test_run_now_does_not_change_the_plan(bench: Bench) -> None:
    bench.scheduler.add(job(lambda: "asked for", Every(NEVER)))
    bench.scheduler.start()
    planned = bench.scheduler.next_run_at("job")
    bench.scheduler.run_now("job")
    bench.until(lambda: bench.runs.results("job") == [RunResult.DONE])
    assert bench.scheduler.next_run_at("job") == planned


def test_a_second_run_of_a_job_beside_the_first_is_skipped(bench: Bench) -> None:
    def again() -> str:
        bench.scheduler.run_now("job")
        return "first"

    bench.scheduler.add(job(again, Every(NEVER)))
    bench.scheduler.start()
    bench.scheduler.run_now("job")
    bench.until(lambda: len(bench.runs.results("job")) == 2)
    assert sorted(result.value for result in bench.runs.results("job")) == ["done", "skipped"]
    skipped = next(run for run in bench.runs.of("job") if run.result is RunResult.SKIPPED)
    assert skipped.started_at is None


def test_a_job_that_fails_says_so_and_runs_again(bench: Bench, expected_log: LogGuard) -> None:
    expected_log.expect("scheduled job job failed", at_least=0)

    def fail() -> str:
        raise InvalidParameter("name", "a value nobody may see", "out-of-bounds")

    bench.scheduler.add(job(fail, Every(SHORT)))
    bench.scheduler.start()
    bench.until(lambda: bench.runs.results("job").count(RunResult.FAILED) >= 3)
    # On a machine busy with something else a run may be due before the last has ended: it is left out, unstarted.
    ended = [run for run in bench.runs.of("job") if run.result is not None]
    assert {run.result for run in ended if run.started_at is not None} == {RunResult.FAILED}
    assert {run.result for run in ended if run.started_at is None} <= {RunResult.SKIPPED}
    assert bench.runs.of("job")[0].detail.startswith("InvalidParameter")
    assert "a value" not in bench.runs.of("job")[0].detail


def test_a_job_that_is_told_to_stop_was_not_done_but_did_not_fail(bench: Bench) -> None:
    def stop() -> str:
        raise Cancelled

    bench.scheduler.add(job(stop, Every(SHORT)))
    bench.scheduler.start()
    bench.until(lambda: len(bench.runs.results("job")) >= 1)
    assert bench.runs.results("job")[0] is RunResult.SKIPPED
    assert bench.runs.of("job")[0].detail == "cancelled"


def test_after_a_sleep_what_is_too_late_is_missed_and_the_next_run_comes(bench: Bench) -> None:
    bench.scheduler.add(job(nothing, bench.oversleeping, grace=timedelta(minutes=5)))
    bench.scheduler.start()
    bench.jump(timedelta(minutes=90))
    bench.until(lambda: RunResult.MISSED in bench.runs.results("job"))
    missed = next(run for run in bench.runs.of("job") if run.result is RunResult.MISSED)
    assert missed.started_at is None
    assert missed.ended_at is not None
    bench.jump(timedelta(minutes=-90) if isinstance(bench, RealBench) else timedelta(minutes=30))
    bench.until(lambda: RunResult.DONE in bench.runs.results("job"))


def test_after_the_clock_was_set_back_jobs_are_planned_anew(bench: Bench) -> None:
    distance = timedelta(hours=1)
    bench.scheduler.add(job(nothing, Every(distance)))
    bench.scheduler.start()
    planned = bench.scheduler.next_run_at("job")
    bench.jump(timedelta(days=-30))
    bench.until(lambda: bench.scheduler.next_run_at("job") != planned)
    assert bench.runs.of("job") == []


def test_daily_means_a_time_in_korea(bench: Bench) -> None:
    bench.scheduler.add(job(nothing, DailyAt(4, 30)))
    bench.scheduler.start()
    next_at = bench.scheduler.next_run_at("job")
    assert next_at is not None
    assert next_at.tzinfo is UTC
    local = next_at.astimezone(KST)
    assert (local.hour, local.minute, local.second) == (4, 30, 0)
    assert timedelta(0) < next_at - bench.now() <= timedelta(days=1)


def test_after_the_stop_nothing_is_started_or_recorded(bench: Bench) -> None:
    bench.scheduler.add(job(nothing, Every(SHORT)))
    bench.scheduler.start()
    bench.until(lambda: len(bench.runs.results("job")) >= 1)
    assert bench.scheduler.stop(5) == ()
    before = list(bench.runs.of("job"))
    assert all(run.result is not None for run in before)
    bench.scheduler.run_now("job")
    bench.settle()
    assert bench.runs.of("job") == before
    assert bench.scheduler.next_run_at("job") is None


def test_stopping_without_a_start_and_twice_is_allowed(bench: Bench) -> None:
    assert bench.scheduler.stop(1) == ()
    assert bench.scheduler.stop(1) == ()
