"""Rotation, cleaning and trouble of the log files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.config.log_files import RETRY_SECONDS, LogFiles, LogLimits, list_log_files

SMALL = LogLimits(days_kept=3, total_bytes=4_000, file_bytes=1_000)


class Trouble:
    def __init__(self) -> None:
        self.told: list[OSError] = []

    def __call__(self, error: OSError) -> None:
        self.told.append(error)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


def files_in(folder: Path, clock: FakeClock, trouble: Trouble, limits: LogLimits = SMALL) -> LogFiles:
    return LogFiles(folder, clock.now, clock.monotonic, limits, trouble, lambda lost: f"lost {lost}")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def all_lines(folder: Path) -> list[str]:
    return [line for file in list_log_files(folder) for line in file.path.read_text("utf-8").splitlines()]


def test_a_file_is_named_after_the_day_in_korea(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    files = files_in(tmp_path, clock, trouble)
    files.write("before midnight")
    clock.advance(timedelta(hours=15))
    files.write("after midnight")
    files.close()
    assert names(tmp_path) == ["upbit-autotrader-20261120.jsonl", "upbit-autotrader-20261121.jsonl"]


def test_a_full_file_is_followed_by_a_numbered_one(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    files = files_in(tmp_path, clock, trouble)
    for _ in range(3):
        files.write("x" * 599)
    files.close()
    assert names(tmp_path) == [
        "upbit-autotrader-20261120.1.jsonl",
        "upbit-autotrader-20261120.2.jsonl",
        "upbit-autotrader-20261120.jsonl",
    ]


def test_the_next_start_goes_on_in_the_newest_file(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    for text in ("a" * 599, "b" * 599, "c"):
        files = files_in(tmp_path, clock, trouble)
        files.write(text)
        files.close()
    assert names(tmp_path) == ["upbit-autotrader-20261120.1.jsonl", "upbit-autotrader-20261120.jsonl"]
    assert all_lines(tmp_path) == ["a" * 599, "b" * 599, "c"]


def test_a_half_written_line_is_not_glued_to_ours(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    (tmp_path / "upbit-autotrader-20261120.jsonl").write_bytes(b'{"time":"20')
    files = files_in(tmp_path, clock, trouble)
    files.write("whole")
    files.close()
    assert all_lines(tmp_path) == ['{"time":"20', "whole"]


def test_old_days_go_and_other_files_stay(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    foreign = ["notes.txt", "upbit-autotrader-20260101.jsonl.bak", "upbit-autotrader-20269999.jsonl"]
    for name in (*foreign, *(f"upbit-autotrader-202611{day}.jsonl" for day in (16, 17, 18, 19))):
        (tmp_path / name).write_text("x\n")
    files = files_in(tmp_path, clock, trouble)
    files.write("today")
    files.close()
    kept = [f"upbit-autotrader-202611{day}.jsonl" for day in (18, 19, 20)]
    assert names(tmp_path) == sorted([*foreign, *kept])


def test_the_file_in_use_is_never_deleted(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    files = files_in(tmp_path, clock, trouble)
    files.write("kept")
    clock.jump(timedelta(days=400))
    files.set_limits(LogLimits(days_kept=1, total_bytes=1, file_bytes=1))
    assert all_lines(tmp_path) == ["kept"]
    files.close()


def test_the_newest_file_of_another_command_is_spared(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    (tmp_path / "upbit-autotrader-20261120.jsonl").write_text("x" * 10_000)
    files = files_in(tmp_path, clock, trouble)
    assert files.prune() == 0
    files.close()


def test_new_limits_hold_at_once(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    files = files_in(tmp_path, clock, trouble)
    for _ in range(4):
        files.write("x" * 900)
    assert len(names(tmp_path)) == 4
    files.set_limits(LogLimits(days_kept=3, total_bytes=2_000, file_bytes=1_000))
    assert len(names(tmp_path)) == 2
    files.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 30)), max_size=40), st.integers(4_000, 20_000), st.data())
def test_the_total_stays_under_its_limit(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[int, int]], total: int, data: st.DataObject
) -> None:
    folder, clock, trouble = tmp_path_factory.mktemp("logs"), FakeClock(), Trouble()
    files = files_in(folder, clock, trouble, LogLimits(days_kept=30, total_bytes=total, file_bytes=2_000))
    for length, hours in lines:
        files.write("x" * length)
        newest = all_lines(folder)[-1]
        assert newest == "x" * length
        assert sum(file.size for file in list_log_files(folder)) <= total
        clock.advance(timedelta(hours=hours))
    files.close()
    assert trouble.told == []


def test_a_folder_that_cannot_be_written_is_told_once_counted_and_forgiven(
    tmp_path: Path, clock: FakeClock, trouble: Trouble
) -> None:
    folder = tmp_path / "logs"
    folder.write_text("a file where the folder should be")
    files = files_in(folder, clock, trouble)
    for _ in range(50):
        files.write("lost")
        clock.advance(1)
    assert len(trouble.told) == 1
    assert files.lost == 50
    folder.unlink()
    clock.advance(RETRY_SECONDS)
    files.write("back")
    assert all_lines(folder) == ["lost 50", "back"]
    files.close()
    assert files.lost == 50


def test_a_second_trouble_is_told_again(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    folder = tmp_path / "logs"
    files = files_in(folder, clock, trouble)
    for _ in range(2):
        folder.write_text("in the way")
        files.write("lost")
        folder.unlink()
        clock.advance(RETRY_SECONDS)
        files.write("kept")
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        clock.advance(RETRY_SECONDS)
    assert len(trouble.told) == 2
    files.close()


def test_trouble_may_be_answered_by_cleaning(tmp_path: Path, clock: FakeClock) -> None:
    """The callback runs outside the lock: it may call back."""
    folder = tmp_path / "logs"
    folder.write_text("in the way")
    pruned: list[int] = []
    files = LogFiles(
        folder, clock.now, clock.monotonic, SMALL, lambda _error: pruned.append(files.prune()), lambda lost: ""
    )
    files.write("lost")
    assert pruned == [0]


def test_a_file_deleted_by_someone_is_made_again(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    files = files_in(tmp_path, clock, trouble)
    files.write("gone")
    try:
        (tmp_path / "upbit-autotrader-20261120.jsonl").unlink()
    except PermissionError:
        files.close()
        return  # Windows does not let it happen
    clock.advance(RETRY_SECONDS)
    files.write("back")
    assert all_lines(tmp_path) == ["back"]
    files.close()


def test_a_clock_set_back_writes_on(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    files = files_in(tmp_path, clock, trouble)
    files.write("one")
    clock.jump(timedelta(days=-2))
    files.write("two")
    clock.jump(timedelta(days=2))
    files.write("three")
    files.close()
    assert sorted(all_lines(tmp_path)) == ["one", "three", "two"]


def test_any_text_can_be_written(tmp_path: Path, clock: FakeClock, trouble: Trouble) -> None:
    files = files_in(tmp_path, clock, trouble)
    files.write("한글 \ud800 half a pair")
    files.close()
    assert all_lines(tmp_path) == ["한글 \\ud800 half a pair"]
