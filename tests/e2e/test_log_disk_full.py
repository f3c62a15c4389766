"""A disk that fills up under log and crash reports, for real: a limit of the system on the size of files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from upbit_auto_trading.config.log_reader import read_log_tail

CHILD = """
import logging, resource, sys
from pathlib import Path
from upbit_auto_trading.config.logging_setup import start_logging
from upbit_auto_trading.data_layer.system_clock import SystemClock

seconds = 0.0
told = []
clock = SystemClock()
log = start_logging(Path(sys.argv[1]), now=clock.now, monotonic=lambda: seconds, on_trouble=told.append)
logger = logging.getLogger("upbit_auto_trading.child")
logger.info("before")
assert log.flush(10)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, resource.RLIM_INFINITY))
for number in range(200):
    logger.info("during %d", number)
    assert log.flush(10)
    seconds += 1
assert log.lost > 150, log.lost
assert len(told) == 1, told
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
seconds += 10
logger.info("after")
assert log.stop(10)
print(log.lost, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a process's files")
def test_a_full_disk_is_survived_told_once_and_left_behind(tmp_path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert child.returncode == 0, child.stderr
    lost = int(child.stdout.split()[-1])
    lines = read_log_tail(tmp_path, 1_000)
    assert lines[0].text == "before"
    assert [line.text for line in lines[-2:]] == ["log resumed; lines lost to the disk", "after"]
    assert dict(lines[-2].fields) == {"lost": lost}
    # Every line but the lost ones is there, whole: none torn, none glued together.
    during = [line.text for line in lines if line.text.startswith("during")]
    assert during == [f"during {number}" for number in range(len(during))]
    assert len(during) + lost == 200


REPORT = """
import resource, sys
from pathlib import Path
from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashKind
from upbit_auto_trading.data_layer.crash_reports import FileCrashReports, ProgramFacts
from upbit_auto_trading.data_layer.system_clock import SystemClock

store = FileCrashReports(Path(sys.argv[1]), SystemClock(), ProgramFacts("0.1.0"))
crash = Crash(CrashKind.EXCEPTION, "engine", ValueError("x"))
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
summary = store.write(crash)
assert (summary.error_type, summary.file_name) == ("ValueError", ""), summary
assert list(Path(sys.argv[1]).iterdir()) == []
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert store.write(crash).file_name != ""
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a process's files")
def test_a_report_that_does_not_fit_leaves_no_half(tmp_path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", REPORT, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert child.returncode == 0, child.stderr
