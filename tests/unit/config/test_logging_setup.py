"""The log from the outside: what is logged somewhere is read back from the files."""

from __future__ import annotations

import io
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread, current_thread

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.log_guard import LogGuard
from upbit_auto_trading.config import logging_setup
from upbit_auto_trading.config.log_lines import LogLine
from upbit_auto_trading.config.log_reader import read_log_tail
from upbit_auto_trading.config.logging_setup import LogLimits, ProgramLog, log_event, start_logging
from upbit_auto_trading.utils.correlation import correlated
from upbit_auto_trading.utils.secret import Secret

logger = logging.getLogger("upbit_auto_trading.somewhere")
StartLog = Callable[..., ProgramLog]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def start(tmp_path: Path, clock: FakeClock) -> Iterator[StartLog]:
    started: list[ProgramLog] = []

    def start_here(folder: Path = tmp_path, **options: object) -> ProgramLog:
        log = start_logging(
            folder,
            now=clock.now,
            monotonic=clock.monotonic,
            **{"console": False, **options},  # type: ignore[arg-type]
        )
        started.append(log)
        return log

    yield start_here
    for log in started:
        log.stop(5)


def written(log: ProgramLog, folder: Path) -> list[LogLine]:
    assert log.flush(5)
    return read_log_tail(folder, 20_000)


def test_a_line_holds_when_where_and_what(start: StartLog, tmp_path: Path, clock: FakeClock) -> None:
    log = start()
    logger.info("%d orders for %s", 2, "KRW-BTC")
    (line,) = written(log, tmp_path)
    assert line == LogLine(
        clock.now(), "info", logger.name, current_thread().name, "%d orders for %s", "2 orders for KRW-BTC"
    )


def test_events_carry_declared_fields_alone(start: StartLog, tmp_path: Path) -> None:
    log = start()
    log_event(logger, logging.INFO, "backup made", file="/x/y.zip", size_bytes=5, api_key="abc")
    (line,) = written(log, tmp_path)
    assert line.fields == (("file", "y.zip"), ("size_bytes", 5), ("api_key", "[left out]"))


def test_a_secret_reaches_no_file_whichever_way_it_is_logged(
    start: StartLog, tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log.expect("failed|x")
    log = start(level="debug")
    key = "k9" * 20
    secret = Secret(key)
    logger.info("key %s %r", secret, secret)
    logger.info(f"key {key}")
    logger.info("key %s", key)
    logger.info("key %s", [key])
    log_event(logger, logging.INFO, "key", name=secret, detail=key, anything=key)
    with correlated(order=key):
        logger.info("key")
    try:
        raise ValueError(key)
    except ValueError:
        logger.exception("failed")
    logger.warning("x", stack_info=True)
    assert log.flush(5)
    raw = "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    assert len(raw.splitlines()) == 8
    assert key not in raw
    assert not any(key in line.to_json() for line in log.recent_lines())


def test_ids_are_those_of_the_thread_that_logs(start: StartLog, tmp_path: Path) -> None:
    log = start()

    def fill() -> None:
        with correlated(order="uat-1", fill="f-1"):
            logger.info("filled")

    with correlated(signal="s-1"):
        with correlated(order="uat-1"):
            logger.info("order sent")
        thread = Thread(target=fill, name="engine")
        thread.start()
        thread.join()
    logger.info("unrelated")
    assert log.flush(5)
    joined = read_log_tail(tmp_path, 10, text="uat-1")
    assert [(line.text, line.thread) for line in joined] == [
        ("order sent", current_thread().name),
        ("filled", "engine"),
    ]
    assert dict(joined[0].ids) == {"signal": "s-1", "order": "uat-1"}


def test_the_level_changes_while_running_and_libraries_stay_quiet(
    start: StartLog, tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log.expect("warning")
    log = start(level="info")
    library = logging.getLogger("some_library.http")
    for level in ("info", "debug", "warning"):
        log.set_level(level)
        logger.debug("debug at %s", level)
        logger.info("info at %s", level)
        logger.warning("warning at %s", level)
        library.info("a whole request with its headers")
    library.warning("library warning")
    assert [line.text for line in written(log, tmp_path)] == [
        "info at info", "warning at info",
        "debug at debug", "info at debug", "warning at debug",
        "warning at warning",
        "library warning",
    ]  # fmt: skip


def test_a_level_of_a_library_counts_as_the_one_below_it(
    start: StartLog, tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log.expect("number")
    log = start(level="debug")
    for number in (1, 10, 25, 35, 50, 70):
        logger.log(number, "number %d", number)
    levels = [line.level for line in written(log, tmp_path)]
    assert levels == ["debug", "info", "warning", "critical", "critical"]


def test_python_warnings_land_in_the_log(start: StartLog, tmp_path: Path, expected_log: LogGuard) -> None:
    expected_log.expect("an old way")
    log = start()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("an old way of doing it", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert any("an old way of doing it" in line.text for line in written(log, tmp_path))


def test_the_calling_thread_never_touches_the_disk_and_never_waits(
    start: StartLog, tmp_path: Path, clock: FakeClock, expected_log: LogGuard
) -> None:
    """A writer that hangs: debug and info stop at the soft limit, warnings at the hard one, all counted."""
    expected_log.expect("flood")
    folder = tmp_path / "logs"
    folder.write_text("in the way")
    hanging, go_on = Event(), Event()
    threads: list[str] = []

    def hang(_error: OSError) -> None:
        threads.append(current_thread().name)
        hanging.set()
        assert go_on.wait(30)

    log = start(folder, on_trouble=hang)
    logger.info("first")
    assert hanging.wait(30)
    for _ in range(logging_setup.HARD_LIMIT + 1_000):
        logger.info("flood")
    for _ in range(logging_setup.HARD_LIMIT):
        logger.warning("flood")
    dropped = log.dropped
    assert dropped == (logging_setup.HARD_LIMIT + 1_000 - logging_setup.SOFT_LIMIT) + logging_setup.SOFT_LIMIT
    assert threads
    assert threads[0] != current_thread().name
    folder.unlink()
    clock.advance(60)
    go_on.set()
    lines = written(log, folder)
    assert [(line.text, dict(line.fields)) for line in lines if "dropped" in line.text] == [
        ("log lines dropped: the queue was full", {"dropped": dropped})
    ]
    assert len([line for line in lines if line.text == "flood"]) == logging_setup.HARD_LIMIT


def test_a_writer_that_hangs_does_not_hold_up_the_end(start: StartLog, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.write_text("in the way")
    go_on = Event()
    log = start(folder, on_trouble=lambda _error: assert_true(go_on.wait(30)))
    logger.info("first")
    assert log.stop(0.05) is False
    go_on.set()


def assert_true(value: bool) -> None:
    assert value


def test_stopping_writes_what_waits_and_puts_logging_back(tmp_path: Path, clock: FakeClock) -> None:
    root, ours = logging.getLogger(), logging.getLogger("upbit_auto_trading")
    before = (root.level, list(root.handlers), ours.level)
    log = start_logging(tmp_path, now=clock.now, monotonic=clock.monotonic, console=False, level="debug")
    for number in range(500):
        logger.debug("line %d", number)
    assert log.stop(5) is True
    assert log.stop(5) is True
    assert (root.level, list(root.handlers), ours.level) == before
    assert len(read_log_tail(tmp_path, 10_000)) == 500


def test_an_exception_that_cannot_be_described_is_counted(
    start: StartLog, tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log.expect("failed|next")

    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    Broken.__module__ = "foreign"
    log = start()
    logger.error("failed", exc_info=Broken())
    logger.error("next")
    lines = written(log, tmp_path)
    assert [line.text for line in lines] == ["log lines dropped: the queue was full", "next"]
    assert log.dropped == 1


def test_a_windowed_program_without_stderr_logs_to_files(
    start: StartLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    log = start(console=True)
    logger.info("kept")
    assert [line.text for line in written(log, tmp_path)] == ["kept"]


def test_the_console_shows_readable_lines_in_its_own_encoding(
    start: StartLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: LogGuard
) -> None:
    expected_log.expect("주문")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="cp949"))
    log = start(console=True)
    with correlated(order="uat-1"):
        log_event(logger, logging.WARNING, "주문 → \U0001f4c8", market="KRW-BTC")
    written(log, tmp_path)
    shown = raw.getvalue().decode("cp949")
    assert "warning" in shown
    assert "주문 → \\U0001f4c8 market=KRW-BTC order=uat-1" in shown


def test_a_console_that_was_closed_is_forgotten(
    start: StartLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    log = start(console=True)
    stream.close()
    logger.info("one")
    logger.info("two")
    assert [line.text for line in written(log, tmp_path)] == ["one", "two"]


def test_the_newest_lines_are_kept_for_a_report(start: StartLog, tmp_path: Path) -> None:
    log = start()
    for number in range(logging_setup.RECENT_LINES + 7):
        logger.info("line %d", number)
    recent = log.recent_lines()
    assert [line.text for line in recent] == [f"line {number}" for number in range(7, logging_setup.RECENT_LINES + 7)]


def test_days_and_size_kept_change_while_running(start: StartLog, tmp_path: Path) -> None:
    for day in range(10, 20):
        (tmp_path / f"upbit-autotrader-202611{day}.jsonl").write_bytes(b"x\n" * 500)
    log = start(limits=LogLimits(days_kept=30, total_bytes=200_000_000))
    logger.info("today")
    written(log, tmp_path)
    assert len(list(tmp_path.iterdir())) == 11
    log.set_limits(days_kept=3)
    assert len(list(tmp_path.iterdir())) == 3
    log.set_limits(size_limit_mb=0)
    assert len(list(tmp_path.iterdir())) == 1
    assert log.prune() == 0
